#include "diff/type_changes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <retort/postgres.h>

#include <string>
#include <utility>
#include <vector>

#include "dialect/backend.h"
#include "unit/diff/schemas.h"

namespace retort::diff {
namespace {

using testing::postgres;

using texts = std::vector<std::string>;

change altered(const std::string& kind, const std::string& from, const std::string& to,
               const change_options& options = {}) {
  const model::object old{kind, {"", "x"}, {}, from};
  const model::object made{kind, {"", "x"}, {}, to};
  model::schema all = testing::schema(
      {testing::table("t", {testing::with_default(testing::column("a", "x"), "'1'::x"),
                            testing::column("b", "x[]"), testing::column("c", "text")})});
  const auto key = kind + " x";
  all.objects[key] = old;
  return alter_type({key, all.objects[key]}, made, {all, all}, postgres(), options);
}

texts sql_of(const std::vector<model::operation>& way) {
  std::vector<dialect::statement> statements;
  for (const auto& op : way) postgres().write(op, statements);
  texts all;
  for (const auto& one : statements) all.push_back(one.sql);
  return all;
}

/// The way in which the type stays; empty: there is none but to make it anew.
texts in_place(const change& found) {
  return found.ways.size() < 2 ? texts() : sql_of(found.ways.front());
}

texts composite(const std::string& from, const std::string& to) {
  return in_place(
      altered("type", "CREATE TYPE x AS (" + from + ")", "CREATE TYPE x AS (" + to + ")"));
}

texts domain(const std::string& from, const std::string& to) {
  return in_place(altered("domain", "CREATE DOMAIN x AS " + from, "CREATE DOMAIN x AS " + to));
}

TEST_CASE("attributes of a composite type come, go and change where they stand") {
  CHECK(composite("a integer", "a integer, b text") ==
        texts{"ALTER TYPE x ADD ATTRIBUTE b text CASCADE"});
  CHECK(composite("a integer, b text", "a integer") ==
        texts{"ALTER TYPE x DROP ATTRIBUTE b CASCADE"});
  CHECK(composite("a integer, b text", "b text") == texts{"ALTER TYPE x DROP ATTRIBUTE a CASCADE"});
  CHECK(composite("a integer, b text", "a bigint, b text COLLATE \"C\"") ==
        texts{"ALTER TYPE x ALTER ATTRIBUTE a TYPE bigint CASCADE",
              "ALTER TYPE x ALTER ATTRIBUTE b TYPE text COLLATE \"C\" CASCADE"});
  CHECK(
      composite("a integer, b text", "b text, c date") ==
      texts{"ALTER TYPE x DROP ATTRIBUTE a CASCADE", "ALTER TYPE x ADD ATTRIBUTE c date CASCADE"});
  // Commas in a type or a name are none between attributes.
  CHECK(
      composite("a numeric(10,2), \"b, c\" text", "a numeric(10,3), \"b, c\" text, d integer[]") ==
      texts{"ALTER TYPE x ALTER ATTRIBUTE a TYPE numeric(10,3) CASCADE",
            "ALTER TYPE x ADD ATTRIBUTE d integer[] CASCADE"});
  CHECK(composite("\"b, c\" text, a integer", "a integer") ==
        texts{"ALTER TYPE x DROP ATTRIBUTE \"b, c\" CASCADE"});
}

TEST_CASE("attributes that change places are marked only where a row stands within no other one") {
  model::schema all = testing::schema(
      {testing::table("t", {testing::column("a", "x"), testing::column("o", "outer_x"),
                            testing::column("d", "domain_x[]"), testing::column("r", "range_x")})});
  testing::add(all, "type", "outer_x", "CREATE TYPE outer_x AS (v x)");
  testing::add(all, "domain", "domain_x", "CREATE DOMAIN domain_x AS x");
  testing::add(all, "type", "range_x", "CREATE TYPE range_x AS RANGE (subtype = x)");
  const model::object old{"type", {"", "x"}, {}, "CREATE TYPE x AS (a text, b text)"};
  const std::string key = "type x";
  all.objects[key] = old;
  const auto loss = [&](const char* definition) {
    const model::object made{"type", {"", "x"}, {}, definition};
    return alter_type({key, all.objects[key]}, made, {all, all}, postgres(), {}).loss;
  };
  CHECK(
      loss("CREATE TYPE x AS (b text, a text)") ==
      "values of x within t.r keep the places of their attributes, whatever those are called now");
  CHECK(loss("CREATE TYPE x AS (a text, b text, c text)").empty());
}

TEST_CASE("a composite type whose attributes change places is made anew") {
  for (const auto& pair : {std::pair{"a integer, b text", "b text, a integer"},
                           std::pair{"a integer, b text", "a integer, c date, b text"},
                           std::pair{"a integer", "b text, a integer"},
                           std::pair{"a integer, b text, c date", "c date, b text"}}) {
    CAPTURE(pair.second);
    CHECK(composite(pair.first, pair.second).empty());
  }
  const auto found = altered("type", "CREATE TYPE x AS (a integer, b text)",
                             "CREATE TYPE x AS (b text, a integer)");
  REQUIRE(found.ways.size() == 1);
  CHECK(sql_of(found.ways[0]) ==
        texts{"ALTER TYPE x RENAME TO x__renamed", "CREATE TYPE x AS (b text, a integer)",
              "CREATE FUNCTION to_x__renamed(x__renamed[]) RETURNS x[] LANGUAGE sql AS $$ SELECT "
              "CASE WHEN cardinality($1) = 0 THEN '{}' ELSE (array_dims($1) || '=' || (SELECT "
              "string_agg(repeat('{', opened) || coalesce('\"' || replace(replace((CASE WHEN e IS "
              "DISTINCT FROM NULL THEN ROW((e).b, (e).a)::x END)::text, E'\\\\', "
              "E'\\\\\\\\'), '\"', E'\\\\\"') || '\"', 'NULL') || repeat('}', closed), ',' "
              "ORDER BY n) FROM (SELECT unnest($1) AS e, generate_series(1, cardinality($1)) AS n) "
              "elements CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE (n - 1) % size = "
              "0)::integer AS opened, count(*) FILTER (WHERE n % size = 0)::integer AS closed FROM "
              "generate_series(1, array_ndims($1)) d CROSS JOIN LATERAL (SELECT "
              "round(exp(sum(ln(array_length($1, i)))))::integer AS size FROM generate_series(d, "
              "array_ndims($1)) i) sizes) braces))::x[] END $$",
              "ALTER TABLE t ALTER COLUMN a DROP DEFAULT",
              "ALTER TABLE t ALTER COLUMN a TYPE x USING CASE WHEN a IS DISTINCT FROM NULL THEN "
              "ROW((a).b, (a).a)::x END",
              "ALTER TABLE t ALTER COLUMN a SET DEFAULT '1'::x",
              "ALTER TABLE t ALTER COLUMN b TYPE x[] USING to_x__renamed(b)",
              "DROP FUNCTION to_x__renamed", "DROP TYPE x__renamed"});
}

TEST_CASE("what a domain says changes where it is") {
  CHECK(domain("integer", "integer DEFAULT 3") == texts{"ALTER DOMAIN x SET DEFAULT 3"});
  CHECK(domain("integer DEFAULT 3", "integer") == texts{"ALTER DOMAIN x DROP DEFAULT"});
  CHECK(domain("integer NOT NULL", "integer") == texts{"ALTER DOMAIN x DROP NOT NULL"});
  CHECK(domain("text COLLATE \"C\" CONSTRAINT old CHECK (VALUE <> ''::text)",
               "text COLLATE \"C\" DEFAULT 'NOT (NULL'::text NOT NULL CONSTRAINT \"a b\" CHECK "
               "(VALUE IS NOT NULL) CONSTRAINT c CHECK (length(VALUE) > 3)") ==
        texts{"ALTER DOMAIN x DROP CONSTRAINT old", "ALTER DOMAIN x SET DEFAULT 'NOT (NULL'::text",
              "ALTER DOMAIN x SET NOT NULL",
              "ALTER DOMAIN x ADD CONSTRAINT \"a b\" CHECK (VALUE IS NOT NULL)",
              "ALTER DOMAIN x ADD CONSTRAINT c CHECK (length(VALUE) > 3)"});
  CHECK(domain("integer CONSTRAINT \"a b\" CHECK (VALUE > 0)",
               "integer CONSTRAINT \"a b\" CHECK (VALUE > 1)") ==
        texts{"ALTER DOMAIN x DROP CONSTRAINT \"a b\"",
              "ALTER DOMAIN x ADD CONSTRAINT \"a b\" CHECK (VALUE > 1)"});
}

TEST_CASE("only rows can keep a domain from NOT NULL, and a person is told") {
  const auto review = [](const char* from, const char* to) {
    return altered("domain", std::string("CREATE DOMAIN x AS ") + from,
                   std::string("CREATE DOMAIN x AS ") + to)
        .review;
  };
  CHECK(review("integer", "integer NOT NULL") == "rows without a x keep this from running");
  CHECK(review("integer NOT NULL", "integer NOT NULL DEFAULT 3").empty());
  CHECK(review("integer NOT NULL", "integer").empty());
}

TEST_CASE("what is guessed of values, and which rows are in the way, is told") {
  const auto review = [](const char* from, const char* to) {
    const auto made = [](const char* values) {
      return fmt::format("CREATE TYPE x AS ENUM ({})", values);
    };
    return altered("type", made(from), made(to)).review;
  };
  CHECK(review("'a', 'b', 'c'", "'A', 'x', 'c'") ==
        "values of x: that 'a' becomes 'A', 'b' becomes 'x' is a guess (--no-renames: removed and "
        "added)");
  CHECK(review("'a', 'b', 'c'", "'a'") ==
        "rows with 'b', 'c', which x no longer has, keep this from running");
  CHECK(review("'a', 'b'", "'b', 'a'").empty());
  CHECK(review("'a'", "'a', 'b'").empty());
}

TEST_CASE("what an attribute held is lost with it, and a person is told") {
  const auto loss = [](const char* from, const char* to) {
    return altered("type", std::string("CREATE TYPE x AS ") + from,
                   std::string("CREATE TYPE x AS ") + to)
        .loss;
  };
  CHECK(loss("(a integer, b text)", "(a integer, c integer)") ==
        "drops x.b: what is in it is lost");
  CHECK(loss("(a integer, b text)", "(b text, a bigint, c text)").empty());
  CHECK(loss("ENUM ('a')", "ENUM ('b')").empty());
}

TEST_CASE("a domain over another type is made anew") {
  CHECK(domain("integer", "bigint").empty());
  CHECK(domain("integer", "bigint DEFAULT 3").empty());
  CHECK(domain("text COLLATE \"C\"", "text").empty());
  const auto found = altered("domain", "CREATE DOMAIN x AS integer", "CREATE DOMAIN x AS bigint");
  REQUIRE(found.ways.size() == 1);
  const auto way = sql_of(found.ways[0]);
  CHECK(way.front() == "ALTER DOMAIN x RENAME TO x__renamed");
  CHECK(way[1] == "CREATE DOMAIN x AS bigint");
  CHECK(way.back() == "DROP DOMAIN x__renamed");
}

TEST_CASE("types that are altered in place are so also where enumerations are made anew") {
  const change_options options{.remakes_types = true};
  CHECK(in_place(altered("type", "CREATE TYPE x AS (a integer)", "CREATE TYPE x AS (a bigint)",
                         options)) == texts{"ALTER TYPE x ALTER ATTRIBUTE a TYPE bigint CASCADE"});
  CHECK(in_place(altered("type", "CREATE TYPE x AS ENUM ('a')", "CREATE TYPE x AS ENUM ('a', 'b')",
                         options))
            .empty());
}

}  // namespace
}  // namespace retort::diff
