#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace retort::script {

// How the functions of migrations and models in C++ stand in their files: as clang-format has them.

inline constexpr std::size_t widest_line = 100;

/// In characters of UTF-8.
std::size_t width_of(std::string_view line);

/// In which column the statements begin that a template's `@upgrades@` stands for: two behind that
/// of the line above it.
std::size_t body_column(std::string_view template_text);

/// Where the function of a field (`.upgrade`) begins in a line of its own, and is a single
/// statement that fits into the field's line, puts it there.
std::string with_short_function(std::string text, std::string_view field);

}  // namespace retort::script
