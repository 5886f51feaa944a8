#include "dialect/backend.h"

#include <fmt/format.h>
#include <retort/error.h>
#include <retort/sqlite.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

#include "sqlite/connection.h"
#include "sqlite/dialect.h"
#include "sqlite/scratch.h"

namespace retort::sqlite {
namespace {

namespace fs = std::filesystem;

/// Whether files can be made in a folder; true where the system has no way to ask.
bool is_writable([[maybe_unused]] const fs::path& folder) {
#if __has_include(<unistd.h>)
  return ::access(folder.c_str(), W_OK) == 0;
#else
  return true;
#endif
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

error cannot_open(const std::string& path, const std::string& reason) {
  return error(fmt::format("cannot open the SQLite database {}: {}", path, reason));
}

error not_a_database(const std::string& path) {
  return cannot_open(path, "it is not a SQLite database")
      .help(
          "name a SQLite file in the URL (an encrypted one cannot be read), or a file that is not "
          "there yet");
}

/// What the file system tells before SQLite does, in plainer words.
void inspect(const std::string& path, bool exists) {
  std::error_code failed;
  if (exists && fs::is_directory(path, failed)) {
    throw cannot_open(path, "it is a folder")
        .help(fmt::format("name a file in it: {}", (fs::path(path) / "app.db").string()));
  }
  if (exists && !fs::is_regular_file(path, failed)) {
    throw cannot_open(path, "it is not a regular file").help("correct the URL");
  }
  // SQLite takes what is shorter than its smallest page for empty, and would write over it; only a
  // crash leaves such a file, and a journal beside it.
  auto size = exists ? fs::file_size(path, failed) : 0;
  if (!failed && size > 0 && size < 512 && !fs::exists(path + "-journal", failed)) {
    throw not_a_database(path);
  }
  auto folder = folder_of(path);
  if (!exists && !fs::is_directory(folder, failed)) {
    auto problem = cannot_open(path, fmt::format("there is no folder {}", folder.string()));
    if (fs::path(path).is_relative()) {
      problem.note(fmt::format("relative paths begin at {}", fs::current_path(failed).string()));
    }
    throw problem.help("make the folder, or correct the URL");
  }
}

/// `flags` beside those that hold for every connection. Null where SQLite cannot open the file;
/// then `reason` says why.
database_handle open_file(const std::string& name, int flags, std::string& reason) {
  sqlite3* raw = nullptr;
  int rc = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
  database_handle database(raw);
  if (rc == SQLITE_OK) {
    sqlite3_extended_result_codes(raw, 1);
    // SQLite can be compiled to begin with enforcement on; here a session decides.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
    return database;
  }
  reason = raw ? sqlite3_errmsg(raw) : "out of memory";
  int system = raw ? sqlite3_system_errno(raw) : 0;
  if (system != 0) reason = std::error_code(system, std::system_category()).message();
  return nullptr;
}

std::string immutable_uri(const std::string& path) {
  std::string out = "file:";
  for (char c : fs::absolute(path).string()) {
    bool special = c == '%' || c == '?' || c == '#';
    out += special ? fmt::format("%{:02x}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out + "?immutable=1";
}

/// A database in WAL mode needs files beside it even to be read. Where they can neither be found
/// nor be made nobody is writing, so the file can be read as it is.
bool needs_immutable(const std::string& path) {
  std::error_code failed;
  return !is_writable(folder_of(path)) && !fs::exists(path + "-wal", failed);
}

/// Reads the schema, which finds out whether the file is a database at all.
int probe(sqlite3* database) {
  return sqlite3_exec(database, "SELECT count(*) FROM sqlite_master", nullptr, nullptr, nullptr);
}

/// To read on without a hot journal, as `immutable` does, would be to read what was never committed
/// ("Atomic Commit In SQLite", 4.2).
error left_half_done(sqlite3* database, const std::string& path) {
  auto problem = cannot_open(
      path, fmt::format("a writer was killed in the middle of a transaction, and what it left half "
                        "done cannot be taken back ({})",
                        sqlite3_errmsg(database)));
  problem.sqlstate = code_name(sqlite3_extended_errcode(database));
  return problem.help(
      fmt::format("let a user who may write to the file, to {}-journal and to their folder open it "
                  "once, and do not delete the journal",
                  path));
}

error explain_probe(sqlite3* database, const std::string& path) {
  int code = sqlite3_extended_errcode(database);
  if ((code & 0xff) == SQLITE_NOTADB) {
    return cannot_open(path, "it is not a SQLite database")
        .help(
            "name a SQLite file in the URL (an encrypted one cannot be read), or a file that is "
            "not there yet");
  }
  if (code == SQLITE_READONLY_ROLLBACK) return left_half_done(database, path);
  auto problem = cannot_open(path, sqlite3_errmsg(database));
  problem.sqlstate = code_name(code);
  if ((code & 0xff) == SQLITE_BUSY) {
    problem.kind = failure::try_again;
    problem.help("another connection holds the database; try again when it is done");
  }
  return problem;
}

void require_writable(sqlite3* database, const std::string& path) {
  if (sqlite3_db_readonly(database, "main") == 1) {
    throw cannot_open(path, "the file is read-only, and this command writes")
        .help("give yourself the permission to write to the file, or use a copy of it");
  }
  auto folder = folder_of(path);
  if (!is_writable(folder)) {
    throw cannot_open(path, fmt::format("the folder {} is read-only", folder.string()))
        .help(
            "SQLite makes a journal beside the file while it writes: give yourself the permission "
            "to write to the folder, or use a copy of the file elsewhere");
  }
}

class sqlite_backend_type final : public backend {
 public:
  const retort::dialect::dialect& dialect() const override { return dialect_; }

  std::unique_ptr<db::connection> open(const db::url& url,
                                       const open_options& options) const override {
    if (sqlite3_libversion_number() < 3035000) {
      throw error(
          fmt::format("SQLite {} is too old: Retort needs 3.35 or newer", sqlite3_libversion()));
    }
    auto database = url.database.empty() ? open_memory() : open_path(url.database, options);
    if (database && !options.durable) {
      sqlite3_exec(database.get(), "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY",
                   nullptr, nullptr, nullptr);
    }
    if (!database) return nullptr;
    auto connection = std::make_unique<sqlite_connection>(std::move(database));
    // What a migration does to a scratch database is tried, and again.
    if (!options.durable) connection->spare_other_files();
    return connection;
  }

  bool back_up(db::connection& connection, const std::string& path) const override {
    dynamic_cast<sqlite_connection&>(connection).back_up(path);
    return true;
  }

  std::unique_ptr<retort::dialect::scratch> open_scratch(const db::url&) const override {
    return std::make_unique<sqlite_scratch>();
  }

 private:
  static database_handle open_memory() {
    std::string reason;
    auto database = open_file(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, reason);
    if (!database) throw cannot_open("in memory", reason);
    return database;
  }

  /// Null where there is no file and none is to be made.
  static database_handle open_path(const std::string& path, const open_options& options) {
    std::error_code failed;
    bool exists = fs::exists(path, failed);
    if (!exists && (options.read_only || !options.create)) return nullptr;
    inspect(path, exists);
    int flags =
        options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    std::string reason;
    auto database = open_file(plain_name(path), flags, reason);
    if (!database) {
      throw cannot_open(path, reason).help("check the permissions of the file and of its folders");
    }
    sqlite3_busy_timeout(database.get(), std::clamp(options.busy_seconds, 0, 1000000) * 1000);
    int rc = probe(database.get());
    if (options.read_only && sqlite3_extended_errcode(database.get()) == SQLITE_READONLY_ROLLBACK) {
      recover(path, options);
      rc = probe(database.get());
    }
    const bool refused = rc != SQLITE_READONLY_ROLLBACK &&
                         ((rc & 0xff) == SQLITE_CANTOPEN || (rc & 0xff) == SQLITE_READONLY);
    if (refused && options.read_only && needs_immutable(path)) {
      database = open_file(immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, reason);
      if (!database) throw cannot_open(path, reason);
      rc = probe(database.get());
    }
    if (rc != SQLITE_OK) throw explain_probe(database.get(), path);
    if (!options.read_only) require_writable(database.get(), path);
    return database;
  }

  /// A writer was killed, and what it left half done must be taken back before anybody can read
  /// ("File Locking And Concurrency", 3.1, "hot journals"). Throws `error` where this user cannot.
  static void recover(const std::string& path, const open_options& options) {
    std::string reason;
    const auto writer = open_file(plain_name(path), SQLITE_OPEN_READWRITE, reason);
    if (!writer) throw cannot_open(path, reason);
    sqlite3_busy_timeout(writer.get(), std::clamp(options.busy_seconds, 0, 1000000) * 1000);
    const int code = probe(writer.get());
    if (code == SQLITE_OK) return;
    throw(code & 0xff) == SQLITE_BUSY ? explain_probe(writer.get(), path)
                                      : left_half_done(writer.get(), path);
  }

  sqlite_dialect dialect_;
};

}  // namespace
}  // namespace retort::sqlite

namespace retort {
inline namespace abi_1 {

const backend& sqlite_backend() {
  static const sqlite::sqlite_backend_type instance;
  return instance;
}

}  // namespace abi_1
}  // namespace retort
