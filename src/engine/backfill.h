#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <retort/error.h>

#include "dialect/dialect.h"

namespace retort::engine {

/// A migration that was begun and not finished. Of one with backfills the parts are those and what
/// stands between them, each a transaction or more of its own; of one outside a transaction they
/// are its statements.
struct unfinished_migration {
  std::string revision = {};
  bool upgrade = true;
  /// How many of its parts are done.
  std::size_t part = 0;
  /// The statements of those, and of the part that is at work, as one text: what has run must not
  /// change.
  std::string done = {};
  /// Behind which row that backfill goes on; empty: it has not begun.
  std::vector<std::string> key = {};
  /// How many rows it has updated.
  std::int64_t rows = 0;
  /// Whether the part behind those that are done was begun, and its end not seen.
  bool in_doubt = false;
};

/// "the upgrade to X was begun and not finished", and what to do about it.
error explain(const unfinished_migration& left);

/// Keeps what is unfinished in the table `retort_unfinished` beside the version table; where
/// nothing is, there is no such table. What writes belongs into the transaction of the work that it
/// records.
class unfinished_store {
 public:
  unfinished_store(const dialect::dialect& target, const model::qualified_name& version_table);

  std::optional<unfinished_migration> read(db::connection& connection) const;
  void write(db::connection& connection, const unfinished_migration& now) const;
  void clear(db::connection& connection) const;

 private:
  bool exists(db::connection& connection) const;
  std::vector<db::row> rows(db::connection& connection) const;

  const dialect::dialect& target_;
  model::qualified_name table_;
  /// As it stands in statements.
  std::string table_sql_;
  std::string version_table_;
};

/// Walks through a table's rows in batches.
class batch_walk {
 public:
  /// Goes on behind the row with this key; empty: from the first. Throws `error` where the table
  /// has no key to walk by. `what` outlives the object.
  batch_walk(db::connection& connection, const dialect::dialect& target,
             const model::backfill& what, std::vector<std::string> key);

  /// Updates the next rows, in the caller's transaction, and returns how many there were. Throws
  /// `error` where one of them has left the batch by it: it would be met again, or another never.
  std::int64_t update();
  /// Whether there are no more.
  bool is_done() const { return done_; }
  /// Of the last row so far.
  const std::vector<std::string>& key() const { return key_; }
  /// The UPDATE that was sent last.
  const std::string& sql() const { return sql_; }

 private:
  /// Whether the key is behind (`>`) or not behind (`<=`) the values of parameters from `first` on.
  std::string compare(std::string_view how, std::size_t first) const;
  /// The same where no operator is that of all columns.
  std::string compare_each(std::string_view how, std::size_t first) const;
  std::string condition(const std::vector<std::string>& terms) const;
  std::string list_of_columns() const;
  /// Throws `error` unless as many rows were updated as `found_rows` has found.
  void require_updated(std::int64_t found, std::int64_t updated) const;
  /// How many rows an UPDATE with this condition finds, where something may keep it from updating
  /// them, and else 0. Nobody else changes them until the transaction ends.
  std::int64_t found_rows(const std::string& condition, const std::vector<std::string>& values);
  /// Sends the UPDATE of the rows whose keys are within these bounds, which they may not leave.
  std::int64_t update_within(const std::string& bounds, const std::vector<std::string>& values);
  /// The key of the last row of the next batch; none where the batch is the last one.
  std::optional<std::vector<std::string>> next_key();

  db::connection& connection_;
  const dialect::dialect& target_;
  const model::backfill& what_;
  std::vector<std::string> columns_;
  /// See `dialect::key_operators`.
  std::vector<std::string> operators_;
  /// See `dialect::what_skips_updates`.
  std::vector<std::string> skipping_;
  std::vector<std::string> key_;
  std::string sql_;
  bool done_ = false;
};

}  // namespace retort::engine
