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

/// What the lines of a migration's script do, run as the shell runs them.
std::string script_outcome(db::connection& connection,
                           const std::vector<dialect::statement>& statements) {
  sqlite::sqlite_dialect target;
  const auto empty = target.open_memory();
  target.copy_structure(connection, *empty);
  target.ready_for_changes(*empty);
  const auto lines = [&](const std::string& script) {
    for (std::size_t at = 0; at < script.size();) {
      const auto end = script.find(";\n", at);
      if (script[at] != '.') connection.execute(script.substr(at, end - at));
      at = script[at] == '.' ? script.find('\n', at) + 1 : end + 2;
    }
  };
  return failure_of([&] {
    lines(target.script_prologue({}));
    connection.begin();
    try {
      lines(target.script_begin(statements));
      for (const auto& one : statements) {
        if (one.change.empty()) {
          connection.execute(one.sql);
          continue;
        }
        for (auto change = target.prepare(*empty, one); change; change = change->next()) {
          for (const auto& sql : change->statements()) empty->execute(sql);
          for (const auto& sql : change->script()) connection.execute(sql);
        }
      }
      lines(target.script_reset({}, statements));
      connection.commit();
    } catch (...) {
      connection.rollback();
      throw;
    }
  });
}

std::string script_outcome(db::connection& connection, std::initializer_list<const char*> sql) {
  std::vector<dialect::statement> statements;
  for (const char* one : sql) {
    statements.emplace_back();
    statements.back().sql = one;
  }
  return script_outcome(connection, statements);
}

constexpr const char* breaks_a_key =
    "FAILED: NOT NULL constraint failed: retort_guard_foreign_keys.the migration leaves rows that "
    "break a foreign key";

TEST_CASE("a script stops at a key to columns that are no key, where its table has rows") {
  const auto connection = memory({"CREATE TABLE p (id INT, v INT)", "INSERT INTO p VALUES (1, 1)"});
  const char* made = "CREATE TABLE c (x INT REFERENCES p (id))";
  const char* filled = "INSERT INTO c VALUES (1)";
  CHECK(script_outcome(*connection, {made, filled}).starts_with(breaks_a_key));
  CHECK(script_outcome(*connection, {made, filled, "CREATE UNIQUE INDEX i ON p (id)",
                                     "UPDATE c SET x = 1", "DROP INDEX i"})
            .starts_with(breaks_a_key));
  CHECK(script_outcome(*connection, {made, filled, "DROP TABLE c"}) == "no error");
  CHECK(script_outcome(*connection, {made, filled, "ALTER TABLE c RENAME TO d", "DROP TABLE d"}) ==
        "no error");
  CHECK(script_outcome(*connection, {made, "UPDATE p SET v = 2"}) == "no error");
  // It was so before.
  CHECK(script_outcome(*connection, {filled}) == "no error");
  CHECK(script_outcome(*connection, {"DROP TABLE c", made, filled}) == "no error");
}

TEST_CASE("a script stops where a rebuild takes the key away that a table with rows refers to") {
  const model::drop_constraint gone{{"", "p"}, "uq", model::constraint_kind::unique};
  for (const bool has_rows : {true, false}) {
    const auto connection =
        memory({"CREATE TABLE p (id INT, CONSTRAINT uq UNIQUE (id))",
                "CREATE TABLE c (x INT REFERENCES P (ID))", "INSERT INTO p VALUES (1)"});
    if (has_rows) connection->execute("INSERT INTO c VALUES (1)");
    std::vector<dialect::statement> written;
    sqlite::sqlite_dialect().write(at_line(gone), written);
    CHECK(script_outcome(*connection, written).starts_with(has_rows ? breaks_a_key : "no error"));
  }
}

TEST_CASE("a script knows a key by its column's collation, also where others have one") {
  const char* other = "CREATE TABLE p (id INT, code TEXT, other TEXT COLLATE NOCASE)";
  const char* nocase = "CREATE TABLE p (id INT, code TEXT COLLATE NOCASE, other TEXT)";
  const char* plain_index = "CREATE UNIQUE INDEX i ON p (code)";
  const char* nocase_index = "CREATE UNIQUE INDEX i ON p (code COLLATE NOCASE)";
  const char* binary_index = "CREATE UNIQUE INDEX i ON p (code COLLATE BINARY)";
  struct {
    const char* table;
    const char* index;
    bool is_key;
  } const cases[] = {{other, plain_index, true},   {other, binary_index, true},
                     {other, nocase_index, false}, {nocase, plain_index, true},
                     {nocase, nocase_index, true}, {nocase, binary_index, false}};
  for (const auto& one : cases) {
    CAPTURE(one.table);
    CAPTURE(one.index);
    const auto connection =
        memory({one.table, one.index, "CREATE TABLE c (x TEXT REFERENCES p (code))",
                "INSERT INTO p VALUES (1, 'a', 'b')", "INSERT INTO c VALUES ('a')"});
    CHECK(script_outcome(*connection, {"UPDATE p SET other = 'x'"}) == "no error");
    // What is no key cannot be checked.
    CHECK(script_outcome(*connection, {"INSERT INTO c VALUES ('z')"})
              .starts_with(one.is_key ? breaks_a_key : "no error"));
  }
}

}  // namespace
