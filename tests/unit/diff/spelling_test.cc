#include "diff/spelling.h"

#include <doctest/doctest.h>

#include <retort/postgres.h>

#include <string>

#include "dialect/backend.h"
#include "diff/compare.h"
#include "unit/diff/schemas.h"

namespace retort::diff {
namespace {

using testing::postgres;

using testing::column;

/// A schema with the SQL in every place that can hold some.
model::schema everywhere(const std::string& sql) {
  auto made = testing::table("t", {testing::with_default(column("a", "text"), sql)});
  made.columns.push_back(column("b", "text"));
  made.columns[1].generated = model::generated{sql, true};
  made.checks.push_back({"ck", sql, false});
  made.excludes.push_back({"ex", sql});
  made.indexes.push_back(testing::index("ix", "a"));
  made.indexes[0].where = sql;
  made.indexes[0].keys.push_back({sql, true, false, false, {}, {}});
  made.opaque.push_back(sql);
  auto all = testing::schema({made});
  testing::add(all, "view", "v", sql);
  return all;
}

const std::string one = "x = ANY (ARRAY['p'::character varying])";
const std::string other = "x = ANY (ARRAY[('p'::character varying)::text])";
const std::string third = "x = ANY (ARRAY['q'::character varying])";

TEST_CASE("the same SQL is spelled as on the other side, wherever it stands") {
  REQUIRE(postgres().comparable(one) == postgres().comparable(other));
  REQUIRE(!compare(everywhere(one), everywhere(other)).empty());
  CHECK(spelled_like(everywhere(one), everywhere(other), postgres()) == everywhere(other));
  CHECK(spelled_like(everywhere(other), everywhere(one), postgres()) == everywhere(one));
}

TEST_CASE("other SQL is left as it is") {
  CHECK(spelled_like(everywhere(third), everywhere(other), postgres()) == everywhere(third));
  CHECK(spelled_like(everywhere(one), model::schema(), postgres()) == everywhere(one));
}

TEST_CASE("names and strings of enumerations are no SQL to be spelled otherwise") {
  auto all = testing::schema({testing::table(one, {column(one, one)})});
  const auto before = all;
  CHECK(spelled_like(std::move(all), everywhere(other), postgres()) == before);
}

}  // namespace
}  // namespace retort::diff
