#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("verify");

/// A sound first revision with something of each kind, and after it the one under test.
void history_with(const bench& b, std::string_view up, const char* down,
                  const std::string& header = "") {
  b.migration(
      "aaaa", "",
      "CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'x');\n"
      "CREATE TABLE t (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id),\n"
      "  note VARCHAR(20) DEFAULT 'none', amount INTEGER NOT NULL);\n"
      "CREATE INDEX ix_t_note ON t (note);",
      "DROP TABLE t;\nDROP TABLE parent;");
  b.migration("bbbb", "aaaa", up, down);
  if (header.empty()) return;
  std::string text = b.read("migrations/bbbb_step.sql");
  text.insert(text.find("\n\n-- migrate:up"), "\n" + header);
  b.write("migrations/bbbb_step.sql", text);
}

/// The entry of `bbbb`, after checking that the one of `aaaa` holds and that the exit code fits.
nlohmann::json verdict(const bench& b, arguments more = {}) {
  more.insert(more.begin(), {"verify", "--json"});
  const auto result = b.retort(more);
  const auto list = json(result);
  REQUIRE(list.size() == 2);
  CHECK_MESSAGE(list[0]["ok"] == true, list[0]["reason"].get<std::string>());
  CHECK(result.status == (list[1]["ok"] == true ? 0 : 1));
  INFO(list.dump(1));
  CHECK(list[1]["revision"] == "bbbb");
  CHECK(list[1]["pair"] == "aaaa..bbbb");
  CHECK(list[1]["backend"] == b.dialect());
  return list[1];
}

bool mentions(const nlohmann::json& value, std::string_view words) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  const bool found = text.find(words) != std::string::npos;
  if (!found) MESSAGE(text);
  return found;
}

TEST_CASE_TEMPLATE("the reference environment holds, strictly", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto result = b.reviewpoint({"verify", "--strict"});
  CHECK(result.status == 0);
  const std::string name = fmt::format("ok      {:10} ", Db::dialect);
  CHECK(result.output == name + "base..f140e6f46727\n" + name + "f140e6f46727..31eb30e5f037\n" +
                             name + "31eb30e5f037..20250605\nall 3 pairs hold\n");
  CHECK(b.versions() == "none");
}

TEST_CASE_TEMPLATE("one revision and its entry", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto list = json(b.reviewpoint({"verify", "--json", "--revision", "31eb"}));
  REQUIRE(list.size() == 1);
  CHECK(list[0]["revision"] == "31eb30e5f037");
  CHECK(list[0]["pair"] == "f140e6f46727..31eb30e5f037");
  CHECK(list[0]["ok"] == true);
  CHECK(list[0]["reason"] == "");
  CHECK(list[0]["losses"] == nlohmann::json::array());
  CHECK(list[0]["notes"].is_array());
  CHECK(json(b.reviewpoint({"verify", "--json", "--revision", "31eb", "--revision", "head"}))
            .size() == 2);
  const auto base = json(b.reviewpoint({"verify", "--json", "--revision", "f140"}));
  CHECK(base[0]["pair"] == "base..f140e6f46727");
}

TEST_CASE_TEMPLATE("a merge has one entry a parent", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE a (id INTEGER);", "DROP TABLE a;");
  b.migration("bbbb", "aaaa", "CREATE TABLE b (id INTEGER);", "DROP TABLE b;");
  b.migration("cccc", "aaaa", "CREATE TABLE c (id INTEGER);", "DROP TABLE c;");
  b.migration("dddd", "bbbb, cccc", "CREATE TABLE d (id INTEGER);", "DROP TABLE d;");
  const auto result = b.retort({"verify", "--json"});
  CHECK(result.status == 0);
  std::vector<std::string> pairs;
  for (const auto& item : json(result)) pairs.push_back(item["pair"]);
  std::sort(pairs.begin(), pairs.end());
  CHECK(pairs == std::vector<std::string>{"aaaa..bbbb", "aaaa..cccc", "base..aaaa", "bbbb..dddd",
                                          "cccc..dddd"});
}

TEST_CASE_TEMPLATE("a downgrade that forgets an index", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  history_with(b, "DROP INDEX ix_t_note;", "");
  const auto found = verdict(b);
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"], "the downgrade does not give back the schema: "));
  CHECK(mentions(found["reason"], "ix_t_note"));
  const auto text = b.retort({"verify"});
  CHECK(text.status == 1);
  CHECK(text.output.find(fmt::format("ok      {0:10} base..aaaa\nFAILED  {0:10} aaaa..bbbb\n",
                                     Db::dialect)) == 0);
  CHECK(text.output.ends_with("1 of 2 pairs do not hold\n"));
}

TEST_CASE_TEMPLATE("a downgrade that leaves something behind", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  history_with(b, "CREATE TABLE u (id INTEGER);", "");
  const auto found = verdict(b);
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"], "u"));
}

TEST_CASE_TEMPLATE("a downgrade that loses a default", Db, postgresql) {
  const bench b(Db::dialect);
  history_with(b, "ALTER TABLE t ALTER COLUMN note SET DEFAULT 'other';",
               "ALTER TABLE t ALTER COLUMN note DROP DEFAULT;");
  const auto found = verdict(b);
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"], "note"));
  CHECK(mentions(found["reason"], "DEFAULT 'none'"));
}

TEST_CASE("a downgrade that loses a default in a rebuild") {
  const bench b("sqlite");
  history_with(b, "ALTER TABLE t ADD COLUMN extra INTEGER;",
               "DROP INDEX ix_t_note;\n"
               "CREATE TABLE new_t (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent "
               "(id),\n  note VARCHAR(20), amount INTEGER NOT NULL);\n"
               "INSERT INTO new_t SELECT id, parent_id, note, amount FROM t;\n"
               "DROP TABLE t;\nALTER TABLE new_t RENAME TO t;\n"
               "CREATE INDEX ix_t_note ON t (note);");
  const auto found = verdict(b);
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"], "note"));
  CHECK(mentions(found["reason"], "DEFAULT 'none'"));
}

TEST_CASE_TEMPLATE("a row that is dropped", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  history_with(b, "CREATE TABLE u (id INTEGER);",
               "DELETE FROM t WHERE id = (SELECT min(id) FROM t); DROP TABLE u;");
  const auto found = verdict(b);
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"],
                 "data is lost on the way up and down: table t had 5 rows and has 4"));
}

TEST_CASE_TEMPLATE("a value that is changed", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  history_with(b, "UPDATE t SET amount = 5;", "");
  const auto found = verdict(b);
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"], "t.amount changed: "));
}

TEST_CASE_TEMPLATE("a value that becomes NULL, and one that is rounded", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  history_with(b, "UPDATE t SET note = NULL WHERE note IS NOT NULL;", "");
  CHECK(verdict(b)["ok"] == false);
  history_with(b, "UPDATE t SET amount = amount / 10 * 10;", "");
  CHECK(verdict(b)["ok"] == false);
}

TEST_CASE("a trigger that is lost on SQLite") {
  const bench b("sqlite");
  b.migration(
      "aaaa", "",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);\n"
      "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET n = 1 WHERE id = new.id; END;",
      "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "DROP TRIGGER tr;", "");
  const auto found = verdict(b);
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"], "tr"));
}

TEST_CASE_TEMPLATE("a trigger that is lost on PostgreSQL", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);\n"
              "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;\n"
              "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
              "DROP TABLE t; DROP FUNCTION f();");
  b.migration("bbbb", "aaaa", "DROP TRIGGER tr ON t;", "");
  const auto found = verdict(b);
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"], "tr"));
}

TEST_CASE_TEMPLATE("a downgrade that fails, and a second upgrade that does", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  history_with(b, "CREATE TABLE u (id INTEGER);", "DROP TABLE nowhere;");
  const auto failing = verdict(b);
  CHECK(failing["ok"] == false);
  CHECK(mentions(failing["reason"], "downgrade of bbbb failed: "));
  CHECK(mentions(failing["reason"], "nowhere"));
  CHECK(mentions(failing["reason"], "migrations/bbbb_step.sql:"));
}

TEST_CASE_TEMPLATE("a dropped column and table are lost by design", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "CREATE TABLE t (id INTEGER PRIMARY KEY, extra INTEGER);\n"
              "CREATE TABLE u (id INTEGER PRIMARY KEY, n INTEGER);",
              "DROP TABLE u; DROP TABLE t;");
  b.migration("bbbb", "aaaa", "ALTER TABLE t DROP COLUMN extra;\nDROP TABLE u;",
              "ALTER TABLE t ADD COLUMN extra INTEGER;\n"
              "CREATE TABLE u (id INTEGER PRIMARY KEY, n INTEGER);");
  const auto found = verdict(b);
  CHECK(found["ok"] == true);
  auto losses = found["losses"].get<std::vector<std::string>>();
  std::sort(losses.begin(), losses.end());
  CHECK(losses == std::vector<std::string>{"t.extra", "u"});
  const auto strict = verdict(b, {"--strict"});
  CHECK(strict["ok"] == false);
  CHECK(mentions(strict["reason"], "raw SQL loses t.extra, which the migration does not declare"));
  std::string text = b.read("migrations/bbbb_step.sql");
  text.insert(text.find("\n\n-- migrate:up"), "\n-- loses: t.extra, u");
  b.write("migrations/bbbb_step.sql", text);
  const auto declared = verdict(b, {"--strict"});
  CHECK_MESSAGE(declared["ok"] == true, declared.dump(1));
}

TEST_CASE_TEMPLATE("a column that the downgrade brings back with its values is no loss", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER PRIMARY KEY, extra INTEGER);",
              "DROP TABLE t;");
  b.migration("bbbb", "aaaa",
              "CREATE TABLE kept AS SELECT id, extra FROM t;\nALTER TABLE t DROP COLUMN extra;",
              "ALTER TABLE t ADD COLUMN extra INTEGER;\n"
              "UPDATE t SET extra = (SELECT extra FROM kept WHERE kept.id = t.id);\n"
              "DROP TABLE kept;");
  const auto found = verdict(b);
  CHECK(found["ok"] == true);
  CHECK(found["losses"] == nlohmann::json::array());
}

TEST_CASE_TEMPLATE("a declared loss does not fail, another one does", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  history_with(b, "UPDATE t SET note = 'same';", "", "-- loses: t.note");
  const auto declared = verdict(b, {"--strict"});
  CHECK_MESSAGE(declared["ok"] == true, declared.dump(1));
  CHECK(declared["losses"] == nlohmann::json::array({"t.note"}));
  history_with(b, "UPDATE t SET note = 'same', amount = 1;", "", "-- loses: t.note");
  const auto more = verdict(b);
  CHECK(more["ok"] == false);
  CHECK(mentions(more["reason"], "t.amount"));
}

TEST_CASE_TEMPLATE("a column that moved to the end is a note", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER);",
              "DROP TABLE t;");
  b.write("migrations/bbbb_step.sql",
          "-- Move\n-- revision: bbbb\n-- down_revision: aaaa\n-- loses: t.a\n\n-- migrate:up\n"
          "ALTER TABLE t DROP COLUMN a;\n-- migrate:down\nALTER TABLE t ADD COLUMN a INTEGER;\n");
  const auto found = verdict(b, {"--strict"});
  CHECK_MESSAGE(found["ok"] == true, found.dump(1));
  CHECK_FALSE(found["notes"].empty());
}

TEST_CASE_TEMPLATE("an irreversible migration", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  history_with(b, "CREATE TABLE u (id INTEGER);", nullptr);
  const auto found = verdict(b, {"--strict"});
  CHECK(found["ok"] == true);
  CHECK(found["irreversible"] == true);
  const auto text = b.retort({"verify"});
  CHECK(text.status == 0);
  CHECK(text.output.find(fmt::format("one-way {:10} aaaa..bbbb\n", Db::dialect)) !=
        std::string::npos);
}

TEST_CASE_TEMPLATE("rows added after the upgrade: a note, with --strict a failure", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  // The way back cannot take what the new table may hold.
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER PRIMARY KEY);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (n INTEGER);",
              "INSERT INTO t SELECT 1 FROM u WHERE n IS NOT NULL OR n IS NULL;\n"
              "INSERT INTO t SELECT 1 FROM u;\nDROP TABLE u;");
  const auto found = verdict(b);
  CHECK_MESSAGE(found["ok"] == true, found.dump(1));
  CHECK(mentions(found["notes"], "with rows added after the upgrade"));
  const auto strict = verdict(b, {"--strict"});
  CHECK(strict["ok"] == false);
  CHECK(mentions(strict["reason"], "with rows added after the upgrade"));
}

TEST_CASE_TEMPLATE("--strict lets the downgrade take back what the upgrade wrote", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE colours (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
              "DROP TABLE colours;");
  const auto with = [&](const char* up, const char* down) {
    b.migration("bbbb", "aaaa", up, down);
    auto generated = verdict(b, {"--strict"});
    const auto none = verdict(b, {"--strict", "--data", "none"});
    CHECK_MESSAGE(none["ok"] == true, none.dump(1));
    return generated;
  };
  const auto inserted = with("INSERT INTO colours VALUES (101, 'red'), (102, 'blue');",
                             "DELETE FROM colours WHERE id IN (101, 102);");
  CHECK_MESSAGE(inserted["ok"] == true, inserted.dump(1));
  const auto changed = with("UPDATE colours SET name = name || '!';",
                            "UPDATE colours SET name = substr(name, 1, length(name) - 1)\n"
                            "WHERE name LIKE '%!';");
  CHECK_MESSAGE(changed["ok"] == true, changed.dump(1));
  // What came after the upgrade is not the migration's to delete.
  const auto greedy =
      with("INSERT INTO colours SELECT max(id) + 1, 'red' FROM colours HAVING count(*) > 0;",
           "DELETE FROM colours WHERE id >= (SELECT max(id) FROM colours WHERE name = 'red');");
  CHECK(greedy["ok"] == false);
  CHECK(mentions(greedy["reason"],
                 "with rows added after the upgrade, the downgrade fails: table "
                 "colours had"));
}

TEST_CASE_TEMPLATE("--data none proves with the migrations' own rows alone", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER PRIMARY KEY);\nINSERT INTO t VALUES (7);",
              "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "DELETE FROM t WHERE id <> 7;", "");
  CHECK(verdict(b)["ok"] == false);
  CHECK(verdict(b, {"--data", "none"})["ok"] == true);
  b.migration("bbbb", "aaaa", "DELETE FROM t WHERE id = 7;", "");
  const auto own = verdict(b, {"--data", "none"});
  CHECK(own["ok"] == false);
  CHECK(mentions(own["reason"], "table t had 1 rows and has 0"));
}

TEST_CASE_TEMPLATE("--data DIR proves with the user's rows", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "UPDATE t SET note = 'x' WHERE note = 'mine';", "");
  CHECK(verdict(b, {"--data", "none"})["ok"] == true);
  b.write("rows/aaaa.sql",
          "INSERT INTO t VALUES (1, 'mine');\nINSERT INTO t VALUES (2, 'else');\n");
  const auto found = verdict(b, {"--data", "rows"});
  CHECK(found["ok"] == false);
  CHECK(mentions(found["reason"], "t.note changed: 'mine' became 'x'"));
  b.write("rows/aaaa.sql", "INSERT INTO nowhere VALUES (1);\n");
  const auto broken = b.retort({"verify", "--data", "rows"});
  CHECK(broken.status == 1);
  CHECK(broken.output.find("rows/aaaa.sql:1") != std::string::npos);
  const auto missing = b.retort({"verify", "--data", "nowhere"});
  CHECK(missing.status == 2);
  CHECK(missing.errors ==
        "FAILED: there is no folder nowhere to take rows from\n"
        "  help: write --data generated, --data none, or the folder of REVISION.sql files\n");
}

TEST_CASE_TEMPLATE("--backend takes both spellings, and several", Db, postgresql) {
  const bench b(Db::dialect);
  for (const char* name : {"postgres", "postgresql"}) {
    const auto one =
        json(b.reviewpoint({"verify", "--json", "--backend", name, "--revision", "head"}));
    REQUIRE(one.size() == 1);
    CHECK(one[0]["backend"] == "postgresql");
  }
  const auto both = json(b.reviewpoint(
      {"verify", "--json", "--backend", "sqlite", "--backend", "postgres", "--revision", "head"}));
  REQUIRE(both.size() == 2);
  CHECK(both[0]["backend"] == "sqlite");
  CHECK(both[1]["backend"] == "postgresql");
}

TEST_CASE("a server that is not there is a failure, or skipped where that is asked for") {
  const bench b("sqlite");
  const auto verify = [&](variables environment) {
    environment.emplace_back("RETORT_TEST_POSTGRES_URL", std::nullopt);
    environment.emplace_back("RETORT_TEST_POSTGRES_URL_FILE", "nowhere");
    return b.runner({"verify", "--backend", "postgres", "--revision", "head"}, environment);
  };
  const auto failed = verify(
      {{"RETORT_SKIP_UNAVAILABLE", std::nullopt}, {"RETORT_REQUIRE_POSTGRES", std::nullopt}});
  CHECK(failed.status == 1);
  CHECK(failed.errors.find("FAILED: postgresql is not available: ") == 0);
  CHECK(verify({{"RETORT_SKIP_UNAVAILABLE", "1"}, {"RETORT_REQUIRE_POSTGRES", std::nullopt}})
            .status == 77);
  CHECK(verify({{"RETORT_SKIP_UNAVAILABLE", "1"}, {"RETORT_REQUIRE_POSTGRES", "1"}}).status == 1);
  const auto named = [&](const std::optional<std::string>& skip) {
    return b.runner({"verify", "--backend", "postgres", "--revision", "head", "--scratch-url",
                     "postgresql://localhost:1/x"},
                    {{"RETORT_SKIP_UNAVAILABLE", skip}, {"RETORT_REQUIRE_POSTGRES", std::nullopt}});
  };
  CHECK(named("1").status == 77);
  CHECK(named(std::nullopt).status == 1);
}

TEST_CASE_TEMPLATE("generated rows that break a new rule are said to be generated", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE UNIQUE INDEX ix ON t ((n * 0));", "DROP INDEX ix;");
  const auto proof = b.retort({"verify"});
  CHECK(proof.status == 1);
  CHECK(proof.output.find("(the rows are generated, and may break a rule that yours keep: give "
                          "your own with --data DIR, in CMake with DATA)") != std::string::npos);
}

TEST_CASE("an unknown revision or backend") {
  const bench b("sqlite");
  const auto revision = b.reviewpoint({"verify", "--revision", "31ec30e5f037"});
  CHECK(revision.status == 1);
  CHECK(revision.errors ==
        "FAILED: no revision or branch '31ec30e5f037'\n  help: did you mean '31eb30e5f037'?\n");
  const auto backend = b.reviewpoint({"verify", "--backend", "mysql"});
  CHECK(backend.status == 2);
  CHECK(backend.errors ==
        "FAILED: 'mysql' is no database system that Retort knows (sqlite, postgresql)\n");
}

/// The entries of `verify --locks` that are of a revision's statements.
std::vector<nlohmann::json> locks_of(const bench& b, const std::string& revision) {
  const auto result = b.retort({"verify", "--locks", "--json", "--revision", revision});
  CHECK_MESSAGE(result.status == 0, result.errors);
  std::vector<nlohmann::json> found;
  for (const auto& entry : json(result)) {
    if (entry.contains("statement")) found.push_back(entry);
  }
  return found;
}

TEST_CASE_TEMPLATE("what a statement locks and rewrites is measured", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const auto nothing = nlohmann::json::array();
  if (b.is_sqlite()) {
    history_with(b, "ALTER TABLE t ADD COLUMN n INTEGER;", "ALTER TABLE t DROP COLUMN n;");
    CHECK(locks_of(b, "bbbb").empty());
    return;
  }
  // What goes, what is locked already, what was not there, and the other end of a foreign key.
  history_with(b,
               "UPDATE t SET amount = amount;\nDROP INDEX ix_t_note;\n"
               "ALTER TABLE t ALTER COLUMN amount TYPE BIGINT;\nUPDATE t SET amount = amount;\n"
               "CREATE TABLE child (id INTEGER PRIMARY KEY, of INTEGER REFERENCES parent);",
               nullptr);
  const auto found = locks_of(b, "bbbb");
  REQUIRE(found.size() == 5);
  CHECK(found[0]["statement"] == "UPDATE t SET amount = amount");
  const auto lock = [](const char* relation, const char* mode) {
    return nlohmann::json{{"relation", relation}, {"mode", mode}};
  };
  CHECK(found[0]["locks"] ==
        nlohmann::json::array({lock("ix_t_note", "RowExclusiveLock"), lock("t", "RowExclusiveLock"),
                               lock("t_pkey", "RowExclusiveLock")}));
  CHECK(found[0]["rewrites"] == nothing);
  CHECK(found[1]["locks"] == nlohmann::json::array({lock("ix_t_note", "AccessExclusiveLock"),
                                                    lock("t", "AccessExclusiveLock")}));
  CHECK(found[2]["locks"] == nlohmann::json::array({lock("t_pkey", "AccessExclusiveLock")}));
  CHECK(found[2]["rewrites"] == nlohmann::json::array({"t"}));
  CHECK(found[3]["locks"] == nothing);
  CHECK(found[4]["locks"] == nlohmann::json::array({lock("parent", "ShareRowExclusiveLock")}));
  CHECK(b.retort({"verify", "--locks"}).output.find("          rewrites t\n") != std::string::npos);
  // Outside a transaction the locks are gone when they could be seen.
  b.write("migrations/bbbb_step.sql",
          "-- Index\n-- revision: bbbb\n-- down_revision: aaaa\n-- max_lock: ShareLock\n"
          "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY t_n ON t (amount);\n"
          "ALTER TABLE t ALTER COLUMN amount SET NOT NULL;\n-- migrate:down\nDROP INDEX t_n;\n");
  const auto outside = b.retort({"verify", "--locks", "--json", "--revision", "bbbb"});
  CHECK(outside.status == 1);
  const auto list = json(outside);
  REQUIRE(list.size() == 3);
  CHECK(mentions(list[0]["notes"],
                 "CREATE INDEX CONCURRENTLY t_n ON t (amount) runs outside a "
                 "transaction, so that its locks are not measured"));
  CHECK(list[1]["locks"].is_null());
  CHECK(list[2]["statement"] == "ALTER TABLE t ALTER COLUMN amount SET NOT NULL");
  CHECK(list[2]["locks"] == nlohmann::json::array({lock("t", "AccessExclusiveLock")}));
  CHECK(
      mentions(list[0]["reason"], "takes AccessExclusiveLock on t, and its max_lock is ShareLock"));
}

TEST_CASE_TEMPLATE("a lock that is stronger than the migration says", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  const char* up = "CREATE INDEX ix_t_amount ON t (amount);";
  const char* down = "DROP INDEX ix_t_amount;";
  history_with(b, up, down, "-- max_lock: SHARE");
  CHECK(verdict(b)["ok"] == true);
  history_with(b, up, down, "-- max_lock: RowExclusiveLock");
  const auto found = verdict(b);
  CHECK(found["ok"] == b.is_sqlite());
  if (!b.is_sqlite()) {
    CHECK(mentions(found["reason"],
                   "CREATE INDEX ix_t_amount ON t (amount) takes ShareLock on t, "
                   "and its max_lock is RowExclusiveLock (migrations/"));
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
