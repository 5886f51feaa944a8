#pragma once

#include <string>

#include <retort/error.h>

#include "dialect/dialect.h"

namespace retort::engine {

/// Gives the transaction up unless it was committed.
class transaction_guard {
 public:
  explicit transaction_guard(db::connection& connection) : connection_(connection) {}
  transaction_guard(const transaction_guard&) = delete;
  transaction_guard& operator=(const transaction_guard&) = delete;
  ~transaction_guard() {
    if (!committed_) connection_.rollback();
  }
  void commit() {
    connection_.commit();
    committed_ = true;
  }

 private:
  db::connection& connection_;
  bool committed_ = false;
};

/// That a migration's transaction was ended by `what` before its time.
inline error ended_early(const std::string& what) {
  return error(what +
               " ended the migration's transaction, so that what came before it in the "
               "migration may be lost or committed")
      .help("run `current` and look what is there; leave the transaction to Retort");
}

/// Proves that a transaction is still the one that it was: one that somebody ended, and another
/// begun in its place, would look the same from outside.
class transaction_proof {
 public:
  /// A transaction is open, here and when `require_same` is called.
  transaction_proof(db::connection& connection, const dialect::dialect& target)
      : connection_(connection), target_(target), begun_in_(target.transaction(connection)) {}
  /// Throws `error` where it is another one.
  void require_same(const std::string& blamed = "one of its statements") const {
    if (target_.transaction(connection_) != begun_in_) throw ended_early(blamed);
  }

 private:
  db::connection& connection_;
  const dialect::dialect& target_;
  std::string begun_in_;
};

}  // namespace retort::engine
