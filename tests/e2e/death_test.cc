#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("death");

/// A statement that takes some seconds.
std::string slow(const bench& b, int seconds) {
  return b.is_sqlite() ? fmt::format(
                             "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM "
                             "c WHERE x < {}) SELECT max(x) FROM c",
                             seconds * 10'000'000)
                       : fmt::format("SELECT pg_sleep({})", seconds);
}

/// What makes PostgreSQL get a migration's statements one by one, and not as one message.
std::string one_by_one(const bench& b) {
  return b.is_sqlite() ? "" : "SET LOCAL work_mem = '8MB';\n";
}

TEST_CASE_TEMPLATE("SIGTERM: the statement is finished, the migration rolled back", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa",
              one_by_one(b) + "CREATE TABLE u (id INTEGER);\n" + slow(b, 3) +
                  ";\nCREATE TABLE w (id INTEGER);",
              "");
  for (const auto& [signal, status] : {std::pair{"TERM", 143}, std::pair{"INT", 130}}) {
    const auto stopped = b.signalled(signal, 1.5, {"upgrade", "head"});
    CHECK(stopped.status == status);
    CHECK_MESSAGE(
        stopped.errors == fmt::format("FAILED: upgrade to bbbb failed: stopped by SIG{}\n"
                                      "  --> migrations/bbbb_step.sql:3\n"
                                      "  the database is at aaaa; nothing of bbbb remains\n"
                                      "  help: run the command again to go on\n",
                                      signal),
        stopped.errors);
    CHECK(b.versions() == "aaaa");
    CHECK_FALSE(b.has_table("u"));
  }
  CHECK(b.retort({"journal"}).output.find("stopped by SIGTERM") != std::string::npos);
}

TEST_CASE_TEMPLATE("a second signal cancels the statement", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", one_by_one(b) + "CREATE TABLE t (id INTEGER);\n" + slow(b, 60) + ";", "");
  const auto stopped =
      b.program("sh", {"-c",
                       fmt::format("\"$0\" upgrade head --url '{}' --script-location migrations & "
                                   "sleep 1.5; kill -TERM $!; sleep 0.5; kill -TERM $!; wait $!",
                                   b.url()),
                       RETORT_TOOL});
  CHECK(stopped.status == 143);
  CHECK_MESSAGE(stopped.errors.find("nothing of aaaa remains\n") != std::string::npos,
                stopped.errors);
  CHECK_FALSE(b.has_table("t"));
  CHECK(b.retort({"current"}).output.empty());
}

TEST_CASE_TEMPLATE("who waits for others ends at once", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  REQUIRE(b.retort({"ensure_version"}).status == 0);
  const auto other = b.connect();
  other->begin();
  other->execute(b.is_sqlite() ? "INSERT INTO retort_version VALUES ('x')"
                               : "LOCK TABLE retort_version IN SHARE ROW EXCLUSIVE MODE");
  const auto begun = std::chrono::steady_clock::now();
  const auto stopped = b.signalled("TERM", 1, {"upgrade", "head"});
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(30));
  CHECK_MESSAGE(stopped.status == 143, stopped.errors);
  CHECK_MESSAGE(stopped.errors.find("stopped by SIGTERM\n") != std::string::npos, stopped.errors);
  other->rollback();
}

TEST_CASE_TEMPLATE("a statement that waits for others ends at once, and its migration with it", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.migration("aaaa", "", "CREATE TABLE u (id INTEGER);\nALTER TABLE t ADD COLUMN n INTEGER;", "");
  REQUIRE(b.retort({"ensure_version"}).status == 0);
  const auto reader = b.connect();
  reader->begin();
  reader->query("SELECT * FROM t");
  for (const auto& [signal, status] : {std::pair{"TERM", 143}, std::pair{"INT", 130}}) {
    const auto begun = std::chrono::steady_clock::now();
    const auto stopped = b.signalled(signal, 0.7, {"upgrade", "head", "--lock-timeout", "45"});
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(30));
    CHECK(stopped.status == status);
    CHECK_MESSAGE(
        stopped.errors == fmt::format("FAILED: upgrade to aaaa failed: stopped by SIG{}\n"
                                      "  --> migrations/aaaa_step.sql:3\n"
                                      "  the database is at base; nothing of aaaa remains\n"
                                      "  help: run the command again to go on\n",
                                      signal),
        stopped.errors);
    CHECK_FALSE(b.has_table("u"));
    const auto entries = json(b.retort({"journal", "--json"}));
    CHECK(entries.at(0).at("outcome") == "failed");
  }
  reader->rollback();
  CHECK(b.retort({"upgrade", "head"}).status == 0);
}

TEST_CASE_TEMPLATE("killed: the run is entered as killed, and the next one goes on", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);\n" + slow(b, 3) + ";", "");
  CHECK(b.signalled("KILL", 1.5, {"upgrade", "head"}).status == 137);
  // PostgreSQL's server ends the dead client's statement before it gives up its locks.
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  const auto entries = json(b.retort({"journal", "--json"}));
  CHECK(entries.at(0).at("outcome") == "killed");
  CHECK(b.versions() == "bbbb");
}

TEST_CASE_TEMPLATE("outside a transaction: what has run is not run again", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  const std::string first = "INSERT INTO t VALUES (1);\n";
  b.outside("aaaa", "", first + "VACUUM;\nINSERT INTO nowhere VALUES (2);");
  CHECK(b.retort({"upgrade", "head"}).status == 1);
  CHECK(b.query("SELECT id FROM t") == "1");
  CHECK(b.versions().empty());
  CHECK(b.retort({"current"})
            .errors.find("the upgrade to aaaa was begun and not finished: 2 of its "
                         "parts are committed") != std::string::npos);
  // What has run must stay as it was; what has not may be mended.
  b.outside("aaaa", "", "INSERT INTO t VALUES (7);\nVACUUM;\nINSERT INTO t VALUES (2);");
  const auto edited = b.retort({"upgrade", "head"});
  CHECK(edited.status == 1);
  CHECK(edited.errors.find("what it had done when it was stopped is not what it says now") !=
        std::string::npos);
  b.outside("aaaa", "", first + "VACUUM;\nINSERT INTO t VALUES (2);");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT id FROM t ORDER BY id") == "1\n2");
  CHECK_FALSE(b.has_table("retort_unfinished"));
}

TEST_CASE_TEMPLATE("a transaction of the author's own is done or not done", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.outside(
      "aaaa", "",
      "BEGIN;\nINSERT INTO t VALUES (1);\n" + slow(b, 3) + ";\nCOMMIT;\nINSERT INTO t VALUES (2);");
  CHECK(b.signalled("KILL", 1.5, {"upgrade", "head"}).status == 137);
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT id FROM t ORDER BY id") == "1\n2");
}

TEST_CASE_TEMPLATE("a statement that commits on the way is in doubt until repair", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  const std::string body =
      "INSERT INTO t VALUES (1);\n"
      "DO $$BEGIN INSERT INTO t VALUES (2); COMMIT; PERFORM pg_sleep(3); END$$;\n"
      "INSERT INTO t VALUES (3);";
  b.outside("aaaa", "", body);
  CHECK(b.signalled("KILL", 1.5, {"upgrade", "head"}).status == 137);
  const auto stopped = b.retort({"upgrade", "head"});
  CHECK(stopped.status == 1);
  CHECK(stopped.errors.find("FAILED: upgrade to aaaa failed: an earlier run was stopped at this "
                            "statement, and nothing in the database tells whether it has run\n"
                            "  --> migrations/aaaa.sql:5:1\n") == 0);
  CHECK(b.query("SELECT id FROM t ORDER BY id") == "1\n2");
  CHECK(b.retort({"repair"}).status == 1);
  CHECK(b.retort({"repair", "--done"}).status == 0);
  CHECK(b.retort({"repair", "--done"}).status == 1);
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT id FROM t ORDER BY id") == "1\n2\n3");
}

TEST_CASE_TEMPLATE("repair --not-done runs it again", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.outside("aaaa", "", "DO $$BEGIN INSERT INTO t VALUES (2); COMMIT; PERFORM pg_sleep(3); END$$;");
  CHECK(b.signalled("KILL", 1.5, {"upgrade", "head"}).status == 137);
  CHECK(b.retort({"repair", "--not-done"}).status == 0);
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT count(*) FROM t") == "2");
}

TEST_CASE_TEMPLATE("an INVALID index that a build has left is built anew", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.execute("INSERT INTO t VALUES (1), (1)");
  b.outside("aaaa", "", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_id ON t (id);");
  const std::string valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass";
  CHECK(b.retort({"upgrade", "head"}).status == 1);
  CHECK(b.query(valid) == "f");
  b.execute("DELETE FROM t");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query(valid) == "t");
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("an INVALID index goes also where its statement has got another name", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.execute("INSERT INTO t VALUES (1), (1)");
  b.outside("aaaa", "", "CREATE UNIQUE INDEX CONCURRENTLY t_id ON t (id);");
  CHECK(b.retort({"upgrade", "head"}).status == 1);
  b.execute("DELETE FROM t");
  b.outside("aaaa", "", "CREATE UNIQUE INDEX CONCURRENTLY t_number ON t (id);");
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(b.query("SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = "
                "'t'::regclass") == "t_number|t");
}

TEST_CASE_TEMPLATE("an index that was there before is not the one in doubt", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER, n INTEGER)");
  b.execute("CREATE INDEX t_id ON t (n)");
  b.outside("aaaa", "", "CREATE INDEX CONCURRENTLY t_id ON t (id);");
  const auto other = b.connect();
  other->execute("BEGIN");
  other->execute("LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE");
  CHECK(b.signalled("KILL", 1.5, {"upgrade", "head"}).status == 137);
  other->rollback();
  const auto next = b.retort({"upgrade", "head"});
  CHECK(next.status == 1);
  CHECK_MESSAGE(next.errors.find("FAILED: upgrade to aaaa failed: relation \"t_id\" already "
                                 "exists\n") == 0,
                next.errors);
}

TEST_CASE_TEMPLATE("SIGTERM in a transaction of the author's own", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.outside("aaaa", "",
            "BEGIN;\nINSERT INTO t VALUES (1);\n" + slow(b, 3) +
                ";\nINSERT INTO t VALUES (2);\nCOMMIT;\nINSERT INTO t VALUES (3);");
  CHECK(b.signalled("TERM", 1.5, {"upgrade", "head"}).status == 143);
  CHECK(b.query("SELECT count(*) FROM t") == "0");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT id FROM t ORDER BY id") == "1\n2\n3");
}

TEST_CASE_TEMPLATE("a statement that was stopped in time is not in doubt", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.outside("aaaa", "", "SELECT pg_sleep(3);\nDO $$BEGIN INSERT INTO t VALUES (2); COMMIT; END$$;");
  CHECK(b.signalled("TERM", 1.5, {"upgrade", "head"}).status == 143);
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT count(*) FROM t") == "1");
}

TEST_CASE_TEMPLATE("a statement that asks what the one before it did is refused", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute(b.is_sqlite() ? "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)"
                          : "CREATE TABLE t (id SERIAL, n INTEGER)");
  const std::string asked = b.is_sqlite() ? "last_insert_rowid" : "lastval";
  const std::string body = fmt::format("INSERT INTO t (id) VALUES ({});\nUPDATE t SET n = {}();",
                                       b.is_sqlite() ? "7" : "DEFAULT", asked);
  b.outside("aaaa", "", body);
  const auto refused = b.retort({"upgrade", "head"});
  CHECK(refused.status == 1);
  CHECK_MESSAGE(refused.errors.find("FAILED: upgrade to aaaa failed: " + asked +
                                    "() would tell of Retort's own record, ") == 0,
                refused.errors);
  CHECK(b.query("SELECT count(*) FROM t") == "0");
  // Of what merely has the name, and of a sequence of the author's own, nothing is asked.
  b.outside("aaaa", "",
            b.is_sqlite()
                ? "CREATE TABLE changes (id INTEGER);\nINSERT INTO changes (id) VALUES (1);"
                : "SELECT nextval('t_id_seq');\nSELECT currval('t_id_seq');\nCREATE TABLE "
                  "d (id INTEGER DEFAULT lastval());");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  REQUIRE(b.retort({"stamp", "base"}).status == 0);
  b.outside("aaaa", "", "BEGIN;\n" + body + "\nCOMMIT;");
  const auto done = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(done.status == 0, done.errors);
  CHECK(b.query("SELECT count(*) FROM t WHERE id = n") == "1");
}

TEST_CASE_TEMPLATE("COMMIT AND CHAIN is refused", Db, postgresql) {
  const bench b(Db::dialect);
  b.outside("aaaa", "", "BEGIN;\nCREATE TABLE t (id INTEGER);\nCOMMIT AND CHAIN;\nCOMMIT;");
  const auto refused = b.retort({"upgrade", "head"});
  CHECK(refused.status == 1);
  CHECK(refused.errors.find("FAILED: AND CHAIN in a migration outside a transaction\n"
                            "  --> migrations/aaaa.sql:6:1\n") == 0);
  CHECK_FALSE(b.has_table("t"));
}

TEST_CASE_TEMPLATE("what any statement sets holds for those behind it", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE SCHEMA app");
  b.execute("CREATE SEQUENCE s");
  b.outside("aaaa", "",
            "DO $$BEGIN PERFORM set_config('search_path', 'app', false); END$$;\n"
            "CREATE TABLE one (id INTEGER);\n"
            "SELECT 1, set_config('app.batch', nextval('public.s')::text, false);\n"
            "CREATE TABLE two AS SELECT current_setting('app.batch') AS n;\n"
            "BEGIN;\nSET search_path = public, app;\nCREATE TABLE three (id INTEGER);\nCOMMIT;\n"
            "CREATE INDEX CONCURRENTLY three_id ON three (id);\n"
            "INSERT INTO two SELECT current_setting('app.batch');");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.query("SELECT schemaname, tablename FROM pg_tables WHERE tablename IN ('one', 'two', "
                "'three') ORDER BY 2") == "app|one\npublic|three\napp|two");
  CHECK(b.query("SELECT n FROM app.two") == "1\n1");
}

TEST_CASE_TEMPLATE("what the server refuses in a transaction runs alone, with what was set", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE SCHEMA app");
  b.execute("CREATE TABLE app.t (id INTEGER)");
  b.execute(
      "CREATE PROCEDURE app.p() LANGUAGE plpgsql AS 'BEGIN INSERT INTO t VALUES (1); COMMIT; END'");
  b.outside("aaaa", "",
            "SET search_path = app;\nDO $$BEGIN CALL p(); END$$;\nCREATE TABLE u (id INTEGER);");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.query("SELECT count(*) FROM app.t") == "1");
  CHECK(b.query("SELECT schemaname FROM pg_tables WHERE tablename = 'u'") == "app");
}

TEST_CASE_TEMPLATE("a read-only block, and a role, of the author's own", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("DROP ROLE IF EXISTS e2e_lim");
  b.execute("CREATE ROLE e2e_lim");
  b.outside("aaaa", "",
            "BEGIN READ ONLY;\nSELECT 1;\nCOMMIT;\nSET ROLE e2e_lim;\nBEGIN;\nSELECT 2;\nCOMMIT;");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  b.execute("DROP ROLE e2e_lim");
}

TEST_CASE_TEMPLATE("an index that is gone is not looked for in another schema", Db, postgresql) {
  const bench b(Db::dialect);
  for (const char* schema : {"app", "public"}) {
    if (schema == std::string_view("app")) b.execute("CREATE SCHEMA app");
    b.execute(fmt::format("CREATE TABLE {}.t (id INTEGER)", schema));
    b.execute(fmt::format("CREATE INDEX idx ON {}.t (id)", schema));
  }
  b.outside("aaaa", "", "SET search_path TO app, public;\nDROP INDEX CONCURRENTLY idx;");
  const auto reader = b.connect();
  reader->execute("BEGIN");
  reader->query("SELECT * FROM app.t");
  CHECK(b.signalled("KILL", 1.5, {"upgrade", "head"}).status == 137);
  reader->rollback();
  const auto next = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(b.query("SELECT schemaname FROM pg_indexes WHERE indexname = 'idx'") == "public");
}

TEST_CASE_TEMPLATE("a half-done migration: guard, heads and repair know", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.retort({"guard"}).status == 0);
  b.outside("bbbb", "aaaa", "INSERT INTO t VALUES (1);\nDROP TABLE nowhere;");
  CHECK(b.retort({"upgrade", "head"}).status == 1);
  b.program("mv", {"migrations/bbbb.sql", "kept"});
  CHECK(b.retort({"guard"}).status == 3);
  CHECK(b.retort({"current", "--check-heads"}).status == 3);
  CHECK(b.retort({"upgrade", "head"}).status == 1);
}

TEST_CASE_TEMPLATE("while an index is built concurrently, nothing of the run's own is open", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.outside("aaaa", "", "CREATE INDEX CONCURRENTLY t_id ON t (id);");
  const auto reader = b.connect();
  reader->execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
  const auto pid = reader->query("SELECT pg_backend_pid() FROM (SELECT count(*) FROM t) AS x")
                       .rows.at(0)
                       .at(0)
                       .value_or("");
  const std::jthread run([&] { CHECK(b.retort({"upgrade", "head"}).status == 0); });
  const auto count = [&](const char* which) {
    return b.query(
        fmt::format("SELECT count(*) FROM pg_stat_activity WHERE datname = "
                    "current_database() AND xact_start IS NOT NULL AND pid NOT IN "
                    "(pg_backend_pid(), {}) AND query {} 'CREATE INDEX%'",
                    pid, which));
  };
  CHECK(comes_true([&] { return count("LIKE") == "1"; }));
  CHECK(count("NOT LIKE") == "0");
  reader->rollback();
}

TEST_CASE_TEMPLATE("CONCURRENTLY waits for others as long as it may", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.outside("aaaa", "", "CREATE INDEX CONCURRENTLY t_id ON t (id);");
  const auto reader = b.connect();
  reader->execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
  reader->query("SELECT count(*) FROM t");
  const auto given_up = b.retort({"upgrade", "head", "--concurrently-wait", "1"});
  CHECK(given_up.status == 4);
  CHECK_MESSAGE(
      given_up.errors.find("FAILED: upgrade to aaaa failed: it has waited for others for 1 "
                           "s\n") == 0,
      given_up.errors);
  CHECK(given_up.errors.find("has had a transaction open for") != std::string::npos);
  reader->rollback();
  const auto next = b.retort({"upgrade", "head", "--concurrently-wait", "1"});
  CHECK_MESSAGE(next.status == 0, next.errors);
  CHECK(b.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_id'::regclass") == "t");
}

TEST_CASE_TEMPLATE("repair waits for a run that goes on", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE TABLE t (id INTEGER)");
  b.outside("aaaa", "",
            "DO $$BEGIN PERFORM pg_advisory_lock(7); COMMIT; END$$;\nINSERT INTO t VALUES (1);");
  // The run ends with its lock.
  std::jthread other;
  const auto holder = b.connect();
  holder->query("SELECT pg_advisory_lock(7)");
  other = std::jthread([&] { b.retort({"upgrade", "head"}); });
  REQUIRE(comes_true([&] { return b.is_at("pg_advisory_lock(7)"); }));
  CHECK(b.retort({"repair", "--done", "--lock-wait", "0"}).status == 4);
  CHECK(b.retort({"stamp", "aaaa", "--lock-wait", "0"}).status == 4);
}

TEST_CASE_TEMPLATE("the server ends the session in the middle", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa",
              "CREATE TABLE u (id INTEGER);\nSELECT pg_terminate_backend(pg_backend_pid());", "");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK(failed.errors.find("the connection to the PostgreSQL server was lost") !=
        std::string::npos);
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.has_table("u"));
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(json(b.retort({"journal", "--json"})).at(0).at("outcome") == "killed");
}

TEST_CASE("a full disk: nothing of the migration remains, and room lets the next run go on") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  const std::string fill =
      "CREATE TABLE u (x TEXT);\nINSERT INTO u WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT "
      "n "
      "+ 1 FROM c WHERE n < 2000) SELECT hex(zeroblob(500)) FROM c;";
  b.migration("bbbb", "aaaa", "PRAGMA max_page_count = 40;\n" + fill, "");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK_MESSAGE(failed.errors.find("FAILED: upgrade to bbbb failed: database or disk is full") == 0,
                failed.errors);
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.has_table("u"));
  b.migration("bbbb", "aaaa", fill, "");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT count(*) FROM u") == "2000");
}

TEST_CASE_TEMPLATE("a password in a statement is kept nowhere", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("DROP ROLE IF EXISTS e2e_secret");
  b.outside("aaaa", "", "DO $$BEGIN RAISE 'no host=x password=geheim-45'; END$$;");
  const auto raised = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(raised.errors.find("no host=x password=***") != std::string::npos, raised.errors);
  b.outside("aaaa", "",
            "CREATE ROLE e2e_secret PASSWORD 'geheim-42';\n"
            "DO $$BEGIN EXECUTE 'ALTER ROLE e2e_secret PASSWORD ''geheim-43'''; END$$;\n"
            "ALTER ROLE e2e_secret PASSWORD\n'geheim-44' NOSUCHOPTION;");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK_MESSAGE((failed.output + failed.errors).find("geheim") == std::string::npos, failed.errors);
  CHECK(b.retort({"journal", "--json"}).output.find("geheim") == std::string::npos);
  CHECK(b.query("SELECT count(*) FROM retort_unfinished WHERE done LIKE '%geheim%'") == "0");
  CHECK(b.query("SELECT count(*) FROM retort_journal WHERE sql LIKE '%geheim%'") == "0");
  b.execute("DROP ROLE e2e_secret");
}

TEST_CASE_TEMPLATE("a run that dies at every call", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);\nINSERT INTO t VALUES (1, 1);",
              "DROP TABLE t;");
  b.outside("bbbb", "aaaa",
            b.is_sqlite() ? "PRAGMA user_version = 3;\nINSERT INTO t VALUES (2, 2);\nVACUUM;\n"
                            "BEGIN;\nUPDATE t SET n = n + 1;\nCOMMIT;"
                          : "SET work_mem = '1MB';\nCREATE INDEX CONCURRENTLY t_n ON t (n);\n"
                            "UPDATE t SET n = n + 1;");
  b.write("migrations/cccc.sql",
          "-- One way\n-- revision: cccc\n-- down_revision: bbbb\n-- migrate:up\n"
          "UPDATE t SET n = n + 1;\n");
  const auto result = b.retort({"verify", "--crash-points", "--json"});
  CHECK_MESSAGE(result.status == 0, result.errors);
  const auto list = json(result);
  REQUIRE(list.size() == 1);
  CHECK(list.at(0).at("ok") == true);
  CHECK(list.at(0).at("deaths") > 40);
}

/// Of a statement that commits by itself nobody can know: the next run stops, and is no run that
/// was never disturbed.
TEST_CASE_TEMPLATE("a death that leaves something in doubt is seen", Db, postgresql) {
  const bench b(Db::dialect);
  b.write("migrations/aaaa.sql",
          "-- Doubles\n-- revision: aaaa\n-- migrate:up transaction:false\n"
          "DO $$BEGIN CREATE TABLE t (id INTEGER); COMMIT; END$$;\n");
  const auto result = b.retort({"verify", "--crash-points"});
  CHECK(result.status == 1);
  CHECK(result.output.find("killed after call ") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
