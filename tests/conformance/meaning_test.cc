#include <doctest/doctest.h>

#include <retort/migration.h>

#include "conformance/place.h"
#include "engine/offline.h"
#include "engine/planner.h"
#include "engine/view_columns.h"
#include "unit/engine/migrations.h"

// What some calls mean that the databases have no one statement for.

namespace retort::conformance {
namespace {

namespace t = retort::types;

TEST_CASE("an enumeration means the same on both") {
  on_both([](const place& where) {
    static const migration make = {.upgrade = [](operations& op) {
      op.create_enum("mood", {"sad", "ok"});
      op.create_table("people", {column("id", t::integer).primary_key(),
                                 column("feeling", t::enumeration("mood", {"sad", "ok"}))});
      op.create_table("pets", {column("id", t::integer).primary_key(),
                               column("now", t::enumeration("mood", {"sad", "ok"})).not_null(),
                               column("earlier", t::enumeration("mood", {"sad", "ok"})),
                               column("age", t::integer).check("age >= 0")});
      op.bulk_insert("people", {"id", "feeling"}, {{1, "sad"}, {2, "ok"}, {3, nullptr}});
      op.bulk_insert("pets", {"id", "now", "earlier", "age"}, {{1, "sad", "ok", 3}});
    }};
    static const migration change = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                       op.rename_enum_value("mood", "sad", "blue");
                                       op.add_enum_value("mood", "happy", {.after = "ok"});
                                     }};
    upgrade(where, {&make});
    CHECK_THROWS_AS(where.execute("INSERT INTO people VALUES (4, 'happy')"), error);
    upgrade(where, {&make, &change});
    CHECK(where.value("SELECT feeling FROM people WHERE id = 1") == "blue");
    CHECK(where.value("SELECT now FROM pets") == "blue");
    where.execute("INSERT INTO people VALUES (4, 'happy')");
    where.execute("INSERT INTO pets VALUES (2, 'happy', 'blue', 1)");
    CHECK_THROWS_AS(where.execute("INSERT INTO people VALUES (5, 'sad')"), error);
    CHECK_THROWS_AS(where.execute("INSERT INTO pets VALUES (5, 'glum', 'ok', 1)"), error);
    CHECK_THROWS_AS(where.execute("INSERT INTO pets VALUES (5, 'ok', 'ok', -1)"), error);
    static const migration twice = {.down_revision = {"m1"}, .upgrade = [](operations& op) {
                                      op.add_enum_value("mood", "happy");
                                    }};
    CHECK_THROWS_AS(upgrade(where, {&make, &change, &twice}), error);
    CHECK(where.value("SELECT version_num FROM retort_version") == "m1");
  });
}

/// Behind raw SQL: the downgrade of what takes something away.
std::string way_back_of(const dialect::dialect& target, const char* raw) {
  static const migration taking = {.down_revision = {"a1"}, .upgrade = [](operations& op) {
                                     op.drop_column("people", "note");
                                     op.alter_column("people", "name",
                                                     change().type(t::varchar(40)));
                                     op.drop_table("pets");
                                   }};
  const std::string first = std::string("-- revision: a1\n-- migrate:up\n") + raw;
  const auto set = testing::load_set({{.revision = "a1", .path = "a1.sql", .sql = first.c_str()},
                                      {.revision = "b2", .path = "b2.cc", .code = &taking}});
  const engine::planner plans(set, target);
  if (const auto problem = plans.irreversible(1)) return problem->what();
  std::string all;
  for (const auto& op : plans.operations_of(1, engine::direction::downgrade)) {
    std::vector<dialect::statement> statements;
    target.write(op, statements);
    for (const auto& one : statements) all += one.sql + ";\n";
  }
  return all;
}

TEST_CASE("what raw SQL has made is known to a derived downgrade where it can be run in memory") {
  const char* raw =
      "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, note money DEFAULT 'x');\n"
      "INSERT INTO people (name) SELECT name FROM somewhere;\n"
      "CREATE TABLE pets (id INTEGER PRIMARY KEY, age INT CHECK (age > 0));\n"
      "ALTER TABLE pets ADD COLUMN owner INT REFERENCES people(id);\n";
  CHECK(way_back_of(sqlite_backend().dialect(), raw) ==
        "CREATE TABLE pets (\n"
        "  id INTEGER PRIMARY KEY,\n"
        "  age INT,\n"
        "  owner INT REFERENCES people (id),\n"
        "  CHECK (age > 0)\n"
        ");\n"
        "-- change table people: alter column people.name;\n"
        "ALTER TABLE people ADD COLUMN note MONEY DEFAULT 'x';\n");
  const std::string unknown =
      "b2 cannot be downgraded: cannot derive the downgrade: drop column people.note cannot be "
      "reversed, its definition is not known because of the raw SQL at a1.sql:3";
  CHECK(way_back_of(sqlite_backend().dialect(), "SELECT load_extension('x');\nDROP TABLE x;") ==
        unknown);
  CHECK(way_back_of(postgres_backend().dialect(), raw) == unknown);
}

TEST_CASE("an enumeration's values go with its column") {
  on_both([](const place& where) {
    static const migration make = {.upgrade = [](operations& op) {
      op.create_enum("mood", {"sad", "ok"});
      op.create_table(
          "people",
          {column("id", t::integer).primary_key(),
           column("m", t::enumeration("mood", {"sad", "ok"})).server_default(literal("sad"))});
    }};
    static const migration merge = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                      op.rename_enum_value("mood", "sad", "ok");
                                    }};
    static const migration change = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                       op.alter_column("people", "m",
                                                       retort::change().rename("feeling"));
                                       op.rename_enum_value("mood", "sad", "blue");
                                     }};
    static const migration later = {
        .down_revision = {"m1"}, .upgrade = [](operations& op) {
          op.alter_column("people", "feeling", retort::change().no_server_default());
          op.alter_column("people", "feeling", retort::change().type(t::text));
        }};
    upgrade(where, {&make});
    where.execute("INSERT INTO people (id) VALUES (1)");
    CHECK_THROWS_AS(upgrade(where, {&make, &merge}), error);
    CHECK(where.value("SELECT m FROM people") == "sad");
    upgrade(where, {&make, &change});
    where.execute("INSERT INTO people (id) VALUES (2)");
    CHECK(where.value("SELECT count(*) FROM people WHERE feeling = 'blue'") == "2");
    CHECK_THROWS_AS(where.execute("INSERT INTO people VALUES (3, 'sad')"), error);
    upgrade(where, {&make, &change, &later});
    where.execute("INSERT INTO people VALUES (3, 'anything')");
  });
}

TEST_CASE("a replaced view keeps its options and what hangs on those over it") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_place where(*server);
  static const migration make = {.upgrade = [](operations& op) {
    op.create_table("t", {column("a", t::integer), column("b", t::text)});
    op.execute("CREATE VIEW v WITH (security_barrier = true) AS SELECT a FROM t");
    op.create_view("over", "SELECT a FROM v");
    op.create_materialized_view("kept", "SELECT a FROM v");
    op.execute("CREATE INDEX ix_kept ON kept (a)");
    op.execute("COMMENT ON INDEX ix_kept IS 'an index'");
    op.execute("CREATE RULE nothing AS ON DELETE TO over DO INSTEAD NOTHING");
    op.execute("COMMENT ON RULE nothing ON over IS 'a rule'");
    op.execute("ALTER VIEW over ALTER COLUMN a SET DEFAULT 5");
    op.execute("GRANT SELECT ON over TO pg_monitor");
  }};
  static const migration wider = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                    op.replace_view("v", "SELECT a, b FROM t");
                                  }};
  static const migration other = {.down_revision = {"m1"}, .upgrade = [](operations& op) {
                                    op.replace_view("v", "SELECT b, a FROM t");
                                  }};
  static const migration missing = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                      op.replace_view("w", "SELECT 1 AS one");
                                    }};
  upgrade(where, {&make});
  CHECK(std::string(failure_of([&] {
                      upgrade(where, {&make, &missing});
                    }).what()) ==
        "upgrade to m1 failed: cannot replace view w: there is no such view");
  upgrade(where, {&make, &wider});
  const char* options = "SELECT reloptions FROM pg_class WHERE relname = 'v'";
  CHECK(where.value(options) == "{security_barrier=true}");
  upgrade(where, {&make, &wider, &other});
  CHECK(where.value(options) == "{security_barrier=true}");
  CHECK(where.value("SELECT obj_description('ix_kept'::regclass)") == "an index");
  CHECK(where.value("SELECT count(*) FROM pg_description WHERE description = 'a rule'") == "1");
  CHECK(where.value("SELECT count(*) FROM pg_attrdef WHERE adrelid = 'over'::regclass") == "1");
  CHECK(where.value("SELECT has_table_privilege('pg_monitor', 'over', 'SELECT')") == "t");
}

TEST_CASE("whether a view keeps its columns is asked of the database, which stays as it is") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_place where(*server);
  where.execute("CREATE TABLE t (a integer, b text, c varchar(3)); CREATE SEQUENCE s");
  where.execute("CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW short AS SELECT c FROM t");
  const auto connection = where.open();
  const auto keeps = [&](const char* view, const char* query) {
    const auto answer =
        engine::keeps_columns(*connection, postgres_backend().dialect(), {"", view}, query);
    return !answer ? "unknown" : *answer ? "yes" : "no";
  };
  CHECK(keeps("v", "SELECT a + nextval('s')::integer AS a, b FROM t -- c") == std::string("yes"));
  CHECK(keeps("v", "WITH w AS (SELECT * FROM t) SELECT * FROM w") == std::string("yes"));
  CHECK(keeps("v", "SELECT a FROM t") == std::string("no"));
  CHECK(keeps("v", "SELECT b, a FROM t") == std::string("no"));
  CHECK(keeps("v", "SELECT a::bigint AS a, b FROM t") == std::string("no"));
  CHECK(keeps("v", "SELECT a, d AS b FROM t") == std::string("unknown"));
  CHECK(keeps("v", "CREATE VIEW v AS SELECT 1") == std::string("unknown"));
  CHECK(keeps("short", "SELECT c FROM t") == std::string("unknown"));
  CHECK(keeps("none", "SELECT c FROM t") == std::string("unknown"));
  CHECK_FALSE(connection->in_transaction());
  CHECK(where.value("SELECT is_called FROM s") == "f");
}

TEST_CASE("a script says that it cannot change a view's columns") {
  static const migration change = {
      .upgrade = [](operations& op) { op.replace_view("v", "SELECT 1 AS a"); }};
  const auto set = testing::load_set({{.revision = "a1", .path = "a1.cc", .code = &change}});
  const auto& target = postgres_backend().dialect();
  const auto script = testing::script_of({.plan = set.graph().plan_upgrade({}, "head")}, set,
                                         target, {target, {{}, "retort_version"}});
  CHECK_MESSAGE(script.find("-- a run drops view v where its columns change, and makes it and the "
                            "views over it anew; this script stops there\nCREATE OR REPLACE VIEW v "
                            "AS SELECT 1 AS a;\n") != std::string::npos,
                script);
  const auto plan =
      testing::script_of({.plan = set.graph().plan_upgrade({}, "head"),
                          .source = [](db::connection&) {},
                          .views_over =
                              [](const model::qualified_name&) {
                                return std::vector<model::qualified_name>{{"", "w"}, {"s", "x"}};
                              }},
                         set, target, {target, {{}, "retort_version"}});
  CHECK_MESSAGE(plan.find("-- a run drops view v where its columns change, and makes it and, over "
                          "it, w, s.x anew\nCREATE OR REPLACE VIEW v") != std::string::npos,
                plan);
  for (const bool keeps : {true, false}) {
    const auto known = testing::script_of(
        {.plan = set.graph().plan_upgrade({}, "head"),
         .source = [](db::connection&) {},
         .views_over =
             [](const model::qualified_name&) { return std::vector<model::qualified_name>(); },
         .keeps_columns = [&](const model::qualified_name&,
                              const std::string&) { return std::optional(keeps); }},
        set, target, {target, {{}, "retort_version"}});
    CHECK_MESSAGE(
        (known.find("-- a run drops view v, and makes it anew\n") == std::string::npos) == keeps,
        known);
    CHECK_MESSAGE(known.find("where its columns change") == std::string::npos, known);
  }
}

}  // namespace
}  // namespace retort::conformance
