#include "script/rename_hints.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <retort/error.h>

namespace retort::script {
namespace {

using base::sql_flavour;
using texts = std::vector<std::string>;

/// "table.column <- old @line:column" of each.
texts found(const std::string& sql, sql_flavour flavour = sql_flavour::postgresql) {
  texts all;
  for (const auto& hint : rename_hints(sql, flavour, "models.sql")) {
    CHECK(hint.where.file == "models.sql");
    all.push_back(hint.table.display() + (hint.column.empty() ? "" : "." + hint.column) + " <- " +
                  hint.from + " @" + std::to_string(hint.where.line) + ":" +
                  std::to_string(hint.where.column));
  }
  return all;
}

TEST_CASE("a hint is about what stands before it on its line") {
  CHECK(found(R"(
CREATE TABLE users ( -- @renamed from=people
  id integer PRIMARY KEY,
  mail text NOT NULL, -- @renamed from=email
  age integer
    CHECK (age > 0, 1) /* @renamed from=years */,
  UNIQUE (mail)
);)") == texts{"users <- people @2:22", "users.mail <- email @4:23", "users.age <- years @6:24"});
  for (const char* table :
       {"CREATE TABLE users /* @renamed from=people */ (id int);",
        "CREATE TABLE users (id int); -- @renamed from=people",
        "CREATE TEMP TABLE IF NOT EXISTS users -- @renamed from=people\n(id int, mail text)",
        "CREATE TABLE users (id int) PARTITION BY RANGE (id) -- @renamed from=people",
        "CREATE TABLE users AS SELECT (1) AS a, 2 AS b -- @renamed from=people",
        "SELECT 1; CREATE TABLE users (id int\n);-- was another one @renamed from=people \nSELECT "
        "2"}) {
    CAPTURE(table);
    const auto hints = found(table);
    REQUIRE(hints.size() == 1);
    CHECK(hints[0].starts_with("users <- people @"));
  }
}

TEST_CASE("a hint's names are the database's") {
  const std::string sql = R"(CREATE TABLE Area."Us""ers" (Mail text); -- @renamed from=People)";
  CHECK(found(sql) == texts{"area.Us\"ers <- people @1:42"});
  CHECK(found(sql, sql_flavour::sqlite) == texts{"Area.Us\"ers <- People @1:42"});
  CHECK(found("CREATE TABLE a (\nE int); -- @renamed from=\"the \"\"old\"\" one\"") ==
        texts{"a <- the \"old\" one @2:9"});
  CHECK(found("CREATE TABLE a (\n[b c] int -- @renamed from=`d e`\n)", sql_flavour::sqlite) ==
        texts{"a.b c <- d e @2:11"});
}

TEST_CASE("what is no hint") {
  CHECK(found("CREATE TABLE a (b text DEFAULT '@renamed from=c');").empty());
  CHECK(found("CREATE TABLE a (b text); -- renamed from=c").empty());
  // An index holds no rows.
  CHECK(found("CREATE INDEX i ON a (b); -- @renamed from=j").empty());
  CHECK(found("CREATE UNIQUE INDEX i /* @renamed from=j */ ON a (b);").empty());
}

TEST_CASE("a hint that is about nothing, or says nothing, is refused at its place") {
  struct row {
    const char* sql;
    const char* message;
    unsigned line;
  };
  for (const auto& one : std::vector<row>{
           {"-- @renamed from=a\nCREATE TABLE b (c int);", "nothing stands before the hint", 1},
           {"CREATE TABLE b (c int,\n-- @renamed from=a\nd int);", "nothing stands before the hint",
            2},
           {"CREATE TABLE b (c int,\nUNIQUE (c) -- @renamed from=a\n);",
            "nothing stands before the hint", 2},
           {"CREATE VIEW b AS SELECT 1; -- @renamed from=a", "nothing stands before the hint", 1},
           {"CREATE FUNCTION f() RETURNS TABLE (a int) -- @renamed from=a",
            "nothing stands before the hint", 1},
           {"CREATE INDEX i ON a (b);\n-- @renamed from=j", "nothing stands before the hint", 2},
           {"CREATE TABLE b (c int); -- @renamed a", "does not say the old name", 1},
           {"CREATE TABLE b (c int); -- @renamed from=", "does not say the old name", 1},
           {"CREATE TABLE b (c int); -- @renamed from = a", "does not say the old name", 1},
           {"CREATE TABLE b (c int); -- @renamed from=x.a", "does not say the old name", 1},
           {"CREATE TABLE b (c int); -- @renamed from=\"\"", "does not say the old name", 1},
           {"CREATE TABLE b (c int); -- @renamedfrom=a", "does not say the old name", 1},
       }) {
    CAPTURE(one.sql);
    try {
      found(one.sql);
      FAIL_CHECK("nothing was thrown");
    } catch (const error& problem) {
      CHECK(std::string(problem.what()).find(one.message) != std::string::npos);
      CHECK(problem.where.file == "models.sql");
      CHECK(problem.where.line == one.line);
    }
  }
}

}  // namespace
}  // namespace retort::script
