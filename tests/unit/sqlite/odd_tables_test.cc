#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "unit/sqlite/support.h"

// Tables as nobody should write them: built anew twice, a constraint and a column come and go, and
// everything is what it was.

namespace {

using namespace retort;
using namespace retort::test;
using retort::dialect::quote_identifier;

struct odd {
  const char* table;
  std::vector<const char*> statements;
};

std::string all_rows(db::connection& connection, const std::string& sql) {
  std::string out;
  for (const auto& row : connection.query(sql).rows) {
    for (const auto& cell : row) out += cell.value_or("NULL") + "|";
    out += "\n";
  }
  return out;
}

/// What the table holds, value by value with its class, and under which rowid.
std::string contents(db::connection& connection, const std::string& table) {
  std::string columns;
  bool shadowed = false;
  const db::parameter name[] = {table};
  for (const auto& row :
       connection.query("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1", name).rows) {
    columns += fmt::format("{0}quote({1}), typeof({1})", columns.empty() ? "" : ", ",
                           quote_identifier(*row[0]));
    shadowed = shadowed || base::equals_ignoring_case(*row[0], "rowid");
  }
  const auto from = quote_identifier(table);
  const bool has_rowid = all_rows(connection, fmt::format("SELECT wr FROM pragma_table_list({})",
                                                          dialect::quote_literal(table))) == "0|\n";
  if (has_rowid && !shadowed) columns += ", rowid";
  return all_rows(connection, fmt::format("SELECT {} FROM {} ORDER BY 1, 3", columns, from));
}

struct snapshot {
  std::string rows;
  std::string around;
  model::schema shown;
};

snapshot look(db::connection& connection, const std::string& table) {
  const std::string others = fmt::format(
      "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> {} AND sql IS NOT NULL "
      "ORDER BY type, name",
      dialect::quote_literal(table));
  return {contents(connection, table),
          all_rows(connection, others) + all_rows(connection, "PRAGMA foreign_key_check") +
              all_rows(connection, "PRAGMA integrity_check"),
          sqlite::sqlite_dialect().introspect(connection, "")};
}

void apply(db::connection& connection, const std::vector<model::operation_variant>& changes) {
  std::vector<dialect::statement> statements;
  for (const auto& what : changes) sqlite::sqlite_dialect().write(at_line(what), statements);
  for (const auto& statement : statements) test::run(connection, statement);
}

void there_and_back(const odd& one) {
  CAPTURE(std::string(one.statements.front()));
  auto connection = memory();
  for (const auto* sql : one.statements) connection->execute(sql);
  const model::qualified_name table = {"", one.table};
  const auto before = look(*connection, one.table);
  const auto same = [&] {
    const auto now = look(*connection, one.table);
    CHECK(now.rows == before.rows);
    CHECK(now.around == before.around);
    CHECK(now.shown == before.shown);
  };
  model::add_column add;
  add.table = table;
  add.column = column_of("new one", type_of(model::type_kind::integer));
  add.unique = true;
  CHECK(failure_of([&] {
          apply(*connection, {model::add_constraint{table, model::check{"ck any", "1", false}}});
          apply(*connection, {model::drop_constraint{table, "ck any"}});
        }) == "no error");
  same();
  CHECK(failure_of([&] {
          apply(*connection, {add});
          apply(*connection, {model::drop_column{table, "new one"}});
        }) == "no error");
  same();
}

TEST_CASE("odd names") {
  for (const char* name :
       {"order",        "table", "select", "values",  "we\"ird",
        "it's",         "a b",   "[x]",    "`",       "Zo\xc3\xab \xf0\x9f\x98\x80",
        "retort_old_t", "t--x",  "/*",     "1",       "-",
        "a.b",          "main",  "temp",   "replace", "rowid",
        "null"}) {
    const auto quoted = quote_identifier(name);
    const auto make = fmt::format(
        "CREATE TABLE {0} ({0} INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT CHECK ({0}.a <> 'x'), "
        "{1} INT REFERENCES {0})",
        quoted, quote_identifier(std::string(name) + "2"));
    const auto index = fmt::format("CREATE INDEX {} ON {} ({} DESC) WHERE a > ''",
                                   quote_identifier(std::string("ix ") + name), quoted, quoted);
    const auto view = fmt::format("CREATE VIEW {} AS SELECT {}, a FROM {}",
                                  quote_identifier(std::string("v ") + name), quoted, quoted);
    const auto rows = fmt::format("INSERT INTO {} VALUES (3, 'a', NULL), (9, 'b', 3)", quoted);
    const auto gone = fmt::format("DELETE FROM {} WHERE {} = 9", quoted, quoted);
    there_and_back({name, {make.c_str(), index.c_str(), view.c_str(), rows.c_str(), gone.c_str()}});
  }
}

TEST_CASE("odd tables") {
  const std::vector<odd> all = {
      {"t",
       {"CREATE TABLE t (rowid TEXT, a)", "INSERT INTO t (_rowid_, rowid, a) VALUES (7, 'x', 1)"}},
      {"t",
       {"CREATE TABLE t (rowid TEXT, _rowid_ INT, oid)",
        "INSERT INTO t VALUES ('x', 1, 2), ('x', 1, 2)"}},
      {"t",
       {"CREATE TABLE t (oid INTEGER PRIMARY KEY, rowid)",
        "INSERT INTO t VALUES (-5, 'x'), "
        "(9223372036854775807, 'y'), (-9223372036854775808, NULL)"}},
      {"t",
       {"CREATE TABLE t (a INT, b TEXT, c NUMERIC, d REAL, e BLOB, f)",
        "INSERT INTO t VALUES ('text', 1, 'x', 'y', 1.5, 9e999), (1.5, x'00ff', -9e999, 3, 'z', "
        "-0.0), "
        "(9223372036854775807, 'a' || char(0) || 'b', '1e3', '0x10', NULL, CAST(x'ff' AS TEXT)), "
        "(x'31', '', '', '', '', '')",
        "INSERT INTO t (f) VALUES (zeroblob(3000000))"}},
      {"t",
       {"CREATE TABLE t (a PRIMARY KEY, b UNIQUE, c DEFAULT 1 NOT NULL, d CHECK(d), e UNSIGNED BIG "
        "INT, f "
        "\"my type\"(1,2), g AS (a||b), h GENERATED ALWAYS AS (c+1) STORED UNIQUE, i DEFAULT '--' "
        ", j "
        "DEFAULT (strftime('%s', 'now') || ')'), k COLLATE NOCASE NOT NULL ON CONFLICT REPLACE "
        "DEFAULT '')",
        "INSERT INTO t (a, b, c, d) VALUES (NULL, NULL, 3, 1), (NULL, 'x', 4, NULL)",
        "CREATE INDEX ix ON t (g, h COLLATE RTRIM)",
        "CREATE UNIQUE INDEX uq ON t (json_extract(f, '$.x'))"}},
      {"t",
       {"CREATE TABLE t(/*a*/a/*b,*/INT/*c)*/,--x\n b -- it's, (here\n, c TEXT -- last, one\n) /* "
        "after */",
        "INSERT INTO t VALUES (1, 2, 3)"}},
      {"t",
       {"CREATE TABLE t (a TEXT, b INT, c, PRIMARY KEY (b DESC, a COLLATE NOCASE)) WITHOUT ROWID",
        "INSERT INTO t VALUES ('x', 1, 2), ('X', 2, 3)"}},
      {"t",
       {"CREATE TABLE t (a ANY, b INT PRIMARY KEY, c BLOB) STRICT, WITHOUT ROWID",
        "INSERT INTO t VALUES ('1', 1, x''), (1, 2, NULL), (1.0, 3, NULL)"}},
      {"t",
       {"CREATE TABLE t (kind TEXT DEFAULT \"none\" CHECK (kind IN (\"none\", \"b\")), a)",
        "INSERT INTO t (a) VALUES (1)", "CREATE INDEX ix ON t (a) WHERE kind = \"none\"",
        "CREATE VIEW v AS SELECT a, \"none\" AS n FROM t WHERE kind = \"b\"",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET kind = \"b\" WHERE a = NEW.a; "
        "END"}},
      {"t",
       {"CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE)",
        "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
        "CREATE TRIGGER no_insert BEFORE INSERT ON t BEGIN SELECT RAISE(ABORT, 'no'); END",
        "CREATE TRIGGER no_delete BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'no'); END",
        "CREATE VIEW v AS SELECT * FROM t", "CREATE VIEW vv AS SELECT v.*, t.id AS other FROM v, t",
        "CREATE TRIGGER onto INSTEAD OF INSERT ON vv BEGIN INSERT INTO t (a) VALUES (NEW.a) ON "
        "CONFLICT (a) DO "
        "UPDATE SET a = excluded.a; END"}},
      {"t",
       {"CREATE TABLE t (id INTEGER PRIMARY KEY, up INT REFERENCES t ON DELETE CASCADE DEFERRABLE "
        "INITIALLY "
        "DEFERRED, k TEXT)",
        "CREATE UNIQUE INDEX uq ON t (k)",
        "CREATE TABLE child (k TEXT REFERENCES t(k) ON DELETE CASCADE ON UPDATE SET NULL, t "
        "REFERENCES T)",
        "INSERT INTO t VALUES (1, 2, 'a'), (2, 1, 'b')",
        "INSERT INTO child VALUES ('a', 1), ('b', 2)", "CREATE TABLE other (x REFERENCES nowhere)",
        "INSERT INTO other VALUES (5)"}},
      {"t",
       {"CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE, b, CONSTRAINT one CONSTRAINT two UNIQUE (b) "
        "ON CONFLICT "
        "IGNORE, CHECK (a <> b))",
        "INSERT INTO t VALUES (1, 2), (3, 4)"}},
      {"t",
       {"CREATE TABLE t (a INT CONSTRAINT n NOT NULL CONSTRAINT d DEFAULT -1 CONSTRAINT u UNIQUE, "
        "b "
        "CONSTRAINT c COLLATE nocase)",
        "INSERT INTO t VALUES (1, 'x')"}},
      {"t", {"CREATE TABLE t AS SELECT 1 AS \"a b\", 'x' AS c", "CREATE INDEX ix ON t (c)"}},
      {"T\xc3\x89", {"CREATE TABLE T\xc3\x89 (\xc3\x89 INT UNIQUE, \xc3\xa9 TEXT)"}},
  };
  for (const auto& one : all) there_and_back(one);
}

TEST_CASE("another table of the name is not taken for it") {
  auto connection =
      memory({"CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1)", "CREATE TEMP TABLE T (a)",
              "ATTACH '' AS aux", "CREATE TABLE aux.t (a INT)"});
  const auto check_in = [](const char* schema) {
    return model::add_constraint{{schema, "t"}, model::check{"ck", "a > 0", false}};
  };
  CHECK(failure_of([&] { apply(*connection, {check_in("")}); }) ==
        "FAILED: cannot change table t: a temporary table has its name\n"
        "  --> versions/1_x.cc:7\n"
        "  help: drop the temporary table first, or give it another name\n");
  const auto column_in = [](const char* schema) {
    model::add_column op;
    op.table = {schema, "t"};
    op.column = column_of("b", type_of(model::type_kind::text));
    return op;
  };
  CHECK(failure_of([&] { apply(*connection, {column_in("")}); }) ==
        "FAILED: cannot change table t: a temporary table has its name\n"
        "  --> versions/1_x.cc:7\n"
        "  help: drop the temporary table first, or give it another name\n");
  for (const char* schema : {"aux", "main"}) {
    CHECK(failure_of([&] { apply(*connection, {column_in(schema)}); }) == "no error");
  }
  CHECK(all_rows(*connection, "SELECT name FROM pragma_table_info('t', 'temp')") == "a|\n");
  connection->execute("ALTER TABLE main.t DROP COLUMN b");
  CHECK(failure_of([&] { apply(*connection, {check_in("aux")}); }) ==
        "FAILED: cannot change table aux.t: it must be built anew, and it is in an attached "
        "database\n"
        "  --> versions/1_x.cc:7\n"
        "  help: build it anew in SQL, or in a migration of that database\n");
  connection->execute("DROP TABLE temp.t");
  CHECK(failure_of([&] { apply(*connection, {check_in("main")}); }) == "no error");
  CHECK(all_rows(*connection, "SELECT sql FROM main.sqlite_master") ==
        "CREATE TABLE t (a INT, CONSTRAINT ck CHECK (a > 0))|\n");
}

TEST_CASE("triggers that are this connection's alone stay on the table that is built anew") {
  auto connection = memory({"CREATE TABLE t (a INT)", "CREATE TABLE log (what)",
                            "CREATE TEMP TRIGGER told AFTER INSERT ON t BEGIN INSERT INTO log "
                            "VALUES (NEW.a); END",
                            "CREATE TRIGGER temp.again AFTER DELETE ON t BEGIN INSERT INTO log "
                            "VALUES (-OLD.a); END"});
  model::alter_column op{{"", "t"}, "a"};
  op.nullable = false;
  apply(*connection, {op});
  connection->execute("INSERT INTO t VALUES (5)");
  connection->execute("DELETE FROM t");
  CHECK(all_rows(*connection, "SELECT * FROM log") == "5|\n-5|\n");
  CHECK(scalar(*connection, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'") == "0");
}

TEST_CASE("a table of an attached database is not what its namesake is") {
  auto connection = memory(
      {"CREATE VIRTUAL TABLE t USING fts5(a)", "ATTACH '' AS aux", "CREATE TABLE aux.t (a INT)"});
  model::add_column op;
  op.table = {"aux", "t"};
  op.column = column_of("b", type_of(model::type_kind::text));
  CHECK(failure_of([&] { apply(*connection, {op}); }) == "no error");
  CHECK(all_rows(*connection, "SELECT name FROM pragma_table_info('t', 'main')") == "a|\n");
  CHECK(all_rows(*connection, "SELECT name FROM pragma_table_info('t', 'aux')") == "a|\nb|\n");
}

TEST_CASE("a table with very many columns") {
  std::string columns = "c0";
  for (int i = 1; i < 990; ++i) columns += fmt::format(", c{} INT DEFAULT {}", i, i);
  const auto make = "CREATE TABLE t (" + columns + ")";
  there_and_back({"t", {make.c_str(), "INSERT INTO t (c0) VALUES (1)"}});
}

}  // namespace
