#pragma once

#include <string>
#include <string_view>

#include "render/expression.h"

namespace retort::render {

/// A string literal for a name or for words: `"it's"`. A raw one where the text is long or has
/// lines.
expression text(std::string_view value);
/// One for SQL: a raw one also where the text has quotes or backslashes.
expression sql_text(std::string_view sql);
/// One for any bytes: `"\001z"`.
expression bytes_text(std::string_view bytes);

}  // namespace retort::render
