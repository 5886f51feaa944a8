#pragma once

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

  /// Called in the transaction after the migration's last statement and before its bookkeeping.
  /// Throws `error` where the migration left the data broken.
  virtual void before_bookkeeping() {}

  /// Whether `before_bookkeeping` found something that may have been there before the migration.
  /// The caller rolls back, calls `take_baseline`, and runs the migration once more.
  virtual bool wants_baseline() const { return false; }
  /// Notes what is wrong already, outside a transaction.
  virtual void take_baseline() {}
};

}  // namespace retort::dialect
