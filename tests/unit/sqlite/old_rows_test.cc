#include <doctest/doctest.h>

#include "unit/sqlite/support.h"

// A conversion that asks the table itself, in whatever way: it sees the rows as they were.

namespace {

using namespace retort;
using namespace retort::test;

const model::qualified_name t = {"", "t"};

std::vector<dialect::statement> converting(const char* column, const char* sql) {
  model::alter_column op{t, column};
  op.type = type_of(model::type_kind::text);
  op.conversion = sql;
  std::vector<dialect::statement> written;
  sqlite::sqlite_dialect().write(at_line(op), written);
  return written;
}

/// The values of the column `pc` behind its conversion, by the key.
std::string converted(db::connection& connection, const char* conversion) {
  for (const auto& one : converting("pc", conversion)) test::run(connection, one);
  return scalar(connection,
                "SELECT group_concat(quote(pc), '|') FROM (SELECT pc FROM t ORDER BY id)");
}

constexpr const char* rows =
    "INSERT INTO t (id, parent, code, pc) VALUES (1, NULL, 'A', 'x'), (2, 1, 'B', 'y'), (3, 2, "
    "'C', 'z')";

std::unique_ptr<db::connection> tree(const char* create_table) {
  return memory({create_table, "CREATE VIEW codes AS SELECT id AS n, code AS c FROM t", rows});
}

constexpr const char* tables[] = {
    "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INT, code TEXT, pc TEXT)",
    "CREATE TABLE t (id INT, parent INT, code TEXT, pc TEXT CHECK (t.pc <> ''))",
    "CREATE TABLE t (id INT, parent INT, code ANY, pc ANY, PRIMARY KEY (id)) STRICT, WITHOUT ROWID",
    "CREATE TABLE t (id INT, rowid INT, oid INT, _rowid_ INT, parent INT, code TEXT, pc TEXT)",
};

TEST_CASE("a conversion that reads its own table sees the old rows") {
  for (const char* create_table : tables) {
    CAPTURE(std::string(create_table));
    const auto asked = [&](const char* conversion) {
      return converted(*tree(create_table), conversion);
    };
    CHECK(asked("(SELECT p.code FROM t AS p WHERE p.id = t.parent)") == "NULL|'A'|'B'");
    CHECK(asked("coalesce((SELECT c FROM codes WHERE n = t.parent), pc) -- or what it was") ==
          "'x'|'A'|'B'");
    CHECK(asked("EXISTS (SELECT 1 FROM t c WHERE c.parent = t.id)") == "'1'|'1'|'0'");
    CHECK(asked("'C' IN (WITH k AS (SELECT code FROM t) SELECT code FROM k)") == "'1'|'1'|'1'");
  }
}

TEST_CASE("a script's conversion sees the old rows too") {
  sqlite::sqlite_dialect target;
  const auto connection = tree(tables[0]);
  const auto empty = target.open_memory();
  target.copy_structure(*connection, *empty);
  target.ready_for_changes(*empty);
  connection->execute("CREATE TEMP TABLE retort_guard (fits INT NOT NULL)");
  for (const auto& one : converting("pc", "(SELECT p.code FROM t AS p WHERE p.id = t.parent)")) {
    for (auto change = target.prepare(*empty, one); change; change = change->next()) {
      for (const auto& sql : change->script()) connection->execute(sql);
    }
  }
  CHECK(scalar(*connection, "SELECT group_concat(quote(pc), '|') FROM t") == "NULL|'A'|'B'");
}

TEST_CASE("a table that is asked by its name alone, and values that no affinity changes") {
  const auto two = memory({"CREATE TABLE t (id INT, pc TEXT)", "CREATE TABLE u (retort_value INT)",
                           "INSERT INTO t VALUES (1, 'a'), (2, 'b')"});
  CHECK(converted(*two, "(id + 1, 'b') IN t") == "'1'|'0'");
  CHECK(converted(*two, "id IN ('1', 2) OR id IN u") == "'1'|'1'");
  const auto mixed =
      memory({"CREATE TABLE t (id INTEGER PRIMARY KEY, pc, retort_value TEXT)",
              "INSERT INTO t VALUES "
              "(1, '01', 'a'), (2, 2.0, 'b'), (3, x'33', 'c')",
              "CREATE VIEW some AS SELECT id, pc FROM t UNION ALL SELECT 9, CAST('9' AS NUMERIC)"});
  for (const auto& one : converting("pc", "(SELECT s.pc FROM some s WHERE s.id = t.id)")) {
    auto bare = one;
    auto& type = std::get<model::alter_column>(bare.change.front().what).type;
    type = model::type{model::type_kind::raw, -1, -1, "BLOB"};
    test::run(*mixed, bare);
  }
  CHECK(scalar(*mixed, "SELECT group_concat(quote(pc) || retort_value) FROM t") ==
        "'01'a,2.0b,X'33'c");
}

TEST_CASE("what a conversion that asks tables leaves as it was") {
  const auto kept = memory(
      {"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, pc INT, g AS (pc || 'g'))",
       "CREATE INDEX i ON t (pc)", "CREATE TABLE log (x)",
       "CREATE TRIGGER tr AFTER DELETE ON t BEGIN INSERT INTO log VALUES (OLD.id); END",
       "INSERT INTO t VALUES (5, 1), (9, 2)", "DELETE FROM t WHERE id = 9", "DELETE FROM log"});
  CHECK(converted(*kept, "(SELECT max(g) FROM t)") == "'1g'");
  CHECK(scalar(*kept, "SELECT seq FROM sqlite_sequence") == "9");
  CHECK(scalar(*kept, "SELECT count(*) FROM log") == "0");
  CHECK(scalar(*kept,
               "SELECT group_concat(name) FROM (SELECT name FROM sqlite_master ORDER BY "
               "name)") == "i,log,sqlite_sequence,t,tr");
  CHECK(scalar(*kept, "SELECT count(*) FROM sqlite_temp_master") == "0");
}

TEST_CASE("a table built anew from its definition is filled from the old rows") {
  sqlite::sqlite_dialect target;
  for (const char* create_table : tables) {
    CAPTURE(std::string(create_table));
    const auto connection = tree(create_table);
    const auto from = *target.introspect(*connection, "").find(t);
    auto to = from;
    to.columns.push_back(column_of("boss", type_of(model::type_kind::integer), false));
    const std::map<std::string, std::string> values = {{"boss", "(SELECT max(id) FROM t)"},
                                                       {"pc", "coalesce((SELECT NULL), pc)"}};
    for (const auto& sql : target.rebuild_table(from, to, values, "retort_old_t")) {
      connection->execute(sql);
    }
    CHECK(scalar(*connection,
                 "SELECT group_concat(id || pc || boss) FROM (SELECT * FROM t ORDER "
                 "BY id)") == "1x3,2y3,3z3");
  }
}

}  // namespace
