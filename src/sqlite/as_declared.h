#pragma once

#include <vector>

#include "model/operation.h"
#include "sqlite/dialect.h"

namespace retort::sqlite {

/// An operation on a table in the names that the database has: SQLite compares them without regard
/// to case. A constraint without a name is the one that says the same; types are those that the
/// table and the column can have.
model::operation as_declared(model::operation op, const model::qualified_name& name,
                             const model::table& table, const sqlite_dialect& target);

/// Whether an operation with `if_exists` or `if_not_exists` has something to do; then it becomes
/// one without. There may be no table of the name.
bool is_wanted(model::operation& op, const model::qualified_name& name, const model::schema& now);

/// What goes with what an operation takes away or changes, as operations that stand before it.
/// `table` may be null.
std::vector<model::operation> outgrown_parts(const model::operation& op, const model::table* table);

}  // namespace retort::sqlite
