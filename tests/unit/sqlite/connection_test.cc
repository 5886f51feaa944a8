#include <doctest/doctest.h>

#include "sqlite/connection.h"
#include "unit/sqlite/support.h"

namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using namespace retort;
using namespace retort::test;

error caught(auto&& call) {
  try {
    call();
  } catch (const error& problem) {
    return problem;
  }
  return error("no error");
}

TEST_CASE("rows, columns and NULL") {
  auto connection = memory({"CREATE TABLE t (a, b TEXT)"});
  CHECK(connection->query("INSERT INTO t VALUES (1, NULL), (2.5, 'x'), (x'0041', '')").affected ==
        3);
  auto found = connection->query("SELECT a, b AS \"the b\" FROM t ORDER BY rowid");
  CHECK(found.columns == std::vector<std::string>{"a", "the b"});
  REQUIRE(found.rows.size() == 3);
  CHECK(found.rows[0] == db::row{"1", std::nullopt});
  CHECK(found.rows[1] == db::row{"2.5", "x"});
  CHECK(found.rows[2] == db::row{"\0A"s, ""});
  CHECK(found.affected == 0);
}

TEST_CASE("parameters are bound as what they are") {
  auto connection = memory();
  const db::parameter cells[] = {"it's"sv, {}, "a\0b"sv};
  auto found = connection->query("SELECT ?1, typeof(?1), ?2, length(CAST(?3 AS BLOB))", cells);
  CHECK(found.rows[0] == db::row{"it's", "text", std::nullopt, "3"});
  CHECK(caught([&] { connection->query("SELECT ?1, ?2", std::span(cells).first(1)); }).what() ==
        "the statement has 2 parameters, and 1 values were given"s);
  CHECK(caught([&] { connection->execute("SELECT :name"); }).what() ==
        "the statement has a parameter :name, and values have no names"s);
  const db::parameter numbers[] = {std::int64_t{5}, 0.1, true, db::byte_string{"\0x"sv}};
  found = connection->query(
      "SELECT typeof($2), $2, typeof($1), $1 + 1, typeof($3), typeof($4), $2, hex($4)", numbers);
  CHECK(found.rows[0] == db::row{"real", "0.1", "integer", "6", "integer", "blob", "0.1", "0078"});
}

TEST_CASE("a number with a fraction comes back with all its digits") {
  auto connection = memory();
  const auto found = connection->query("SELECT 0.1 + 0.2, 3.0, 1e300 * 10, -2.5e-8");
  CHECK(found.rows[0] == db::row{"0.30000000000000004", "3.0", "1e+301", "-2.5e-08"});
}

TEST_CASE("a prepared statement runs often, and leaves nothing open") {
  auto connection = memory({"CREATE TABLE t (a, b)"});
  connection->begin();
  const auto insert = connection->prepare("INSERT INTO t VALUES ($1, $2)");
  for (std::int64_t i = 0; i < 3; ++i) {
    const db::parameter values[] = {i, "x"sv};
    CHECK(insert->run(values).affected == 1);
  }
  const auto select = connection->prepare("SELECT a FROM t WHERE a > $1 ORDER BY a");
  const db::parameter zero[] = {std::int64_t{0}};
  CHECK(select->run(zero).rows == std::vector<db::row>{{"1"}, {"2"}});
  connection->commit();
  CHECK(!connection->in_transaction());
  CHECK(caught([&] { insert->run({}); }).what() ==
        "the statement has 2 parameters, and 0 values were given"s);
}

TEST_CASE("touched rows are those of this statement") {
  auto connection = memory({"CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2)"});
  CHECK(connection->query("UPDATE t SET a = 3 WHERE a = 1").affected == 1);
  CHECK(connection->query("UPDATE t SET a = 3 WHERE a = 1").affected == 0);
  CHECK(connection->query("DELETE FROM t").affected == 2);
  CHECK(connection->query("CREATE TABLE u (a)").affected == 0);
  CHECK(connection->query("-- more\nWITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x").affected ==
        1);
  CHECK(connection->query("SELECT 1").affected == 0);
}

TEST_CASE("transactions") {
  auto connection = memory({"CREATE TABLE t (a)"});
  CHECK(!connection->in_transaction());
  connection->begin();
  CHECK(connection->in_transaction());
  connection->execute("INSERT INTO t VALUES (1)");
  connection->rollback();
  CHECK(!connection->in_transaction());
  connection->rollback();
  connection->begin();
  connection->execute("INSERT INTO t VALUES (2)");
  connection->commit();
  CHECK(!connection->in_transaction());
  CHECK(scalar(*connection, "SELECT group_concat(a) FROM t") == "2");
  CHECK(caught([&] { connection->commit(); }).what() ==
        "cannot commit - no transaction is active"s);
}

TEST_CASE("errors have SQLite's words, its code and the place") {
  auto connection = memory(
      {"CREATE TABLE t (a UNIQUE, b NOT NULL, c CHECK (c > 0))", "INSERT INTO t VALUES (1, 1, 1)"});
  struct {
    const char* sql;
    const char* message;
    const char* code;
    unsigned position;
  } const cases[] = {
      {"INSERT INTO t VALUES (1, 1, 1)", "UNIQUE constraint failed: t.a",
       "SQLITE_CONSTRAINT_UNIQUE", 0},
      {"INSERT INTO t VALUES (2, NULL, 1)", "NOT NULL constraint failed: t.b",
       "SQLITE_CONSTRAINT_NOTNULL", 0},
      {"INSERT INTO t VALUES (2, 1, 0)", "CHECK constraint failed: c > 0",
       "SQLITE_CONSTRAINT_CHECK", 0},
      {"SELECT missing FROM t", "no such column: missing", "SQLITE_ERROR", 8},
      {"SELECT 'r\u00e9sum\u00e9' FROM\n nowhere x y", "near \"y\": syntax error", "SQLITE_ERROR",
       33},
      {"; SELECT missing", "no such column: missing", "SQLITE_ERROR", 10},
      {"SELECT * FROM nowhere", "no such table: nowhere", "SQLITE_ERROR", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.sql);
    auto problem = caught([&] { connection->execute(c.sql); });
    CHECK(problem.what() == std::string(c.message));
    CHECK(problem.sqlstate == c.code);
    if (c.position != 0) CHECK(problem.position == c.position);
    CHECK(caught([&] { connection->query(c.sql); }).what() == std::string(c.message));
  }
}

TEST_CASE("one statement at a time") {
  auto connection = memory();
  connection->execute("");
  connection->execute(" -- nothing\n ;; /* at all */");
  connection->execute("CREATE TABLE t (a); -- done\n;");
  auto problem = caught([&] { connection->execute("SELECT 1;\nDROP TABLE t"); });
  CHECK(problem.what() == "there is a second statement behind the first one"s);
  CHECK(problem.position == 11);
  CHECK(scalar(*connection, "SELECT count(*) FROM t") == "0");
  CHECK(caught([&] { connection->execute("SELECT 1\0"s); }).what() ==
        "the SQL holds a NUL character, at which SQLite would stop reading"s);
}

TEST_CASE("text that no NUL follows is read to its end and no further") {
  auto connection = memory();
  std::string sql = "SELECT 12345";
  auto view = std::string_view(sql).substr(0, 9);
  CHECK(scalar(*connection, view) == "12");
}

TEST_CASE("changed tables") {
  auto connection =
      memory({"CREATE TABLE t (a)", "CREATE TABLE \"U u\" (a)",
              "CREATE TABLE w (a PRIMARY KEY) WITHOUT ROWID", "CREATE TABLE log (a)",
              "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (1); END"});
  auto& ours = dynamic_cast<sqlite::sqlite_connection&>(*connection);
  struct : sqlite::statement_listener {
    void before_setting() override {}
    void before_drop(const std::string& table) override { dropped += table + ";"; }
    std::string dropped;
    void before_adding(const std::string&, const std::string&) override {}
  } nobody;
  auto after = [&](const char* sql) {
    ours.watch(nobody);
    connection->execute(sql);
    ours.end_watch();
    auto names = ours.take_changes().tables;
    std::erase_if(names, [](const std::string& name) { return name.starts_with("sqlite_"); });
    return names;
  };
  using names = std::set<std::string>;
  CHECK(after("SELECT * FROM t") == names{});
  CHECK(after("INSERT INTO t VALUES (1)") == names{"log", "t"});
  CHECK(after("DELETE FROM \"u U\"") == names{"u u"});
  CHECK(after("UPDATE w SET a = 1") == names{"w"});
  CHECK(after("ALTER TABLE t ADD COLUMN b") == names{"t"});
  CHECK(after("DROP TABLE log") == names{"log"});
  CHECK(nobody.dropped == "log;");
  CHECK(after("CREATE INDEX ix ON w (a)") == names{});
  CHECK(after("DROP INDEX ix") == names{"w"});
}

TEST_CASE("the server's name") {
  CHECK(memory()->server() == "SQLite " + scalar(*memory(), "SELECT sqlite_version()"));
}

TEST_CASE("exact texts of values") {
  auto connection = memory();
  sqlite::sqlite_dialect target;
  auto exact = [&](const char* constant) {
    return scalar(*connection,
                  "SELECT " + target.exact_text("c") + " FROM (SELECT " + constant + " AS c)");
  };
  CHECK(exact("NULL") == "NULL");
  CHECK(exact("'it''s'") == "'it''s'");
  CHECK(exact("x'00ff'") == "X'00FF'");
  CHECK(exact("9223372036854775807") == "9223372036854775807");
  CHECK(exact("'a' || char(0) || 'b'") == "CAST(x'610062' AS TEXT)");
  CHECK(exact("9e999") == "9e999");
  CHECK(exact("-9e999") == "-9e999");
  CHECK(exact("'Inf'") == "'Inf'");
  auto third = exact("1.0 / 3");
  CHECK(scalar(*connection, "SELECT " + third + " = 1.0 / 3") == "1");
}

TEST_CASE("samples are constants that the column keeps, the limits first") {
  sqlite::sqlite_dialect target;
  auto connection = memory();
  for (const char* type : {"BOOLEAN",       "SMALLINT",
                           "INTEGER",       "BIGINT",
                           "REAL",          "DOUBLE PRECISION",
                           "NUMERIC",       "NUMERIC(10, 2)",
                           "NUMERIC(3, 3)", "NUMERIC(5)",
                           "VARCHAR(1)",    "VARCHAR(40)",
                           "TEXT",          "CHAR(36)",
                           "BLOB",          "",
                           "DATE",          "TIME",
                           "DATETIME",      "ANY"}) {
    CAPTURE(type);
    auto column = column_of("c", {model::type_kind::raw, -1, -1, type});
    for (unsigned salt : {0U, 1U, 999U}) {
      auto values = target.samples(*connection, column, salt);
      REQUIRE(values.size() >= 4);
      for (const auto& constant : values) {
        CAPTURE(constant);
        connection->execute("CREATE TABLE t (c " + std::string(type) + ")");
        connection->execute("INSERT INTO t VALUES (" + constant + ")");
        CHECK(scalar(*connection, "SELECT count(*) FROM t WHERE c = " + constant) == "1");
        connection->execute("DROP TABLE t");
      }
      CHECK(values[2] != values[3]);
    }
    auto other = target.samples(*connection, column, 3);
    if (std::string(type) != "BOOLEAN")
      CHECK(other[2] != target.samples(*connection, column, 4)[2]);
  }
  auto numbered = column_of("id", type_of(model::type_kind::bigint), false);
  numbered.identity.emplace();
  CHECK(target.samples(*connection, numbered, 1) ==
        std::vector<std::string>{"1", "1000000000", "4", "5"});
  auto money = column_of("m", type_of(model::type_kind::numeric, 6, 2));
  CHECK(target.samples(*connection, money, 7) ==
        std::vector<std::string>{"-9999.99", "9999.99", "0.15", "0.16"});
}

}  // namespace
