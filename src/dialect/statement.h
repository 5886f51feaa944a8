#pragma once

#include <string>

#include "model/operation.h"

namespace retort::dialect {

/// When a statement runs, seen from its migration's transaction. SQLite's rebuild must switch
/// `foreign_keys` off before BEGIN; PostgreSQL's CONCURRENTLY needs no transaction at all.
enum class phase { before_transaction, in_transaction, after_transaction };

/// One planned SQL statement, with its cause.
struct statement {
  /// Without the closing semicolon.
  std::string sql;
  dialect::phase phase = dialect::phase::in_transaction;
  /// Where its operation was written.
  model::origin where;
  /// Whether `sql` is the author's own text, so that a position in it is a position in the file.
  bool verbatim = false;
};

}  // namespace retort::dialect
