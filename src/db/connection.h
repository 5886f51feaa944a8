#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

/// One connection to one database. Not thread-safe. Every call throws `retort::error` with the
/// database's message, its SQLSTATE and, where the database tells, the position in the SQL.
class connection {
 public:
  virtual ~connection() = default;

  /// Runs one statement. `parameters` replace `$1`, `$2`, … on PostgreSQL and `?1`, `?2`, … on
  /// SQLite; they are sent as text.
  virtual result query(std::string_view sql, std::span<const cell> parameters = {}) = 0;

  /// Runs one statement and drops its rows.
  virtual void execute(std::string_view sql) = 0;

  /// Opens a transaction; on SQLite at once as a writer (BEGIN IMMEDIATE).
  virtual void begin() = 0;
  virtual void commit() = 0;
  /// Gives the transaction up; never throws, and does nothing where none is open.
  virtual void rollback() noexcept = 0;
  /// Whether the database (not this object) has a transaction open.
  virtual bool in_transaction() const = 0;

  /// "SQLite 3.40.1", "PostgreSQL 15.18": for messages.
  virtual std::string server() const = 0;
};

}  // namespace retort::db
