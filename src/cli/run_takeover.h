#pragma once

#include "cli/arguments.h"

// The commands that take over from another tool. Each prints, and returns the exit code.

namespace retort::cli {

int run_adopt(command::environment& env, const arguments& args);
int run_import(command::environment& env, const arguments& args);

}  // namespace retort::cli
