#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "db/connection.h"
#include "process/run.h"

namespace retort::e2e {

using process::outcome;
using arguments = std::vector<std::string>;
using variables = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// In every database URL of these tests. No program may ever print it.
inline constexpr std::string_view password = "hunter2-sesame";

/// The two databases, as parameters of TEST_CASE_TEMPLATE.
struct sqlite {
  static constexpr const char* dialect = "sqlite";
};
struct postgresql {
  static constexpr const char* dialect = "postgresql";
};

/// A temporary folder with a fresh database, both gone with the object. Programs run in the folder.
class bench {
 public:
  explicit bench(std::string_view dialect);
  ~bench();
  bench(const bench&) = delete;
  bench& operator=(const bench&) = delete;

  /// Whether the server is this program's own, to be changed at will, or was named by
  /// RETORT_TEST_POSTGRES_URL.
  static bool has_private_server();

  /// "sqlite" or "postgresql".
  const std::string& dialect() const { return dialect_; }
  bool is_sqlite() const { return dialect_ == "sqlite"; }
  /// The database's address, and how programs show it.
  const std::string& url() const { return url_; }
  const std::string& shown_url() const { return shown_url_; }
  const std::string& folder() const { return folder_; }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  /// Makes folders as needed.
  void write(const std::string& name, std::string_view content) const;
  std::string read(const std::string& name) const;
  bool exists(const std::string& name) const;
  /// The names in a folder, sorted.
  std::vector<std::string> files(const std::string& name) const;

  /// Writes `migrations/<id>_step.sql`. A `down` of nullptr leaves the section out.
  void migration(const std::string& id, const std::string& parent, std::string_view up,
                 const char* down) const;
  /// The same, to run outside a transaction, with an empty way back.
  void outside(const std::string& id, const std::string& parent, std::string_view up) const;

  /// Runs `retort` or `reviewpoint-db` with these arguments alone.
  outcome tool(const arguments& what, const variables& environment = {}) const;
  outcome runner(const arguments& what, const variables& environment = {}) const;
  /// `retort` with this folder's migrations and this database.
  outcome retort(arguments what, const variables& environment = {}) const;
  /// The same, and after so many seconds the program gets a signal ("TERM", "KILL"); the status is
  /// the program's own.
  outcome signalled(const std::string& signal, double seconds, arguments what) const;
  /// `reviewpoint-db` with this database.
  outcome reviewpoint(arguments what, const variables& environment = {}) const;
  /// Another program.
  outcome program(const std::string& name, const arguments& what,
                  const std::string& input = {}) const;
  /// `sqlite3` or `psql` fed with a script, as a DBA would.
  outcome shell(const std::string& script) const;

  /// Rows as lines, cells separated by '|', NULL as "NULL".
  std::string query(const std::string& sql) const;
  /// One statement, or several, as the database takes them.
  void execute(const std::string& sql) const;
  bool has_table(const std::string& name) const;
  /// Whether a session of this PostgreSQL database is at a statement with this text in it.
  bool is_at(const std::string& statement) const;
  /// The version rows, sorted, separated by spaces; "none" without the table.
  std::string versions(const std::string& table = "retort_version") const;

  std::unique_ptr<db::connection> connect() const;

 private:
  outcome run(const char* program, const arguments& what, const variables& environment) const;

  std::string dialect_;
  std::string folder_;
  std::string url_;
  std::string shown_url_;
  std::string database_;
};

/// Whether something comes true within a minute: what another program does takes what it takes.
bool comes_true(const std::function<bool()>& condition);

/// Standard output as JSON. The test fails where it is none.
nlohmann::json json(const outcome& result);

/// `(12 ms)` and `(1.2 s)` become `(TIME)`.
std::string without_times(const std::string& output);

}  // namespace retort::e2e

TYPE_TO_STRING_AS("sqlite", retort::e2e::sqlite);
TYPE_TO_STRING_AS("postgresql", retort::e2e::postgresql);
