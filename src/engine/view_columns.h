#pragma once

#include <optional>
#include <string>

#include "dialect/dialect.h"

namespace retort::engine {

/// Whether a view keeps its columns with another query, with others perhaps behind them, so that
/// PostgreSQL can put that in its place ("CREATE VIEW", OR REPLACE). Asked of the database as it
/// is, which is not changed and reads no row; none: it cannot tell. Throws nothing but what
/// `connection` says of a lost server.
std::optional<bool> keeps_columns(db::connection& connection, const dialect::dialect& target,
                                  const model::qualified_name& view, const std::string& query);

}  // namespace retort::engine
