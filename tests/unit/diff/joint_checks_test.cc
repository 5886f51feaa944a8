#include "diff/joint_checks.h"

#include <doctest/doctest.h>

#include <retort/sqlite.h>

#include "dialect/backend.h"
#include "unit/diff/schemas.h"

// On SQLite itself: what passes is what it takes.

namespace retort::diff {
namespace {

constexpr auto columns =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, s TEXT NOT NULL, "
    "begins DATETIME NOT NULL";

/// The schema that a statement makes.
model::schema made_by(db::connection& database, const std::string& sql) {
  database.execute("DROP TABLE IF EXISTS t");
  database.execute(sql);
  return sqlite_backend().dialect().introspect(database, "");
}

/// What new columns get, which the table is made with behind its others.
joint_values solved(const std::string& new_columns, const value_map& meant = {},
                    const std::string& old_check = "") {
  const auto& target = sqlite_backend().dialect();
  const auto memory = target.open_memory();
  const auto from = made_by(*memory, columns + old_check + ")");
  const auto to = made_by(*memory, columns + new_columns + old_check + ")");
  const trial holds = [&](const std::string& query) {
    return memory->query(query).rows.at(0).at(0) == "1";
  };
  const auto& table = to.tables.begin()->second;
  const filler fills(table, to, target, holds);
  return solve_joint_checks(from.tables.begin()->second, table, meant, fills, target, holds);
}

struct answer {
  std::string columns;
  value_map meant;
  value_map values;
};

}  // namespace

TEST_CASE("a value that a check about several columns lets pass in every row") {
  const std::vector<answer> answers = {
      {", c TEXT, CHECK (a IS NOT NULL OR c IS NOT NULL)",
       {},
       {{"c", "CASE WHEN a IS NULL THEN '' END"}}},
      {", c INTEGER, CHECK ((a IS NULL) = (c IS NULL))",
       {},
       {{"c", "CASE WHEN a IS NOT NULL THEN 0 END"}}},
      {", done DATETIME, CHECK ((s = 'done') = (done IS NOT NULL))",
       {},
       {{"done", "CASE WHEN s = 'done' THEN CURRENT_TIMESTAMP END"}}},
      {", ends DATETIME NOT NULL, CHECK (ends > begins)",
       {{"ends", "CURRENT_TIMESTAMP"}},
       {{"ends", "datetime(begins, '+1 second')"}}},
      {", most INTEGER NOT NULL, CHECK (most >= a)", {{"most", "0"}}, {{"most", "coalesce(a, 0)"}}},
      {", low INTEGER NOT NULL, high INTEGER NOT NULL, CHECK (low < high)",
       {{"low", "0"}, {"high", "0"}},
       {{"high", "0 + 1"}}},
      {", c INTEGER NOT NULL DEFAULT 0, CHECK (c > 0 OR a IS NULL)", {}, {{"c", "(0 + 1)"}}},
      {", kind TEXT NOT NULL CHECK (kind IN ('x', 'y')), CHECK ((kind = 'y') = (a IS NOT NULL))",
       {{"kind", "'x'"}},
       {{"kind", "CASE WHEN a IS NULL THEN 'x' ELSE 'y' END"}}},
      {", up INTEGER REFERENCES t (id), CHECK ((a IS NULL) = (up IS NULL))",
       {},
       {{"up", "CASE WHEN a IS NOT NULL THEN id END"}}},
  };
  for (const auto& one : answers) {
    CAPTURE(one.columns);
    const auto found = solved(one.columns, one.meant);
    CHECK(found.values == one.values);
    CHECK(found.unsolved.empty());
  }
}

TEST_CASE("what passes as it is meant stays") {
  const auto nothing = solved(", c TEXT, CHECK (c IS NULL OR c <> s)");
  CHECK((nothing.values.empty() && nothing.unsolved.empty()));
  const auto meant = solved(", c TEXT NOT NULL, CHECK (a = 1 OR c = '')", {{"c", "''"}});
  CHECK((meant.values.empty() && meant.unsolved.empty()));
}

TEST_CASE("what the old checks kept out need not pass") {
  const auto check = ", c INTEGER NOT NULL, CHECK (c < a)";
  CHECK(solved(check, {{"c", "0"}}, ", CONSTRAINT more CHECK (a > 5)").values.empty());
  CHECK(solved(check, {{"c", "0"}}).values == value_map{{"c", "coalesce(a - 1, 0)"}});
}

TEST_CASE("what nothing is known for is said") {
  const auto found =
      solved(", c INTEGER NOT NULL CHECK (c > 1), CHECK ((a IS NULL) = (c IS NULL))", {{"c", "2"}});
  CHECK(found.values.empty());
  CHECK(found.unsolved == std::vector<std::string>{"(a IS NULL) = (c IS NULL)"});
}

TEST_CASE("a search without an end is given up") {
  const auto found = solved(
      ", low INTEGER NOT NULL, high INTEGER NOT NULL, CHECK (low IN (1, 2, 3, 4, 5, 6, 7, 8, 9) "
      "AND high IN (11, 12, 13, 14, 15, 16) AND high % 7 = 3 AND low * high > a)",
      {{"low", "0"}, {"high", "0"}});
  CHECK(found.values.empty());
  CHECK(found.unsolved.size() == 1);
}

}  // namespace retort::diff
