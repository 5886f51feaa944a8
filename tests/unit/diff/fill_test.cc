#include "diff/fill.h"

#include <doctest/doctest.h>

#include <retort/postgres.h>
#include <retort/sqlite.h>

#include "dialect/backend.h"
#include "unit/diff/schemas.h"

namespace retort::diff {
namespace {

using testing::postgres;
using testing::sqlite;

using testing::column;
using testing::schema;
using testing::table;

std::string fill_value(const model::column& column, const model::table& table,
                       const model::schema& all, const dialect::dialect& target,
                       const trial& holds = {}) {
  return filler(table, all, target, holds).value(column);
}

std::string fill_statement(const model::column& column, const model::table& table,
                           const model::schema& all, const dialect::dialect& target) {
  const trial nobody;
  return filler(table, all, target, nobody).statement(column);
}

/// What a column `c` of a type gets.
std::string fill(const std::string& type, const dialect::dialect& target,
                 const model::schema& all = {}) {
  const auto of = table("t", {column("id", "integer"), column("c", type, false)});
  return fill_value(of.columns[1], of, all, target);
}

struct filled_type {
  std::string type;
  std::string value;
};

TEST_CASE("what is nothing in a type of PostgreSQL") {
  for (const auto& one : {filled_type{"smallint", "0"},
                          filled_type{"integer", "0"},
                          filled_type{"bigint", "0"},
                          filled_type{"numeric(10,2)", "0"},
                          filled_type{"double precision", "0"},
                          filled_type{"real", "0"},
                          filled_type{"money", "0"},
                          filled_type{"text", "''"},
                          filled_type{"character varying(9)", "''"},
                          filled_type{"boolean", "false"},
                          filled_type{"date", "CURRENT_DATE"},
                          filled_type{"timestamp with time zone", "CURRENT_TIMESTAMP"},
                          filled_type{"time without time zone", "'00:00'"},
                          filled_type{"interval", "'0'"},
                          filled_type{"jsonb", "'{}'"},
                          filled_type{"uuid", "gen_random_uuid()"},
                          filled_type{"bytea", "''"},
                          filled_type{"integer[]", "'{}'"},
                          filled_type{"tstzrange", "'empty'"},
                          filled_type{"int4range", "'empty'"},
                          filled_type{"inet", "'0.0.0.0'"},
                          filled_type{"bit(1)", "B'0'"},
                          filled_type{"bit(4)", "B'0000'"},
                          filled_type{"bit varying(4)", "B'0'"},
                          filled_type{"point", "'(0,0)'"},
                          filled_type{"xml", ""}}) {
    CAPTURE(one.type);
    CHECK(fill(one.type, postgres()) == one.value);
  }
}

TEST_CASE("what is nothing in a type of SQLite") {
  for (const auto& one :
       {filled_type{"INTEGER", "0"}, filled_type{"BIGINT", "0"}, filled_type{"BOOLEAN", "0"},
        filled_type{"TEXT", "''"}, filled_type{"VARCHAR(20)", "''"}, filled_type{"REAL", "0"},
        filled_type{"NUMERIC(10, 2)", "0"}, filled_type{"BLOB", "x''"}, filled_type{"", "x''"},
        filled_type{"DATETIME", "CURRENT_TIMESTAMP"}, filled_type{"DATE", "CURRENT_DATE"},
        filled_type{"JSON", "''"}, filled_type{"UUID", "''"}}) {
    CAPTURE(one.type);
    CHECK(fill(one.type, sqlite()) == one.value);
  }
}

TEST_CASE("what is nothing in a user's type") {
  model::schema all;
  testing::add(all, "type", "mood", "CREATE TYPE mood AS ENUM ('it''s ok', 'sad')");
  testing::add(all, "domain", "amount", "CREATE DOMAIN amount AS bigint");
  testing::add(all, "type", "pair", "CREATE TYPE pair AS (a integer, b text)");
  testing::add(all, "type", "span", "CREATE TYPE span AS RANGE (subtype = integer)");
  CHECK(fill("mood", postgres(), all) == "'it''s ok'");
  CHECK(fill("amount", postgres(), all) == "0");
  CHECK(fill("pair", postgres(), all) == "'(,)'");
  CHECK(fill("span", postgres(), all) == "'empty'");
  // Whatever a user's type is called, it is none of the database's own.
  testing::add(all, "type", "texture", "CREATE TYPE texture AS ENUM ('rough')");
  testing::add(all, "type", "orange", "CREATE TYPE orange AS ENUM ('light')");
  testing::add(all, "type", "date_pair", "CREATE TYPE date_pair AS (a date)");
  CHECK(fill("texture", postgres(), all) == "'rough'");
  CHECK(fill("orange", postgres(), all) == "'light'");
  CHECK(fill("date_pair", postgres(), all) == "'()'");
  testing::add(all, "type", "Role", "CREATE TYPE \"Role\" AS ENUM ('admin')");
  CHECK(fill("\"Role\"", postgres(), all) == "'admin'");
}

TEST_CASE("a default goes before what is nothing, but for NULL") {
  auto of = table("t", {testing::with_default(column("c", "integer", false), "7")});
  CHECK(fill_value(of.columns[0], of, {}, postgres()) == "7");
  CHECK(fill_value(of.columns[0], of, {}, sqlite()) == "(7)");
  of.columns[0].default_sql = "NULL";
  CHECK(fill_value(of.columns[0], of, {}, postgres()) == "0");
  CHECK(fill_value(of.columns[0], of, {}, sqlite()) == "0");
}

TEST_CASE("a column that refers to a table gets one of its rows") {
  auto of = table("t", {column("owner", "integer", false)});
  of.foreign_keys = {testing::reference("owner", "my owners")};
  CHECK(fill_value(of.columns[0], of, {}, postgres()) ==
        "(SELECT id FROM \"my owners\" ORDER BY id LIMIT 1)");
  // Without columns: the other table's key.
  of.foreign_keys[0].referenced_columns.clear();
  auto owners = table("my owners", {column("no", "integer", false)});
  owners.primary_key = model::primary_key{{}, {"no"}, {}, false};
  CHECK(fill_value(of.columns[0], of, schema({owners}), sqlite()) ==
        "(SELECT no FROM \"my owners\" ORDER BY no LIMIT 1)");
  // A row that has nothing there is none to refer to.
  owners.columns.push_back(column("code", "text"));
  of.foreign_keys[0].referenced_columns = {"code"};
  CHECK(fill_value(of.columns[0], of, schema({owners}), sqlite()) ==
        "(SELECT code FROM \"my owners\" WHERE code IS NOT NULL ORDER BY code LIMIT 1)");
}

TEST_CASE("of the constants that come to mind the first that the checks let pass") {
  auto of = table("t", {column("c", "text", false), column("d", "text")});
  of.checks = {{"ck", "c IN ('x', 'y')", false}};
  std::vector<std::string> asked;
  const trial only_y = [&](const std::string& query) {
    asked.push_back(query);
    return query.find("SELECT 'y' AS") != std::string::npos ||
           query.find("SELECT ('y')::text AS") != std::string::npos;
  };
  CHECK(fill_value(of.columns[0], of, {}, sqlite(), only_y) == "'y'");
  CHECK(asked.front() ==
        "SELECT c IS NOT NULL AND (c IN ('x', 'y')) IS NOT 0 FROM (SELECT '' AS c) AS t");
  asked.clear();
  CHECK(fill_value(of.columns[0], of, {}, postgres(), only_y) == "'y'");
  CHECK(asked.front() ==
        "SELECT c IS DISTINCT FROM NULL AND (c IN ('x', 'y')) IS NOT FALSE FROM (SELECT ('')::text "
        "AS c) AS t");
  // What is of another column, too, is not asked about.
  of.checks = {{"ck", "d IN ('x') OR c = 'y'", false}};
  asked.clear();
  fill_value(of.columns[0], of, {}, sqlite(), only_y);
  CHECK(asked.front() == "SELECT c IS NOT NULL FROM (SELECT '' AS c) AS t");
  // Where nothing passes it is what is nothing, and the upgrade will say why not.
  CHECK(fill_value(of.columns[0], of, {}, sqlite(), [](const std::string&) { return false; }) ==
        "''");
}

TEST_CASE("where values must differ, each row gets its number") {
  auto of = table("t", {column("c", "INTEGER", false), column("d", "INTEGER", false)});
  of.uniques.push_back({});
  of.uniques[0].columns = {"d", "c"};
  CHECK(fill_value(of.columns[0], of, {}, sqlite()) == "row_number() OVER ()");
  CHECK(fill_statement(of.columns[0], of, {}, sqlite()) ==
        "UPDATE t SET c = ((SELECT coalesce(max(CAST(c AS INTEGER)), 0) FROM t) + rowid) WHERE c "
        "IS NULL");
  CHECK(filler(of, {}, sqlite(), {}).value(of.columns[0], true) ==
        "(coalesce(max(CAST(c AS INTEGER)) OVER (), 0) + row_number() OVER ())");
  CHECK(fill_statement(of.columns[0], of, {}, postgres()).find("row_number()") !=
        std::string::npos);
  of.uniques.clear();
  of.indexes = {testing::index("ix", "c")};
  CHECK(fill_statement(of.columns[0], of, {}, postgres()) == "UPDATE t SET c = 0 WHERE c IS NULL");
  of.indexes[0].unique = true;
  CHECK(fill_value(of.columns[0], of, {}, sqlite()) == "row_number() OVER ()");
  of.columns[0].type.raw = "BLOB";
  CHECK(fill_value(of.columns[0], of, {}, sqlite()) == "randomblob(16)");
}

TEST_CASE("rows that differ in the rest of a key may have the same") {
  auto of = table("t", {column("a", "integer", false), column("b", "integer", false),
                        column("c", "integer", false)});
  of.uniques.push_back({});
  of.uniques[0].columns = {"a", "b", "c"};
  auto old = table("t", {column("a", "integer", false), column("b", "integer", false)});
  auto before = schema({old});
  const trial nobody;
  CHECK(filler(of, {}, postgres(), nobody, &before)
            .statement(of.columns[2])
            .find("row_number() OVER (PARTITION BY a, b ORDER BY ctid)") != std::string::npos);
  // A part of an index that is another column's affair is none of its keys.
  auto flagged = table("t", {column("c", "boolean", false)});
  flagged.indexes = {testing::index("ix", "b")};
  flagged.indexes[0].unique = true;
  flagged.indexes[0].where = "c";
  CHECK(filler(flagged, {}, postgres(), nobody).statement(flagged.columns[0]) ==
        "UPDATE t SET c = false WHERE c IS NULL");
  // Where they differ already, one value does for all.
  old.primary_key = model::primary_key{{}, {"a"}, {}, false};
  before = schema({old});
  CHECK(filler(of, {}, postgres(), nobody, &before).statement(of.columns[2]) ==
        "UPDATE t SET c = 0 WHERE c IS NULL");
}

TEST_CASE("a person is told what is guessed, and where nothing or not enough is known to fit") {
  auto of = table("t", {column("c", "integer", false)});
  CHECK(filler(of, {}, postgres(), {}).told(of.columns[0]) == "rows without a value get 0 in t.c");
  const trial nothing = [](const std::string&) { return false; };
  const auto* unknown = "no value is known that t.c may have: rows without one stop the migration";
  CHECK(filler(of, {}, postgres(), nothing).told(of.columns[0]) == unknown);
  of.uniques.push_back({});
  of.uniques[0].columns = {"c"};
  CHECK(filler(of, {}, postgres(), nothing).told(of.columns[0]) == unknown);
  const trial some = [](const std::string& query) {
    const auto at = query.find("generate_series(1, ") + 19;
    return query.find("generate_series") != std::string::npos && std::stoi(query.substr(at)) <= 90;
  };
  CHECK(filler(of, {}, postgres(), some).told(of.columns[0]) ==
        "rows without a value get one of 90 in t.c: more of them stop the migration");
  const trial all = [](const std::string&) { return true; };
  CHECK(filler(of, {}, postgres(), all).told(of.columns[0]) ==
        "rows without a value get a number in t.c");
}

TEST_CASE("nothing is filled where nothing is known to fit") {
  const auto of = table("t", {column("c", "xml", false)});
  CHECK(fill_statement(of.columns[0], of, {}, postgres()) == "");
}

}  // namespace
}  // namespace retort::diff
