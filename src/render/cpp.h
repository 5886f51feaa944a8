#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/naming.h"
#include "model/operation.h"

namespace retort::render {

/// The SQL of an operation that the C++ interface has no call for, a statement each.
using sql_of = std::function<std::vector<std::string>(const model::operation&)>;

/// C++ that records these operations: calls on `receiver` ("op"), a statement each in lines of at
/// most 100 characters as clang-format breaks them (Google's style), indented by `indent` blanks;
/// no line break at the end. The lines of a raw string are SQL and stand as they are. What it
/// writes presumes `namespace t = retort::types;` and `using retort::column;`, which the template
/// of a new migration begins with.
///
/// Types are written with Retort's names where `dialect` spells those as the operation has them,
/// so that the database ends up with the same. An operation that no call means exactly becomes
/// `op.execute` of what `fallback` gives for it. `naming` is the convention that the recorder will
/// have: a constraint that has no name, though the convention gives it one, is such a case.
std::string cpp_calls(const std::vector<model::operation>& operations, std::string_view dialect,
                      const sql_of& fallback, std::string_view receiver, int indent,
                      const model::naming_convention& naming = {});

}  // namespace retort::render
