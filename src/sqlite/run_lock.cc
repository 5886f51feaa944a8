#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "sqlite/connection.h"
#include "sqlite/dialect.h"

#if __has_include(<sys/file.h>)
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#endif

// A migration outside a transaction holds no lock of SQLite's between its statements, and VACUUM
// allows no other connection one. So runners keep each other out by an advisory lock on the
// database's folder: it leaves no file behind, ends with the process, and has nothing to do with
// the locks that SQLite takes on the file, which would be lost by opening and closing the file here
// ("How To Corrupt An SQLite Database File", POSIX advisory locks).

namespace retort::sqlite {

#if __has_include(<sys/file.h>)
namespace {

class folder_lock final : public dialect::run_lock {
 public:
  explicit folder_lock(int file) : file_(file) {}
  ~folder_lock() override { ::close(file_); }

 private:
  int file_;
};

}  // namespace

std::unique_ptr<dialect::run_lock> sqlite_dialect::lock_migration(db::connection& connection,
                                                                  int seconds) const {
  using clock = std::chrono::steady_clock;
  const auto rows =
      connection.query("SELECT file FROM pragma_database_list WHERE name = 'main'").rows;
  // A database in memory is nobody else's.
  if (rows.empty() || rows[0][0].value_or("").empty()) return nullptr;
  std::error_code failed;
  const auto folder = std::filesystem::canonical(*rows[0][0], failed).parent_path().string();
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return nullptr;
  auto lock = std::make_unique<folder_lock>(file);
  const auto end = clock::now() + std::chrono::seconds(seconds);
  for (auto pause = std::chrono::milliseconds(20); ::flock(file, LOCK_EX | LOCK_NB) != 0;
       pause = std::min(2 * pause, std::chrono::milliseconds(500))) {
    // Some network file systems lock no folders; the version rows are looked at in any case.
    if (errno != EWOULDBLOCK && errno != EINTR) return nullptr;
    if (clock::now() >= end) {
      throw error(fmt::format("another runner is at a migration outside a transaction, and {} "
                              "enough",
                              seconds == 1 ? "1 second was not"
                                           : fmt::format("{} seconds were not", seconds)),
                  failure::try_again)
          .help("try again later, or wait longer: --lock-wait SECONDS");
    }
    std::this_thread::sleep_for(pause);
  }
  return lock;
}

#else

std::unique_ptr<dialect::run_lock> sqlite_dialect::lock_migration(db::connection&, int) const {
  return nullptr;
}

#endif

}  // namespace retort::sqlite
