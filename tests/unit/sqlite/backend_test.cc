#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "unit/sqlite/support.h"

namespace {

using namespace retort;
using namespace retort::test;
namespace fs = std::filesystem;

/// A folder that is gone at the end of the test.
struct folder {
  fs::path path = fs::temp_directory_path() / ("retort_test_" + std::to_string(::getpid()));
  folder() { fs::create_directories(path); }
  ~folder() {
    fs::permissions(path, fs::perms::owner_all);
    fs::remove_all(path);
  }
  std::string operator/(const char* name) const { return (path / name).string(); }
};

std::unique_ptr<db::connection> open(const std::string& path, open_options options = {}) {
  db::url url;
  url.dialect = "sqlite";
  url.database = path;
  return sqlite_backend().open(url, options);
}

std::string failure_to_open(const std::string& path, open_options options = {}) {
  return failure_of([&] { open(path, options); });
}

TEST_CASE("a file is made by writing, not by reading") {
  folder here;
  auto file = here / "new ?#%.db";
  CHECK(open(file, {.read_only = true}) == nullptr);
  CHECK(open(here / "no/such/folder/x.db", {.read_only = true}) == nullptr);
  CHECK(!fs::exists(file));
  open(file)->execute("CREATE TABLE t (a)");
  CHECK(fs::exists(file));
  auto reader = open(file, {.read_only = true});
  CHECK(scalar(*reader, "SELECT count(*) FROM t") == "0");
  CHECK(failure_of([&] { reader->execute("INSERT INTO t VALUES (1)"); }) ==
        "FAILED: attempt to write a readonly database\n"
        "  help: SQLite writes to the file and makes a journal beside it: check the permissions of "
        "the file and of its folder\n");
}

/// A database as a killed writer leaves it: one committed row, half a transaction, a hot journal.
std::string left_half_done(const folder& here) {
  const auto live = here / "live.db";
  const auto left = here / "left.db";
  const auto writer = open(live);
  writer->execute("CREATE TABLE t (a)");
  writer->execute("INSERT INTO t VALUES (1)");
  // So small a cache writes to the file, and its journal, before COMMIT.
  writer->query("PRAGMA cache_size = 1");
  writer->begin();
  writer->execute("UPDATE t SET a = 2");
  writer->execute(
      "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
      "5000) SELECT randomblob(100) FROM n");
  fs::copy_file(live, left);
  fs::copy_file(live + "-journal", left + "-journal");
  writer->rollback();
  return left;
}

/// The process is a user who may write to nothing here, till the end of the test.
class stranger {
 public:
  explicit stranger(const folder& here) {
    for (const auto& entry : fs::directory_iterator(here.path)) {
      fs::permissions(entry.path(), fs::perms(0444));
    }
    fs::permissions(here.path, fs::perms(0555));
    if (is_root_) REQUIRE(::setresuid(nobody, nobody, 0) == 0);
  }
  ~stranger() {
    if (is_root_) static_cast<void>(::setresuid(0, 0, 0));
  }
  stranger(const stranger&) = delete;
  stranger& operator=(const stranger&) = delete;

 private:
  static constexpr ::uid_t nobody = 65534;
  bool is_root_ = ::geteuid() == 0;
};

TEST_CASE("what a killed writer has left half done is taken back before it is read") {
  folder here;
  const auto left = left_half_done(here);
  CHECK(scalar(*open(left, {.read_only = true}), "SELECT count(*) || max(a) FROM t") == "11");
  CHECK(!fs::exists(left + "-journal"));
}

TEST_CASE("what a killed writer has left half done is not read by who cannot take it back") {
  folder here;
  const auto left = left_half_done(here);
  const auto expected =
      "FAILED: cannot open the SQLite database " + left +
      ": a writer was killed in the middle of a transaction, and what it left half done cannot be "
      "taken back (attempt to write a readonly database)\n  help: let a user who may write to the "
      "file, "
      "to " +
      left + "-journal and to their folder open it once, and do not delete the journal\n";
  const stranger user(here);
  CHECK(failure_to_open(left, {.read_only = true}) == expected);
  CHECK(failure_to_open(left) == expected);
}

TEST_CASE("a journal that a commit has left is in nobody's way") {
  for (const char* mode : {"PERSIST", "TRUNCATE"}) {
    folder here;
    const auto file = here / "x.db";
    {
      const auto writer = open(file);
      writer->query(std::string("PRAGMA journal_mode = ") + mode);
      writer->execute("CREATE TABLE t (a)");
      writer->execute("INSERT INTO t VALUES (3)");
    }
    REQUIRE(fs::exists(file + "-journal"));
    const stranger user(here);
    CHECK(scalar(*open(file, {.read_only = true}), "SELECT a FROM t") == "3");
  }
}

TEST_CASE("a name that looks like a URI is a name") {
  folder here;
  auto before = fs::current_path();
  fs::current_path(here.path);
  open("file:x.db?mode=memory")->execute("CREATE TABLE t (a)");
  bool made = fs::exists("file:x.db?mode=memory");
  fs::current_path(before);
  CHECK(made);
}

TEST_CASE("what is no database") {
  folder here;
  auto path = here.path.string();
  CHECK(failure_to_open(path) == "FAILED: cannot open the SQLite database " + path +
                                     ": it is a folder\n  help: name a file in it: " + path +
                                     "/app.db\n");
  CHECK(failure_to_open(path, {.read_only = true}) == failure_to_open(path));
  auto text = here / "notes.txt";
  std::ofstream(text) << std::string(2000, 'x');
  for (bool read_only : {false, true}) {
    CHECK(failure_to_open(text, {.read_only = read_only}) ==
          "FAILED: cannot open the SQLite database " + text +
              ": it is not a SQLite database\n"
              "  help: name a SQLite file in the URL (an encrypted one cannot be read), or a file "
              "that is not there yet\n");
  }
  std::ofstream(here / "short.txt") << "x";
  CHECK(failure_to_open(here / "short.txt").find("it is not a SQLite database") !=
        std::string::npos);
  CHECK(failure_to_open("/dev/null") ==
        "FAILED: cannot open the SQLite database /dev/null: it is not a regular file\n"
        "  help: correct the URL\n");
  CHECK(failure_to_open(here / "a/b.db") ==
        "FAILED: cannot open the SQLite database " + path + "/a/b.db: there is no folder " + path +
            "/a\n  help: make the folder, or correct the URL\n");
  CHECK(failure_to_open("nowhere/b.db") ==
        "FAILED: cannot open the SQLite database nowhere/b.db: there is no folder nowhere\n"
        "  relative paths begin at " +
            fs::current_path().string() + "\n  help: make the folder, or correct the URL\n");
  std::ofstream(here / "empty.db");
  open(here / "empty.db")->execute("CREATE TABLE t (a)");
}

TEST_CASE("permissions" * doctest::skip(::geteuid() == 0)) {
  folder here;
  auto file = here / "x.db";
  open(file)->execute("CREATE TABLE t (a)");
  fs::permissions(file, fs::perms::owner_read);
  CHECK(failure_to_open(file) ==
        "FAILED: cannot open the SQLite database " + file +
            ": the file is read-only, and this command writes\n"
            "  help: give yourself the permission to write to the file, or use a copy of it\n");
  CHECK(scalar(*open(file, {.read_only = true}), "SELECT count(*) FROM t") == "0");
  fs::permissions(file, fs::perms::none);
  CHECK(failure_to_open(file, {.read_only = true}) ==
        "FAILED: cannot open the SQLite database " + file +
            ": Permission denied\n  help: check the permissions of the file and of its folders\n");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  fs::permissions(here.path, fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(failure_to_open(file) ==
        "FAILED: cannot open the SQLite database " + file + ": the folder " + here.path.string() +
            " is read-only\n"
            "  help: SQLite makes a journal beside the file while it writes: give yourself the "
            "permission to write to the folder, or use a copy of the file elsewhere\n");
  CHECK(scalar(*open(file, {.read_only = true}), "SELECT count(*) FROM t") == "0");
}

TEST_CASE("a WAL database in a read-only folder can be read" * doctest::skip(::geteuid() == 0)) {
  folder here;
  auto file = here / "w x.db";
  {
    auto writer = open(file);
    writer->execute("PRAGMA journal_mode = WAL");
    writer->execute("CREATE TABLE t (a)");
  }
  fs::permissions(here.path, fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(scalar(*open(file, {.read_only = true}), "SELECT count(*) FROM t") == "0");
}

TEST_CASE("a database that another connection holds") {
  folder here;
  auto file = here / "x.db";
  auto holder = open(file);
  holder->execute("CREATE TABLE t (a)");
  auto other = open(file, {.busy_seconds = 0});
  holder->begin();
  try {
    other->begin();
    FAIL_CHECK("no error");
  } catch (const error& problem) {
    CHECK(problem.kind == failure::try_again);
    CHECK(problem.sqlstate == "SQLITE_BUSY");
    CHECK(base::render(problem) ==
          "FAILED: database is locked\n"
          "  help: another connection holds the database; try again when it is done\n");
  }
  holder->rollback();
  holder->execute("BEGIN EXCLUSIVE");
  CHECK(failure_to_open(file, {.busy_seconds = 0}) ==
        "FAILED: cannot open the SQLite database " + file +
            ": database is locked\n"
            "  help: another connection holds the database; try again when it is done\n");
}

TEST_CASE("memory databases are apart from each other, with enforcement off") {
  auto one = memory({"CREATE TABLE t (a)"});
  CHECK(scalar(*memory(), "SELECT count(*) FROM sqlite_master") == "0");
  CHECK(scalar(*one, "PRAGMA foreign_keys") == "0");
  CHECK(sqlite_backend().dialect().name() == "sqlite");
}

}  // namespace
