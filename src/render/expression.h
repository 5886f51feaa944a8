#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace retort::render {

/// As much of a C++ expression as calls need: a token, or something in brackets, and the calls on
/// what that gives.
struct expression {
  /// A whole token, or what stands before the bracket.
  std::string head = {};
  /// '(' or '{', or none.
  char open = '\0';
  std::vector<expression> items = {};
  /// Each item in a line of its own, with a comma behind the last one.
  bool one_a_line = false;
  std::vector<expression> calls = {};

  /// Adds `.name(arguments)`.
  expression& then(std::string_view name, std::vector<expression> arguments = {});
};

expression word(std::string_view token);
/// `function(arguments)`
expression call(std::string_view function, std::vector<expression> arguments = {});
/// `{items}`
expression list(std::vector<expression> items);

/// The expression in lines of at most 100 characters, as clang-format breaks them. Its first line
/// begins in column `indent`, which counts from 0, and a character more follows on its last one.
std::string formatted(const expression& what, std::size_t indent);

}  // namespace retort::render
