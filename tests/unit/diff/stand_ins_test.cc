#include "diff/stand_ins.h"

#include <doctest/doctest.h>

#include <retort/postgres.h>

#include "dialect/backend.h"
#include "unit/diff/schemas.h"

namespace retort::diff {
namespace {

using testing::column;
using testing::reference;
using testing::schema;
using testing::table;
using testing::with_default;

std::string sql_of(const std::vector<change>& changes) {
  std::string text;
  for (const auto& one : changes) {
    CHECK(one.review != "");
    for (const auto& op : one.ways.front()) text += std::get<model::execute>(op.what).sql + ";";
  }
  return text;
}

stand_ins stand_ins_of(const model::schema& from, const model::schema& to) {
  return stand_ins_for({from, to}, postgres_backend().dialect(), {});
}

model::table clubs() {
  auto made = table("clubs", {column("id", "bigint", false), column("name", "text", false)});
  made.primary_key = model::primary_key{"clubs_pkey", {"id"}, {}, false};
  return made;
}

model::table members() {
  return table("members", {column("id", "bigint"), column("club", "bigint")});
}

model::table referring() {
  auto made = members();
  made.foreign_keys.push_back(reference("club", "clubs"));
  return made;
}

TEST_CASE("a new table gets the rows that others refer to") {
  const auto made = stand_ins_of(schema({members()}), schema({clubs(), referring()}));
  CHECK(sql_of(made.to_choose) == "");
  CHECK(
      sql_of(made.referred) ==
      "INSERT INTO clubs (id, name) SELECT id, '' FROM (SELECT club AS id FROM members WHERE club "
      "IS NOT NULL EXCEPT SELECT id FROM clubs) referred;");
}

TEST_CASE(
    "rows of a new table that must differ are numbered, and its counter goes on behind them") {
  auto numbered = clubs();
  numbered.columns[0].default_sql = "nextval('clubs_id_seq'::regclass)";
  numbered.uniques.push_back({"clubs_name_key", {"name"}});
  const auto made = stand_ins_of(schema({members()}), schema({numbered, referring()}));
  CHECK(sql_of(made.referred) ==
        "INSERT INTO clubs (id, name) SELECT id, row_number() OVER () FROM (SELECT club AS id FROM "
        "members WHERE club IS NOT NULL EXCEPT SELECT id FROM clubs) referred;SELECT "
        "pg_catalog.setval(pg_catalog.pg_get_serial_sequence('clubs', 'id'), pg_catalog.max(id)) "
        "FROM clubs HAVING pg_catalog.max(id) > 0;");
}

TEST_CASE("a default refers, too") {
  auto old = members();
  old.columns.pop_back();
  auto now = referring();
  now.columns[1].default_sql = "7";
  const auto made = stand_ins_of(schema({old}), schema({clubs(), now}));
  CHECK(
      sql_of(made.referred) ==
      "INSERT INTO clubs (id, name) SELECT id, '' FROM (SELECT 7 AS id FROM members EXCEPT SELECT "
      "id FROM clubs) referred;");
}

TEST_CASE("a new column that has to refer to a new table finds a row there") {
  auto old = members();
  old.columns.pop_back();
  auto now = referring();
  now.columns[1].nullable = false;
  const auto made = stand_ins_of(schema({old}), schema({clubs(), now}));
  CHECK(sql_of(made.referred) == "");
  CHECK(sql_of(made.to_choose) ==
        "INSERT INTO clubs (id, name) SELECT 0, '' WHERE EXISTS (SELECT 1 FROM members) AND NOT "
        "EXISTS (SELECT 1 FROM clubs);");
}

TEST_CASE("a row is there for whichever of several tables has rows") {
  auto towns = clubs();
  towns.name = {"", "towns"};
  auto placed = clubs();
  placed.columns.push_back(column("town", "bigint", false));
  placed.foreign_keys.push_back(reference("town", "towns"));
  auto old = members();
  old.columns.pop_back();
  auto others = old;
  others.name = {"", "others"};
  auto now = referring();
  now.columns[1].nullable = false;
  auto others_now = now;
  others_now.name = {"", "others"};
  const auto made = stand_ins_of(schema({old, others}), schema({placed, towns, now, others_now}));
  const std::string condition =
      "(EXISTS (SELECT 1 FROM members) OR EXISTS (SELECT 1 FROM others)) AND NOT EXISTS (SELECT 1 "
      "FROM ";
  CHECK(sql_of(made.to_choose) ==
        "INSERT INTO towns (id, name) SELECT 0, '' WHERE " + condition +
            "towns);INSERT INTO clubs (id, name, town) SELECT 0, '', (SELECT id FROM towns ORDER "
            "BY id LIMIT 1) WHERE " +
            condition + "clubs);");
  CHECK(made.to_choose.at(1).review ==
        "clubs gets a row for those of members, others to refer to, with guesses for what is in "
        "it");
}

TEST_CASE("nobody puts rows into a table that is there, or that nobody has to refer to") {
  const auto none = [](const model::schema& from, const model::schema& to) {
    const auto made = stand_ins_of(from, to);
    return made.to_choose.empty() && made.referred.empty();
  };
  CHECK(none(schema({clubs(), members()}), schema({clubs(), referring()})));
  CHECK(none(schema({}), schema({clubs(), referring()})));
  auto bare = members();
  bare.columns.pop_back();
  CHECK(none(schema({bare}), schema({clubs(), referring()})));
  auto unchecked = referring();
  unchecked.foreign_keys[0].not_valid = true;
  CHECK(none(schema({members()}), schema({clubs(), unchecked})));
}

}  // namespace
}  // namespace retort::diff
