#include <doctest/doctest.h>

#include "unit/sqlite/support.h"

namespace {

using namespace retort;
using namespace retort::test;
using kind = model::type_kind;

model::table users() {
  model::table table;
  table.name.name = "users";
  table.columns = {column_of("id", type_of(kind::bigint), false),
                   column_of("email", type_of(kind::varchar, 255), false),
                   column_of("is_active", type_of(kind::boolean), false)};
  table.columns[0].identity.emplace();
  table.columns[2].default_sql = "true";
  table.primary_key = primary_key_of({"id"});
  return table;
}

TEST_CASE("create table: constraints of one column stand beside it, named ones by themselves") {
  auto table = users();
  table.columns.push_back(column_of("team id", type_of(kind::integer)));
  table.columns.push_back(column_of("created_at", type_of(kind::timestamptz), false));
  table.columns.back().default_sql = "datetime('now') -- UTC";
  table.columns.push_back(column_of("Name", type_of(kind::text)));
  table.columns.back().collation = "NOCASE";
  table.uniques = {unique_of({"email"}), unique_of({"email", "Name"}),
                   unique_of({"created_at"}, "uq_created")};
  table.checks = {{"ck_email", "email <> ''", false}, {"", "(length(Name) > 1)", false}};
  table.foreign_keys = {foreign_key_of({"team id"}, "teams", {"id"}),
                        foreign_key_of({"email", "Name"}, "people", {})};
  table.foreign_keys[0].on_delete = referential_action::cascade;
  table.foreign_keys[0].on_update = referential_action::set_null;
  table.foreign_keys[0].deferrable = table.foreign_keys[0].initially_deferred = true;
  table.foreign_keys[1].name = "fk_people";
  table.foreign_keys[1].match = "FULL";
  table.foreign_keys[1].on_delete = referential_action::restrict;
  table.foreign_keys[1].on_update = referential_action::set_default;
  CHECK(sql_of(model::create_table{table}) ==
        R"(CREATE TABLE users (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  email VARCHAR(255) NOT NULL UNIQUE,
  is_active BOOLEAN NOT NULL DEFAULT true,
  "team id" INTEGER REFERENCES teams (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
  created_at DATETIME NOT NULL DEFAULT (datetime('now')),
  "Name" TEXT COLLATE NOCASE,
  UNIQUE (email, "Name"),
  CONSTRAINT uq_created UNIQUE (created_at),
  CONSTRAINT ck_email CHECK (email <> ''),
  CHECK (length(Name) > 1),
  CONSTRAINT fk_people FOREIGN KEY (email, "Name") REFERENCES people MATCH FULL ON DELETE RESTRICT ON UPDATE SET DEFAULT
);
)");
}

TEST_CASE("create table: what is SQLite's alone") {
  auto table = users();
  table.primary_key->name = "pk_users";
  table.primary_key->conflict = "REPLACE";
  table.columns[1].not_null_conflict = "IGNORE";
  table.uniques = {unique_of({"email"})};
  table.uniques[0].conflict = "FAIL";
  table.strict = true;
  CHECK(sql_of(model::create_table{table, true}) == R"(CREATE TABLE IF NOT EXISTS users (
  id INTEGER NOT NULL,
  email TEXT NOT NULL ON CONFLICT IGNORE UNIQUE ON CONFLICT FAIL,
  is_active INTEGER NOT NULL DEFAULT true,
  CONSTRAINT pk_users PRIMARY KEY (id AUTOINCREMENT) ON CONFLICT REPLACE
) STRICT;
)");
  table = {};
  table.name = {"aux", "order"};
  table.columns = {column_of("a", type_of(kind::integer)), column_of("b", type_of(kind::real))};
  table.columns.push_back(column_of("c", type_of(kind::raw)));
  table.columns[2].generated = model::generated{"a + b", false};
  table.primary_key = primary_key_of({"a", "b"});
  table.without_rowid = true;
  table.indexes = {index_of("ix", {key_of("b")})};
  CHECK(sql_of(model::create_table{table}) == R"(CREATE TABLE aux."order" (
  a INTEGER,
  b REAL,
  c GENERATED ALWAYS AS (a + b) VIRTUAL,
  PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX aux.ix ON "order" (b);
)");
}

TEST_CASE("the names of types") {
  struct {
    model::type type;
    const char* name;
    const char* strict;
  } const cases[] = {
      {type_of(kind::boolean), "BOOLEAN", "INTEGER"},
      {type_of(kind::smallint), "SMALLINT", "INTEGER"},
      {type_of(kind::integer), "INTEGER", "INTEGER"},
      {type_of(kind::bigint), "BIGINT", "INTEGER"},
      {type_of(kind::real), "REAL", "REAL"},
      {type_of(kind::double_precision), "DOUBLE PRECISION", "REAL"},
      {type_of(kind::numeric, 10, 2), "NUMERIC(10, 2)", "REAL"},
      {type_of(kind::numeric, 10), "NUMERIC(10)", "REAL"},
      {type_of(kind::numeric), "NUMERIC", "REAL"},
      {type_of(kind::text), "TEXT", "TEXT"},
      {type_of(kind::varchar, 20), "VARCHAR(20)", "TEXT"},
      {type_of(kind::character, 3), "CHAR(3)", "TEXT"},
      {type_of(kind::bytes), "BLOB", "BLOB"},
      {type_of(kind::date), "DATE", "TEXT"},
      {type_of(kind::time), "TIME", "TEXT"},
      {type_of(kind::timestamp), "DATETIME", "TEXT"},
      {type_of(kind::timestamptz), "DATETIME", "TEXT"},
      {type_of(kind::interval), "TEXT", "TEXT"},
      {type_of(kind::json), "TEXT", "TEXT"},
      {type_of(kind::jsonb), "TEXT", "TEXT"},
      {type_of(kind::uuid), "CHAR(36)", "TEXT"},
      {type_of(kind::inet), "TEXT", "TEXT"},
      {{kind::raw, -1, -1, "money"}, "money", "money"},
  };
  for (const auto& c : cases) {
    CHECK(sqlite::sqlite_dialect().type_name(c.type) == c.name);
    model::table table;
    table.name.name = "t";
    table.columns = {column_of("c", c.type)};
    table.strict = true;
    CHECK(sql_of(model::create_table{table}) ==
          std::string("CREATE TABLE t (\n  c ") + c.strict + "\n) STRICT;\n");
  }
}

TEST_CASE("defaults are put in parentheses where the grammar wants them") {
  struct {
    const char* sql;
    const char* written;
  } const cases[] = {
      {"0", "0"},
      {"-1.5", "-1.5"},
      {"'it''s'", "'it''s'"},
      {"CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"},
      {"null", "null"},
      {"x'00'", "x'00'"},
      {"1 + 1", "(1 + 1)"},
      {"(1 + 1)", "(1 + 1)"},
      {"lower('X')", "(lower('X'))"},
  };
  for (const auto& c : cases) {
    model::table table;
    table.name.name = "t";
    table.columns = {column_of("c", type_of(kind::text))};
    table.columns[0].default_sql = c.sql;
    CHECK(sql_of(model::create_table{table}) ==
          std::string("CREATE TABLE t (\n  c TEXT DEFAULT ") + c.written + "\n);\n");
    memory()->execute(sql_of(model::create_table{table}));
  }
}

TEST_CASE("the other operations") {
  CHECK(sql_of(model::drop_table{{"", "Users"}}) == "DROP TABLE \"Users\";\n");
  CHECK(sql_of(model::drop_table{{"aux", "t"}, true}) == "DROP TABLE IF EXISTS aux.t;\n");
  CHECK(sql_of(model::rename_table{{"", "t"}, "order"}) == "ALTER TABLE t RENAME TO \"order\";\n");
  model::alter_column rename{{"", "t"}, "order"};
  rename.rename = "position";
  CHECK(sql_of(rename) == "ALTER TABLE t RENAME COLUMN \"order\" TO position;\n");
  CHECK(sql_of(model::drop_index{{"aux", "ix"}, {}, true}) == "DROP INDEX IF EXISTS aux.ix;\n");
  CHECK(sql_of(model::execute{"UPDATE  t SET a=1"}) == "UPDATE  t SET a=1;\n");

  model::add_column add;
  add.table.name = "t";
  add.column = column_of("c", type_of(kind::bigint), false);
  add.column.default_sql = "(0)";
  add.check = "c >= 0";
  add.foreign_key = foreign_key_of({"c"}, "u", {"id"});
  CHECK(sql_of(add) ==
        "ALTER TABLE t ADD COLUMN c BIGINT NOT NULL DEFAULT (0) CHECK (c >= 0) REFERENCES u "
        "(id);\n");
  add.foreign_key->name = "fk_c";
  add.check.clear();
  CHECK(sql_of(add) ==
        "ALTER TABLE t ADD COLUMN c BIGINT NOT NULL DEFAULT (0) CONSTRAINT fk_c REFERENCES u "
        "(id);\n");

  model::create_index create;
  create.table = {"aux", "t"};
  create.index = index_of("ix", {key_of("a"), key_of("lower(b)", true), key_of("c")});
  create.index.keys[0].descending = true;
  create.index.keys[1].collation = "NOCASE";
  create.index.unique = true;
  create.index.where = "a > 0 -- only these";
  create.index.method = "BTREE";
  create.if_not_exists = true;
  CHECK(sql_of(create) ==
        "CREATE UNIQUE INDEX IF NOT EXISTS aux.ix ON t (a DESC, (lower(b)) COLLATE NOCASE, c) "
        "WHERE a > 0;\n");
}

TEST_CASE("statements know where they come from") {
  std::vector<dialect::statement> statements;
  sqlite::sqlite_dialect target;
  target.write(at_line(model::execute{"SELECT 1"}, 3), statements);
  target.write(at_line(model::drop_table{{"", "t"}}, 4), statements);
  REQUIRE(statements.size() == 2);
  CHECK(statements[0].verbatim);
  CHECK(statements[0].where.line == 3);
  CHECK(!statements[1].verbatim);
  CHECK(statements[1].where.file == "versions/1_x.cc");
  CHECK(statements[1].where.line == 4);
  CHECK(statements[1].phase == dialect::phase::in_transaction);
}

model::add_column addition(model::column column) {
  model::add_column add;
  add.table.name = "users";
  add.column = std::move(column);
  return add;
}

TEST_CASE("changes that may need a rebuild wait for the database, one for a table's neighbours") {
  auto unique = addition(column_of("email", type_of(kind::text)));
  unique.unique = true;
  const sqlite::sqlite_dialect target;
  std::vector<dialect::statement> statements;
  for (const model::operation_variant& what : std::initializer_list<model::operation_variant>{
           unique, addition(column_of("plain", type_of(kind::text))),
           model::drop_column{{"", "users"}, "old"}, model::drop_column{{"", "other"}, "old"},
           addition(column_of("first", type_of(kind::text)))}) {
    target.write(at_line(what), statements);
  }
  REQUIRE(statements.size() == 3);
  CHECK(statements[0].sql ==
        "-- change table users: add column users.email; add column users.plain; drop column "
        "users.old");
  CHECK(statements[0].change.size() == 3);
  CHECK(statements[1].sql == "-- change table other: drop column other.old");
  CHECK(statements[2].sql == "ALTER TABLE users ADD COLUMN first TEXT");
  // Unless it turns out to be STRICT.
  CHECK(statements[2].change.size() == 1);
  CHECK(statements[2].is_known());
}

TEST_CASE("SQLite agrees with every verdict about ALTER TABLE ADD COLUMN") {
  auto with = [](auto change) {
    auto add = addition(column_of("c", type_of(kind::integer)));
    change(add);
    return add;
  };
  const model::add_column cases[] = {
      with([](auto&) {}),
      with([](auto& add) { add.column.default_sql = "1"; }),
      with([](auto& add) { add.column.default_sql = "-1"; }),
      with([](auto& add) { add.column.default_sql = "('x')"; }),
      with([](auto& add) { add.column.default_sql = "NULL"; }),
      with([](auto& add) { add.column.default_sql = "true"; }),
      with([](auto& add) { add.column.default_sql = "lower('X')"; }),
      with([](auto& add) { add.column.default_sql = "(CURRENT_DATE)"; }),
      with([](auto& add) { add.column.nullable = false; }),
      with([](auto& add) {
        add.column.nullable = false;
        add.column.default_sql = "(NULL)";
      }),
      with([](auto& add) {
        add.column.nullable = false;
        add.column.default_sql = "TRUE";
      }),
      with([](auto& add) {
        add.column.generated = model::generated{"1 + 1", true};
      }),
      with([](auto& add) {
        add.column.generated = model::generated{"1 + 1", false};
      }),
      with([](auto& add) { add.unique = true; }),
      with([](auto& add) { add.primary_key = true; }),
      with([](auto& add) { add.check = "c > 0"; }),
      with([](auto& add) { add.foreign_key = foreign_key_of({"c"}, "users", {"id"}); }),
  };
  for (const auto& add : cases) {
    auto connection =
        memory({"CREATE TABLE users (id INTEGER PRIMARY KEY)", "INSERT INTO users VALUES (1)"});
    // The statement as it would be, whatever the verdict: borrowed from CREATE TABLE.
    model::table table;
    table.name.name = "x";
    table.columns = {add.column};
    auto created = sql_of(model::create_table{table});
    auto clause = created.substr(created.find("\n  ") + 3);
    clause = clause.substr(0, clause.find("\n)"));
    if (add.unique) clause += " UNIQUE";
    if (add.primary_key) clause += " PRIMARY KEY";
    if (!add.check.empty()) clause += " CHECK (c > 0)";
    if (add.foreign_key) clause += " REFERENCES users (id)";
    CAPTURE(clause);
    auto told = failure_of([&] { connection->execute("ALTER TABLE users ADD COLUMN " + clause); });
    CHECK((told == "no error") == sqlite::alter_is_enough(add));
  }
}

TEST_CASE("what SQLite has no words for is an error at its line") {
  auto table = users();
  table.primary_key.reset();
  CHECK(failure_of([&] { sql_of(model::create_table{table}); }) ==
        "FAILED: SQLite can number the rows of table users by column id only if it is the primary "
        "key by itself\n"
        "  --> versions/1_x.cc:7\n"
        "  help: add .primary_key() to the column, or leave .identity() out\n");
  table.primary_key = primary_key_of({"id"});
  table.without_rowid = true;
  CHECK(failure_of([&] { sql_of(model::create_table{table}); }) ==
        "FAILED: SQLite cannot number the rows of table users: it is WITHOUT ROWID\n"
        "  --> versions/1_x.cc:7\n"
        "  help: leave out .identity() or without_rowid\n");
  table = users();
  table.uniques = {unique_of({"email"})};
  table.uniques[0].deferrable = true;
  CHECK(failure_of([&] { sql_of(model::create_table{table}); }) ==
        "FAILED: SQLite has no DEFERRABLE, which a unique constraint of table users asks for\n"
        "  --> versions/1_x.cc:7\n"
        "  help: write it for PostgreSQL only: if (op.dialect() == \"postgresql\")\n");
  model::create_index create;
  create.table.name = "users";
  create.index = index_of("ix", {key_of("a")});
  create.index.method = "gin";
  CHECK(failure_of([&] { sql_of(create); }) ==
        "FAILED: SQLite has no index methods such as gin, which index ix asks for\n"
        "  --> versions/1_x.cc:7\n"
        "  help: write it for PostgreSQL only: if (op.dialect() == \"postgresql\")\n");
  auto broken = users();
  broken.checks = {{"", "email <> 'x", false}};
  CHECK(failure_of([&] { sql_of(model::create_table{broken}); }) ==
        "FAILED: the SQL \"email <> 'x\" has a quote or comment that does not end\n"
        "  --> versions/1_x.cc:7\n");
}

TEST_CASE("the guard of an offline script fails unless the database is where it should be") {
  sqlite::sqlite_dialect target;
  const auto prologue = target.script_prologue({});
  REQUIRE(prologue.starts_with(".bail on\nPRAGMA foreign_keys = OFF;\nCREATE TEMP TABLE"));
  // A version table that takes NULL is no way around the guard.
  auto connection = memory({"CREATE TABLE v (version_num VARCHAR(32) PRIMARY KEY)"});
  const auto made = prologue.find("CREATE TEMP TABLE");
  connection->execute(prologue.substr(made, prologue.find(";\n", made) - made));
  auto holds = [&](const std::vector<std::string>& rows) {
    return failure_of([&] {
             connection->execute(target.script_guard({{}, "v"}, rows));
           }) == "no error";
  };
  CHECK(holds({}));
  CHECK(!holds({"a"}));
  connection->execute("INSERT INTO v VALUES ('a')");
  CHECK(holds({"a"}));
  CHECK(!holds({}));
  CHECK(!holds({"b"}));
  CHECK(!holds({"a", "b"}));
  connection->execute("INSERT INTO v VALUES ('b')");
  CHECK(holds({"a", "b"}));
  CHECK(!holds({"a"}));
  CHECK(scalar(*connection, "SELECT count(*) FROM v") == "2");
}

TEST_CASE("what a script undoes of a migration's statements") {
  sqlite::sqlite_dialect target;
  const auto undone = [&](const char* sql) {
    return target.script_reset({}, {{sql, retort::dialect::phase::in_transaction, {}, true}});
  };
  CHECK(undone("SELECT 1").empty());
  CHECK(undone("CREATE TABLE t (a)").empty());
  CHECK(undone("-- why\nCREATE TEMP TABLE t AS SELECT 1") == "DROP TABLE IF EXISTS temp.t;\n");
  CHECK(undone("create temporary view if not exists temp.\"a b\" AS SELECT 1") ==
        "DROP view IF EXISTS temp.\"a b\";\n");
  CHECK(undone("CREATE TEMP TABLE IF NOT EXISTS t (a)") == "DROP TABLE IF EXISTS temp.t;\n");
  CHECK(undone("PRAGMA Ignore_Check_Constraints = ON") ==
        "PRAGMA ignore_check_constraints = OFF;\n");
  CHECK(undone("PRAGMA main.query_only(1)") == "PRAGMA query_only = OFF;\n");
  CHECK(undone("PRAGMA user_version = 7").empty());
  CHECK(undone("PRAGMA").empty());
  const retort::dialect::statement table = {"CREATE TEMP TABLE t (a)", {}, {}, true};
  const retort::dialect::statement trigger = {
      "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END", {}, {}, true};
  CHECK(target.script_reset({}, {table, trigger, table}) ==
        "DROP TABLE IF EXISTS temp.t;\nDROP TRIGGER IF EXISTS temp.g;\n");
}

}  // namespace
