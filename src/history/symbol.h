#pragma once

#include <optional>
#include <string_view>

namespace retort::history {

/// How a revision is named on the command line, taken apart: `[BRANCH@]NAME`, or
/// `[BRANCH@][NAME]±N`. Views into the text that was parsed.
struct symbol {
  std::string_view text;
  std::string_view branch;  ///< empty: none given; `@head` is `head`
  std::string_view name;    ///< empty only where relative
  /// With its sign: `+2`. Empty: not relative.
  std::string_view relative;
  /// Saturates far beyond any history.
  long steps = 0;

  bool is_relative() const { return !relative.empty(); }
};

/// Splits at the first `@`, and before a sign that is followed by nothing but digits. Never throws;
/// whether the pieces mean something is the resolver's business.
symbol parse_symbol(std::string_view text);

}  // namespace retort::history
