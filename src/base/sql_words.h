#pragma once

#include <string_view>

namespace retort::base {

/// Whether a name needs no quotes: a plain lower-case word (`[a-z_][a-z0-9_]*`) that neither
/// database reserves.
bool is_bare_name(std::string_view name);

}  // namespace retort::base
