#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/connection.h"
#include "model/schema.h"

namespace retort::postgres {

/// The structure of the database in PostgreSQL's own normal form: types as format_type() spells
/// them, expressions as pg_get_expr() prints them, constraints with their names and sorted by them.
model::schema introspect(db::connection& connection, std::string_view version_table);

/// See dialect::unread.
std::vector<std::string> unread(db::connection& connection);

/// See dialect::counters.
std::vector<std::pair<std::string, std::string>> counters(db::connection& connection,
                                                          std::string_view version_table);

/// The same form for a schema that was predicted, as far as it can be known without a server:
/// types, constant defaults, the names that PostgreSQL gives to unnamed constraints, what a primary
/// key and an identity imply, the sequence of a serial column. Not known: what the server makes of
/// an expression in checks, computed defaults, index keys and conditions; those stay as written.
model::schema normalise(model::schema schema);

}  // namespace retort::postgres
