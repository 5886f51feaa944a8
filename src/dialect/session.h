#pragma once

#include <string>
#include <vector>

#include "db/connection.h"

namespace retort::dialect {

/// What a connection needs around one migration, so that nothing the migration sets on it lives
/// longer, and so that what the database itself does not check is checked. Made before BEGIN,
/// destroyed after COMMIT or ROLLBACK on every path; the destructor puts the connection back as it
/// was.
class session {
 public:
  session() = default;
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  virtual ~session() = default;

  /// Called after a migration's last statement and before its bookkeeping, in its transaction or,
  /// where it has none, outside one; more than once where several migrations share the transaction.
  /// Puts back what the migration set on the connection, as far as a transaction allows. Throws
  /// `error` where the migration left the data broken.
  virtual void before_bookkeeping() {}

  /// `before_bookkeeping` as statements to be sent with others, and what is left to do about the
  /// result of the last of them.
  virtual std::vector<std::string> reset_statements() const { return {}; }
  virtual void end_reset(const db::result& /*last*/) {}

  /// Between the statements of a migration outside a transaction: puts back what they set on the
  /// connection as far as it could bend bookkeeping; and sets it again. Of several in a row the
  /// first counts. `pause` throws `error` of kind try_again where they gave up the lock of the run
  /// and another run has it now.
  virtual void pause() {}
  virtual void resume() {}
  /// Whether a statement gave up the lock of the run, and it was taken again: another run may have
  /// held it in between. Asking forgets it.
  virtual bool was_unlocked() { return false; }
  /// Tells that a transaction which was begun while it paused, and in which it resumed, was rolled
  /// back: what was set in it is gone, and it pauses again.
  virtual void rolled_back() {}
  /// Whether the transaction that is open may write.
  virtual bool can_write() { return true; }

  /// Whether `before_bookkeeping` found something that may have been there before the transaction.
  /// The caller rolls back, calls `take_baseline`, and runs the transaction once more, as often as
  /// this is so.
  virtual bool wants_baseline() const { return false; }
  /// Notes what is wrong already, outside a transaction.
  virtual void take_baseline() {}
  /// The same for a migration that cannot run a second time: notes all that is wrong anywhere, so
  /// that no baseline is wanted later.
  virtual void take_whole_baseline() {}
};

/// Limits how long a statement waits for others, until it is destroyed.
class wait_limit {
 public:
  wait_limit() = default;
  wait_limit(const wait_limit&) = delete;
  wait_limit& operator=(const wait_limit&) = delete;
  virtual ~wait_limit() = default;

  /// Whom it waited for when the limit was reached, a line each for people; none: it was not.
  virtual std::vector<std::string> exceeded() = 0;
};

/// Keeps other runners out until it is destroyed. It ends with the process, too.
class run_lock {
 public:
  run_lock() = default;
  run_lock(const run_lock&) = delete;
  run_lock& operator=(const run_lock&) = delete;
  virtual ~run_lock() = default;
};

}  // namespace retort::dialect
