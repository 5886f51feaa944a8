#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/backfill.h"
#include "engine/planner.h"

// What the parts of the executor share.

namespace retort::engine {

using clock = std::chrono::steady_clock;

double seconds_since(clock::time_point start);

/// Rows for people; none: "base".
std::string display(const history::rows& rows);

/// The first statements as one text, so far as it is theirs to stay the same.
std::string text_of(const std::vector<dialect::statement>& statements, std::size_t count);

/// Throws `error` where the first statements of a migration, which have run, are others now.
void require_unchanged(const planned_migration& migration, std::size_t count,
                       const unfinished_migration& now);

/// What of a migration is committed already is another one now.
error changed(const planned_migration& migration, std::size_t count,
              const unfinished_migration& now);

}  // namespace retort::engine
