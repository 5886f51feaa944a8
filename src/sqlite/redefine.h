#pragma once

#include <memory>

#include "sqlite/dialect.h"

namespace retort::sqlite {

/// A view with another query, or an index with another name, for which SQLite has no statement: it
/// is dropped and made anew from its text in sqlite_master, a view with the triggers on it. The
/// statement's change is one `rename_index` or `replace_object`. Throws `error` where there is no
/// such thing.
std::unique_ptr<retort::dialect::table_change> make_redefinition(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change);

}  // namespace retort::sqlite
