#pragma once

#include <string>
#include <vector>

#include "model/table.h"

namespace retort::diff {

/// Of a type of PostgreSQL.
bool is_whole_number(const std::string& type);

/// PostgreSQL: expressions of a column's value in another type, the best first; an empty one leaves
/// it to the database. Some may not be of the types at hand, of which the database knows more.
/// `name` is the column's, quoted.
std::vector<std::string> conversions(const model::column& from, const model::column& to,
                                     const std::string& name);

}  // namespace retort::diff
