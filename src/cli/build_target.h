#pragma once

#include "cli/arguments.h"

namespace retort::cli {

/// What the build's targets (`db-upgrade`, `db-revision`, …) pass as variables, because a build
/// tool takes no arguments for a target: REV, MESSAGE, FORMAT, HEAD, BRANCH_LABEL, DEPENDS_ON,
/// RANGE, BACKEND. Empty counts as unset; what the command line says wins.
void take_from_environment(arguments& args);

}  // namespace retort::cli
