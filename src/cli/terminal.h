#pragma once

#include <cstdio>
#include <optional>
#include <string>

namespace retort::cli {

bool is_terminal(std::FILE* stream);
/// Whether it is one that takes cursor movements and colours: TERM says which it is, and not
/// "dumb".
bool takes_escapes(std::FILE* stream);
/// Whether to colour a stream: a terminal, and NO_COLOR (https://no-color.org) is unset or empty.
bool wants_colour(std::FILE* stream);

/// Whether a person is there to be asked.
bool can_ask();
/// Asks the person at the terminal a question that is answered with yes or no; none where nobody is
/// there, or says neither.
std::optional<bool> ask(const std::string& question);

}  // namespace retort::cli
