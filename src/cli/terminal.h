#pragma once

#include <cstdio>
#include <optional>
#include <string>

namespace retort::cli {

/// Whether a stream is a terminal that takes cursor movements.
bool is_terminal(std::FILE* stream);
/// Whether to colour a stream: a terminal, and NO_COLOR (https://no-color.org) is unset or empty.
bool wants_colour(std::FILE* stream);

/// Whether a person is there to be asked.
bool can_ask();
/// Asks the person at the terminal a question that is answered with yes or no; none where nobody is
/// there, or says neither.
std::optional<bool> ask(const std::string& question);

}  // namespace retort::cli
