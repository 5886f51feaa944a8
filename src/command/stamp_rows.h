#pragma once

#include <vector>

#include "command/environment.h"

namespace retort::command {

/// Carries out a stamp's steps, in a transaction that `keep_books` has opened: rows, hooks and the
/// journal's entry. Returns the rows afterwards.
history::rows stamp_rows(const environment& env, db::connection& connection, engine::journal& log,
                         const history::plan& plan);

}  // namespace retort::command
