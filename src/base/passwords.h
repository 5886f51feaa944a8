#pragma once

#include <string>
#include <string_view>

#include "base/sql_lexer.h"

namespace retort::base {

/// A statement with `'***'` in the place of each string behind the word PASSWORD, and its other
/// strings as `text_without_passwords` has them: a connection string, or a body that is SQL itself.
std::string without_passwords(std::string_view sql, sql_flavour flavour);

/// Any text with `***` in the place of what follows the word `password` as a string (also within
/// another string, with its quotes doubled), of what stands behind `password=`, and of the password
/// in what looks like a URL (`://user:***@`).
std::string text_without_passwords(std::string_view text);

}  // namespace retort::base
