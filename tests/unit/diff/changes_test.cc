#include "diff/changes.h"

#include <doctest/doctest.h>

#include <retort/postgres.h>
#include <retort/sqlite.h>

#include "dialect/backend.h"
#include "diff/identity_changes.h"
#include "diff/object_changes.h"
#include "diff/option_changes.h"
#include "diff/table_changes.h"
#include "model/apply.h"
#include "unit/diff/schemas.h"

namespace retort::diff {
namespace {

using testing::postgres;
using testing::sqlite;

using testing::column;
using testing::schema;
using testing::table;
using testing::with_default;

using texts = std::vector<std::string>;

/// The first way of each change, in SQL; "?" before one that somebody must look at.
texts ways(const model::schema& from, const model::schema& to, const dialect::dialect& target,
           const change_options& options = {}) {
  texts all;
  for (const auto& one : changes(from, to, target, options)) {
    REQUIRE(!one.ways.empty());
    std::vector<dialect::statement> statements;
    for (const auto& op : one.ways.front()) target.write(op, statements);
    for (const auto& statement : statements) {
      all.push_back((one.review.empty() && one.loss.empty() ? "" : "?") + statement.sql);
    }
  }
  return all;
}

model::table people() {
  auto made = table("people", {column("id", "integer", false), column("name", "text")});
  made.primary_key = model::primary_key{"people_pkey", {"id"}, {}, false};
  return made;
}

/// What PostgreSQL does to make one table what the function makes of it.
texts altered(void (*change)(model::table&), void (*before)(model::table&) = nullptr) {
  auto from = people();
  if (before != nullptr) before(from);
  auto to = from;
  change(to);
  return ways(schema({from}), schema({to}), postgres());
}

TEST_CASE("equal schemas need no change, and the order of columns none either") {
  auto moved = people();
  std::swap(moved.columns[0], moved.columns[1]);
  for (const auto* target : {&postgres(), &sqlite()}) {
    CHECK(changes(schema({people()}), schema({people()}), *target).empty());
    CHECK(changes(schema({people()}), schema({moved}), *target).empty());
  }
}

TEST_CASE("columns, PostgreSQL") {
  CHECK(altered([](auto& to) { to.columns.push_back(column("more", "date")); }) ==
        texts{"ALTER TABLE people ADD COLUMN more date"});
  CHECK(altered([](auto& to) {
          to.columns.push_back(with_default(column("more", "integer", false), "3"));
        }) == texts{"ALTER TABLE people ADD COLUMN more integer NOT NULL DEFAULT 3"});
  CHECK(altered([](auto& to) { to.columns.pop_back(); }) ==
        texts{"?ALTER TABLE people DROP COLUMN name"});
  CHECK(altered([](auto& to) { to.columns[1].type.raw = "character varying(9)"; }) ==
        texts{"ALTER TABLE people ALTER COLUMN name TYPE character varying(9)"});
  CHECK(altered(
            [](auto& to) {
              to.columns[1] = with_default(column("name", "bigint"), "nextval('n'::regclass)");
            },
            [](auto& from) {
              from.columns[1] = with_default(column("name", "integer"), "nextval('n'::regclass)");
            }) == texts{"ALTER TABLE people ALTER COLUMN name TYPE bigint"});
  CHECK(altered([](auto& to) { to.columns[1] = with_default(column("name", "bigint"), "1"); },
                [](auto& from) {
                  from.columns[1] = with_default(column("name", "boolean"), "true");
                }) == texts{"ALTER TABLE people ALTER COLUMN name DROP DEFAULT",
                            "ALTER TABLE people ALTER COLUMN name TYPE bigint",
                            "ALTER TABLE people ALTER COLUMN name SET DEFAULT 1"});
  CHECK(altered([](auto& to) { to.columns[1].default_sql = "'x'"; }) ==
        texts{"ALTER TABLE people ALTER COLUMN name SET DEFAULT 'x'"});
  CHECK(altered([](auto& to) { to.columns[1].default_sql.reset(); },
                [](auto& from) { from.columns[1].default_sql = "'x'"; }) ==
        texts{"ALTER TABLE people ALTER COLUMN name DROP DEFAULT"});
  CHECK(altered([](auto& to) { to.columns[1].comment = "it's"; }) ==
        texts{"COMMENT ON COLUMN people.name IS 'it''s'"});
  CHECK(altered([](auto& to) { to.columns[1].collation = "C"; }) ==
        texts{"ALTER TABLE people ALTER COLUMN name TYPE text COLLATE \"C\""});
  CHECK(altered([](auto& to) { to.columns[1].nullable = true; },
                [](auto& from) { from.columns[1].nullable = false; }) ==
        texts{"ALTER TABLE people ALTER COLUMN name DROP NOT NULL"});
}

TEST_CASE("a column that has to have a value gets one first, and somebody looks at it") {
  const auto asked = altered([](auto& to) { to.columns[1].nullable = false; });
  REQUIRE(asked.size() >= 2);
  CHECK(asked.front().starts_with("?"));
  CHECK(asked.back() == "?ALTER TABLE people ALTER COLUMN name SET NOT NULL");
  const auto added = altered([](auto& to) { to.columns.push_back(column("more", "xml", false)); });
  CHECK(added == texts{"?ALTER TABLE people ADD COLUMN more xml",
                       "?ALTER TABLE people ALTER COLUMN more SET NOT NULL"});
}

TEST_CASE("a type is tried as it is, then converted, then by its text") {
  auto to = people();
  to.columns[1].type.raw = "integer";
  const auto found = changes(schema({people()}), schema({to}), postgres());
  REQUIRE(found.size() == 1);
  texts tried;
  for (const auto& way : found[0].ways) {
    std::vector<dialect::statement> statements;
    for (const auto& op : way) postgres().write(op, statements);
    REQUIRE(statements.size() == 1);
    tried.push_back(statements[0].sql);
  }
  CHECK(tried ==
        texts{"ALTER TABLE people ALTER COLUMN name TYPE integer",
              "ALTER TABLE people ALTER COLUMN name TYPE integer USING (name::integer)",
              "ALTER TABLE people ALTER COLUMN name TYPE integer USING (name::text::integer)"});
}

TEST_CASE("constraints and indexes, PostgreSQL") {
  CHECK(altered([](auto& to) {
          to.checks = {{"ck", "id > 0", false}};
        }) == texts{"ALTER TABLE people ADD CONSTRAINT ck CHECK (id > 0)"});
  CHECK(altered([](auto& to) { to.checks[0].expression = "id > 1"; },
                [](auto& from) {
                  from.checks = {{"ck", "id > 0", false}};
                }) == texts{"ALTER TABLE people DROP CONSTRAINT ck",
                            "ALTER TABLE people ADD CONSTRAINT ck CHECK (id > 1)"});
  CHECK(altered([](auto& to) { to.checks[0].name = "ck_id"; },
                [](auto& from) {
                  from.checks = {{"ck", "id > 0", false}};
                }) == texts{"ALTER TABLE people RENAME CONSTRAINT ck TO ck_id"});
  CHECK(altered([](auto& to) { to.checks[0].not_valid = false; },
                [](auto& from) {
                  from.checks = {{"ck", "id > 0", true}};
                }) == texts{"ALTER TABLE people VALIDATE CONSTRAINT ck"});
  CHECK(altered([](auto& to) { to.primary_key->name = "pk"; }) ==
        texts{"ALTER TABLE people RENAME CONSTRAINT people_pkey TO pk"});
  CHECK(altered([](auto& to) { to.indexes = {testing::index("ix", "name")}; }) ==
        texts{"CREATE INDEX ix ON people (name)"});
  CHECK(altered([](auto& to) { to.indexes[0].name = "other"; },
                [](auto& from) { from.indexes = {testing::index("ix", "name")}; }) ==
        texts{"ALTER INDEX ix RENAME TO other"});
  CHECK(altered([](auto& to) { to.indexes[0].unique = true; },
                [](auto& from) { from.indexes = {testing::index("ix", "name")}; }) ==
        texts{"DROP INDEX ix", "CREATE UNIQUE INDEX ix ON people (name)"});
  CHECK(altered([](auto& to) { to.comment = "who"; }) == texts{"COMMENT ON TABLE people IS 'who'"});
}

TEST_CASE("tables come before what refers to them, and go behind it") {
  auto pets = table("pets", {column("id", "integer", false), column("owner", "integer")});
  pets.foreign_keys = {testing::reference("owner", "people")};
  pets.foreign_keys[0].name = "fk";
  const auto both = schema({people(), pets});
  const auto made = ways({}, both, postgres());
  REQUIRE(made.size() == 3);
  CHECK(made[0].starts_with("CREATE TABLE"));
  CHECK(made[1].starts_with("CREATE TABLE"));
  CHECK(made[2] == "ALTER TABLE pets ADD CONSTRAINT fk FOREIGN KEY (owner) REFERENCES people (id)");
  CHECK(ways(both, {}, postgres()) == texts{"?DROP TABLE pets", "?DROP TABLE people"});
  CHECK(ways(both, {}, sqlite()) == texts{"?DROP TABLE pets", "?DROP TABLE people"});
}

TEST_CASE("objects: made, replaced, dropped") {
  auto from = schema({people()});
  auto to = schema({people()});
  testing::add(to, "view", "v", "CREATE VIEW v AS SELECT 1");
  CHECK(ways(from, to, postgres()) == texts{"CREATE VIEW v AS SELECT 1"});
  CHECK(ways(to, from, postgres()) == texts{"DROP VIEW v"});
  testing::add(from, "view", "v", "CREATE VIEW v AS SELECT 2");
  CHECK(ways(from, to, postgres()) == texts{"CREATE OR REPLACE VIEW v AS SELECT 1"});
  CHECK(ways(from, to, sqlite()) == texts{"DROP VIEW v", "CREATE VIEW v AS SELECT 1"});
}

TEST_CASE("what no way back brings again is marked, and what keeps rows from being seen") {
  const auto loss_of = [](const char* kind, const char* name, const char* definition,
                          const char* of = "") {
    auto from = schema({people()});
    testing::add(from, kind, name, definition, of);
    const auto found = changes(from, schema({people()}), postgres());
    REQUIRE(found.size() == 1);
    return found.front().loss;
  };
  CHECK(loss_of("sequence", "numbers", "CREATE SEQUENCE numbers") ==
        "drops sequence numbers: where it stood is lost");
  CHECK(loss_of("extension", "hstore", "CREATE EXTENSION hstore") ==
        "drops extension hstore: what it keeps of its own is lost");
  CHECK(loss_of("policy", "mine", "CREATE POLICY mine ON people", "people") ==
        "drops policy mine of people: it no longer says who may see and change which rows");
  CHECK(loss_of("publication", "news", "CREATE PUBLICATION news") ==
        "drops publication news: its subscribers get no more rows");
  CHECK(loss_of("function", "f", "CREATE FUNCTION f() …") == "");
  const auto set = [](model::table& to, const char* line) { to.opaque = {line}; };
  auto safe = people();
  set(safe, "ENABLE ROW LEVEL SECURITY");
  auto found = changes(schema({safe}), schema({people()}), postgres());
  CHECK(found.front().loss == "row level security of people ends: everybody sees all rows");
  CHECK(changes(schema({people()}), schema({safe}), postgres()).front().loss == "");
  set(safe, "UNLOGGED");
  found = changes(schema({people()}), schema({safe}), postgres());
  CHECK(found.front().loss == "people becomes unlogged: a crash empties it");
  auto counted = people();
  counted.columns[0].identity.emplace();
  found = changes(schema({counted}), schema({people()}), postgres());
  CHECK(found.front().loss == "people.id is no longer numbered: where its counter stood is lost");
  found = changes(schema({counted}), schema({people()}), sqlite());
  CHECK(found.front().loss ==
        "people is no longer AUTOINCREMENT: numbers of deleted rows come again");
}

TEST_CASE("what a table of SQLite loses, and what it does not") {
  auto strict = table("t", {column("id", "INTEGER"), column("x", "ANY")});
  const auto plain = strict;
  strict.strict = true;
  CHECK(changes(schema({strict}), schema({plain}), sqlite()).front().loss ==
        "t.x: texts that look like numbers become numbers");
  CHECK(changes(schema({plain}), schema({strict}), sqlite()).front().loss.empty());
  // A column in other letters is the same one.
  const auto other = table("t", {column("ID", "INTEGER"), column("X", "ANY", false)});
  CHECK(changes(schema({plain}), schema({other}), sqlite()).front().loss.empty());
}

TEST_CASE("a sequence that serial means is said so") {
  auto id =
      testing::with_default(column("id", "integer", false), "nextval('people_id_seq'::regclass)");
  auto to = schema({table("people", {id})});
  testing::add(to, "sequence", "people_id_seq", "CREATE SEQUENCE people_id_seq AS integer");
  testing::add(to, "sequence owner", "people_id_seq",
               "ALTER SEQUENCE people_id_seq OWNED BY people.id");
  CHECK(ways({}, to, postgres()) == texts{"CREATE TABLE people (\n  id serial NOT NULL\n)"});
  // Another start is not what serial means.
  to.objects.at("sequence people_id_seq").definition += " START WITH 5";
  CHECK(ways({}, to, postgres()).size() == 3);
}

TEST_CASE("neither a trigger nor a rule is asked about an UPDATE that fills a column") {
  auto from = schema({people()});
  testing::add(from, "trigger", "tr", "CREATE TRIGGER tr", "people");
  testing::add(from, "rule", "quiet",
               "CREATE RULE quiet AS\n    ON UPDATE TO people DO INSTEAD NOTHING", "people");
  testing::add(from, "rule", "kept",
               "CREATE RULE kept AS\n    ON DELETE TO people DO INSTEAD NOTHING", "people");
  testing::add(from, "rule", "off",
               "CREATE RULE off AS\n    ON UPDATE TO people DO INSTEAD NOTHING -- disabled",
               "people");
  auto to = from;
  to.tables.begin()->second.columns[1].nullable = false;
  const auto all = ways(from, to, postgres());
  REQUIRE(all.size() == 6);
  CHECK(all[0] == "?ALTER TABLE people DISABLE RULE quiet");
  CHECK(all[1] == "?ALTER TABLE people DISABLE TRIGGER tr");
  CHECK(all[2].starts_with("?UPDATE people SET name = "));
  CHECK(all[3] == "?ALTER TABLE people ENABLE RULE quiet");
  CHECK(all[4] == "?ALTER TABLE people ENABLE TRIGGER tr");
}

TEST_CASE("a full-text table follows the values of the table that it is over") {
  auto words = table("words", {column("name", "")});
  words.opaque = {"CREATE VIRTUAL TABLE words USING fts5 (name, content='people')"};
  auto from = schema({people(), words});
  auto to = from;
  to.find({"", "people"})->columns[1].type.raw = "REAL";
  auto found = changes(from, to, sqlite());
  REQUIRE(found.size() == 1);
  CHECK(found.front().review == "full-text table words gets all rows of people, as they are then");
  const auto* last = std::get_if<model::execute>(&found.front().ways.back().back().what);
  REQUIRE(last != nullptr);
  CHECK(last->sql == "INSERT INTO words (words) VALUES ('rebuild')");
  to.find({"", "people"})->columns[1].type.raw = "text";
  to.find({"", "people"})->columns.push_back(column("more", "text"));
  found = changes(from, to, sqlite());
  REQUIRE(found.size() == 1);
  CHECK(found.front().review.empty());
}

TEST_CASE("a string in double quotes that a table built anew has a column for is marked") {
  auto from = schema({people()});
  testing::add(from, "view", "v", "CREATE VIEW v AS SELECT \"Lit\" AS x FROM people");
  auto to = from;
  to.find({"", "people"})->columns[1].type.raw = "REAL";
  to.find({"", "people"})->columns.push_back(column("lit", "TEXT"));
  const auto found = changes(from, to, sqlite());
  REQUIRE(found.size() == 1);
  CHECK(found.front().review ==
        "\"lit\" in view v may be a string, and becomes column lit of people");
}

TEST_CASE("a trigger goes with its table") {
  auto from = schema({people()});
  testing::add(from, "trigger", "tr", "CREATE TRIGGER tr", "people");
  CHECK(ways(from, {}, postgres()) == texts{"?DROP TABLE people"});
  CHECK(ways(from, schema({people()}), postgres()) == texts{"DROP TRIGGER tr ON people"});
  CHECK(ways(from, schema({people()}), sqlite()) == texts{"DROP TRIGGER tr"});
}

TEST_CASE("an enum type gets values where that can be, and is made anew otherwise") {
  auto from = schema({table("people", {column("mood", "mood")})});
  auto to = from;
  testing::add(from, "type", "mood", "CREATE TYPE mood AS ENUM ('sad', 'glad')");
  testing::add(to, "type", "mood", "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'glad', 'x')");
  CHECK(ways(from, to, postgres()) == texts{"ALTER TYPE mood ADD VALUE 'it''s ok' BEFORE 'glad'",
                                            "ALTER TYPE mood ADD VALUE 'x'"});
  const texts anew = {"ALTER TYPE mood RENAME TO mood__renamed",
                      "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'glad', 'x')",
                      "ALTER TABLE people ALTER COLUMN mood TYPE mood USING mood::text::mood",
                      "DROP TYPE mood__renamed"};
  CHECK(ways(from, to, postgres(), {.remakes_types = true}) == anew);
  to.objects.begin()->second.definition = "CREATE TYPE mood AS ENUM ('low', 'glad')";
  CHECK(ways(from, to, postgres()) == texts{"?ALTER TYPE mood RENAME VALUE 'sad' TO 'low'"});
  to.objects.begin()->second.definition = "CREATE TYPE mood AS ENUM ('glad')";
  CHECK(ways(from, to, postgres())[0] == "?ALTER TYPE mood RENAME TO mood__renamed");
}

TEST_CASE("SQLite: one table's changes go together, and calls say them where they can") {
  auto to = people();
  to.columns.push_back(column("more", "TEXT"));
  to.columns[1].default_sql = "'x'";
  auto found = changes(schema({people()}), schema({to}), sqlite());
  REQUIRE(found.size() == 1);
  CHECK(found[0].ways.size() == 2);
  CHECK(std::holds_alternative<model::alter_column>(found[0].ways[0][0].what));
  CHECK(std::holds_alternative<model::add_column>(found[0].ways[0][1].what));
  CHECK(found[0].review == "");
  to.strict = true;
  found = changes(schema({people()}), schema({to}), sqlite());
  REQUIRE(found.size() == 1);
  CHECK(found[0].ways.size() == 1);
  CHECK(std::holds_alternative<model::execute>(found[0].ways[0][0].what));
  found = changes(schema({to}), schema({people()}), sqlite());
  REQUIRE(found.size() == 1);
  CHECK(found[0].loss == "drops people.more: what is in it is lost");
  CHECK(found[0].review == "");
}

TEST_CASE("PostgreSQL: what ALTER TABLE sets and takes away of a table") {
  const auto of = table("people", {});
  struct row {
    std::string line;
    std::string other;
    std::string add;
    std::string remove;
  };
  for (const auto& one : {
           row{"UNLOGGED", "", "ALTER TABLE people SET UNLOGGED", "ALTER TABLE people SET LOGGED"},
           row{"WITH (fillfactor=70)", "WITH (autovacuum_enabled=off)",
               "ALTER TABLE people SET (fillfactor=70)", "ALTER TABLE people RESET (fillfactor)"},
           row{"WITH (fillfactor=70)", "WITH (fillfactor=50)",
               "ALTER TABLE people SET (fillfactor=70)", ""},
           row{"ENABLE ROW LEVEL SECURITY", "", "ALTER TABLE people ENABLE ROW LEVEL SECURITY",
               "ALTER TABLE people DISABLE ROW LEVEL SECURITY"},
           row{"FORCE ROW LEVEL SECURITY", "", "ALTER TABLE people FORCE ROW LEVEL SECURITY",
               "ALTER TABLE people NO FORCE ROW LEVEL SECURITY"},
           row{"REPLICA IDENTITY FULL", "", "ALTER TABLE people REPLICA IDENTITY FULL",
               "ALTER TABLE people REPLICA IDENTITY DEFAULT"},
           row{"REPLICA IDENTITY FULL", "REPLICA IDENTITY NOTHING",
               "ALTER TABLE people REPLICA IDENTITY FULL", ""},
           row{"CLUSTER ON ix", "", "ALTER TABLE people CLUSTER ON ix",
               "ALTER TABLE people SET WITHOUT CLUSTER"},
           row{"ALTER COLUMN a SET STATISTICS 5", "",
               "ALTER TABLE people ALTER COLUMN a SET STATISTICS 5",
               "ALTER TABLE people ALTER COLUMN a SET STATISTICS -1"},
           row{"ALTER COLUMN a SET STORAGE EXTERNAL", "",
               "ALTER TABLE people ALTER COLUMN a SET STORAGE EXTERNAL",
               "ALTER TABLE people ALTER COLUMN a SET STORAGE EXTENDED"},
           row{"ALTER COLUMN a SET (n_distinct=5)", "",
               "ALTER TABLE people ALTER COLUMN a SET (n_distinct=5)",
               "ALTER TABLE people ALTER COLUMN a RESET (n_distinct)"},
           row{"DISABLE TRIGGER tr", "", "ALTER TABLE ONLY people DISABLE TRIGGER tr",
               "ALTER TABLE ONLY people ENABLE TRIGGER tr"},
           row{"ENABLE TRIGGER tr", "", "ALTER TABLE ONLY people ENABLE TRIGGER tr",
               "ALTER TABLE ONLY people DISABLE TRIGGER tr"},
           row{"OF card", "", "ALTER TABLE people OF card", "ALTER TABLE people NOT OF"},
           row{"INDEX ix ALTER COLUMN 1 SET STATISTICS 5", "",
               "ALTER INDEX ix ALTER COLUMN 1 SET STATISTICS 5",
               "ALTER INDEX ix ALTER COLUMN 1 SET STATISTICS -1"},
           row{"INDEX ix ATTACHED TO whole", "", "ALTER INDEX whole ATTACH PARTITION ix",
               "DROP INDEX IF EXISTS whole"},
           row{"INDEX \"i x\" OF whole INSTEAD OF people_a_idx",
               "INDEX old OF whole INSTEAD OF people_a_idx", "ALTER INDEX old RENAME TO \"i x\"",
               ""},
           row{"SERVER s OPTIONS (a 'x, (y', b '1')", "SERVER s OPTIONS (b '2', c 'it''s')",
               "ALTER FOREIGN TABLE people OPTIONS (DROP c, ADD a 'x, (y', SET b '1')", ""},
           row{"ALTER COLUMN a OPTIONS (x 'y')", "",
               "ALTER TABLE people ALTER COLUMN a OPTIONS (ADD x 'y')",
               "ALTER TABLE people ALTER COLUMN a OPTIONS (DROP x)"},
           row{"INHERITS (a, b)", "INHERITS (b)", "ALTER TABLE people INHERIT a",
               "ALTER TABLE people NO INHERIT a"},
           row{"PARTITION OF years FOR VALUES IN (1)", "",
               "ALTER TABLE years ATTACH PARTITION people FOR VALUES IN (1)",
               "ALTER TABLE years DETACH PARTITION people"},
           row{"PARTITION OF years DEFAULT", "",
               "ALTER TABLE years ATTACH PARTITION people DEFAULT",
               "ALTER TABLE years DETACH PARTITION people"},
           row{"INDEX ix SET (fastupdate=off)", "", "ALTER INDEX ix SET (fastupdate=off)",
               "ALTER INDEX ix RESET (fastupdate)"},
           row{"PARTITION BY RANGE (at)", "", "", ""},
       }) {
    CAPTURE(one.line);
    CAPTURE(one.other);
    CHECK(setting_sql(of, one.line, one.other, true, postgres()) == one.add);
    CHECK(setting_sql(of, one.line, one.other, false, postgres()) == one.remove);
  }
}

TEST_CASE("options of servers, wrappers and dictionaries") {
  struct row {
    std::string kind;
    std::string from;
    std::string to;
    /// Empty: it is dropped and created.
    std::string sql;
  };
  for (const auto& one : {
           row{"server", "CREATE SERVER x VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (a 'b')",
               "CREATE SERVER x VERSION '2' FOREIGN DATA WRAPPER w",
               "ALTER SERVER x VERSION '2' OPTIONS (DROP a)"},
           row{"server", "CREATE SERVER x VERSION 'OPTIONS (a' FOREIGN DATA WRAPPER w",
               "CREATE SERVER x FOREIGN DATA WRAPPER w OPTIONS (\"o p\" ',')",
               "ALTER SERVER x VERSION NULL OPTIONS (ADD \"o p\" ',')"},
           row{"server", "CREATE SERVER x TYPE 'a' FOREIGN DATA WRAPPER w",
               "CREATE SERVER x TYPE 'b' FOREIGN DATA WRAPPER w", ""},
           row{"foreign data wrapper", "CREATE FOREIGN DATA WRAPPER x HANDLER h OPTIONS (a 'b')",
               "CREATE FOREIGN DATA WRAPPER x VALIDATOR v OPTIONS (a 'c')",
               "ALTER FOREIGN DATA WRAPPER x NO HANDLER VALIDATOR v OPTIONS (SET a 'c')"},
           row{"text search dictionary",
               "CREATE TEXT SEARCH DICTIONARY x (TEMPLATE = t, a = 'b', c = 'd')",
               "CREATE TEXT SEARCH DICTIONARY x (TEMPLATE = t, a = ', )', e = '1')",
               "ALTER TEXT SEARCH DICTIONARY x (c, a = ', )', e = '1')"},
           row{"text search dictionary", "CREATE TEXT SEARCH DICTIONARY x (TEMPLATE = t)",
               "CREATE TEXT SEARCH DICTIONARY x (TEMPLATE = u)", ""},
       }) {
    CAPTURE(one.to);
    const model::object from{one.kind, {"", "x"}, {}, one.from};
    const model::object to{one.kind, {"", "x"}, {}, one.to};
    const auto made = alter_options(from, to);
    CHECK(made.ways.empty() == one.sql.empty());
    if (!made.ways.empty()) {
      CHECK(std::get<model::execute>(made.ways.front().front().what).sql == one.sql);
    }
  }
}

TEST_CASE("privileges between two lists") {
  const std::string one = "GRANT SELECT ON TABLE t TO ann";
  const std::string two = "GRANT UPDATE ON TABLE t TO bo WITH GRANT OPTION";
  CHECK(regrant(one, one).empty());
  CHECK(regrant("", one + ";\n" + two) == texts{one, two});
  CHECK(regrant(one + ";\n" + two, one) == texts{"REVOKE UPDATE ON TABLE t FROM bo"});
  CHECK(regrant(one, two) == texts{"REVOKE SELECT ON TABLE t FROM ann", two});
  CHECK(regrant("REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC", "") ==
        texts{"GRANT EXECUTE ON FUNCTION f() TO PUBLIC"});
  CHECK(regrant("ALTER TABLE t OWNER TO ann", "ALTER TABLE t OWNER TO bo") ==
        texts{"ALTER TABLE t OWNER TO bo"});
  CHECK(regrant("ALTER TABLE t OWNER TO ann", "") == texts{"ALTER TABLE t OWNER TO CURRENT_USER"});
}

TEST_CASE("all options of a sequence") {
  CHECK(sequence_settings("") == texts{"INCREMENT BY 1", "NO MINVALUE", "NO MAXVALUE",
                                       "START WITH 1", "CACHE 1", "NO CYCLE"});
  CHECK(sequence_settings("START WITH 10 INCREMENT BY 2 MAXVALUE 99 CACHE 5 CYCLE") ==
        texts{"INCREMENT BY 2", "NO MINVALUE", "MAXVALUE 99", "START WITH 10", "CACHE 5", "CYCLE"});
  CHECK(sequence_settings("INCREMENT BY -1") == texts{"INCREMENT BY -1", "NO MINVALUE",
                                                      "NO MAXVALUE", "START WITH -1", "CACHE 1",
                                                      "NO CYCLE"});
  // It begins at its edge where nothing else is said.
  CHECK(sequence_settings("MINVALUE 5")[3] == "START WITH 5");
  CHECK(sequence_settings("INCREMENT BY -1 MAXVALUE 7")[3] == "START WITH 7");
}

}  // namespace
}  // namespace retort::diff
