#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "model/table.h"

namespace retort::diff {

/// Of a type of PostgreSQL, as introspection spells it; none of them is an array.
bool is_whole_number(const std::string& type);
/// Whether the type's name begins with one of these.
bool begins_with_any(const std::string& type, std::initializer_list<std::string_view> names);
bool is_text(const std::string& type);
bool is_json(const std::string& type);

/// SQL for a value in another type. An empty expression leaves it to the database.
struct conversion {
  std::string expression;
  /// Statements that make what the expression calls, and take it away again.
  std::vector<std::string> before;
  std::vector<std::string> after;
};

/// What calls a function in PL/pgSQL, which is made for it and takes no NULL: `function` is its
/// quoted name.
conversion through_function(std::string expression, const std::string& function,
                            const std::string& parameter, const std::string& result,
                            const std::string& body);

/// PostgreSQL: ways from a column's value to its value in another type, the best first. Some may
/// not be of the types at hand, of which the database knows more. `name` is the column's, quoted;
/// `function` is free for one, quoted with its schema.
std::vector<conversion> conversions(const model::column& from, const model::column& to,
                                    const std::string& name, const std::string& function);

}  // namespace retort::diff
