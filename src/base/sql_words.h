#pragma once

#include <string>
#include <string_view>

namespace retort::base {

/// Whether a name needs no quotes: a plain lower-case word (`[a-z_][a-z0-9_]*`) that neither
/// database reserves.
bool is_bare_name(std::string_view name);

/// The text between two quotes, those in it doubled: how both databases write a string and a name.
std::string in_quotes(char quote, std::string_view text);

}  // namespace retort::base
