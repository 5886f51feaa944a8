#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include "sqlite/connection.h"
#include "sqlite/dialect.h"

#if __has_include(<sys/file.h>)
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

// A migration outside a transaction holds no lock of SQLite's between its statements, and VACUUM
// allows no other connection one. So runners keep each other out by an advisory lock on a file
// beside the database, which ends with the process and has nothing to do with the locks that SQLite
// takes on the database, which would be lost by opening and closing it here ("How To Corrupt An
// SQLite Database File", POSIX advisory locks). Whoever holds the lock removes the file; what a
// killed process has left is taken over.

namespace retort::sqlite {

#if __has_include(<sys/file.h>)
namespace {

/// A descriptor, closed with the object.
class opened_file {
 public:
  explicit opened_file(int file) : file_(file) {}
  opened_file(opened_file&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  opened_file& operator=(opened_file&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~opened_file() {
    if (file_ >= 0) ::close(file_);
  }
  int get() const { return file_; }

 private:
  int file_;
};

class file_lock final : public dialect::run_lock {
 public:
  file_lock(std::string path, opened_file file) : path_(std::move(path)), file_(std::move(file)) {}
  ~file_lock() override { ::unlink(path_.c_str()); }

 private:
  std::string path_;
  opened_file file_;
};

/// With the rights of the database, so that whoever may use that may lock.
opened_file open_beside(const std::string& path, const std::string& database) {
  opened_file file(::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  struct stat own = {};
  struct stat of_database = {};
  if (file.get() >= 0 && ::fstat(file.get(), &own) == 0 && own.st_uid == ::geteuid() &&
      ::stat(database.c_str(), &of_database) == 0) {
    static_cast<void>(::fchmod(file.get(), of_database.st_mode & 0666));
  }
  return file;
}

/// Whether the file is still the one of that name: its holder may have removed it meanwhile.
bool is_at(const opened_file& file, const std::string& path) {
  struct stat own = {};
  struct stat there = {};
  return ::fstat(file.get(), &own) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

error still_held(int seconds) {
  return error(fmt::format(
                   "another runner is at a migration outside a transaction, and {} enough",
                   seconds == 1 ? "1 second was not" : fmt::format("{} seconds were not", seconds)),
               failure::try_again)
      .help("try again later, or wait longer: --lock-wait SECONDS");
}

}  // namespace

std::unique_ptr<dialect::run_lock> sqlite_dialect::lock_migration(db::connection& connection,
                                                                  int seconds) const {
  using clock = std::chrono::steady_clock;
  const auto rows =
      connection.query("SELECT file FROM pragma_database_list WHERE name = 'main'").rows;
  // A database in memory is nobody else's.
  if (rows.empty() || rows[0][0].value_or("").empty()) return nullptr;
  std::error_code failed;
  const auto database = std::filesystem::canonical(*rows[0][0], failed).string();
  if (failed) return nullptr;
  const auto path = database + "-retort-lock";
  const auto end = clock::now() + std::chrono::seconds(seconds);
  for (auto pause = std::chrono::milliseconds(20);;
       pause = std::min(2 * pause, std::chrono::milliseconds(500))) {
    auto file = open_beside(path, database);
    if (file.get() < 0) return nullptr;
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
      if (!is_at(file, path)) continue;
      return std::make_unique<file_lock>(path, std::move(file));
    }
    // Some network file systems have no such locks; the version rows are looked at in any case.
    if (errno != EWOULDBLOCK && errno != EINTR) {
      ::unlink(path.c_str());
      return nullptr;
    }
    if (clock::now() >= end) throw still_held(seconds);
    std::this_thread::sleep_for(pause);
  }
}

#else

std::unique_ptr<dialect::run_lock> sqlite_dialect::lock_migration(db::connection&, int) const {
  return nullptr;
}

#endif

}  // namespace retort::sqlite
