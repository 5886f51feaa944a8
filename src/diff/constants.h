#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sql_lexer.h"
#include "model/table.h"

namespace retort::diff {

/// The constants in a piece of SQL about a table, in its order.
std::vector<std::string> constants_in(std::string_view sql, const model::table& about,
                                      base::sql_flavour flavour);

/// The same, numbers with their neighbours before them, for what must be more than one or less than
/// another.
void append_constants(std::string_view sql, const model::table& about, base::sql_flavour flavour,
                      std::vector<std::string>& out);

}  // namespace retort::diff
