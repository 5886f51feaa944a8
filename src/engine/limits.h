#pragma once

#include <optional>
#include <string>

namespace retort::engine {

/// Limits in seconds, as far as somebody has set them; 0: none.
struct time_limits {
  /// How long a statement in a migration's transaction waits for a lock.
  std::optional<int> lock_timeout = {};
  /// How long a statement may take.
  std::optional<int> statement_timeout = {};
  /// How long a statement that refuses a transaction waits on end for the transactions of others.
  std::optional<int> concurrently_wait = {};
};

/// How long a run waits for others.
struct wait_limits {
  /// Seconds to wait for another runner.
  int lock_wait = 60;
  /// PostgreSQL: seconds that a statement in a migration's transaction waits for a lock, unless the
  /// address asks for another lock_timeout; 0: for ever.
  int lock_timeout = 5;
  /// How often a migration's transaction is tried again after that, or after a deadlock.
  int lock_retries = 10;
  /// PostgreSQL: seconds that a statement outside a transaction (CREATE INDEX CONCURRENTLY) waits
  /// on end for the transactions of others; 0: for ever.
  int concurrently_wait = 0;
  /// PostgreSQL: seconds that a statement in a migration's transaction may take, unless the address
  /// asks for another statement_timeout; 0: for ever.
  int statement_timeout = 0;
  /// What the command line says, against which a migration's own word does not count.
  time_limits said = {};
  /// What the migration at work says, which goes before what the address asks for.
  time_limits own = {};

  /// The same for a migration that says this.
  wait_limits with(const time_limits& migration) const {
    auto result = *this;
    if (!said.lock_timeout) result.own.lock_timeout = migration.lock_timeout;
    if (!said.statement_timeout) result.own.statement_timeout = migration.statement_timeout;
    if (!said.concurrently_wait) result.own.concurrently_wait = migration.concurrently_wait;
    result.lock_timeout = result.own.lock_timeout.value_or(lock_timeout);
    result.statement_timeout = result.own.statement_timeout.value_or(statement_timeout);
    result.concurrently_wait = result.own.concurrently_wait.value_or(concurrently_wait);
    return result;
  }
};

}  // namespace retort::engine
