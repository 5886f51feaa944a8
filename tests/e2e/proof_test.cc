#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("proof");

// Wrong migrations that a weaker proof would let pass, each as the second revision.

nlohmann::json strict_verdict(const bench& b, arguments more = {"--strict"}) {
  more.insert(more.begin(), {"verify", "--json", "--revision", "bbbb"});
  const auto list = json(b.retort(more));
  REQUIRE(list.size() == 1);
  return list[0];
}

void check_fails(const bench& b, std::string_view reason) {
  const auto entry = strict_verdict(b);
  INFO(entry.dump(1));
  CHECK(entry["ok"] == false);
  CHECK(entry["reason"].get<std::string>().find(reason) != std::string::npos);
}

TEST_CASE_TEMPLATE("a CHECK does not keep rows and boundaries away", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "CREATE TABLE o (status TEXT NOT NULL CHECK (status IN ('new', 'paid')), note TEXT, "
              "amount NUMERIC(10, 2), email TEXT NOT NULL CHECK (email LIKE '%@%'));",
              "DROP TABLE o;");
  b.migration("bbbb", "aaaa", "UPDATE o SET note = NULL, amount = NULL;", "");
  check_fails(b, "o.amount changed: ");
  check_fails(b, "o.note changed: ");
}

TEST_CASE_TEMPLATE("the smallest value reaches nullable and defaulted columns", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE acc (id INTEGER PRIMARY KEY, balance INTEGER DEFAULT 0);",
              "DROP TABLE acc;");
  b.migration("bbbb", "aaaa", "UPDATE acc SET balance = 0 WHERE balance < 0;", "");
  check_fails(b, "acc.balance changed: ");
}

TEST_CASE_TEMPLATE("the empty string is a value", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE acc (id INTEGER PRIMARY KEY, note TEXT);",
              "DROP TABLE acc;");
  b.migration("bbbb", "aaaa", "UPDATE acc SET note = nullif(note, '');", "");
  check_fails(b, "acc.note changed: ");
}

TEST_CASE_TEMPLATE("values that come back to other rows are not back", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT NOT NULL);",
              "DROP TABLE u;");
  b.migration("bbbb", "aaaa",
              "CREATE TABLE emails (n INTEGER, email TEXT);\n"
              "INSERT INTO emails SELECT row_number() OVER (ORDER BY email DESC), email FROM u;\n"
              "ALTER TABLE u DROP COLUMN email;",
              "ALTER TABLE u ADD COLUMN email TEXT NOT NULL DEFAULT '';\n"
              "UPDATE u SET email = (SELECT e.email FROM emails e WHERE e.n = "
              "(SELECT count(*) FROM u o WHERE o.id <= u.id));\n"
              "DROP TABLE emails;");
  const auto entry = strict_verdict(b);
  INFO(entry.dump(1));
  CHECK(entry["ok"] == false);
}

TEST_CASE_TEMPLATE("a removed table may come back empty, but not with other rows", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT);",
              "DROP TABLE kinds;");
  b.migration("bbbb", "aaaa", "DROP TABLE kinds;",
              "CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT);\n"
              "INSERT INTO kinds VALUES (4711, 'invented');");
  check_fails(b, "table kinds comes back with the row (");
  b.migration("bbbb", "aaaa", "DROP TABLE kinds;",
              "CREATE TABLE kinds (id INTEGER PRIMARY KEY, name TEXT);");
  const auto entry = strict_verdict(b, {});
  CHECK(entry["ok"] == true);
  CHECK(entry["losses"] == nlohmann::json::array({"kinds"}));
}

TEST_CASE_TEMPLATE("a downgrade that needs the upgrade's connection fails", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa",
              "CREATE TEMP TABLE saved AS SELECT * FROM t;\nALTER TABLE t DROP COLUMN v;",
              "ALTER TABLE t ADD COLUMN v TEXT;\n"
              "UPDATE t SET v = (SELECT s.v FROM saved s WHERE s.id = t.id);");
  check_fails(b, "saved");
}

TEST_CASE_TEMPLATE("a table whose key to itself must not be NULL gets rows", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "",
              "CREATE TABLE node (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES node "
              "(id), v TEXT);",
              "DROP TABLE node;");
  b.migration("bbbb", "aaaa", "UPDATE node SET v = 'x';", "");
  check_fails(b, "node.v changed: ");
}

TEST_CASE("a counter that goes back is seen: sqlite") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);",
              "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE other (x INTEGER);",
              "DROP TABLE other;\nUPDATE sqlite_sequence SET seq = 0 WHERE name = 't';");
  check_fails(b, "went back from ");
}

TEST_CASE("a counter that goes back is seen: <postgresql>") {
  const bench b("postgresql");
  b.migration("aaaa", "",
              "CREATE TABLE t (id INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, v TEXT);",
              "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE other (x INTEGER);",
              "DROP TABLE other;\nALTER TABLE t ALTER COLUMN id RESTART WITH 1;");
  check_fails(b, "went back from ");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
