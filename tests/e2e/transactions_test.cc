#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("transactions");

std::string id_of(int n) { return fmt::format("step{:02}", n); }

/// Ten migrations of which one has a second statement that fails; 0: none.
void ten_migrations(const bench& b, int broken) {
  for (int n = 1; n <= 10; ++n) {
    std::string up =
        fmt::format("CREATE TABLE t{0} (id INTEGER);\nINSERT INTO t{0} VALUES ({0});", n);
    if (n == broken) up += "\nINSERT INTO nowhere VALUES (1);";
    b.migration(id_of(n), n == 1 ? "" : id_of(n - 1), up,
                fmt::format("DROP TABLE t{};", n).c_str());
  }
}

std::string failure_message(const bench& b) {
  if (b.is_sqlite()) {
    return "FAILED: upgrade to step05 failed: no such table: nowhere\n"
           "  --> migrations/step05_step.sql:9:1\n"
           "   | INSERT INTO nowhere VALUES (1)\n"
           "   | ^\n"
           "  SQLite 3.40.1, SQLSTATE SQLITE_ERROR\n"
           "  the database is at step04; nothing of step05 remains\n";
  }
  return "FAILED: upgrade to step05 failed: relation \"nowhere\" does not exist\n"
         "  --> migrations/step05_step.sql:9:13\n"
         "   | INSERT INTO nowhere VALUES (1)\n"
         "   |             ^\n"
         "  PostgreSQL 15.18, SQLSTATE 42P01\n"
         "  the database is at step04; nothing of step05 remains\n";
}

/// The server's version and the kind of error code differ between machines.
std::string without_versions(std::string text) {
  for (const char* name : {"  SQLite ", "  PostgreSQL "}) {
    const auto at = text.find(name);
    if (at == std::string::npos) continue;
    const auto end = text.find(',', at);
    text.erase(at + std::string_view(name).size() - 1,
               end - at - std::string_view(name).size() + 1);
  }
  return text;
}

TEST_CASE_TEMPLATE("the fifth of ten fails: four stay, it leaves nothing, the next run goes on", Db,
                   sqlite, postgresql) {
  const bench b(Db::dialect);
  ten_migrations(b, 5);
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK(without_versions(failed.errors) == without_versions(failure_message(b)));
  CHECK(failed.output.find("upgrade step03 -> step04") != std::string::npos);
  CHECK(b.versions() == "step04");
  CHECK(b.has_table("t4"));
  CHECK_FALSE(b.has_table("t5"));
  CHECK(b.retort({"current"}).output == "step04\n");
  ten_migrations(b, 0);
  const auto rest = b.retort({"upgrade", "head", "--json"});
  CHECK(rest.status == 0);
  CHECK(json(rest).at("steps").size() == 6);
  CHECK(b.versions() == "step10");
  CHECK(b.query("SELECT id FROM t5") == "5");
}

TEST_CASE_TEMPLATE("--transaction run: all ten or none", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  ten_migrations(b, 5);
  const auto failed = b.retort({"upgrade", "head", "--transaction", "run"});
  CHECK(failed.status == 1);
  CHECK(failed.errors.find("  the database is at base; nothing of this run remains\n") !=
        std::string::npos);
  CHECK(failed.output.empty());
  CHECK(b.versions() == "none");
  CHECK_FALSE(b.has_table("t1"));
  ten_migrations(b, 0);
  const auto whole = b.retort({"upgrade", "head", "--transaction", "run"});
  CHECK(whole.status == 0);
  CHECK(b.versions() == "step10");
  const auto down = b.retort({"downgrade", "step03", "--transaction", "run"});
  CHECK(down.status == 0);
  CHECK(b.versions() == "step03");
}

TEST_CASE_TEMPLATE("a failing downgrade changes nothing", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t; DROP TABLE nowhere;");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  const auto failed = b.retort({"downgrade", "base"});
  CHECK(failed.status == 1);
  CHECK(failed.errors.find("FAILED: downgrade of aaaa failed: ") == 0);
  CHECK(failed.errors.find("  the database is at aaaa; nothing of aaaa remains\n") ==
        std::string::npos);
  CHECK(failed.errors.find("  the database is at aaaa; the downgrade of aaaa changed nothing\n") !=
        std::string::npos);
  CHECK(b.versions() == "aaaa");
  CHECK(b.has_table("t"));
}

TEST_CASE_TEMPLATE("what a body sets on its connection ends with it", Db, postgresql) {
  for (const char* mode : {"migration", "run"}) {
    CAPTURE(mode);
    const bench b(Db::dialect);
    b.execute("CREATE SCHEMA side");
    b.migration(
        "aaaa", "",
        "SET search_path = side;\nSET statement_timeout = '7s';\nSET LOCAL work_mem = '1MB';\n"
        "SELECT set_config('lock_timeout', '9s', false);\n"
        "CREATE TABLE in_side (id INTEGER);",
        "DROP TABLE side.in_side;");
    b.migration("bbbb", "aaaa",
                "CREATE TABLE t AS SELECT current_setting('search_path') AS p, "
                "current_setting('statement_timeout') AS s, current_setting('lock_timeout') AS l;",
                "DROP TABLE t;");
    const auto up = b.retort({"upgrade", "head", "--transaction", mode});
    CHECK_MESSAGE(up.status == 0, up.errors);
    CHECK(b.query("SELECT * FROM public.t") == "\"$user\", public|0|5s");
    CHECK(b.query("SELECT version_num FROM public.retort_version") == "bbbb");
  }
}

TEST_CASE_TEMPLATE("a role that a body takes ends with it", Db, postgresql) {
  for (const char* mode : {"migration", "run"}) {
    CAPTURE(mode);
    const bench b(Db::dialect);
    b.execute("DROP ROLE IF EXISTS e2e_body");
    b.execute("CREATE ROLE e2e_body");
    b.migration("aaaa", "", "SET ROLE e2e_body;", "");
    b.migration("bbbb", "aaaa", "CREATE TABLE t AS SELECT current_user::text AS who;",
                "DROP TABLE t;");
    const auto up = b.retort({"upgrade", "head", "--transaction", mode});
    CHECK_MESSAGE(up.status == 0, up.errors);
    CHECK(b.query("SELECT who FROM t") != "e2e_body");
    b.execute("DROP ROLE e2e_body");
  }
}

TEST_CASE("what a body sets on a SQLite connection ends, what it sets in the file stays") {
  for (const char* mode : {"migration", "run"}) {
    CAPTURE(mode);
    const bench b("sqlite");
    b.migration("aaaa", "",
                "PRAGMA recursive_triggers = ON;\nPRAGMA cache_size = 77;\n"
                "PRAGMA user_version = 42;\nPRAGMA application_id = 4711;",
                "");
    b.migration("bbbb", "aaaa",
                "CREATE TABLE t AS SELECT (SELECT recursive_triggers FROM "
                "pragma_recursive_triggers) AS r, (SELECT cache_size FROM pragma_cache_size) <> 77 "
                "AS c;",
                "DROP TABLE t;");
    const auto up = b.retort({"upgrade", "head", "--transaction", mode});
    CHECK_MESSAGE(up.status == 0, up.errors);
    CHECK(b.query("SELECT * FROM t") == "0|1");
    CHECK(b.query("PRAGMA user_version") == "42");
    CHECK(b.query("PRAGMA application_id") == "4711");
  }
}

TEST_CASE_TEMPLATE("a constraint that only COMMIT checks", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
              "CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);",
              "");
  b.migration("bbbb", "aaaa", "INSERT INTO child VALUES (7);", "");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK(failed.errors.find("FAILED: upgrade to bbbb failed: insert or update on table \"child\" "
                           "violates foreign key constraint \"child_id_fkey\"\n"
                           "  --> migrations/bbbb_step.sql:3\n"
                           "  DETAIL: Key (id)=(7) is not present in table \"parent\".\n") == 0);
  CHECK(b.versions() == "aaaa");
  CHECK(b.query("SELECT count(*) FROM child") == "0");
}

TEST_CASE("new violations of foreign keys fail, old ones do not") {
  for (const char* mode : {"migration", "run"}) {
    CAPTURE(mode);
    const bench b("sqlite");
    b.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
    b.execute(
        "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id))");
    b.execute("INSERT INTO child VALUES (1, 99)");
    b.execute("INSERT INTO parent VALUES (2)");
    b.execute("INSERT INTO child VALUES (2, 2)");
    b.migration("aaaa", "", "INSERT INTO parent VALUES (3); UPDATE child SET id = 11 WHERE id = 2;",
                "");
    b.migration("bbbb", "aaaa", "DELETE FROM parent WHERE id = 2;", "");
    const auto fine = b.retort({"upgrade", "aaaa", "--transaction", mode});
    CHECK_MESSAGE(fine.status == 0, fine.errors);
    const auto failed = b.retort({"upgrade", "bbbb", "--transaction", mode});
    CHECK(failed.status == 1);
    CHECK(
        failed.errors.find("FAILED: upgrade to bbbb failed: the migration leaves 1 row that breaks "
                           "a foreign key; nothing of it remains\n"
                           "  --> migrations/bbbb_step.sql:3\n"
                           "  child, rowid 11: parent_id has no match in parent\n") == 0);
    CHECK(b.versions() == "aaaa");
    CHECK(b.query("SELECT id FROM parent ORDER BY id") == "2\n3");
  }
}

TEST_CASE_TEMPLATE("a runner that waits for another in vain says so and exits with 4", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  REQUIRE(b.retort({"ensure_version"}).status == 0);
  const auto other = b.connect();
  other->begin();
  other->execute(b.is_sqlite() ? "INSERT INTO retort_version VALUES ('x')"
                               : "LOCK TABLE retort_version IN SHARE ROW EXCLUSIVE MODE");
  const auto waiting = b.retort({"upgrade", "head", "--lock-wait", "1"});
  CHECK(waiting.status == 4);
  other->rollback();
  CHECK(b.retort({"upgrade", "head"}).status == 0);
}

/// A migration that runs outside a transaction.
void bare_migration(const bench& b, const std::string& id, const std::string& parent,
                    const std::string& up) {
  b.write("migrations/" + id + ".sql",
          fmt::format("-- Bare\n-- revision: {}\n{}-- migrate:up transaction:false\n{}\n"
                      "-- migrate:down\n",
                      id, parent.empty() ? "" : "-- down_revision: " + parent + "\n", up));
}

TEST_CASE_TEMPLATE("what a body outside a transaction sets does not move its version row", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE SCHEMA side");
  b.execute("CREATE TABLE side.retort_version (version_num VARCHAR(32))");
  b.execute("DROP ROLE IF EXISTS e2e_bare");
  b.execute("CREATE ROLE e2e_bare");
  bare_migration(b, "aaaa", "", "SET search_path = side;\nCREATE TABLE in_side (id INTEGER);");
  bare_migration(b, "bbbb", "aaaa", "SET ROLE e2e_bare;");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.query("SELECT version_num FROM public.retort_version") == "bbbb");
  CHECK(b.query("SELECT count(*) FROM side.retort_version") == "0");
  b.execute("DROP ROLE e2e_bare");
}

TEST_CASE_TEMPLATE("a body outside a transaction may not leave one open", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  bare_migration(b, "aaaa", "", "CREATE TABLE t (id INTEGER);\nBEGIN;\nINSERT INTO t VALUES (1);");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK(
      failed.errors ==
      "FAILED: upgrade to aaaa failed: one of its statements opened a transaction and none "
      "ended it, so what came after was given up\n"
      "  --> migrations/aaaa.sql:5:1\n"
      "   | BEGIN\n"
      "   | ^\n"
      "  the database is at base; aaaa runs outside a transaction: its statements before this one "
      "remain\n"
      "  help: end it with COMMIT in the migration itself\n");
  CHECK(b.query("SELECT count(*) FROM t") == "0");
}

TEST_CASE("outside a transaction, too, new violations of foreign keys fail") {
  const bench b("sqlite");
  b.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)");
  b.execute(
      "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id))");
  b.execute("INSERT INTO child VALUES (1, 99)");
  b.execute("INSERT INTO parent VALUES (2)");
  b.execute("INSERT INTO child VALUES (2, 2)");
  bare_migration(b, "aaaa", "", "UPDATE child SET id = id; VACUUM;");
  bare_migration(b, "bbbb", "aaaa", "DELETE FROM parent WHERE id = 2;");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK_MESSAGE(
      failed.errors.find("FAILED: upgrade to bbbb failed: the migration leaves 1 row that breaks "
                         "a foreign key\n"
                         "  --> migrations/bbbb.sql:2\n"
                         "  child, rowid 2: parent_id has no match in parent\n") == 0,
      failed.errors);
  CHECK(failed.errors.find("  the database is at aaaa; bbbb runs outside a transaction: what its "
                           "statements have committed remains\n") != std::string::npos);
  CHECK(b.versions() == "aaaa");
}

TEST_CASE_TEMPLATE("a version table with a row twice is refused", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
  b.execute("CREATE TABLE retort_version (version_num VARCHAR(32) NOT NULL)");
  b.execute("INSERT INTO retort_version VALUES ('aaaa'), ('aaaa')");
  for (const arguments& what : {arguments{"upgrade", "head"}, arguments{"current"}}) {
    const auto refused = b.retort(what);
    CHECK(refused.status == 1);
    CHECK(refused.errors ==
          "FAILED: retort_version holds 'aaaa' more than once, so nobody can tell where the "
          "database is\n"
          "  help: delete the rows that are too many, and make version_num its primary key\n");
  }
  CHECK_FALSE(b.has_table("u"));
}

TEST_CASE("with foreign keys enforced no table goes that others refer to") {
  const bench b("sqlite");
  b.migration("aaaa", "",
              "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
              "CREATE TABLE child (id INTEGER PRIMARY KEY,\n"
              "  parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);\n"
              "CREATE TABLE alone (id INTEGER PRIMARY KEY);\n"
              "INSERT INTO parent VALUES (1);\nINSERT INTO child VALUES (10, 1);",
              "");
  b.write("migrations/bbbb.sql",
          "-- Rebuild\n-- revision: bbbb\n-- down_revision: aaaa\n"
          "-- migrate:up foreign_keys:on\n"
          "DROP TABLE alone;\n"
          "CREATE TABLE parent_new (id INTEGER PRIMARY KEY, n TEXT);\n"
          "INSERT INTO parent_new SELECT id, NULL FROM parent;\n"
          "DROP TABLE parent;\n"
          "ALTER TABLE parent_new RENAME TO parent;\n-- migrate:down\n");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK(without_versions(failed.errors) ==
        "FAILED: upgrade to bbbb failed: dropping parent while foreign keys are enforced "
        "deletes its rows first, and with them what refers to them in child\n"
        "  --> migrations/bbbb.sql:8:1\n"
        "   | DROP TABLE parent\n"
        "   | ^\n"
        "  the database is at aaaa; nothing of bbbb remains\n"
        "  help: leave foreign_keys:on out of this migration, or drop child first\n");
  CHECK(b.query("SELECT id FROM child") == "10");
}

TEST_CASE_TEMPLATE("temporary objects end with their migration", Db, sqlite, postgresql) {
  for (const char* mode : {"migration", "run"}) {
    CAPTURE(mode);
    const bench b(Db::dialect);
    b.migration("aaaa", "",
                "CREATE TABLE t (id INTEGER);\n"
                "CREATE TEMP TABLE t (id INTEGER);\n"
                "CREATE TEMP TABLE retort_version (version_num VARCHAR(32));\n"
                "CREATE TEMP VIEW w AS SELECT id FROM t;",
                "");
    b.migration("bbbb", "aaaa", "INSERT INTO t VALUES (1);", "");
    const auto up = b.retort({"upgrade", "head", "--transaction", mode});
    CHECK_MESSAGE(up.status == 0, up.errors);
    CHECK(b.query("SELECT id FROM t") == "1");
    CHECK(b.versions() == "bbbb");
  }
}

TEST_CASE_TEMPLATE("prepared statements and advisory locks end with their migration", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "PREPARE p AS SELECT 1;\nSELECT pg_advisory_unlock_all();\n"
              "SELECT pg_advisory_lock(4711), pg_advisory_lock(4711), pg_advisory_lock(-1, -2);",
              "");
  b.migration("bbbb", "aaaa",
              "CREATE TABLE t AS SELECT (SELECT count(*) FROM pg_prepared_statements "
              "WHERE name = 'p') AS p, (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
              "AND pid = pg_backend_pid()) AS l;",
              "");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  // The one lock is the run's own.
  CHECK(b.query("SELECT p, l FROM t") == "0|1");
}

TEST_CASE_TEMPLATE("a role's defaults do not make transactions that cannot work", Db, postgresql) {
  const bench b(Db::dialect);
  const auto name = b.query("SELECT current_database()");
  // One at a time: each connection begins with what the one before it has set.
  b.execute("ALTER DATABASE \"" + name + "\" SET default_transaction_isolation = 'serializable'");
  b.execute("ALTER DATABASE \"" + name + "\" SET default_transaction_read_only = on");
  b.migration("aaaa", "", "CREATE TABLE t AS SELECT current_setting('transaction_isolation') AS i;",
              "");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.query("SELECT i FROM t") == "read committed");
}

TEST_CASE_TEMPLATE("what another attempt may mend exits with 4", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$;", "");
  const auto failed = b.retort({"upgrade", "head", "--lock-retries", "0"});
  CHECK_MESSAGE(failed.status == 4, failed.errors);
  CHECK(failed.errors.find(", SQLSTATE 40P01\n") != std::string::npos);
}

/// The server reads the quotes otherwise than whoever looked for COMMIT in the file.
TEST_CASE_TEMPLATE("a transaction that was ended and begun anew is not taken for the same", Db,
                   postgresql) {
  for (const char* mode : {"migration", "run"}) {
    CAPTURE(mode);
    const bench b(Db::dialect);
    b.migration("aaaa", "",
                "CREATE TABLE t (id INTEGER);\nSET standard_conforming_strings = off;\n"
                "SELECT '\\''; COMMIT; BEGIN; CREATE TABLE u (id INTEGER); SELECT 1 --'\n;",
                "");
    const auto failed = b.retort({"upgrade", "head", "--transaction", mode});
    CHECK(failed.status == 1);
    CHECK_MESSAGE(failed.errors.find("FAILED: upgrade to aaaa failed: one of its statements ended "
                                     "the migration's transaction, so that what came before it in "
                                     "the migration may be lost or committed\n") == 0,
                  failed.errors);
    CHECK(b.versions().empty());
    CHECK_FALSE(b.has_table("u"));
  }
}

TEST_CASE_TEMPLATE("a connection lost in COMMIT leaves nobody in false certainty", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "CREATE TABLE t (id INTEGER);\n"
              "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$\n"
              "BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;\n"
              "CREATE CONSTRAINT TRIGGER last AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED\n"
              "  FOR EACH ROW EXECUTE FUNCTION die();\nINSERT INTO t VALUES (1);",
              "");
  const auto lost = b.retort({"upgrade", "head"});
  CHECK(lost.status == 1);
  CHECK_MESSAGE(lost.errors.find("FAILED: upgrade to aaaa failed: the connection to the PostgreSQL "
                                 "server was lost in COMMIT\n") == 0,
                lost.errors);
  CHECK_MESSAGE(
      lost.errors.find("  the database was at base; whether aaaa is committed is unknown\n"
                       "  help: run `current`, and go on from where it says the database is\n") !=
          std::string::npos,
      lost.errors);
}

TEST_CASE_TEMPLATE("a body that writes rows of its own into the version table fails", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa", "INSERT INTO retort_version VALUES ('zzzz');", "");
  const auto failed = b.retort({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK(failed.errors.find("it leaves bbbb, zzzz in ") != std::string::npos);
  CHECK(b.versions() == "aaaa");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
