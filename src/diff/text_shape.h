#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sql_lexer.h"

namespace retort::diff {

/// Some of the characters that a place in a text may have, what comes to mind first in front, and
/// how often one of them stands there.
struct text_part {
  static constexpr int any_number = 1000;

  std::string characters;
  int least = 1;
  int most = 1;

  bool operator==(const text_part&) const = default;
};

/// Texts that a pattern lets pass.
using text_shape = std::vector<text_part>;

/// What the text of a pattern may mean, read as LIKE, as GLOB (SQLite) or as a regular expression
/// (PostgreSQL): which of them it is meant to be is not known here, nor whether all that it says
/// has been understood. Only some of the alternatives of one that has several. A regular expression
/// that does not say where the text begins or ends is also read with more around it.
std::vector<text_shape> shapes_of(std::string_view pattern, base::sql_flavour flavour);

/// Texts that have this one somewhere in them.
text_shape shape_around(std::string_view text);

/// The same text at exactly that length; empty: it has none of that length.
text_shape of_length(const text_shape& shape, int length);

/// The shortest text.
std::string text_of(const text_shape& shape);

/// SQL for a text that is another one for each number, as long as there are any. `number`: SQL of
/// an integer from 1 on.
std::string numbered_text(const text_shape& shape, std::string_view number,
                          base::sql_flavour flavour);

}  // namespace retort::diff
