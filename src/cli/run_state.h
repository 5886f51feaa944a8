#pragma once

#include <string>
#include <string_view>

#include <retort/error.h>

#include "cli/arguments.h"

// The commands that tell of a database's state and history, and set it right. Each prints, and
// returns the exit code.

namespace retort::cli {

inline constexpr int done = 0;
inline constexpr int answer_is_no = static_cast<int>(failure::negative);

using command::environment;

/// Text on standard output.
void say(std::string_view text);

int run_check(environment& env, const arguments& args);
int run_journal(environment& env, const arguments& args);
int run_repair(environment& env, const arguments& args);
int run_rehearse(environment& env, const std::string& target, const arguments& args);
int run_guard(environment& env, const arguments& args);

}  // namespace retort::cli
