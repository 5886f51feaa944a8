#pragma once

#include <string>
#include <vector>

namespace retort::dialect {

/// A lock that a transaction holds on a relation, with PostgreSQL's names ("AccessExclusiveLock").
struct held_lock {
  std::string relation;
  std::string mode;
};

/// What a transaction has come to hold of relations that were there before.
struct taken_locks {
  /// Those that it holds more strongly than before, with the strongest mode of each.
  std::vector<held_lock> locks;
  /// The tables and materialised views that got a new file.
  std::vector<std::string> rewrites;
};

/// Measures what the transaction that is open on a connection does to others.
class lock_meter {
 public:
  lock_meter() = default;
  lock_meter(const lock_meter&) = delete;
  lock_meter& operator=(const lock_meter&) = delete;
  virtual ~lock_meter() = default;

  /// Since the last call; of the first, and of a first one in a transaction, nothing is to be
  /// learnt.
  virtual taken_locks take() = 0;
};

}  // namespace retort::dialect
