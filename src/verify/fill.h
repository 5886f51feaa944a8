#pragma once

#include <string>
#include <vector>

#include "db/connection.h"
#include "dialect/dialect.h"

namespace retort::verify {

/// Puts rows into every table of a schema: boundary values, NULL where it is allowed, foreign keys
/// that point to rows which are there. Another `salt` makes other rows. Commits. Returns a line for
/// each table that would take no row, with the database's reason; throws only when the connection
/// is lost.
std::vector<std::string> fill(db::connection& connection, const dialect::dialect& target,
                              const model::schema& schema, unsigned salt);

/// Tables with those that they refer to first, as far as cycles allow.
std::vector<const model::table*> by_dependency(const model::schema& schema);

}  // namespace retort::verify
