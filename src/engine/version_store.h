#pragma once

#include <string>

#include "db/connection.h"
#include "dialect/dialect.h"
#include "history/revision_map.h"

namespace retort::engine {

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
};

/// Whether a table of Retort's own could not be made because another runner makes it at once; the
/// transaction is to be tried again.
bool is_creation_race(const error& problem);

/// The table that says where a database is: one column `version_num`, exactly Alembic's rows.
class version_store {
 public:
  version_store(const dialect::dialect& target, model::qualified_name table,
                wait_limits limits = {})
      : target_(target),
        table_(std::move(table)),
        table_sql_(target.version_table(table_)),
        limits_(limits) {}

  /// As the user names it. An empty schema means the connection's own.
  const model::qualified_name& table() const { return table_; }
  /// As statements name it.
  const model::qualified_name& resolved() const { return resolved_; }
  int lock_wait() const { return limits_.lock_wait; }
  const wait_limits& limits() const { return limits_; }

  /// The same, with a name in its statements that means this table whatever is set on the
  /// connection later.
  version_store in_place(db::connection& connection) const;

  bool exists(db::connection& connection) const;
  /// The rows, sorted; none where there is no table. Creates nothing. Throws `error` where a row is
  /// there twice, as it can be in a table that somebody else has made without a primary key.
  history::rows read(db::connection& connection) const;
  /// The same where the table is there: a query less. After `begin` it is.
  history::rows rows(db::connection& connection) const;
  /// Opens a transaction in which the table is there and nobody else can move its rows. Throws
  /// `error` of kind try_again where another runner holds it for longer than the caller waits.
  /// Returns how long statements wait in it, for `dialect::unlimit_waiting`.
  std::string begin(db::connection& connection) const;
  /// Carries out a step's row changes. Throws `error` where one does not match exactly one row:
  /// then somebody else has moved the database, and the caller rolls back.
  void apply(db::connection& connection, const history::step& step) const;

  /// `begin` where the table is there, as statements to be sent with others; what a failure of one
  /// of them means; and the `limit` that they need.
  std::vector<std::string> begin_statements(const std::string& limit) const;
  error explain_begin(const error& problem) const;
  std::string waiting_limit(db::connection& connection) const;
  /// `rows` in the same two steps.
  std::string rows_query() const;
  history::rows sorted(const db::result& found) const;
  /// Throws `error` unless a row change has matched one row.
  void require_one(const history::row_change& change, std::int64_t affected) const;

  std::string create_sql() const;
  std::string change_sql(const history::row_change& change) const;

 private:
  std::string for_statements(const std::string& limit) const;

  const dialect::dialect& target_;
  /// As the user names it.
  model::qualified_name table_;
  model::qualified_name resolved_ = table_;
  /// As it stands in statements.
  std::string table_sql_;
  wait_limits limits_;
};

}  // namespace retort::engine
