#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("sql_files");

TEST_CASE_TEMPLATE("a byte order mark and CRLF", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.write("migrations/aaaa_windows.sql",
          "\xEF\xBB\xBF-- From Windows\r\n-- revision: aaaa\r\n-- down_revision:\r\n\r\n"
          "-- migrate:up\r\nCREATE TABLE t (id INTEGER,\r\n  name TEXT);\r\n"
          "INSERT INTO t VALUES (1, 'a\r\nb');\r\n-- migrate:down\r\nDROP TABLE t;\r\n");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT name FROM t") == "a\nb");
  CHECK(b.retort({"history"}).output == "<base> -> aaaa (head), From Windows\n");
  CHECK(b.retort({"downgrade", "base"}).status == 0);
  CHECK_FALSE(b.has_table("t"));
}

TEST_CASE("the header: message, labels, dependencies, a merge") {
  const bench b("sqlite");
  b.write("migrations/aaaa.sql",
          "-- message: revision: the message\n-- revision: aaaa\n-- branch_labels: one, uno\n"
          "-- created: 2025-07-09T11:51:44Z\n-- migrate:up\n");
  b.write("migrations/bbbb.sql",
          "-- Second\n-- revision: bbbb\n-- depends_on: uno\n-- migrate:up\n");
  b.write("migrations/cccc.sql",
          "-- A merge\n-- revision: cccc\n-- down_revision: aaaa, bbbb\n-- migrate:up\n");
  const auto list = json(b.retort({"history", "--json"}));
  REQUIRE(list.size() == 3);
  CHECK(list[0]["revision"] == "cccc");
  CHECK(list[0]["down_revision"] == nlohmann::json::array({"aaaa", "bbbb"}));
  CHECK(list[0]["is_merge_point"] == true);
  const auto one = json(b.retort({"show", "aaaa", "--json"})).at(0);
  CHECK(one["message"] == "revision: the message");
  CHECK(one["branch_labels"] == nlohmann::json::array({"one", "uno"}));
  CHECK(json(b.retort({"show", "bbbb", "--json"})).at(0)["depends_on"] ==
        nlohmann::json::array({"uno"}));
  CHECK(b.retort({"upgrade", "heads"}).status == 0);
  CHECK(b.versions() == "cccc");
}

TEST_CASE_TEMPLATE("sections of the dialect run in the file's order", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.write("migrations/aaaa.sql",
          "-- Sections\n-- revision: aaaa\n"
          "-- migrate:up\nCREATE TABLE t (n INTEGER, who TEXT);\nINSERT INTO t VALUES (1, 'all');\n"
          "-- migrate:up dialect:sqlite\nINSERT INTO t VALUES (2, 'sqlite');\n"
          "-- migrate:up dialect:postgresql\nINSERT INTO t VALUES (2, 'postgresql');\n"
          "-- migrate:up dialect:postgres\nDO $$BEGIN INSERT INTO t VALUES (3, 'again'); END$$;\n"
          "-- migrate:up\nINSERT INTO t VALUES (4, 'end');\n"
          "-- migrate:down dialect:sqlite\nDROP TABLE t;\n"
          "-- migrate:down dialect:postgresql\nDROP TABLE t CASCADE;\n");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT n, who FROM t ORDER BY n") ==
        (b.is_sqlite() ? "1|all\n2|sqlite\n4|end" : "1|all\n2|postgresql\n3|again\n4|end"));
  CHECK(b.retort({"downgrade", "base"}).status == 0);
}

TEST_CASE_TEMPLATE("an empty down section does nothing, a missing one cannot be undone", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", nullptr);
  b.migration("cccc", "bbbb", "CREATE TABLE v (id INTEGER);", "DROP TABLE v;");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  const auto refused = b.retort({"downgrade", "base"});
  CHECK(refused.status == 1);
  CHECK(refused.errors ==
        "FAILED: bbbb cannot be downgraded: its file has no down section\n"
        "  --> migrations/bbbb_step.sql:3\n"
        "  help: write what takes it back under a line `-- migrate:down`; an empty section does "
        "nothing\n");
  CHECK(refused.output.empty());
  CHECK(b.versions() == "cccc");
  CHECK(b.has_table("v"));
  REQUIRE(b.retort({"stamp", "aaaa"}).status == 0);
  CHECK(b.retort({"downgrade", "base"}).status == 0);
  CHECK(b.versions().empty());
  CHECK(b.has_table("t"));
}

TEST_CASE_TEMPLATE("SQL is sent as it is written", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const std::string body =
      "CREATE TABLE \"odd;name\" (a TEXT /* ; */, b TEXT -- ; '\n);\n"
      "INSERT INTO \"odd;name\" VALUES ('semi;colon', 'it''s -- no comment');\n";
  b.migration("aaaa", "", body, "DROP TABLE \"odd;name\";");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT a, b FROM \"odd;name\"") == "semi;colon|it's -- no comment");
}

TEST_CASE("trigger bodies stay whole") {
  const bench b("sqlite");
  b.migration("aaaa", "",
              "CREATE TABLE t (id INTEGER, n INTEGER);\n"
              "CREATE TRIGGER up AFTER INSERT ON t BEGIN\n"
              "  UPDATE t SET n = CASE WHEN id > 1 THEN 2 ELSE 1 END WHERE id = new.id;\n"
              "  UPDATE t SET n = n + 10;\nEND;\n"
              "INSERT INTO t (id) VALUES (1);",
              "DROP TABLE t;");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.query("SELECT n FROM t") == "11");
}

TEST_CASE_TEMPLATE("dollar quotes and functions stay whole", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $body$\n"
              "BEGIN\n  -- a ; in a comment /* nested\n  PERFORM ';';\n  RETURN 7;\nEND\n$body$;\n"
              "/* outer /* inner ; */ ; */\nCREATE TABLE t AS SELECT f() AS n;",
              "DROP TABLE t; DROP FUNCTION f();");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.query("SELECT n FROM t") == "7");
}

TEST_CASE_TEMPLATE("statements outside a transaction", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  const std::string alone = b.is_sqlite() ? "VACUUM;\nPRAGMA journal_mode = WAL;"
                                          : "CREATE INDEX CONCURRENTLY t_id ON t (id);\nVACUUM t;";
  b.write("migrations/bbbb.sql",
          "-- Alone\n-- revision: bbbb\n-- down_revision: aaaa\n"
          "-- migrate:up transaction:false\n" +
              alone +
              "\n-- migrate:down transaction:false\n"
              "INSERT INTO t VALUES (1);\nINSERT INTO nowhere VALUES (1);\n");
  const auto whole = b.retort({"upgrade", "head", "--transaction", "run"});
  CHECK(whole.status == 1);
  CHECK(whole.errors ==
        "FAILED: bbbb runs outside a transaction, so the run cannot be one transaction\n"
        "  --> migrations/bbbb.sql:2\n  help: leave out --transaction run\n");
  CHECK(b.versions() == "none");
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.versions() == "bbbb");
  if (b.is_sqlite()) CHECK(b.query("PRAGMA journal_mode") == "wal");
  // What ran before a failure stays, and the row with it.
  const auto down = b.retort({"downgrade", "-1"});
  CHECK(down.status == 1);
  CHECK(down.errors.find("  the database is at bbbb; bbbb runs outside a transaction: its "
                         "statements before this one remain\n") != std::string::npos);
  CHECK(b.query("SELECT count(*) FROM t") == "1");
  CHECK(b.versions() == "bbbb");
}

TEST_CASE("BEGIN and its kin are refused when the folder is loaded") {
  struct row {
    const char* body;
    unsigned line;
    const char* message;
  };
  for (const auto& [body, line, message] : {
           row{"BEGIN;\nSELECT 1;\nCOMMIT;", 7, "BEGIN"},
           row{"SELECT 1;\n  COMMIT;", 8, "COMMIT"},
           row{"SELECT 1;\n\nROLLBACK;", 9, "ROLLBACK"},
       }) {
    const bench b("sqlite");
    b.migration("aaaa", "", body, "");
    for (const char* command : {"heads", "history", "upgrade"}) {
      arguments what = {command};
      if (what.front() == "upgrade") what.emplace_back("head");
      const auto result = b.retort(what);
      CHECK(result.status == 1);
      CHECK(result.errors.find(
                fmt::format("FAILED: {} in a section that runs in a transaction of its own\n"
                            "  --> migrations/aaaa_step.sql:{}:{}\n",
                            message, line, line == 8 ? 3 : 1)) == 0);
      CHECK(
          result.errors.ends_with("  help: remove it, or write transaction:false behind the "
                                  "section's -- migrate: marker\n"));
    }
    CHECK_FALSE(b.exists("test.db"));
  }
  const bench b("sqlite");
  b.migration("aaaa", "", "SAVEPOINT s;\nROLLBACK TO s;\nRELEASE s;", "");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
}

TEST_CASE("foreign keys are off, or on where a section asks for them") {
  const bench b("sqlite");
  b.migration("aaaa", "",
              "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
              "CREATE TABLE child (id INTEGER PRIMARY KEY,\n"
              "  parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);\n"
              "INSERT INTO parent VALUES (1), (2);\n"
              "INSERT INTO child VALUES (10, 1), (20, 2);",
              "DROP TABLE child; DROP TABLE parent;");
  b.write("migrations/bbbb.sql",
          "-- Cascade\n-- revision: bbbb\n-- down_revision: aaaa\n"
          "-- migrate:up foreign_keys:on\nDELETE FROM parent WHERE id = 1;\n-- migrate:down\n");
  b.migration("cccc", "bbbb", "DELETE FROM parent WHERE id = 2; DELETE FROM child;", "");
  const auto up = b.retort({"upgrade", "bbbb"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.query("SELECT id FROM child") == "20");
  CHECK(b.retort({"upgrade", "cccc"}).status == 0);
}

TEST_CASE_TEMPLATE("an id over 32 characters is refused", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const std::string longest(32, 'a');
  b.migration(longest, "", "SELECT 1;", "");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.versions() == longest);
  const std::string longer(33, 'b');
  b.migration(longer, longest, "SELECT 1;", "");
  const auto refused = b.retort({"heads"});
  CHECK(refused.status == 1);
  CHECK(refused.errors.find(fmt::format("FAILED: '{}' cannot be used in 'revision:': ", longer)) ==
        0);
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
