#pragma once

#include <string>
#include <string_view>

#include <retort/error.h>

namespace retort::base {

/// The whole of an error for a person: `FAILED: …`, then where with a caret, then the notes, then
/// what to do. Ends with a newline. `colour` adds ANSI colours.
std::string render(const error& problem, bool colour = false);

/// `file:line:column: error: …` and the hint below: the form that compilers print and editors jump
/// to. `severity` is "error" or "warning".
std::string render_for_build(const error& problem, const std::string& source_root,
                             std::string_view severity = "error");

}  // namespace retort::base
