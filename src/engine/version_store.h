#pragma once

#include <string>

#include "db/connection.h"
#include "dialect/dialect.h"
#include "history/revision_map.h"

namespace retort::engine {

/// The table that says where a database is: one column `version_num`, exactly Alembic's rows.
class version_store {
 public:
  /// `lock_wait`: how many seconds `begin` waits for another runner.
  version_store(const dialect::dialect& target, model::qualified_name table, int lock_wait = 60)
      : target_(target),
        table_(std::move(table)),
        table_sql_(target.version_table(table_)),
        lock_wait_(lock_wait) {}

  /// An empty schema means the connection's own.
  const model::qualified_name& table() const { return table_; }
  /// How many seconds a run waits for another.
  int lock_wait() const { return lock_wait_; }

  bool exists(db::connection& connection) const;
  /// The rows, sorted; none where there is no table. Creates nothing. Throws `error` where a row is
  /// there twice, as it can be in a table that somebody else has made without a primary key.
  history::rows read(db::connection& connection) const;
  /// The same where the table is there: a query less. After `begin` it is.
  history::rows rows(db::connection& connection) const;
  /// Opens a transaction in which the table is there and nobody else can move its rows. Throws
  /// `error` of kind try_again where another runner holds it for longer than the caller waits.
  void begin(db::connection& connection) const;
  /// Carries out a step's row changes. Throws `error` where one does not match exactly one row:
  /// then somebody else has moved the database, and the caller rolls back.
  void apply(db::connection& connection, const history::step& step) const;

  std::string create_sql() const;
  std::string change_sql(const history::row_change& change) const;

 private:
  const dialect::dialect& target_;
  model::qualified_name table_;
  /// As it stands in statements.
  std::string table_sql_;
  int lock_wait_;
};

}  // namespace retort::engine
