#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "unit/sqlite/support.h"

namespace {

using namespace retort;
using namespace retort::test;
namespace fs = std::filesystem;

std::unique_ptr<db::connection> open(const db::url& url, bool read_only = false) {
  return sqlite_backend().open(url, {.read_only = read_only});
}

TEST_CASE("scratch databases are made, copied and dropped") {
  auto scratch = sqlite_backend().open_scratch({});
  auto first = scratch->create();
  CHECK(open(first, true) != nullptr);
  open(first)->execute("CREATE TABLE t (a)");
  auto second = scratch->copy(first);
  CHECK(second.database != first.database);
  open(second)->execute("INSERT INTO t VALUES (1)");
  CHECK(scalar(*open(first), "SELECT count(*) FROM t") == "0");
  CHECK(scalar(*open(second), "SELECT count(*) FROM t") == "1");
  scratch->drop(first);
  CHECK(!fs::exists(first.database));
  scratch->drop(first);
  auto folder = fs::path(second.database).parent_path();
  scratch.reset();
  CHECK(!fs::exists(folder));
}

TEST_CASE("a migration that is tried on a scratch database writes no other file") {
  auto scratch = sqlite_backend().open_scratch({});
  const auto address = scratch->create();
  const auto copy = address.database + ".copy";
  const auto vacuum = "VACUUM main INTO '" + copy + "'";
  const auto connection = sqlite_backend().open(address, {.durable = false});
  connection->execute(vacuum);
  connection->query(vacuum, {});
  CHECK_FALSE(fs::exists(copy));
  CHECK_THROWS_AS(connection->execute("VACUUM nothing INTO"), error);
  // A run that died at it may write the file again where there is none.
  sqlite::sqlite_dialect dialect;
  CHECK(dialect.settle(*connection, vacuum, "") == dialect::evidence::not_done);
  open(address)->execute(vacuum);
  CHECK(fs::exists(copy));
  CHECK(dialect.settle(*connection, vacuum, "") == dialect::evidence::none);
  fs::remove(copy);
}

TEST_CASE("snapshots outlive the object") {
  auto folder = fs::temp_directory_path() / "retort_snapshot_test";
  fs::create_directories(folder);
  std::ofstream(folder / "mine.txt") << "x";
  {
    auto scratch = sqlite_backend().open_scratch({});
    auto database = scratch->create();
    open(database)->execute("CREATE TABLE t (a)");
    scratch->keep(database, folder.string(), "s1");
    scratch->keep(database, folder.string(), "s2");
  }
  auto scratch = sqlite_backend().open_scratch({});
  auto kept = scratch->snapshot(folder.string(), "s2");
  CHECK(scalar(*open(scratch->copy(kept)), "SELECT count(*) FROM t") == "0");
  scratch->drop_snapshots(folder.string());
  CHECK(!fs::exists(kept.database));
  CHECK(fs::exists(folder / "mine.txt"));
  CHECK(failure_of([&] { scratch->copy(kept); }) ==
        "FAILED: cannot copy a scratch database: No such file or directory\n  " + kept.database +
            "\n");
  fs::remove_all(folder);
}

TEST_CASE("what a killed process left is swept, what a living one uses is not") {
  auto living = sqlite_backend().open_scratch({});
  auto used = living->create();
  auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(fs::path(used.database).parent_path(), long_ago);
  auto left = fs::temp_directory_path() / "retort_scratch_left_behind";
  fs::create_directories(left);
  std::ofstream(left / "1.db");
  fs::last_write_time(left, long_ago);
  auto young = fs::temp_directory_path() / "retort_scratch_young";
  fs::create_directories(young);
  auto next = sqlite_backend().open_scratch({});
  CHECK(!fs::exists(left));
  CHECK(fs::exists(young));
  CHECK(fs::exists(used.database));
  fs::remove_all(young);
}

}  // namespace
