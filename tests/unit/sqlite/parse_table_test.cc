#include "sqlite/parse_table.h"

#include <doctest/doctest.h>

#include "sqlite/types.h"
#include "unit/sqlite/support.h"

namespace {

using namespace retort;
using namespace retort::test;
using sqlite::parse_table;

TEST_CASE("every clause of a column") {
  auto table = parse_table(R"(create temp table if not exists main."my ""t""" (
    id integer /* the key */ constraint pk primary key desc on conflict replace autoincrement,
    [a b] varchar ( 20 ) constraint nn not null on conflict ignore default 'x' collate nocase
      constraint u unique on conflict fail constraint positive check ("a b" > '') -- twice
      check (length([a b]) < 9),
    `c` decimal(10,-2) null default -1.5 references p,
    'd' references p (x) on delete cascade on update set null match full
      not deferrable initially immediate references q(y) deferrable initially deferred,
    e generated always as (id + 1) stored, f unsigned big int as (id*2) virtual,
    g default (1 + (2)), h default current_timestamp, k default word
  ))");
  CHECK(table.name == model::qualified_name{"main", "my \"t\""});
  REQUIRE(table.columns.size() == 9);
  const auto& c = table.columns;
  CHECK(c[0].name == "id");
  CHECK(c[0].type.raw == "integer");
  CHECK(c[0].identity);
  CHECK(table.primary_key == model::primary_key{"pk", {"id"}, "REPLACE", true});
  CHECK(c[1].name == "a b");
  CHECK(c[1].type.raw == "varchar(20)");
  CHECK(!c[1].nullable);
  CHECK(c[1].not_null_conflict == "IGNORE");
  CHECK(c[1].default_sql == "'x'");
  CHECK(c[1].collation == "nocase");
  REQUIRE(table.uniques.size() == 1);
  CHECK(table.uniques[0].name == "u");
  CHECK(table.uniques[0].conflict == "FAIL");
  REQUIRE(table.checks.size() == 2);
  CHECK(table.checks[0] == model::check{"positive", "\"a b\" > ''", false});
  CHECK(table.checks[1] == model::check{"", "length(\"a b\") < 9", false});
  CHECK(c[2].type.raw == "decimal(10, -2)");
  CHECK(c[2].nullable);
  CHECK(c[2].default_sql == "-1.5");
  CHECK(c[3].name == "d");
  CHECK(c[3].type.raw == "");
  REQUIRE(table.foreign_keys.size() == 3);
  CHECK(table.foreign_keys[0].referenced_columns.empty());
  CHECK(table.foreign_keys[1].on_delete == referential_action::cascade);
  CHECK(table.foreign_keys[1].on_update == referential_action::set_null);
  CHECK(table.foreign_keys[1].match == "FULL");
  CHECK(!table.foreign_keys[1].deferrable);
  CHECK(table.foreign_keys[2].table.name == "q");
  CHECK(table.foreign_keys[2].initially_deferred);
  CHECK(c[4].generated == model::generated{"id + 1", true});
  CHECK(c[5].type.raw == "unsigned big int");
  CHECK(c[5].generated == model::generated{"id * 2", false});
  CHECK(c[6].default_sql == "(1 + (2))");
  CHECK(c[7].default_sql == "current_timestamp");
  CHECK(c[8].default_sql == "word");
}

TEST_CASE("every constraint of a table, with and without commas") {
  auto table = parse_table(R"(CREATE TABLE t (a, b, "c d", id INTEGER,
    constraint pk primary key (id autoincrement) on conflict abort
    unique (a, b asc) on conflict replace, constraint u unique ("c d" collate nocase)
    constraint ck check (a > (b) and b in (1, 2)), check (a) on conflict ignore
    constraint fk foreign key (a, b) references p (x, "y z") on delete set default
      on update restrict deferrable,
    foreign key (a) references q) without rowid, strict)");
  CHECK(table.columns.size() == 4);
  CHECK(table.columns[3].identity);
  CHECK(table.primary_key == model::primary_key{"pk", {"id"}, "", false});
  REQUIRE(table.uniques.size() == 2);
  CHECK(table.uniques[0].columns == std::vector<std::string>{"a", "b"});
  CHECK(table.uniques[0].conflict == "REPLACE");
  CHECK(table.uniques[1] ==
        model::unique{"u", {"c d"}, false, false, false, "", "(\"c d\" COLLATE nocase)"});
  REQUIRE(table.checks.size() == 2);
  CHECK(table.checks[0] == model::check{"ck", "a > (b) AND b IN (1, 2)", false});
  REQUIRE(table.foreign_keys.size() == 2);
  CHECK(table.foreign_keys[0].name == "fk");
  CHECK(table.foreign_keys[0].referenced_columns == std::vector<std::string>{"x", "y z"});
  CHECK(table.foreign_keys[0].on_delete == referential_action::set_default);
  CHECK(table.foreign_keys[0].on_update == referential_action::restrict);
  CHECK(table.foreign_keys[0].deferrable);
  CHECK(!table.foreign_keys[0].initially_deferred);
  CHECK(table.without_rowid);
  CHECK(table.strict);
}

TEST_CASE("indexes") {
  auto parsed = sqlite::parse_index(
      "create unique index if not exists main.\"i x\" on [t t] (a desc, lower(b) collate nocase "
      "asc, "
      "(c), \"d e\" collate rtrim, a || b collate nocase, 'f') where a > 0 and (b is null)");
  CHECK(parsed.table.name == "t t");
  CHECK(parsed.index.name == "i x");
  CHECK(parsed.index.unique);
  CHECK(parsed.index.where == "a > 0 AND (b IS NULL)");
  const auto& keys = parsed.index.keys;
  REQUIRE(keys.size() == 6);
  CHECK(keys[0].what == "a");
  CHECK(keys[0].descending);
  CHECK(keys[1].what == "lower(b)");
  CHECK(keys[1].is_expression);
  CHECK(keys[1].collation == "nocase");
  CHECK(!keys[2].is_expression);
  CHECK(keys[3].what == "d e");
  CHECK(keys[3].collation == "rtrim");
  // COLLATE binds tighter than ||, so this is no collation of the key.
  CHECK(keys[4].what == "a || b COLLATE nocase");
  CHECK(keys[4].collation == "");
  CHECK(keys[5].what == "f");
  CHECK(!keys[5].is_expression);
}

TEST_CASE("what does not follow the grammar says where") {
  CHECK(failure_of([] { parse_table("CREATE VIRTUAL TABLE t USING fts5(a)"); }) ==
        "FAILED: expected TABLE before 'VIRTUAL'\n");
  CHECK(failure_of([] { parse_table("CREATE TABLE t (a"); }) ==
        "FAILED: the SQL ends where a column constraint was expected\n");
  CHECK(failure_of([] { parse_table("CREATE TABLE t (a CHECK (1"); }) ==
        "FAILED: the SQL ends where ')' was expected\n");
  CHECK(failure_of([] { parse_table("CREATE TABLE t (a REFERENCES p ON DELETE nothing)"); }) ==
        "FAILED: expected a referential action before 'nothing'\n");
  CHECK(failure_of([] { parse_table("CREATE TABLE t (a) SORTED"); }) ==
        "FAILED: expected STRICT or WITHOUT ROWID before 'SORTED'\n");
  CHECK(failure_of([] { parse_table(""); }) == "FAILED: the SQL ends where CREATE was expected\n");
}

// SQLite's own reading of a table is the judge of ours.
TEST_CASE("columns are read as SQLite reads them") {
  const char* const tables[] = {
      "CREATE TABLE t (a, b INT, c TEXT NOT NULL, d VARCHAR ( 10 ) DEFAULT 'x')",
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, \"q\"\"q\" BLOB)",
      "CREATE TABLE t (a INT, b INT, PRIMARY KEY (b, a)) WITHOUT ROWID",
      "CREATE TABLE t (a TEXT PRIMARY KEY, b INT GENERATED ALWAYS AS (length(a)) STORED) STRICT",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT) STRICT",
      "CREATE TABLE t (id INTEGER, b TEXT, PRIMARY KEY (id)) STRICT",
      "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, b ANY) STRICT",
      "CREATE TABLE t (a DEFAULT (1+2), b DEFAULT +3, c DEFAULT -4, d DEFAULT current_date)",
      "CREATE TABLE t (key TEXT, action INT, [order] INT, `group` TEXT, 'str' TEXT)",
      "CREATE TABLE t (a UNSIGNED BIG INT, b DOUBLE PRECISION NOT NULL DEFAULT 0.5)",
      "CREATE TABLE t (a INT CHECK (a > 0) UNIQUE CHECK (a < 9) NOT NULL, CHECK (a) CHECK (a))",
      "CREATE TABLE t (a INT AS (1), b AS (2) VIRTUAL, c)",
      "CREATE TABLE t (a -- x, y INT\n, b /* , c INT */ TEXT)",
  };
  for (const auto* sql : tables) {
    CAPTURE(sql);
    auto connection = memory({sql});
    auto table = sqlite::sqlite_dialect().introspect(*connection, "v").tables.at({"", "t"});
    REQUIRE(table.opaque.empty());
    auto rows = connection->query("PRAGMA table_xinfo(t)").rows;
    REQUIRE(rows.size() == table.columns.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto& column = table.columns[i];
      CHECK(column.name == *rows[i][1]);
      CHECK(column.type.raw == sqlite::normal_type(*rows[i][2]));
      CHECK(column.nullable == (*rows[i][3] == "0"));
      CHECK(column.default_sql.has_value() == rows[i][4].has_value());
      if (rows[i][4]) CHECK(*column.default_sql == sqlite::normal_default(*rows[i][4]));
      bool is_key = false;
      if (table.primary_key) {
        for (const auto& name : table.primary_key->columns) is_key = is_key || name == column.name;
      }
      CHECK(is_key == (*rows[i][5] != "0"));
      const char* hidden = !column.generated ? "0" : column.generated->stored ? "3" : "2";
      CHECK(*rows[i][6] == hidden);
    }
  }
}

}  // namespace
