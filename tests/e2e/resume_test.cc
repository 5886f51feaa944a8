#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "e2e/bench.h"

// What a run finds that goes on behind one which was killed.

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("death");

void outside(const bench& b, const std::string& up) {
  b.write("migrations/aaaa.sql",
          "-- Outside\n-- revision: aaaa\n-- migrate:up transaction:false\n" + up +
              "\n-- migrate:down\n");
}

std::string indexes_of_t(const bench& b) {
  return b.query(
      "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = "
      "'t'::regclass ORDER BY 1");
}

TEST_CASE_TEMPLATE("an INVALID index without a name goes before it is built anew", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.execute("INSERT INTO t VALUES (1), (1)");
  // Another's, which is no matter of the migration's.
  CHECK_THROWS(b.execute("CREATE UNIQUE INDEX CONCURRENTLY other ON t (id)"));
  outside(b, "CREATE UNIQUE INDEX CONCURRENTLY ON t (id);");
  CHECK(b.retort({"upgrade", "head"}).status == 1);
  CHECK(indexes_of_t(b) == "other|f\nt_id_idx|f");
  b.execute("DELETE FROM t");
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(indexes_of_t(b) == "other|f\nt_id_idx|t");
}

/// Whether the server builds an index, and waits for somebody.
bool is_waiting(const bench& b) {
  return b.query(
             "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND datname = "
             "current_database() AND wait_event_type = 'Lock'") == "1";
}

/// A build that waits for a reader is killed, and the reader ends: before the server notices or
/// not.
TEST_CASE_TEMPLATE("an index without a name that is in doubt", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  outside(b, "CREATE INDEX CONCURRENTLY ON t (id);");
  const auto killed = [&] {
    auto reader = b.connect();
    reader->execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
    reader->query("SELECT count(*) FROM t");
    const std::jthread run([&] {
      b.program("sh", {"-c",
                       fmt::format("\"$0\" upgrade head --url '{}' --script-location migrations & "
                                   "echo $! >pid; wait $!",
                                   b.url()),
                       RETORT_TOOL});
    });
    CHECK(comes_true([&] { return is_waiting(b); }));
    b.program("sh", {"-c", "kill -KILL $(cat pid)"});
    return reader;
  };
  SUBCASE("and somebody says that it was not") {
    {
      const auto reader = killed();
      CHECK(b.retort({"repair", "--not-done", "--lock-wait", "20"}).status == 0);
    }
    CHECK(indexes_of_t(b) == "t_id_idx|f");
    const auto next = b.retort({"upgrade", "head"});
    CHECK_MESSAGE(next.status == 0, next.errors);
  }
  SUBCASE("and another was built by hand") {
    killed()->rollback();
    while (!b.query("SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%' AND "
                    "datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()")
                .empty()) {
    }
    b.execute("DROP INDEX t_id_idx");
    b.execute("CREATE INDEX by_hand ON t (id) WHERE id > 5");
    const auto next = b.retort({"upgrade", "head"});
    CHECK(next.status == 1);
    CHECK_MESSAGE(
        next.errors.find("nothing in the database tells whether it has run") != std::string::npos,
        next.errors);
    return;
  }
  CHECK(indexes_of_t(b) == "t_id_idx|t");
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("a temporary table that went with the run which was stopped", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.execute("CREATE TABLE picked (id INTEGER)");
  b.execute("INSERT INTO picked VALUES (99)");
  const std::string made =
      "INSERT INTO t VALUES (1);\n"
      "CREATE TEMPORARY TABLE picked AS SELECT id FROM t;\n"
      "CREATE TEMP TABLE passing (id INTEGER);\nDROP TABLE passing;\n";
  const std::string used = "INSERT INTO t SELECT id + 1 FROM picked;";
  outside(b, made + "INSERT INTO nowhere VALUES (1);\n" + used);
  CHECK(b.retort({"upgrade", "head"}).status == 1);
  // The table of that name which is no temporary one would be taken for it.
  outside(b, made + "INSERT INTO t VALUES (5);\n" + used);
  const auto stopped = b.retort({"upgrade", "head"});
  CHECK(stopped.status == 1);
  CHECK_MESSAGE(stopped.errors.find("FAILED: upgrade to aaaa failed: picked is gone: it was "
                                    "temporary, and ended with the run that made it\n"
                                    "  --> migrations/aaaa.sql:9:1\n") == 0,
                stopped.errors);
  CHECK(stopped.errors.find("it was made in line 5, which has run\n") != std::string::npos);
  CHECK(b.query("SELECT id FROM t") == "1");
  outside(b, made + "CREATE TEMP TABLE picked AS SELECT id FROM t;\n" + used);
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(b.query("SELECT id FROM t ORDER BY id") == "1\n2");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
