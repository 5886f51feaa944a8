#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/operation.h"

namespace retort::dialect {

/// When a statement runs, seen from its migration's transaction. SQLite's rebuild must switch
/// `foreign_keys` off before BEGIN; PostgreSQL's CONCURRENTLY needs no transaction at all.
enum class phase { before_transaction, in_transaction, after_transaction };

/// One planned SQL statement, with its cause; or, by at most one of the last members, something
/// that becomes statements only when its turn comes.
struct statement {
  /// Without the closing semicolon. Of `code`, and of a `change` that only the database can
  /// turn into SQL: a comment that describes it. Of any other `change` and of a `backfill`: the
  /// statement that a script has in its place where the database is not known.
  std::string sql;
  retort::dialect::phase phase = retort::dialect::phase::in_transaction;
  /// Where its operation was written.
  model::origin where;
  /// Whether `sql` is the author's own text, so that a position in it is a position in the file.
  bool verbatim = false;
  /// Operations on one table, whose SQL depends on what the database holds: `dialect::prepare`
  /// finds it when their turn comes. Empty: `sql` is the statement.
  std::vector<model::operation> change = {};
  /// Of a known statement: the operation that it is, where a `change` that stands before it and one
  /// behind it may take it in and be one.
  std::vector<model::operation> joins = {};
  /// Rows for COPY … FROM STDIN, in PostgreSQL's text format.
  std::string rows = {};
  void (*code)(connection& db) = nullptr;
  std::optional<model::backfill> backfill = {};

  /// Whether `sql` can be sent as it is, however well the database might do otherwise.
  bool is_known() const { return !sql.starts_with("--"); }
};

/// The table that a change is of.
const model::qualified_name& changed_table(const std::vector<model::operation>& change);

}  // namespace retort::dialect
