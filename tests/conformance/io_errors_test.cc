#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <new>

#include <sqlite3.h>

#include "conformance/place.h"

// A disk that fails at some write: whichever it is, the file is at a whole revision, and the next
// run makes of it what an undisturbed one does.

namespace retort::conformance {
namespace {

/// "OS Interface": the usual one, of which the files fail at the n-th write that is asked for.
class failing_disk {
 public:
  /// `result`: what that write and all behind it answer.
  explicit failing_disk(int result) : result_(result), real_(sqlite3_vfs_find(nullptr)) {
    current_ = this;
    shim_ = *real_;
    shim_.zName = "failing";
    shim_.szOsFile = static_cast<int>(sizeof(file)) + real_->szOsFile;
    shim_.pNext = nullptr;
    shim_.xOpen = open;
    sqlite3_vfs_register(&shim_, 1);
  }
  ~failing_disk() {
    sqlite3_vfs_unregister(&shim_);
    sqlite3_vfs_register(real_, 1);
  }
  failing_disk(const failing_disk&) = delete;
  failing_disk& operator=(const failing_disk&) = delete;

  /// From now on; 0: never.
  void fail_at(int write) {
    fail_at_ = write;
    writes_ = 0;
  }
  bool has_failed() const { return fail_at_ != 0 && writes_ >= fail_at_; }

 private:
  struct file {
    sqlite3_file base;
    /// The real one stands behind.
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static sqlite3_file* real(sqlite3_file* one) { return reinterpret_cast<file*>(one)->real(); }

  static bool fails() {
    auto& disk = *current_;
    if (disk.fail_at_ == 0) return false;
    ++disk.writes_;
    return disk.has_failed();
  }

  static int open(sqlite3_vfs*, const char* name, sqlite3_file* one, int flags, int* given) {
    auto& disk = *current_;
    one->pMethods = nullptr;
    const int opened = disk.real_->xOpen(disk.real_, name, real(one), flags, given);
    if (opened == SQLITE_OK) one->pMethods = &methods;
    return opened;
  }

  static int write(sqlite3_file* one, const void* bytes, int size, sqlite3_int64 at) {
    if (fails()) return current_->result_;
    return real(one)->pMethods->xWrite(real(one), bytes, size, at);
  }
  static int truncate(sqlite3_file* one, sqlite3_int64 size) {
    if (fails()) return SQLITE_IOERR_TRUNCATE;
    return real(one)->pMethods->xTruncate(real(one), size);
  }
  /// Nobody draws the plug in this test: what is written need not reach the disk.
  static int sync(sqlite3_file*, int) { return fails() ? SQLITE_IOERR_FSYNC : SQLITE_OK; }

  static const sqlite3_io_methods methods;
  static inline failing_disk* current_ = nullptr;

  int result_;
  sqlite3_vfs* real_;
  sqlite3_vfs shim_{};
  int fail_at_ = 0;
  int writes_ = 0;
};

const sqlite3_io_methods failing_disk::methods = {
    1,
    [](sqlite3_file* one) { return real(one)->pMethods->xClose(real(one)); },
    [](sqlite3_file* one, void* bytes, int size, sqlite3_int64 at) {
      return real(one)->pMethods->xRead(real(one), bytes, size, at);
    },
    write,
    truncate,
    sync,
    [](sqlite3_file* one, sqlite3_int64* size) {
      return real(one)->pMethods->xFileSize(real(one), size);
    },
    [](sqlite3_file* one, int how) { return real(one)->pMethods->xLock(real(one), how); },
    [](sqlite3_file* one, int how) { return real(one)->pMethods->xUnlock(real(one), how); },
    [](sqlite3_file* one, int* held) {
      return real(one)->pMethods->xCheckReservedLock(real(one), held);
    },
    [](sqlite3_file* one, int what, void* more) {
      return real(one)->pMethods->xFileControl(real(one), what, more);
    },
    [](sqlite3_file* one) { return real(one)->pMethods->xSectorSize(real(one)); },
    [](sqlite3_file* one) { return real(one)->pMethods->xDeviceCharacteristics(real(one)); },
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

constexpr migration first = {.upgrade = [](operations& op) {
  op.create_table("t", {column("id", types::bigint).primary_key(), column("n", types::bigint)});
  op.bulk_insert("t", {"id", "n"}, {{1, 1}, {2, 2}, {3, 3}});
}};
/// A rebuild, and rows.
constexpr migration second = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                op.alter_column("t", "n", change().type(types::text));
                                op.execute("UPDATE t SET n = n || 'x'");
                              }};
/// Statement by statement.
constexpr migration third = {
    .down_revision = {"m1"}, .transaction = false, .upgrade = [](operations& op) {
      op.execute("INSERT INTO t VALUES (4, 'four')");
      op.execute("VACUUM");
      op.execute("INSERT INTO t SELECT max(id) + 1, 'next' FROM t");
    }};

/// Structure and rows, but for the journal.
std::string all_of(const place& where) {
  return where.value(
             "SELECT group_concat(x, '; ') FROM (SELECT sql AS x FROM sqlite_master WHERE name NOT "
             "LIKE "
             "'retort_journal%' AND name NOT LIKE 'sqlite_%' ORDER BY name)") +
         where.value(
             "SELECT group_concat(id || '=' || n, ',') FROM (SELECT * FROM t ORDER BY id)") +
         where.value("SELECT group_concat(version_num) FROM retort_version");
}

/// What the file must hold at each revision; an empty text: none.
bool is_whole(const place& where) {
  if (where.value("SELECT count(*) FROM sqlite_master WHERE name = 'retort_version'") == "0") {
    return where.value("SELECT count(*) FROM sqlite_master WHERE name = 't'") == "0";
  }
  const auto at = where.value("SELECT coalesce(max(version_num), '') FROM retort_version");
  if (at.empty()) return where.value("SELECT count(*) FROM sqlite_master WHERE name = 't'") == "0";
  const auto rows = where.value("SELECT group_concat(n) FROM (SELECT n FROM t ORDER BY id)");
  if (at == "m0") return rows == "1,2,3";
  // What a migration outside a transaction has done stays, and is on record.
  if (at == "m1") return rows.starts_with("1x,2x,3x");
  return rows == "1x,2x,3x,four,next";
}

TEST_CASE("a disk that fails at any write") {
  const std::initializer_list<const migration*> chain = {&first, &second, &third};
  std::string undisturbed;
  {
    const sqlite_place where;
    upgrade(where, chain);
    undisturbed = all_of(where);
  }
  for (const int result : {SQLITE_IOERR_WRITE, SQLITE_FULL}) {
    CAPTURE(result);
    failing_disk disk(result);
    int failures = 0;
    for (int write = 1;; write += result == SQLITE_FULL ? 5 : 1) {
      CAPTURE(write);
      const sqlite_place where;
      disk.fail_at(write);
      bool has_thrown = false;
      try {
        upgrade(where, chain);
      } catch (const error&) {
        has_thrown = true;
      }
      const bool has_failed = disk.has_failed();
      disk.fail_at(0);
      REQUIRE(is_whole(where));
      if (!has_failed) break;
      failures += has_thrown ? 1 : 0;
      upgrade(where, chain);
      REQUIRE(all_of(where) == undisturbed);
    }
    CHECK(failures > 15);
  }
}

}  // namespace
}  // namespace retort::conformance
