#pragma once

#include <string>
#include <vector>

#include "verify/verify.h"

namespace retort::verify {

struct round_trip_result {
  /// Why the pair does not hold; empty: it does.
  std::vector<std::string> reasons;
  std::vector<std::string> losses;
  std::vector<std::string> notes;
  /// As `pair_result::locks`.
  std::vector<statement_locks> locks;
  bool irreversible = false;
};

/// Proves one revision on a database that is at the state before it: rows, up, down, up; then rows
/// again and down.
round_trip_result round_trip(const engine::migration_set& set, const backend& database,
                             const db::url& address, std::size_t revision, const options& options);

/// An error's message, place and notes, for a reason.
std::string lines_of(const error& problem);

}  // namespace retort::verify
