#pragma once

#include <string_view>

namespace retort::model {

struct index;

/// Whether an SQL expression names a column: as a word (whatever its case) or as a quoted name, and
/// not as a function, a type or a keyword. May say yes of another table's column with that name.
bool mentions(std::string_view expression, std::string_view column);

/// The expression with a column's name replaced wherever a word or a quoted name may mean it.
std::string renamed(std::string_view expression, std::string_view column, std::string_view to);

/// Whether an index needs a column: as key, in an expression, its condition or what it includes.
bool uses(const index& item, std::string_view column);

}  // namespace retort::model
