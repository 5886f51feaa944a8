#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// Scripts of --sql, run by plain `sqlite3 FILE < script` and `psql -f script`.

TEST_SUITE_BEGIN("offline");

/// But for the journal, which is for what Retort itself runs.
std::string schema_of(const bench& b) {
  if (b.is_sqlite()) {
    return b.query(
        "SELECT sql FROM sqlite_master WHERE name <> 'retort_journal' ORDER BY type, name");
  }
  return b.query(
      "SELECT table_name, column_name, data_type, column_default, is_nullable "
      "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> "
      "'retort_journal' ORDER BY 1, 2");
}

TEST_CASE_TEMPLATE("a script leaves what the online run leaves", Db, sqlite, postgresql) {
  const bench online(Db::dialect);
  REQUIRE(online.reviewpoint({"upgrade", "head"}).status == 0);
  const bench b(Db::dialect);
  const auto script = b.reviewpoint({"upgrade", "head", "--sql"});
  REQUIRE(script.status == 0);
  CHECK(b.versions() == "none");
  const auto ran = b.shell(script.output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(ran.errors.empty());
  CHECK(b.versions() == "20250605");
  CHECK(schema_of(b) == schema_of(online));
  const auto back = b.reviewpoint({"downgrade", "head:base", "--sql"});
  REQUIRE(back.status == 0);
  const auto undone = b.shell(back.output);
  CHECK_MESSAGE(undone.status == 0, undone.errors);
  CHECK(b.versions().empty());
  CHECK_FALSE(b.has_table("users"));
}

TEST_CASE_TEMPLATE("a script's first line stops the shell at an error", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto script = b.runner({"upgrade", "head", "--sql", "--dialect", Db::dialect});
  CHECK(script.status == 0);
  CHECK(script.output.starts_with(b.is_sqlite() ? ".bail on\n" : "\\set ON_ERROR_STOP on\n"));
  CHECK(json(b.runner({"upgrade", "head", "--sql", "--json", "--dialect", Db::dialect})) ==
        nlohmann::json{{"sql", script.output}});
}

TEST_CASE_TEMPLATE(
    "a script that is longer than what is kept in memory is shown whole, or not at all", Db,
    sqlite) {
  const bench b(Db::dialect);
  const std::string text(200000, 'x');
  const auto insert = fmt::format("INSERT INTO t VALUES ('{}');", text);
  const auto history_with_way_back = [&](const char* down) {
    b.migration("aaaa", "", "CREATE TABLE t (note TEXT);", down);
    b.migration("bbbb", "aaaa", insert.c_str(), insert.c_str());
    b.migration("cccc", "bbbb", insert.c_str(), insert.c_str());
  };
  history_with_way_back("DROP TABLE t;");
  const auto script = b.retort({"upgrade", "head", "--sql"});
  CHECK(json(b.retort({"upgrade", "head", "--sql", "--json"})) ==
        nlohmann::json{{"sql", script.output}});
  REQUIRE(b.shell(script.output).status == 0);
  CHECK(b.versions() == "cccc");
  CHECK(b.query("SELECT count(*), min(length(note)), max(length(note)) FROM t") ==
        "2|200000|200000");
  history_with_way_back(nullptr);
  const auto half = b.retort({"downgrade", "head:base", "--sql"});
  CHECK(half.status == 1);
  CHECK(half.output.empty());
  CHECK(half.errors.find("aaaa cannot be downgraded") != std::string::npos);
}

TEST_CASE_TEMPLATE("the guard stops a script where the database is elsewhere", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
  b.migration("cccc", "bbbb", "CREATE TABLE v (id INTEGER);", "DROP TABLE v;");
  const auto from_second = b.retort({"upgrade", "bbbb:cccc", "--sql"});
  REQUIRE(from_second.status == 0);
  CHECK(from_second.output.find("CREATE TABLE u") == std::string::npos);
  const auto on_nothing = b.shell(from_second.output);
  CHECK(on_nothing.status != 0);
  CHECK_FALSE(b.has_table("v"));
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  const auto too_early = b.shell(from_second.output);
  CHECK(too_early.status != 0);
  CHECK_FALSE(b.has_table("v"));
  CHECK(b.versions() == "aaaa");
  const auto from_base = b.retort({"upgrade", "head", "--sql"});
  const auto too_late = b.shell(from_base.output);
  CHECK(too_late.status != 0);
  CHECK_FALSE(b.has_table("u"));
  CHECK(b.versions() == "aaaa");
  REQUIRE(b.retort({"upgrade", "bbbb"}).status == 0);
  const auto right = b.shell(from_second.output);
  CHECK_MESSAGE(right.status == 0, right.errors);
  CHECK(b.versions() == "cccc");
}

TEST_CASE_TEMPLATE("a failing statement in a script leaves its migration undone", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);\nINSERT INTO nowhere VALUES (1);", "");
  b.migration("cccc", "bbbb", "CREATE TABLE v (id INTEGER);", "DROP TABLE v;");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql"}).output);
  CHECK(ran.status != 0);
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.has_table("u"));
  CHECK_FALSE(b.has_table("v"));
}

TEST_CASE_TEMPLATE("stamp as a script", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto ran = b.shell(b.reviewpoint({"stamp", "31eb30e5f037", "--sql"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.versions() == "31eb30e5f037");
  const auto on = b.shell(b.reviewpoint({"stamp", "31eb30e5f037:head", "--sql"}).output);
  CHECK_MESSAGE(on.status == 0, on.errors);
  CHECK(b.versions() == "20250605");
}

TEST_CASE_TEMPLATE("ensure_version as a script", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto script = b.reviewpoint({"ensure_version", "--sql"});
  CHECK(script.status == 0);
  CHECK_FALSE(b.has_table("retort_version"));
  const auto ran = b.shell(script.output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.versions().empty());
}

TEST_CASE_TEMPLATE("a downgrade's script needs to know where the database is", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  const auto refused = b.reviewpoint({"downgrade", "base", "--sql"});
  CHECK(refused.status == 2);
  CHECK(refused.errors ==
        "FAILED: downgrade --sql needs a range, for the script cannot ask where the database is\n"
        "  help: write `downgrade FROM:TO --sql`, for example `downgrade head:base --sql`\n");
}

TEST_CASE_TEMPLATE("what a body sets ends with it in a script too", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE SCHEMA side");
  b.migration("aaaa", "", "SET search_path = side;\nCREATE TABLE in_side (id INTEGER);", "");
  b.migration("bbbb", "aaaa", "CREATE TABLE t AS SELECT current_setting('search_path') AS p;", "");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.query("SELECT p FROM public.t") == "\"$user\", public");
  CHECK(b.query("SELECT version_num FROM public.retort_version") == "bbbb");
}

TEST_CASE_TEMPLATE("--schema holds in a script too", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE SCHEMA tenant");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql", "--schema", "tenant"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.query("SELECT tablename FROM pg_tables WHERE schemaname = 'tenant' ORDER BY 1") ==
        "retort_version\nt\nu");
}

TEST_CASE("foreign_keys:on holds in a script too") {
  const bench b("sqlite");
  b.migration("aaaa", "",
              "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
              "CREATE TABLE child (id INTEGER PRIMARY KEY,\n"
              "  parent_id INTEGER REFERENCES parent (id) ON DELETE CASCADE);\n"
              "INSERT INTO parent VALUES (1), (2);\nINSERT INTO child VALUES (10, 1), (20, 2);",
              "");
  b.write("migrations/bbbb.sql",
          "-- Cascade\n-- revision: bbbb\n-- down_revision: aaaa\n"
          "-- migrate:up foreign_keys:on\nDELETE FROM parent WHERE id = 1;\n-- migrate:down\n");
  b.migration("cccc", "bbbb", "CREATE TABLE t AS SELECT * FROM pragma_foreign_keys;", "");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.query("SELECT id FROM child") == "20");
  CHECK(b.query("SELECT * FROM t") == "0");
}

TEST_CASE_TEMPLATE(
    "a setting that no word at a statement's beginning tells of ends in a script too", Db,
    postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE SCHEMA side");
  b.migration("aaaa", "",
              "DO $$ BEGIN SET search_path = side; END $$;\nCREATE TEMP TABLE t (x INT);", "");
  b.migration("bbbb", "aaaa", "CREATE TABLE t AS SELECT current_setting('search_path') AS p;", "");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.query("SELECT p FROM public.t") == "\"$user\", public");
  CHECK(b.query("SELECT version_num FROM public.retort_version") == "bbbb");
}

TEST_CASE_TEMPLATE("a script locks the version table before it looks", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "SELECT 1;", "");
  const auto script = b.retort({"upgrade", "head", "--sql"}).output;
  const auto lock = script.find("LOCK TABLE retort_version IN SHARE ROW EXCLUSIVE MODE;");
  CHECK(lock != std::string::npos);
  CHECK(lock < script.find("DO $retort$\nBEGIN\n  IF (SELECT"));
}

TEST_CASE_TEMPLATE("a script whose row did not move stops", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa", "DELETE FROM retort_version;", "");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql"}).output);
  CHECK(ran.status != 0);
  CHECK(b.versions() == "aaaa");
}

TEST_CASE("a range whose end lies before its beginning is no empty script") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "");
  const auto up = b.retort({"upgrade", "bbbb:aaaa", "--sql"});
  CHECK(up.status == 1);
  CHECK(up.errors ==
        "FAILED: there is no upgrade from bbbb to aaaa: aaaa is not above bbbb\n"
        "  help: write the older end first, or `downgrade bbbb:aaaa --sql`\n");
  const auto down = b.retort({"downgrade", "aaaa:bbbb", "--sql"});
  CHECK(down.status == 1);
  CHECK(b.retort({"upgrade", "bbbb:bbbb", "--sql"}).status == 0);
  CHECK(b.retort({"upgrade", "aaaa:base+1", "--sql"}).status == 0);
  CHECK(b.retort({"upgrade", "bbbb:bbbb-1", "--sql"})
            .errors.starts_with("FAILED: there is no upgrade from bbbb to bbbb-1: bbbb-1 is not "
                                "above bbbb\n"));
}

/// Three migrations.
void write_chain(const bench& b) {
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
  b.migration("cccc", "bbbb", "CREATE TABLE v (id INTEGER);", "DROP TABLE v;");
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST_CASE_TEMPLATE("plan shows what an upgrade would run now, and runs nothing", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  write_chain(b);
  const auto all = b.retort({"plan", "head"});
  CHECK(all.status == 0);
  CHECK(all.output == b.retort({"upgrade", "head", "--sql"}).output);
  CHECK(b.versions() == "none");
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  const auto rest = b.retort({"plan", "+1"});
  CHECK(rest.output == b.retort({"upgrade", "aaaa:bbbb", "--sql"}).output);
  const auto detail = json(b.retort({"plan", "heads", "--json"}));
  CHECK(detail["before"] == nlohmann::json::array({"aaaa"}));
  CHECK(detail["after"] == nlohmann::json::array({"cccc"}));
  REQUIRE(detail["steps"].size() == 2);
  CHECK(detail["steps"][0]["revision"] == "bbbb");
  CHECK(detail["steps"][0]["statements"][0] ==
        nlohmann::json{{"sql", "CREATE TABLE u (id INTEGER)"},
                       {"phase", "in_transaction"},
                       {"file", "migrations/bbbb_step.sql"},
                       {"line", 7}});
  CHECK(b.versions() == "aaaa");
  CHECK_FALSE(b.has_table("u"));
  const auto ran = b.shell(b.retort({"plan", "head"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.versions() == "cccc");
  CHECK(b.retort({"plan", "head"}).output ==
        fmt::format("-- nothing to do: {} is at cccc\n", b.shown_url()));
  CHECK(b.retort({"plan", "zzzz"}).status == 1);
  CHECK(b.retort({"plan", "aaaa:bbbb"}).status == 2);
}

TEST_CASE("plan makes no database") {
  const bench b("sqlite");
  write_chain(b);
  const auto planned =
      b.tool({"plan", "head", "--url", "sqlite:///new.db", "--script-location", "migrations"});
  CHECK(planned.status == 0);
  CHECK(planned.output.find("CREATE TABLE v") != std::string::npos);
  CHECK_FALSE(b.exists("new.db"));
}

TEST_CASE_TEMPLATE("one transaction for a whole script", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  write_chain(b);
  const auto script = b.retort({"upgrade", "head", "--sql", "--transaction", "run"}).output;
  CHECK(count(script, "\nBEGIN;") == 1);
  CHECK(count(script, "COMMIT;") == 1);
  CHECK(count(script, "-- Running upgrade") == 3);
  b.migration("dddd", "cccc", "INSERT INTO nowhere VALUES (1);", "");
  const auto failing = b.retort({"upgrade", "head", "--sql", "--transaction", "run"});
  CHECK(b.shell(failing.output).status != 0);
  CHECK_FALSE(b.has_table("t"));
  const auto ran = b.shell(script);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.versions() == "cccc");
  CHECK(b.shell(script).status != 0);
  b.write("retort.toml", "transaction = \"run\"\n");
  CHECK(count(b.retort({"downgrade", "head:base", "--sql"}).output, "\nBEGIN;") == 1);
  b.write("migrations/eeee.sql",
          "-- E\n-- revision: eeee\n-- down_revision: dddd\n"
          "-- migrate:up transaction:false\nSELECT 1;\n");
  const auto refused = b.retort({"upgrade", "head", "--sql", "--transaction", "run"});
  CHECK(refused.status == 1);
  CHECK(refused.output.empty());
  CHECK(refused.errors.find("the run cannot be one transaction") != std::string::npos);
}

TEST_CASE_TEMPLATE("relative ends of a script's range", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  write_chain(b);
  const auto up = b.retort({"upgrade", "aaaa:+1", "--sql"}).output;
  CHECK(up == b.retort({"upgrade", "aaaa:bbbb", "--sql"}).output);
  const auto down = b.retort({"downgrade", "head:-1", "--sql"}).output;
  CHECK(down == b.retort({"downgrade", "cccc:bbbb", "--sql"}).output);
  CHECK(count(down, "-- Running downgrade cccc -> bbbb\n") == 1);
  for (const char* wrong : {"aaaa:", ":bbbb", "a:b:c"}) {
    const auto refused = b.retort({"upgrade", wrong, "--sql"});
    CHECK(refused.status == 2);
    CHECK(refused.output.empty());
  }
  const auto unknown = b.retort({"upgrade", "zzzz:head", "--sql"});
  CHECK(unknown.status == 1);
  CHECK(unknown.output.empty());
}

TEST_CASE_TEMPLATE("a body whose last word is a comment", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER) -- the end", "DROP TABLE t");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.has_table("t"));
}

TEST_CASE_TEMPLATE("a version table in use is not shadowed by one in an earlier schema", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.execute("DO $$ BEGIN EXECUTE format('CREATE SCHEMA %I', current_user); END $$");
  const auto script = b.retort({"upgrade", "base:head", "--sql"}).output;
  CHECK(b.shell(script).status != 0);
  CHECK(b.shell(b.retort({"ensure_version", "--sql"}).output).status == 0);
  CHECK(b.query("SELECT count(*) FROM pg_tables WHERE tablename = 'retort_version'") == "1");
  CHECK(b.retort({"current"}).output == "aaaa (head)\n");
}

TEST_CASE_TEMPLATE("a script for a schema that is not there stops", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  const auto script = b.retort(
      {"upgrade", "head", "--sql", "--schema", "nowhere", "--extra-search-path", "public"});
  CHECK(b.shell(script.output).status != 0);
  CHECK_FALSE(b.has_table("t"));
}

TEST_CASE_TEMPLATE("what psql would change arrives as it is written", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("ALTER ROLE CURRENT_USER SET client_encoding = 'LATIN1'");
  b.migration("$retort$", "", "CREATE TABLE t (a int[], port int, s text, u text);", "");
  b.migration("bbbb", "$retort$",
              "PREPARE p AS SELECT 1;\nINSERT INTO t VALUES ('{1,2,3}', 2);\n"
              "UPDATE t SET s = (a[1:PORT])::text, u = 'é';",
              "");
  b.migration("cccc", "bbbb", "PREPARE p AS SELECT 2;", "");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql"}).output);
  b.execute("ALTER ROLE CURRENT_USER RESET client_encoding");
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.query("SELECT s, u FROM t") == "{1,2}|é");
}

TEST_CASE("lines that end a statement for the sqlite3 shell do not end one of a script") {
  const bench b("sqlite");
  b.migration("aaaa", "",
              "CREATE TABLE t (a INTEGER, go INTEGER, s TEXT);\n"
              "INSERT INTO t VALUES (8, 3, 'x\ngo\n/\ny');\n"
              "UPDATE t SET a = a\n/\n2\n / -- half\n2, go =\n\tGO /* own */\n+ 1;\n"
              "/* ends */\nSELECT\ngo\n, 1 FROM t;",
              "DROP TABLE t;");
  const auto script = b.retort({"upgrade", "head", "--sql"});
  REQUIRE(script.status == 0);
  const auto run = b.shell(script.output);
  CHECK_MESSAGE(run.status == 0, run.errors);
  CHECK(b.query("SELECT a, go, s FROM t") == "2|4|x\ngo\n/\ny");
}

TEST_CASE("what a body sets ends with it in a SQLite script too") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (a INTEGER CHECK (a > 0));", "");
  b.migration("bbbb", "aaaa",
              "CREATE TEMP TABLE t AS SELECT * FROM main.t;\n"
              "PRAGMA case_sensitive_like = ON;",
              "");
  b.migration("cccc", "bbbb", "INSERT INTO t SELECT 5 WHERE 'A' LIKE 'a';", "");
  const auto ran = b.shell(b.retort({"upgrade", "head", "--sql"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.query("SELECT a FROM t") == "5");
  b.migration("dddd", "cccc", "PRAGMA ignore_check_constraints = ON;", "");
  b.migration("eeee", "dddd", "INSERT INTO t VALUES (-1);", "");
  CHECK(b.shell(b.retort({"plan", "head"}).output).status != 0);
  CHECK(b.versions() == "dddd");
}

/// A parent and a child, and a table whose foreign keys name no key and no table.
void write_family(const bench& b) {
  b.migration("aaaa", "",
              "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
              "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent);\n"
              "CREATE TABLE loose (x INTEGER REFERENCES child (parent_id), y REFERENCES nowhere);",
              "");
}

/// A script of a second migration, where one child of three has no parent already; what it refuses
/// the run refuses too.
void check_second(const std::string& sql, bool is_let_through) {
  CAPTURE(sql);
  const bench b("sqlite");
  write_family(b);
  REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
  b.execute("INSERT INTO parent VALUES (1), (2)");
  b.execute("INSERT INTO child VALUES (1, 1), (2, 2), (3, 77)");
  b.execute("INSERT INTO loose VALUES (1, 1)");
  b.migration("bbbb", "aaaa", sql, "");
  const auto script = b.retort({"upgrade", "aaaa:bbbb", "--sql"}).output;
  const auto ran = b.shell(script);
  CHECK((ran.status == 0) == is_let_through);
  CHECK(b.versions() == (is_let_through ? "bbbb" : "aaaa"));
  if (!is_let_through) {
    CHECK(ran.errors.find("the migration leaves rows that break a foreign key") !=
          std::string::npos);
    CHECK(b.query("SELECT count(*) FROM child") == "3");
    CHECK(b.retort({"upgrade", "bbbb"}).status == 1);
  }
}

TEST_CASE("a SQLite script stops where a migration leaves rows that break a foreign key") {
  check_second("DELETE FROM parent WHERE id = 1;", false);
  check_second("DROP TABLE parent;", false);
  check_second("DELETE FROM child WHERE id = 3;\nINSERT INTO child VALUES (4, 78);", false);
}

TEST_CASE("a SQLite script lets be what broke a foreign key before") {
  check_second("UPDATE parent SET id = id;\nINSERT INTO child VALUES (4, 2);", true);
  check_second("ALTER TABLE child RENAME TO kid;\nALTER TABLE parent RENAME TO elder;", true);
  check_second("DELETE FROM child WHERE id = 1;\nDELETE FROM parent WHERE id = 1;", true);
}

TEST_CASE("a SQLite script stops where a parent's key goes with its index") {
  const char* const taken[] = {"DROP INDEX code;", "DROP INDEX code;\nDROP TABLE kid;",
                               "DROP INDEX code;\nCREATE UNIQUE INDEX again ON elder (code);",
                               "DROP INDEX code;\nDELETE FROM kid;"};
  const bool is_let_through[] = {false, true, true, true};
  for (std::size_t i = 0; i < std::size(taken); ++i) {
    CAPTURE(taken[i]);
    const bench b("sqlite");
    b.migration("aaaa", "",
                "CREATE TABLE elder (id INTEGER PRIMARY KEY, code TEXT);\n"
                "CREATE UNIQUE INDEX code ON elder (code);\n"
                "CREATE TABLE kid (id INTEGER PRIMARY KEY, code REFERENCES elder (code));\n"
                "CREATE TABLE empty (id INTEGER PRIMARY KEY, code REFERENCES elder (code));",
                "");
    REQUIRE(b.retort({"upgrade", "aaaa"}).status == 0);
    b.execute("INSERT INTO elder VALUES (1, 'a')");
    b.execute("INSERT INTO kid VALUES (1, 'a')");
    b.migration("bbbb", "aaaa", taken[i], "");
    const auto ran = b.shell(b.retort({"upgrade", "aaaa:bbbb", "--sql"}).output);
    CHECK_MESSAGE((ran.status == 0) == is_let_through[i], ran.errors);
    CHECK(b.versions() == (is_let_through[i] ? "bbbb" : "aaaa"));
    if (!is_let_through[i]) CHECK(b.retort({"upgrade", "bbbb"}).status == 1);
  }
}

TEST_CASE("an index with another collation than its column's is no key to a SQLite script") {
  const bench b("sqlite");
  b.execute("CREATE TABLE elder (id INTEGER PRIMARY KEY, code TEXT)");
  b.execute("CREATE UNIQUE INDEX code ON elder (code COLLATE NOCASE)");
  b.execute("CREATE TABLE kid (id INTEGER PRIMARY KEY, code REFERENCES elder (code))");
  b.execute("INSERT INTO elder VALUES (1, 'a')");
  b.execute("INSERT INTO kid VALUES (1, 'a')");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);\nDELETE FROM t;", "");
  const auto ran = b.shell(b.retort({"upgrade", "aaaa", "--sql"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.versions() == "aaaa");
}

TEST_CASE("a SQLite script looks for broken foreign keys where a migration may break one") {
  const bench b("sqlite");
  write_family(b);
  b.migration("bbbb", "aaaa", "DELETE FROM parent WHERE id = 9;", "");
  const auto looks = [&](const arguments& what) {
    return b.retort(what).output.find("INSERT INTO temp.retort_guard_broken") != std::string::npos;
  };
  CHECK_FALSE(looks({"stamp", "bbbb", "--sql"}));
  CHECK_FALSE(looks({"upgrade", "aaaa", "--sql"}));
  CHECK(looks({"upgrade", "aaaa:bbbb", "--sql"}));
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
