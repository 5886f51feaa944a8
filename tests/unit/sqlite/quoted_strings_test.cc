#include <doctest/doctest.h>

#include "unit/sqlite/support.h"

// "x" is a string where no column x is ("Double-quoted String Literals Are Accepted"), until one
// comes.

namespace {

using namespace retort;
using namespace retort::test;

model::add_column adding(const char* column) {
  model::add_column op;
  op.table.name = "t";
  op.column = column_of(column, type_of(model::type_kind::text));
  return op;
}

std::string outcome(db::connection& connection,
                    const std::vector<model::operation_variant>& changes) {
  std::vector<dialect::statement> written;
  for (const auto& what : changes) sqlite::sqlite_dialect().write(at_line(what), written);
  return failure_of([&] {
    for (const auto& one : written) test::run(connection, one);
  });
}

std::string refusal(const std::string& where) {
  return "FAILED: cannot add column bad to table t: \"bad\" in " + where +
         " is a string, and would become the column\n  --> versions/1_x.cc:7\n  help: write the "
         "string there in single quotes before this change: 'bad'\n";
}

TEST_CASE("a new column is not what a string in double quotes was") {
  struct {
    std::string where;
    std::vector<const char*> made;
  } const cases[] = {
      {"table t", {"CREATE TABLE t (a TEXT CHECK (a <> \"one\" AND a <> \"Bad\"))"}},
      {"table t", {"CREATE TABLE t (a TEXT, g TEXT AS (a || \"bad\")) STRICT"}},
      {"index i", {"CREATE TABLE t (a TEXT)", "CREATE INDEX i ON t (a) WHERE a <> \"bad\""}},
      {"view v", {"CREATE TABLE t (a TEXT)", "CREATE VIEW v AS SELECT \"bad\" AS bad, a FROM t"}},
      {"view v",
       {"CREATE TABLE t (a TEXT)", "CREATE VIEW w AS SELECT * FROM t",
        "CREATE VIEW broken AS SELECT \"bad\" FROM nowhere",
        "CREATE VIEW v AS SELECT \"bad\" FROM (SELECT 1) UNION ALL SELECT \"bad\" FROM w"}},
      {"trigger r",
       {"CREATE TABLE t (a TEXT)", "CREATE TABLE u (b TEXT)",
        "CREATE TRIGGER r AFTER INSERT ON u BEGIN DELETE FROM t WHERE a = \"bad\"; END"}},
  };
  auto unique = adding("bad");
  unique.unique = true;
  for (const auto& one : cases) {
    CAPTURE(one.where);
    const auto connection = memory();
    for (const char* sql : one.made) connection->execute(sql);
    const auto before = sqlite::sqlite_dialect().introspect(*connection, "");
    CHECK(outcome(*connection, {adding("bad")}) == refusal(one.where));
    CHECK(outcome(*connection, {unique}) == refusal(one.where));
    CHECK(sqlite::sqlite_dialect().introspect(*connection, "") == before);
    CHECK(outcome(*connection, {adding("worse")}) == "no error");
  }
}

TEST_CASE("what no string is stays no reason") {
  const auto connection = memory(
      {"CREATE TABLE t (a TEXT DEFAULT \"bad\" CHECK (a <> 'bad'), x TEXT)",
       "CREATE TABLE u (\"bad\" TEXT)", "CREATE VIEW other AS SELECT \"bad\" FROM u",
       "CREATE VIEW named AS SELECT a AS \"bad\", a \"bad\" FROM t",
       "CREATE VIEW apart AS SELECT \"bad\" AS b FROM (SELECT 1 AS one)",
       "CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE u SET \"bad\" = 1 WHERE NEW.a = \"bad\"; "
       "END"});
  CHECK(outcome(*connection, {adding("bad")}) == "no error");
}

TEST_CASE("a string that goes before the column comes is no reason") {
  const auto connection = memory({"CREATE TABLE t (a TEXT, CONSTRAINT ck CHECK (a <> \"bad\"))"});
  const model::drop_constraint gone{{"", "t"}, "ck", model::constraint_kind::check};
  CHECK(outcome(*connection, {gone, adding("bad")}) == "no error");
}

TEST_CASE("a renamed column is not what a string in double quotes was") {
  const auto connection = memory({"CREATE TABLE t (a TEXT CHECK (a <> \"bad\"), x TEXT)",
                                  "CREATE VIEW v AS SELECT \"bad\" AS l FROM t",
                                  "INSERT INTO t VALUES ('good', 'good')"});
  model::alter_column renamed{{"", "t"}, "x"};
  renamed.rename = "bad";
  const model::add_constraint rebuilt{{"", "t"}, model::check{"", "1 = 1", false}};
  CHECK(outcome(*connection, {renamed, rebuilt}) == "no error");
  CHECK(scalar(*connection, "SELECT l FROM v") == "bad");
  CHECK(failure_of([&] { connection->execute("UPDATE t SET a = 'bad'"); }).find("CHECK") !=
        std::string::npos);
}

}  // namespace
