#pragma once

#include <memory>

#include "sqlite/dialect.h"

namespace retort::sqlite {

/// The statement's change of one table, by ALTER TABLE where that is enough, else by building the
/// table anew. Throws `error` where the table is not there, or the change cannot be.
std::unique_ptr<retort::dialect::table_change> make_rebuild(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change);

/// Whether a CHECK of the table names it (`t.a`): then the table cannot have another name
/// meanwhile.
bool names_itself(const model::table& table);

}  // namespace retort::sqlite
