#include <doctest/doctest.h>

#include "unit/sqlite/support.h"

// A script is written without the rows: it stops by itself where the run looks and refuses.

namespace {

using namespace retort;
using namespace retort::test;

/// The lines of a change as a script has them, run on a database with rows.
std::string outcome(db::connection& connection, const model::operation_variant& what) {
  sqlite::sqlite_dialect target;
  const auto empty = target.open_memory();
  target.copy_structure(connection, *empty);
  target.ready_for_changes(*empty);
  connection.execute("CREATE TEMP TABLE IF NOT EXISTS retort_guard (fits INT NOT NULL)");
  std::vector<dialect::statement> written;
  target.write(at_line(what), written);
  return failure_of([&] {
    for (const auto& one : written) {
      for (auto change = target.prepare(*empty, one); change; change = change->next()) {
        for (const auto& sql : change->script()) connection.execute(sql);
      }
    }
  });
}

TEST_CASE("a script stops where rows would get a number that they did not have") {
  model::alter_column numbered{{"", "t"}, "id"};
  numbered.type = model::type{model::type_kind::raw, -1, -1, "INTEGER"};
  const model::add_constraint keyed{{"", "t"}, primary_key_of({"id"})};
  auto converted = numbered;
  converted.conversion = "nullif(id, 50)";
  struct {
    const char* created;
    model::operation_variant what;
    const char* rows = "INSERT INTO t VALUES (50, 1), (NULL, 2)";
  } const cases[] = {{"CREATE TABLE t (id BIGINT PRIMARY KEY, v INT)", numbered},
                     {"CREATE TABLE t (id INTEGER, v INT)", keyed},
                     {"CREATE TABLE t (id BIGINT PRIMARY KEY, v INT)", converted,
                      "INSERT INTO t VALUES (50, 1), (51, 2)"}};
  for (const auto& one : cases) {
    CAPTURE(std::string(one.created));
    const auto whole = memory({one.created, "INSERT INTO t VALUES (51, 1), (52, 2)"});
    CHECK(outcome(*whole, one.what) == "no error");
    const auto missing = memory({one.created, one.rows});
    CHECK(outcome(*missing, one.what)
              .starts_with("FAILED: NOT NULL constraint failed: retort_guard_key.rows without a "
                           "value would get a number"));
    CHECK(scalar(*missing, "SELECT count(*) FROM t WHERE id IN (1, 2)") == "0");
    std::vector<dialect::statement> written;
    sqlite::sqlite_dialect().write(at_line(one.what), written);
    CHECK(failure_of([&] { test::run(*missing, written.at(0)); }).find("would get a number") !=
          std::string::npos);
  }
}

}  // namespace
