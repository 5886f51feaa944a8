#pragma once

#include <string>

#include "db/connection.h"
#include "dialect/dialect.h"
#include "engine/limits.h"
#include "history/revision_map.h"

namespace retort::engine {

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

  /// Throws `error` where there is no schema that could hold the table: a database that merely
  /// looks new would be taken for one.
  bool exists(db::connection& connection) const;
  void require_schema(db::connection& connection) const;
  /// The rows, sorted; none where there is no table. Creates nothing. Throws what `exists` throws,
  /// and `error` where a row is there twice, as it can be in a table that somebody else has made
  /// without a primary key.
  history::rows read(db::connection& connection) const;
  /// The same where the table is there: a query less. After `begin` it is.
  history::rows rows(db::connection& connection) const;
  /// Opens a transaction in which the table is there and nobody else can move its rows. Throws
  /// `error` of kind try_again where another runner holds it for longer than the caller waits.
  /// Its statements have the limits of `for_migration`. Returns how long statements wait outside
  /// it, for `limit`. Where the table `is_there`, nobody looks for it.
  std::string begin(db::connection& connection, const wait_limits& for_migration,
                    bool is_there = false) const;
  std::string begin(db::connection& connection) const { return begin(connection, limits_); }
  /// Gives the statements that come next in the transaction other limits. `usual`: how long
  /// statements wait outside it.
  void limit(db::connection& connection, const std::string& usual,
             const wait_limits& for_migration) const;
  /// Carries out a step's row changes. Throws `error` where one does not match exactly one row:
  /// then somebody else has moved the database, and the caller rolls back.
  void apply(db::connection& connection, const history::step& step) const;

  /// How long statements wait for a lock, and how long one may take, outside of transactions.
  struct usual_limits {
    std::string lock;
    std::string statement;
  };
  usual_limits usual(db::connection& connection) const;
  /// `begin` where the table is there, as statements to be sent with others; and what a failure of
  /// one of them means.
  std::vector<std::string> begin_statements(const usual_limits& usual,
                                            const wait_limits& for_migration) const;
  error explain_begin(const error& problem) const;
  /// `rows` in the same two steps.
  std::string rows_query() const;
  history::rows sorted(const db::result& found) const;
  /// Throws `error` unless a row change has matched one row.
  void require_one(const history::row_change& change, std::int64_t affected) const;

  std::string create_sql() const;
  std::string change_sql(const history::row_change& change) const;

 private:
  const dialect::dialect& target_;
  /// As the user names it.
  model::qualified_name table_;
  model::qualified_name resolved_ = table_;
  /// As it stands in statements.
  std::string table_sql_;
  wait_limits limits_;
};

}  // namespace retort::engine
