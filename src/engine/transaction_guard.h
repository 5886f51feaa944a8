#pragma once

#include "db/connection.h"

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

}  // namespace retort::engine
