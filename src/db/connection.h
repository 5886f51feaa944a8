#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <retort/error.h>

#include "base/interrupt.h"

namespace retort::db {

/// A row's cell in the database's text form; none is NULL.
using cell = std::optional<std::string>;
using row = std::vector<cell>;

struct result {
  std::vector<std::string> columns;
  std::vector<row> rows;
  /// Rows that an INSERT, UPDATE or DELETE touched.
  std::int64_t affected = 0;
};

/// Bytes as a parameter; borrowed.
struct byte_string {
  std::string_view bytes;
};

/// A value for a parameter; `monostate` is NULL. Texts and bytes are borrowed for the call.
using parameter =
    std::variant<std::monostate, bool, std::int64_t, double, std::string_view, byte_string>;

/// The failure of one of several statements that were sent together.
struct batch_failure {
  error problem;
  /// Which: from 0. Those behind it have not run.
  std::size_t index = 0;
};

/// A statement that the database has compiled, to be run often. Refers to its connection.
class prepared {
 public:
  prepared() = default;
  prepared(const prepared&) = delete;
  prepared& operator=(const prepared&) = delete;
  virtual ~prepared() = default;

  virtual result run(std::span<const parameter> parameters) = 0;
};

/// One connection to one database. Not thread-safe. Every call throws `retort::error` with the
/// database's message, its SQLSTATE and, where the database tells, the position in the SQL.
class connection : public base::cancellable {
 public:
  /// Runs one statement. `parameters` replace `$1`, `$2`, …; on SQLite `?` and `?1` mean them, too.
  virtual result query(std::string_view sql, std::span<const parameter> parameters = {}) = 0;
  /// Runs statements in their order as one message to the server, up to the first that fails, and
  /// returns the result of each. Throws `batch_failure`; then a transaction may be open.
  virtual std::vector<result> query_all(std::span<const std::string> statements);
  virtual std::unique_ptr<prepared> prepare(std::string_view sql) = 0;

  /// Runs a statement that reads rows: COPY … FROM STDIN, with `data` in PostgreSQL's text format.
  /// Throws `error` where the database has no such thing.
  virtual void copy(std::string_view sql, std::string_view data) = 0;

  /// Runs one statement and drops its rows.
  virtual void execute(std::string_view sql) = 0;

  /// Opens a transaction; on SQLite at once as a writer (BEGIN IMMEDIATE).
  virtual void begin() = 0;
  virtual void commit() = 0;
  /// Gives the transaction up; never throws, and does nothing where none is open.
  virtual void rollback() noexcept = 0;
  /// Whether the database (not this object) has a transaction open.
  virtual bool in_transaction() const = 0;

  /// Makes the statement at work fail, if there is one.
  void cancel() noexcept override {}

  /// "SQLite 3.40.1", "PostgreSQL 15.18": for messages.
  virtual std::string server() const = 0;
};

}  // namespace retort::db
