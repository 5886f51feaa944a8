#pragma once

#include <cstdio>

namespace retort::cli {

/// Whether a stream is a terminal that takes cursor movements.
bool is_terminal(std::FILE* stream);
/// Whether to colour a stream: a terminal, and NO_COLOR (https://no-color.org) is unset or empty.
bool wants_colour(std::FILE* stream);

}  // namespace retort::cli
