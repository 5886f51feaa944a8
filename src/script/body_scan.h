#pragma once

#include <cstddef>
#include <string_view>

namespace retort::script {

/// What stands between one section marker and the next; offsets into the file's text.
struct body_scan {
  static constexpr std::size_t npos = std::string_view::npos;
  /// The next marker: the body's end.
  std::size_t marker = npos;
  /// A marker before it that does not stand at its line's start.
  std::size_t misplaced = npos;
  /// A token before it that never ends.
  std::size_t unterminated = npos;
  /// Of `sql_section::plain`.
  bool plain = false;
};

/// Reads a body that begins at `from`. `dialect` as in `sql_section`: in a body for every dialect a
/// marker is one that either grammar sees; the other two places are those where both are at a loss.
body_scan scan_body(std::string_view text, std::size_t from, std::string_view dialect);

}  // namespace retort::script
