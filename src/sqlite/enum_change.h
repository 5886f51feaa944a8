#pragma once

#include <memory>

#include "sqlite/dialect.h"

namespace retort::sqlite {

/// Changes the values of an enumeration wherever it is used: in each of its CHECKs
/// (`enumerated_column`), table by table. The statement's change is one `alter_enum`. Throws
/// `error` where no table has such a CHECK, or where the values do not allow it.
std::unique_ptr<retort::dialect::table_change> make_enum_change(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change);

}  // namespace retort::sqlite
