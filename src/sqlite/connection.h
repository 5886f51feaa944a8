#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "db/connection.h"
#include "model/table.h"

struct sqlite3;
struct sqlite3_stmt;

namespace retort::sqlite {

struct close_database {
  void operator()(sqlite3* database) const noexcept;
};
using database_handle = std::unique_ptr<sqlite3, close_database>;

/// Asked about statements before they take effect. It may use the connection meanwhile; what it
/// throws is the statement's failure.
class statement_listener {
 public:
  virtual ~statement_listener() = default;
  /// A PRAGMA or an ATTACH may come.
  virtual void before_setting() = 0;
  /// A table of the main database is to be dropped; the name is in lower case.
  virtual void before_drop(const std::string& table) = 0;
  /// A statement that adds a column to a table of the main database is to be run.
  virtual void before_adding(const std::string& table, const std::string& column) = 0;
};

/// What statements did, for cleaning up behind them.
struct watched_changes {
  /// Tables of the main database whose rows or definition were changed, be it through a trigger; in
  /// lower case.
  std::set<std::string> tables;
  /// Whether objects were made in the database `temp`.
  bool temporary = false;
  bool case_sensitive_like = false;
};

struct finalise_statement {
  void operator()(sqlite3_stmt* statement) const noexcept;
};
using statement_handle = std::unique_ptr<sqlite3_stmt, finalise_statement>;

class sqlite_connection final : public db::connection {
 public:
  explicit sqlite_connection(database_handle database);

  db::result query(std::string_view sql, std::span<const db::parameter> parameters = {}) override;
  std::unique_ptr<db::prepared> prepare(std::string_view sql) override;
  void copy(std::string_view sql, std::string_view data) override;
  void execute(std::string_view sql) override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  bool in_transaction() const override;
  std::string server() const override;
  void cancel() noexcept override;

  /// Copies `main` into a file ("SQLite Backup API"), which may be there and empty. Throws `error`
  /// where the copy cannot be made or is not sound.
  void back_up(const std::string& path);

  /// From here on no statement can open a further file (ATTACH, VACUUM INTO).
  void forbid_files();

  /// From here on VACUUM INTO is looked at and not run: what it writes is none of the database's.
  void spare_other_files() { spares_other_files_ = true; }

  /// Whether "x" is a string where there is no column x. It is unless told otherwise.
  void take_quoted_names_for_strings(bool yes);

  /// How many transactions that wrote, or were begun to write, have ended on this connection.
  unsigned long ended_transactions() const { return ended_; }

  /// Tables as introspection has read them, by the SQL that they were read from: its own affair.
  std::unordered_map<std::string, model::table>& known_tables() { return known_tables_; }

  /// Watches the statements that come, until `end_watch`. `listener` outlives that.
  void watch(statement_listener& listener);
  void end_watch();
  /// What the watched statements did since this was asked last.
  watched_changes take_changes();

 private:
  static int authorise(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger);

  statement_handle compile(std::string_view sql);
  template <typename Question>
  void unwatched(Question ask);
  bool note(int action, const std::string& first, const std::string& second,
            const std::string& database);

  /// Counted by SQLite's own hooks, and so before `database_` is closed.
  unsigned long ended_ = 0;
  database_handle database_;
  bool spares_other_files_ = false;
  statement_listener* listener_ = nullptr;
  watched_changes changes_;
  std::unordered_map<std::string, model::table> known_tables_;
  /// The table whose DROP the listener has not been asked about yet.
  std::string dropping_;
  std::string may_drop_;

  /// A virtual table's own tables go with it.
  bool is_let_go(const std::string& table) const {
    return table == may_drop_ || (!may_drop_.empty() && table.starts_with(may_drop_ + "_"));
  }
};

/// Whether a statement is VACUUM INTO, which writes another file.
bool is_vacuum_into(std::string_view sql);

/// The file's name as SQLite takes it for a name: it may be built to read `file:…` as a URI.
std::string plain_name(const std::string& path);

/// The name of a result code, "SQLITE_CONSTRAINT_UNIQUE"; codes that have none here give the name
/// of their primary code.
std::string code_name(int code);

}  // namespace retort::sqlite
