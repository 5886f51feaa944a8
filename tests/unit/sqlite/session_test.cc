#include <doctest/doctest.h>

#include "base/text_tools.h"
#include "unit/sqlite/support.h"

namespace {

using namespace retort;
using namespace retort::test;

/// Runs one migration as the executor does; returns what a person sees of its failure.
std::string migrate(db::connection& connection, std::initializer_list<const char*> body,
                    bool foreign_keys = false) {
  sqlite::sqlite_dialect target;
  return failure_of([&] {
    auto session = target.open_session(connection, foreign_keys);
    auto attempt = [&] {
      connection.begin();
      try {
        for (const auto* sql : body) connection.execute(sql);
        session->before_bookkeeping();
      } catch (...) {
        connection.rollback();
        throw;
      }
      session->wants_baseline() ? connection.rollback() : connection.commit();
    };
    attempt();
    if (session->wants_baseline()) {
      session->take_baseline();
      attempt();
    }
  });
}

std::unique_ptr<db::connection> family() {
  return memory({
      "CREATE TABLE parents (id INTEGER PRIMARY KEY, n)",
      "CREATE TABLE children (id INTEGER PRIMARY KEY, p REFERENCES Parents (id) ON DELETE CASCADE)",
      "CREATE TABLE keyed (k TEXT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parents (id)) "
      "WITHOUT ROWID",
      "CREATE TABLE apart (id INTEGER PRIMARY KEY)",
      "INSERT INTO parents VALUES (1, 'a'), (2, 'b')",
      "INSERT INTO children VALUES (1, 1), (2, 2)",
      "INSERT INTO keyed VALUES ('k', 1)",
  });
}

TEST_CASE("enforcement is off while a migration runs, so that nothing cascades") {
  auto connection = family();
  connection->execute("PRAGMA foreign_keys = ON");
  CHECK(migrate(*connection, {"DELETE FROM parents WHERE id = 2",
                              "INSERT INTO parents VALUES (2, 'c')"}) == "no error");
  CHECK(scalar(*connection, "SELECT count(*) FROM children") == "2");
  CHECK(scalar(*connection, "PRAGMA foreign_keys") == "1");
  CHECK(migrate(*connection, {"DELETE FROM parents WHERE id = 2"}, true) == "no error");
  CHECK(scalar(*connection, "SELECT count(*) FROM children") == "1");
  CHECK(scalar(*connection, "PRAGMA foreign_keys") == "1");
}

TEST_CASE("rows that a migration leaves without their parent fail it") {
  auto connection = family();
  CHECK(migrate(*connection, {"DELETE FROM parents"}) ==
        "FAILED: the migration leaves 3 rows that break a foreign key; nothing of it remains\n"
        "  children, rowid 1: p has no match in Parents\n"
        "  children, rowid 2: p has no match in Parents\n"
        "  keyed: p has no match in parents\n"
        "  help: delete or repair those rows in the migration itself\n");
  CHECK(scalar(*connection, "SELECT count(*) FROM parents") == "2");
  CHECK(migrate(*connection, {"INSERT INTO children VALUES (3, 9)"}) ==
        "FAILED: the migration leaves 1 row that breaks a foreign key; nothing of it remains\n"
        "  children, rowid 3: p has no match in Parents\n"
        "  help: delete or repair those rows in the migration itself\n");
  CHECK(migrate(*connection, {"INSERT INTO parents VALUES (9, 'd')",
                              "INSERT INTO children VALUES (3, 9)"}) == "no error");
}

TEST_CASE("a foreign key counts however it was written") {
  auto connection =
      memory({"CREATE TABLE parents (id INTEGER PRIMARY KEY)", "INSERT INTO parents VALUES (1)",
              "create table small (p references parents (id))",
              "CREATE TABLE late (id INTEGER PRIMARY KEY)",
              "ALTER TABLE late ADD COLUMN p References parents (id)",
              "INSERT INTO small VALUES (1)", "INSERT INTO late VALUES (1, 1)"});
  CHECK(migrate(*connection, {"DROP TABLE parents"}) ==
        "FAILED: the migration leaves 2 rows that break a foreign key; nothing of it remains\n"
        "  late, rowid 1: p has no match in parents\n"
        "  small, rowid 1: p has no match in parents\n"
        "  help: delete or repair those rows in the migration itself\n");
}

TEST_CASE("what was broken before is no failure of this migration") {
  auto connection = family();
  connection->execute("INSERT INTO children VALUES (7, 70)");
  CHECK(migrate(*connection, {"UPDATE children SET id = id + 0"}) == "no error");
  CHECK(migrate(*connection, {"ALTER TABLE children ADD COLUMN q REFERENCES apart (id)"}) ==
        "no error");
  CHECK(migrate(*connection, {"INSERT INTO children VALUES (8, 80, NULL)"}) ==
        "FAILED: the migration leaves 1 row that breaks a foreign key; nothing of it remains\n"
        "  children, rowid 8: p has no match in Parents\n"
        "  help: delete or repair those rows in the migration itself\n");
  // A table that the migration does not touch is not even looked at.
  CHECK(migrate(*connection, {"INSERT INTO apart VALUES (1)"}) == "no error");
}

TEST_CASE("what was broken before is known under another name") {
  auto connection = family();
  connection->execute("INSERT INTO children VALUES (7, 70)");
  connection->execute("INSERT INTO keyed VALUES ('x', 70)");
  CHECK(migrate(*connection, {"ALTER TABLE children RENAME COLUMN p TO parent"}) == "no error");
  CHECK(migrate(*connection, {"ALTER TABLE keyed RENAME TO locked"}) == "no error");
  CHECK(migrate(*connection, {"ALTER TABLE parents RENAME TO ancestors"}) == "no error");
  CHECK(migrate(*connection, {"ALTER TABLE children RENAME COLUMN parent TO p",
                              "INSERT INTO children VALUES (8, 70)"}) ==
        "FAILED: the migration leaves 1 row that breaks a foreign key; nothing of it remains\n"
        "  children, rowid 8: p has no match in ancestors\n"
        "  help: delete or repair those rows in the migration itself\n");
}

TEST_CASE("a key that cannot be checked counts like a broken row") {
  auto connection = family();
  CHECK(migrate(*connection, {"CREATE TABLE wrong (p REFERENCES parents (n))",
                              "INSERT INTO wrong VALUES (1)"}) ==
        "FAILED: the migration leaves a foreign key to columns that are no key; nothing of it "
        "remains\n"
        "  wrong: foreign key mismatch - \"wrong\" referencing \"parents\"\n"
        "  help: make them a primary key or UNIQUE, or let the foreign key go\n");
  // Without a row it breaks nothing, and then it was there before.
  CHECK(migrate(*connection, {"CREATE TABLE wrong (p REFERENCES parents (n))",
                              "INSERT INTO parents VALUES (5, 'e')"}) == "no error");
  CHECK(migrate(*connection, {"INSERT INTO wrong VALUES (1)"}) == "no error");
}

TEST_CASE("what a migration sets on its connection ends with it") {
  auto connection = family();
  CHECK(migrate(*connection,
                {"PRAGMA recursive_triggers = OFF", "PRAGMA ignore_check_constraints = ON",
                 "PRAGMA legacy_alter_table = ON", "PRAGMA busy_timeout = 17",
                 "PRAGMA cache_size = 77", "PRAGMA user_version = 5", "PRAGMA query_only = ON"}) ==
        "no error");
  CHECK(scalar(*connection, "PRAGMA ignore_check_constraints") == "0");
  CHECK(scalar(*connection, "PRAGMA legacy_alter_table") == "0");
  CHECK(scalar(*connection, "PRAGMA busy_timeout") == scalar(*family(), "PRAGMA busy_timeout"));
  CHECK(scalar(*connection, "PRAGMA query_only") == "0");
  CHECK(scalar(*connection, "PRAGMA cache_size") == scalar(*family(), "PRAGMA cache_size"));
  CHECK(scalar(*connection, "PRAGMA user_version") == "5");
}

TEST_CASE("a setting that cannot be read, and settings of the C interface, end too") {
  auto connection = family();
  CHECK(migrate(*connection, {"PRAGMA case_sensitive_like = ON", "PRAGMA max_page_count = 1000",
                              "PRAGMA journal_size_limit = 77", "PRAGMA analysis_limit = 7",
                              "PRAGMA threads = 2", "PRAGMA soft_heap_limit = 1000000000",
                              "PRAGMA hard_heap_limit = 2000000000"}) == "no error");
  CHECK(scalar(*connection, "SELECT 'a' LIKE 'A'") == "1");
  for (const char* name : {"max_page_count", "journal_size_limit", "analysis_limit", "threads",
                           "soft_heap_limit", "hard_heap_limit"}) {
    CAPTURE(name);
    const std::string read = std::string("PRAGMA ") + name;
    CHECK(scalar(*connection, read) == scalar(*family(), read));
  }
  CHECK(scalar(*connection, "PRAGMA hard_heap_limit") == "0");
}

TEST_CASE("temporary objects end with their migration") {
  auto connection = family();
  CHECK(migrate(*connection,
                {"CREATE TEMP TABLE parents (id)", "CREATE INDEX temp.i ON parents (id)",
                 "CREATE TEMP VIEW v AS SELECT * FROM parents",
                 "CREATE TEMP TRIGGER tr AFTER INSERT ON children BEGIN SELECT 1; END"}) ==
        "no error");
  CHECK(scalar(*connection, "SELECT count(*) FROM sqlite_temp_master") == "0");
  CHECK(scalar(*connection, "SELECT count(*) FROM parents") == "2");
}

TEST_CASE("a row without its parent is known by its key, not by its rowid or by a count") {
  auto connection = family();
  for (const char* sql :
       {"CREATE TABLE loose (t TEXT, p REFERENCES parents (id))",
        "INSERT INTO loose (rowid, t, p) VALUES (5, 'x', 90), (9, 'y', 91), (11, 'z', 1)",
        "INSERT INTO keyed VALUES ('a', 99)", "INSERT INTO keyed VALUES ('b', 1)"}) {
    connection->execute(sql);
  }
  // A table that is built anew numbers its rows anew.
  CHECK(migrate(*connection, {"CREATE TABLE loose_2 (t TEXT, p REFERENCES parents (id))",
                              "INSERT INTO loose_2 SELECT t, p FROM loose ORDER BY t DESC",
                              "DROP TABLE loose", "ALTER TABLE loose_2 RENAME TO loose"}) ==
        "no error");
  // And may get another primary key.
  CHECK(
      migrate(*connection, {"CREATE TABLE loose_2 (t TEXT PRIMARY KEY, p REFERENCES parents (id))",
                            "INSERT INTO loose_2 SELECT t, p FROM loose", "DROP TABLE loose",
                            "ALTER TABLE loose_2 RENAME TO loose"}) == "no error");
  CHECK(migrate(*connection, {"UPDATE keyed SET p = CASE k WHEN 'a' THEN 1 ELSE 99 END "
                              "WHERE k IN ('a', 'b')"}) ==
        "FAILED: the migration leaves 1 row that breaks a foreign key; nothing of it remains\n"
        "  keyed: p has no match in parents\n"
        "  help: delete or repair those rows in the migration itself\n");
}

TEST_CASE("dropping the index that makes a parent's key unique") {
  auto connection = family();
  for (const char* sql :
       {"CREATE UNIQUE INDEX n ON parents (n)", "CREATE TABLE named (n REFERENCES parents (n))",
        "INSERT INTO named VALUES ('a')"}) {
    connection->execute(sql);
  }
  CHECK(migrate(*connection, {"DROP INDEX n"}) ==
        "FAILED: the migration leaves a foreign key to columns that are no key; nothing of it "
        "remains\n"
        "  named: foreign key mismatch - \"named\" referencing \"parents\"\n"
        "  help: make them a primary key or UNIQUE, or let the foreign key go\n");
}

TEST_CASE("a full-text table over another one does not lose it") {
  const auto indexed = [](const char* make) {
    return memory({"CREATE TABLE d (id INTEGER PRIMARY KEY, title, body)",
                   "INSERT INTO d VALUES (3, 'hello', 'world')", make,
                   "INSERT INTO f (f) VALUES ('rebuild')",
                   "CREATE VIRTUAL TABLE broken USING fts5(a, content='nowhere')",
                   "CREATE VIRTUAL TABLE own USING fts5(a)"});
  };
  for (const char* make :
       {"CREATE VIRTUAL TABLE f USING fts5(title, content='d', content_rowid='id')",
        "CREATE VIRTUAL TABLE f USING fts4(title, content=\"d\")"}) {
    CAPTURE(make);
    for (const char* change : {"ALTER TABLE d RENAME TO e",
                               "ALTER TABLE d RENAME COLUMN title TO name", "DROP TABLE d"}) {
      CAPTURE(change);
      auto connection = indexed(make);
      const auto said = migrate(*connection, {change});
      CHECK_MESSAGE(said.find("FAILED: the migration leaves full-text table f over what is not "
                              "there: no such ") == 0,
                    said);
      CHECK(migrate(*connection, {change, "DROP TABLE f"}) == "no error");
    }
    auto connection = indexed(make);
    CHECK(migrate(*connection, {"ALTER TABLE d DROP COLUMN body", "UPDATE d SET title = 'x'"}) ==
          "no error");
  }
}

TEST_CASE("a column that an author adds in SQL is not what a string in double quotes was") {
  auto connection = memory({"CREATE TABLE t (a TEXT)", "CREATE TABLE \"u v\" (a TEXT)",
                            "CREATE VIEW v AS SELECT \"bad\" AS b FROM t, \"u v\""});
  for (const char* add : {"ALTER TABLE t ADD COLUMN bad TEXT", "alter table main . t add \"Bad\"",
                          "/* a */ ALTER TABLE \"u v\" -- b\n ADD [bad] INT"}) {
    CAPTURE(add);
    const auto said = migrate(*connection, {add});
    CHECK_MESSAGE(
        base::lower(said).find("\"bad\" in view v is a string, and would become the column") !=
            std::string::npos,
        said);
    CHECK(scalar(*connection, "SELECT group_concat(b) FROM v") == "NULL");
  }
  CHECK(migrate(*connection, {"ALTER TABLE t ADD COLUMN column TEXT"}) == "no error");
  CHECK(migrate(*connection, {"DROP VIEW v", "ALTER TABLE t ADD bad TEXT"}) == "no error");
}

TEST_CASE("what was attached is detached, and a transaction left open is given up") {
  auto connection = family();
  {
    auto session = sqlite::sqlite_dialect().open_session(*connection, false);
    connection->execute("ATTACH ':memory:' AS \"the other\"");
    connection->execute("BEGIN");
    connection->execute("DELETE FROM children");
  }
  CHECK(!connection->in_transaction());
  CHECK(connection->query("PRAGMA database_list").rows.size() == 1);
  CHECK(scalar(*connection, "SELECT count(*) FROM children") == "2");
}

}  // namespace
