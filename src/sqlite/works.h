#pragma once

#include <map>
#include <string>

#include "db/connection.h"
#include "model/operation.h"

namespace retort::sqlite {

/// The views and the tables' triggers that SQLite cannot compile as the schema is now, and its
/// reason: it looks at them only when they are used. Runs nothing.
std::map<std::string, std::string> broken_objects(db::connection& connection);

/// Throws `error` where a temporary table has the name of one in `main` that is to be changed:
/// without a schema names mean temporary tables first.
void require_not_hidden(db::connection& connection, const model::qualified_name& table,
                        const model::origin& where);

}  // namespace retort::sqlite
