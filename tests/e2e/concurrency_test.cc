#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("concurrency");

constexpr int runners = 20;

std::vector<outcome> all_at_once(const bench& b, const arguments& what) {
  std::vector<outcome> results(runners);
  {
    std::vector<std::jthread> threads;
    for (int n = 0; n < runners; ++n) {
      threads.emplace_back([&, n] { results[static_cast<std::size_t>(n)] = b.retort(what); });
    }
  }
  return results;
}

TEST_CASE_TEMPLATE("twenty runners at once on a fresh database", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  std::string parent;
  for (int n = 1; n <= 6; ++n) {
    const std::string id = fmt::format("step{}", n);
    // A second run of any of them fails or shows.
    b.migration(
        id, parent,
        n == 1 ? "CREATE TABLE ran (n INTEGER);\nINSERT INTO ran VALUES (1);"
               : fmt::format("INSERT INTO ran VALUES ({});\nCREATE TABLE t{} (id INTEGER);", n, n),
        "");
    parent = id;
  }
  std::size_t steps = 0;
  for (const auto& result : all_at_once(b, {"upgrade", "head", "--json"})) {
    CHECK_MESSAGE(result.status == 0, result.errors);
    if (result.status == 0) steps += json(result).at("steps").size();
  }
  CHECK(steps == 6);
  CHECK(b.query("SELECT n FROM ran ORDER BY n") == "1\n2\n3\n4\n5\n6");
  CHECK(b.versions() == "step6");
}

TEST_CASE_TEMPLATE("twenty runners, one transaction for the run", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE ran (n INTEGER);\nINSERT INTO ran VALUES (1);", "");
  b.migration("bbbb", "aaaa", "INSERT INTO ran VALUES (2);", "");
  for (const auto& result : all_at_once(b, {"upgrade", "head", "--transaction", "run"})) {
    CHECK_MESSAGE(result.status == 0, result.errors);
  }
  CHECK(b.query("SELECT n FROM ran ORDER BY n") == "1\n2");
  CHECK(b.versions() == "bbbb");
}

TEST_CASE_TEMPLATE("twenty times ensure_version, and stamp", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "SELECT 1;", "");
  for (const auto& result : all_at_once(b, {"ensure_version"})) {
    CHECK_MESSAGE(result.status == 0, result.errors);
  }
  for (const auto& result : all_at_once(b, {"stamp", "head"})) {
    CHECK_MESSAGE(result.status == 0, result.errors);
  }
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("twenty runners one step each: a relative target is never taken twice", Db,
                   sqlite, postgresql) {
  const bench b(Db::dialect);
  std::string parent;
  for (int n = 1; n <= 22; ++n) {
    const std::string id = fmt::format("step{:02}", n);
    b.migration(id, parent, fmt::format("CREATE TABLE t{} (id INTEGER);", n), "");
    parent = id;
  }
  std::size_t steps = 0;
  for (const auto& result : all_at_once(b, {"upgrade", "+1", "--json"})) {
    // Whose place in the history moved meanwhile says so.
    CHECK_MESSAGE((result.status == 0 || result.status == 4), result.errors);
    if (result.status == 0) steps += json(result).at("steps").size();
  }
  CHECK(steps >= 1);
  CHECK(b.versions() == fmt::format("step{:02}", steps));
}

TEST_CASE_TEMPLATE("twenty runners, a migration outside a transaction: one of them runs it", Db,
                   sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE ran (n INTEGER);", "");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  // Slow enough for the others to come in between.
  const std::string slow =
      b.is_sqlite() ? "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < "
                      "300000) SELECT max(x) FROM c;\nVACUUM;"
                    : "SELECT pg_sleep(0.5);\nCREATE INDEX CONCURRENTLY ran_n ON ran (n);";
  b.write("migrations/bbbb.sql",
          "-- Bare\n-- revision: bbbb\n-- down_revision: aaaa\n-- migrate:up transaction:false\n"
          "INSERT INTO ran VALUES (1);\n" +
              slow + "\n-- migrate:down\n");
  b.migration("cccc", "bbbb", "INSERT INTO ran VALUES (2);", "");
  for (const auto& result : all_at_once(b, {"upgrade", "head"})) {
    CHECK_MESSAGE(result.status == 0, result.errors);
  }
  CHECK(b.query("SELECT n FROM ran ORDER BY n") == "1\n2");
  CHECK(b.versions() == "cccc");
}

TEST_CASE("a step outside a transaction locks its database, and no other one of the folder") {
  const bench b("sqlite");
  b.write("migrations/aaaa.sql",
          "-- Bare\n-- revision: aaaa\n-- migrate:up transaction:false\nVACUUM;\n"
          "-- migrate:down\n");
  const arguments upgrade = {"upgrade", "head", "--lock-wait", "1"};
  const auto while_locked = [&](const std::string& what) {
    const int lock = ::open(b.path(what).c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(::flock(lock, LOCK_EX) == 0);
    auto result = b.retort(upgrade);
    ::close(lock);
    return result;
  };
  b.write("test.db-retort-lock", "");
  const auto locked = while_locked("test.db-retort-lock");
  CHECK_MESSAGE(locked.status == 4, locked.errors);
  // What a killed runner leaves is in nobody's way.
  REQUIRE(b.exists("test.db-retort-lock"));
  const auto beside = while_locked(".");
  CHECK_MESSAGE(beside.status == 0, beside.errors);
  CHECK_FALSE(b.exists("test.db-retort-lock"));
}

TEST_CASE("without a lock in common no statement outside a transaction runs twice") {
  const bench b("sqlite");
  b.execute("CREATE TABLE ran (n INTEGER)");
  std::string body;
  for (int n = 0; n < 150; ++n) body += fmt::format("INSERT INTO ran VALUES ({});\n", n);
  b.outside("aaaa", "", body);
  // Nobody can open it.
  std::filesystem::create_symlink("/nowhere/lock", b.path("test.db-retort-lock"));
  for (const auto& result : all_at_once(b, {"upgrade", "head"})) {
    CHECK_MESSAGE((result.status == 0 || result.status == 4), result.errors);
  }
  const auto last = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(last.status == 0, last.errors);
  CHECK(b.query("SELECT count(*), count(DISTINCT n) FROM ran") == "150|150");
}

TEST_CASE("who waits in vain is told who runs") {
  const bench b("sqlite");
  b.migration(
      "aaaa", "",
      "CREATE TABLE t (id INTEGER);\nWITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + "
      "1 FROM c WHERE x < 40000000) SELECT max(x) FROM c;",
      "");
  const std::jthread other([&] { b.retort({"upgrade", "head"}); });
  CHECK(comes_true([&] { return b.exists("test.db-journal"); }));
  const auto waiting = b.retort({"upgrade", "head", "--lock-wait", "1"});
  CHECK(waiting.status == 4);
  CHECK_MESSAGE(waiting.errors.find("\n  a run of retort (retort 0.") != std::string::npos,
                waiting.errors);
}

/// A connection in the midst of reading.
std::unique_ptr<db::connection> reader_of(const bench& b) {
  auto reader = b.connect();
  reader->execute("BEGIN");
  reader->query("SELECT * FROM t");
  return reader;
}

TEST_CASE_TEMPLATE("a reader keeps COMMIT waiting, and nothing is lost", Db, sqlite) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);\nINSERT INTO t VALUES (1);",
              "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "UPDATE t SET id = 2;", "UPDATE t SET id = 1;");
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  SUBCASE("for longer than the run waits") {
    const auto reader = reader_of(b);
    const auto waiting = b.retort({"upgrade", "head", "--lock-wait", "1"});
    CHECK(waiting.status == 4);
    CHECK(waiting.errors.find("FAILED: the run cannot be entered in the journal retort_journal, so "
                              "nothing was run: database is locked") == 0);
    reader->rollback();
    CHECK(b.query("SELECT id FROM t") == "1");
    CHECK(b.versions() == "aaaa");
    CHECK(b.retort({"upgrade", "head"}).status == 0);
  }
  SUBCASE("and is done in time") {
    const auto reader = reader_of(b);
    const std::jthread ends([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(700));
      reader->rollback();
    });
    CHECK(b.retort({"upgrade", "head", "--lock-wait", "30"}).status == 0);
  }
  SUBCASE("but not with a write-ahead log") {
    b.query("PRAGMA journal_mode = WAL");
    const auto reader = reader_of(b);
    CHECK(b.retort({"upgrade", "head", "--lock-wait", "0"}).status == 0);
    CHECK(reader->query("SELECT id FROM t").rows == std::vector<db::row>{{"1"}});
    reader->rollback();
  }
  CHECK(b.query("SELECT id FROM t") == "2");
  CHECK(b.versions() == "bbbb");
}

TEST_CASE_TEMPLATE("a run waits for another run as long as it is told", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "SELECT 1;", "");
  const auto other = b.connect();
  // What a run holds from its first migration to its last.
  other->execute(
      "SELECT pg_advisory_lock(1380275284, hashtext(current_schema() || '.retort_version'))");
  const auto waiting = b.retort({"upgrade", "head", "--lock-wait", "1"});
  CHECK(waiting.status == 4);
  CHECK_MESSAGE(waiting.errors.find("FAILED: another run on retort_version goes on, and 1 second "
                                    "was not enough\n") == 0,
                waiting.errors);
  CHECK(b.versions() == "none");
}

TEST_CASE_TEMPLATE("a statement that waits for others' locks is tried again, then given up", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);\nALTER TABLE t ADD COLUMN n INTEGER;",
              "ALTER TABLE t DROP COLUMN n;\nDROP TABLE u;");
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  const auto reader = reader_of(b);
  const auto given_up = b.retort({"upgrade", "head", "--lock-timeout", "1", "--lock-retries", "1"});
  CHECK(given_up.status == 4);
  CHECK(given_up.errors.find("bbbb: canceling statement due to lock timeout; again in ") == 0);
  CHECK(given_up.errors.find("FAILED: upgrade to bbbb failed: canceling statement due to lock "
                             "timeout\n  --> migrations/bbbb_step.sql:8") != std::string::npos);
  CHECK(given_up.errors.find("idle in transaction for ") != std::string::npos);
  CHECK(given_up.errors.find(" s) holds AccessShareLock on t\n") != std::string::npos);
  CHECK(given_up.errors.find("the database is at aaaa; nothing of bbbb remains") !=
        std::string::npos);
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.has_table("u"));
  // Meanwhile nobody waits behind the migration: between two tries others get in.
  const std::jthread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    reader->rollback();
  });
  const auto done = b.retort({"upgrade", "head", "--lock-timeout", "1", "--transaction", "run"});
  CHECK_MESSAGE(done.status == 0, done.errors);
  CHECK(b.versions() == "bbbb");
}

/// A migration that notes the limits of its statements, with more lines in its header.
void limits_noted(const bench& b, const std::string& header, const std::string& option = {}) {
  b.write("migrations/aaaa.sql",
          "-- Limits\n-- revision: aaaa\n" + header + "-- migrate:up" + option +
              "\nCREATE TABLE t AS SELECT current_setting('lock_timeout') AS l, "
              "current_setting('statement_timeout') AS s;\n"
              "-- migrate:down\nDROP TABLE t;\n");
}

std::string limits_of(const bench& b, const arguments& more) {
  arguments what = {"upgrade", "head"};
  what.insert(what.end(), more.begin(), more.end());
  const auto up = b.retort(what);
  CHECK_MESSAGE(up.status == 0, up.errors);
  const auto limits = b.query("SELECT l, s FROM t");
  REQUIRE(b.retort({"downgrade", "base"}).status == 0);
  return limits;
}

TEST_CASE_TEMPLATE("limits: the command line's, the migration's, the environment's", Db,
                   postgresql) {
  const bench b(Db::dialect);
  const std::string own = "-- lock_timeout: 11\n-- statement_timeout: 12\n";
  const arguments said = {"--lock-timeout", "21", "--statement-timeout", "22"};
  // Sent at once, one by one, and outside a transaction.
  for (const auto& [more, option] :
       {std::pair{arguments{}, ""}, std::pair{arguments{"--transaction", "run"}, ""},
        std::pair{arguments{}, " transaction:false"}}) {
    b.write("retort.toml", "");
    limits_noted(b, "", option);
    CHECK(limits_of(b, more) == "5s|0");
    b.write("retort.toml", "lock_timeout = 31\nstatement_timeout = 32\n");
    CHECK(limits_of(b, more) == "31s|32s");
    limits_noted(b, own, option);
    CHECK(limits_of(b, more) == "11s|12s");
    auto both = said;
    both.insert(both.end(), more.begin(), more.end());
    CHECK(limits_of(b, both) == "21s|22s");
    limits_noted(b, "-- lock_timeout: 0\n-- statement_timeout: 0\n", option);
    CHECK(limits_of(b, more) == "0|0");
  }
  limits_noted(b, "-- lock_timeout: soon\n");
  const auto wrong = b.retort({"upgrade", "head"});
  CHECK(wrong.errors.find("FAILED: 'soon' is no number of seconds for 'lock_timeout:'\n"
                          "  --> migrations/aaaa.sql:3:18\n") == 0);
}

TEST_CASE_TEMPLATE("a migration's own limits are in its script", Db, postgresql) {
  const bench b(Db::dialect);
  limits_noted(b, "-- lock_timeout: 11\n-- statement_timeout: 12\n");
  const auto script = b.retort({"upgrade", "head", "--sql"});
  REQUIRE(script.status == 0);
  const auto run = b.shell(script.output);
  CHECK_MESSAGE(run.status == 0, run.errors);
  CHECK(b.query("SELECT l, s FROM t") == "11s|12s");
}

TEST_CASE_TEMPLATE("a migration's limits are not those of the next, nor of bookkeeping", Db,
                   postgresql) {
  for (const char* mode : {"migration", "run"}) {
    const bench b(Db::dialect);
    limits_noted(b, "-- lock_timeout: 11\n-- statement_timeout: 12\n");
    b.migration("bbbb", "aaaa",
                "CREATE TABLE u AS SELECT current_setting('lock_timeout') AS l, "
                "current_setting('statement_timeout') AS s;",
                "");
    REQUIRE(b.retort({"upgrade", "head", "--transaction", mode}).status == 0);
    CHECK(b.query("SELECT l, s FROM t") == "11s|12s");
    CHECK(b.query("SELECT l, s FROM u") == "5s|0");
  }
}

TEST_CASE_TEMPLATE("a long index build has the limits that its migration gives it", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.execute("INSERT INTO t VALUES (1)");
  b.execute(
      "CREATE FUNCTION slow(n INTEGER) RETURNS INTEGER IMMUTABLE LANGUAGE plpgsql AS "
      "'BEGIN PERFORM pg_sleep(1.2); RETURN n; END'");
  // What the role's or the database's own limit is, does not count.
  b.execute("ALTER DATABASE \"" + b.query("SELECT current_database()") +
            "\" SET statement_timeout = '300ms'");
  const std::string build =
      "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY t_slow ON t (slow(id));\n";
  const std::string header = "-- Index\n-- revision: aaaa\n";
  b.write("migrations/aaaa.sql", header + "-- statement_timeout: 1\n" + build);
  const auto cut = b.retort({"upgrade", "head"});
  CHECK(cut.status == 1);
  CHECK_MESSAGE(cut.errors.find("FAILED: upgrade to aaaa failed: canceling statement due to "
                                "statement timeout\n") == 0,
                cut.errors);
  b.write("migrations/aaaa.sql", header + build);
  b.write("retort.toml", "statement_timeout = 1\n");
  const auto done = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(done.status == 0, done.errors);
}

// libpqxx 6 leaks the last result of a connection that is lost at that moment.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RETORT_FINDS_LEAKS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(RETORT_FINDS_LEAKS)
constexpr bool finds_leaks = true;
#else
constexpr bool finds_leaks = false;
#endif

TEST_CASE_TEMPLATE("defaults of the role do not bend a command", Db, postgresql) {
  const bench b(Db::dialect);
  const auto by_default = [&](const char* setting) {
    b.execute(
        fmt::format("ALTER DATABASE \"{}\" SET {}", b.query("SELECT current_database()"), setting));
  };
  const auto holds = [&](const arguments& what) {
    const auto result = b.retort(what);
    CHECK_MESSAGE(result.status == 0, what.front(), ": ", result.errors);
  };
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);\nSELECT pg_sleep(0.4);", "DROP TABLE t;");
  b.write("migrations/bbbb.sql",
          "-- Index\n-- revision: bbbb\n-- down_revision: aaaa\n-- migrate:up transaction:false\n"
          "CREATE INDEX CONCURRENTLY t_id ON t (id);\nSELECT pg_sleep(0.4);\n"
          "-- migrate:down\nDROP INDEX t_id;\n");
  b.write("models.sql", "CREATE TABLE t (id INTEGER);\nCREATE INDEX t_id ON t (id);\n");
  by_default("lock_timeout = '3ms'");
  by_default("default_transaction_read_only = on");
  by_default("idle_in_transaction_session_timeout = '3ms'");
  // pg_dump's first statement is under the limits of its role.
  by_default("statement_timeout = '300ms'");
  holds({"upgrade", "aaaa"});
  holds({"rehearse", "head"});
  by_default("statement_timeout = '3ms'");
  const bool can_be_idle =
      b.query("SELECT count(*) FROM pg_settings WHERE name = 'idle_session_timeout'") == "1";
  if (can_be_idle && !finds_leaks) by_default("idle_session_timeout = '1ms'");
  holds({"downgrade", "base", "--transaction", "run"});
  holds({"upgrade", "head", "--transaction", "migration"});
  holds({"current"});
  holds({"check"});
  holds({"downgrade", "aaaa"});
  holds({"upgrade", "head"});
  holds({"check", "models", "--models", "models.sql"});
}

TEST_CASE_TEMPLATE("lock_timeout is not for who waits for another run", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  REQUIRE(b.retort({"ensure_version"}).status == 0);
  const char* const held[] = {
      "SELECT pg_advisory_lock(1380275284, hashtext(current_schema() || '.retort_version'))",
      "LOCK TABLE retort_version IN SHARE ROW EXCLUSIVE MODE"};
  const auto other = b.connect();
  for (const char* what : held) {
    other->begin();
    other->execute(what);
    const std::jthread ends([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(400));
      other->rollback();
      other->execute("SELECT pg_advisory_unlock_all()");
    });
    const auto up = b.tool({"upgrade", "head", "--script-location", "migrations", "--url",
                            b.url() + (b.url().find('?') == std::string::npos ? "?" : "&") +
                                "options=-c%20lock_timeout%3D100ms"});
    CHECK_MESSAGE(up.status == 0, up.errors);
    REQUIRE(b.retort({"stamp", "base"}).status == 0);
    b.execute("DROP TABLE t");
  }
}

/// A migration whose second statement gives up the lock of its run, and a run that comes meanwhile.
TEST_CASE_TEMPLATE("a step outside a transaction that gives up the lock of its run runs once", Db,
                   postgresql) {
  for (const std::string giving_up :
       {"DISCARD ALL;", "SELECT pg_advisory_unlock_all();",
        "BEGIN;\nSELECT pg_advisory_unlock_all();\nINSERT INTO ran VALUES (9);\nCOMMIT;"}) {
    CAPTURE(giving_up);
    const bench b(Db::dialect);
    b.execute("CREATE TABLE ran (n INTEGER)");
    b.write("migrations/aaaa.sql",
            "-- Bare\n-- revision: aaaa\n-- migrate:up transaction:false\n"
            "INSERT INTO ran VALUES (1);\n" +
                giving_up +
                "\nSELECT pg_sleep(0.7);\nINSERT INTO ran VALUES (2);\nSELECT pg_sleep(0.3);\n"
                "INSERT INTO ran VALUES (3);\n-- migrate:down\n");
    outcome first;
    {
      const std::jthread run([&] { first = b.retort({"upgrade", "head"}); });
      CHECK(comes_true([&] { return b.is_at("pg_sleep(0.7)"); }));
      const auto second = b.retort({"upgrade", "head"});
      CHECK_MESSAGE(second.status == 0, second.errors);
    }
    CHECK_MESSAGE(first.status == 0, first.errors);
    CHECK(b.query("SELECT count(*), count(DISTINCT n) FROM ran") ==
          (giving_up.starts_with("BEGIN") ? "4|4" : "3|3"));
    CHECK(b.query("SELECT count(*) FROM retort_journal WHERE outcome <> 'done'") == "0");
    CHECK(b.versions() == "aaaa");
  }
}

TEST_CASE_TEMPLATE("what gave up the lock of its run stops where another run has taken it", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE ran (n INTEGER)");
  b.write("migrations/aaaa.sql",
          "-- Bare\n-- revision: aaaa\n-- migrate:up transaction:false\n"
          "INSERT INTO ran VALUES (1);\n"
          "INSERT INTO ran SELECT 2 FROM (SELECT pg_advisory_unlock_all(), pg_advisory_lock(7)) AS "
          "x;\n"
          "INSERT INTO ran VALUES (3);\n-- migrate:down\n");
  const auto other = b.connect();
  const std::string key = "1380275284, hashtext(current_schema() || '.retort_version')";
  other->query("SELECT pg_advisory_lock(7)");
  outcome first;
  {
    const std::jthread run([&] { first = b.retort({"upgrade", "head"}); });
    CHECK(comes_true([&] { return b.is_at("pg_advisory_lock(7)"); }));
    other->query("SELECT pg_advisory_lock(" + key + ")");
    other->query("SELECT pg_advisory_unlock(7)");
  }
  CHECK(first.status == 4);
  CHECK_MESSAGE(first.errors.find("FAILED: upgrade to aaaa failed: the migration gave up the lock "
                                  "of its run, and another run has taken it\n") == 0,
                first.errors);
  CHECK(b.query("SELECT n FROM ran") == "1");
  other->query("SELECT pg_advisory_unlock(" + key + ")");
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(b.query("SELECT n FROM ran ORDER BY n") == "1\n2\n3");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
