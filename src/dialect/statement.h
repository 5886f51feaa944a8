#pragma once

#include <string>
#include <vector>

#include "model/operation.h"

namespace retort::dialect {

/// When a statement runs, seen from its migration's transaction. SQLite's rebuild must switch
/// `foreign_keys` off before BEGIN; PostgreSQL's CONCURRENTLY needs no transaction at all.
enum class phase { before_transaction, in_transaction, after_transaction };

/// One planned SQL statement, with its cause.
struct statement {
  /// Without the closing semicolon. Where there is a `change`: a comment that describes it.
  std::string sql;
  dialect::phase phase = dialect::phase::in_transaction;
  /// Where its operation was written.
  model::origin where;
  /// Whether `sql` is the author's own text, so that a position in it is a position in the file.
  bool verbatim = false;
  /// Operations on one table, whose SQL depends on what the database holds: `dialect::prepare`
  /// finds it when their turn comes. Empty: `sql` is the statement.
  std::vector<model::operation> change = {};
};

/// The table that a change is of.
const model::qualified_name& changed_table(const std::vector<model::operation>& change);

}  // namespace retort::dialect
