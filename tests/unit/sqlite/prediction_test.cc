#include <doctest/doctest.h>

#include "unit/sqlite/support.h"

// `apply` says what an operation means, and the database shows what its statements did: both must
// come to the same schema.

namespace {

using namespace retort;
using namespace retort::test;
using kind = model::type_kind;

struct predicted_world {
  std::unique_ptr<db::connection> connection = memory();
  model::tracked_schema predicted;
  sqlite::sqlite_dialect target;

  void run(model::operation_variant what) {
    auto op = at_line(std::move(what));
    model::apply(predicted, op);
    std::vector<dialect::statement> statements;
    target.write(op, statements);
    for (const auto& statement : statements) test::run(*connection, statement);
    check();
  }

  void check() {
    auto shown = target.introspect(*connection, "retort_version");
    auto expected = target.normalise(predicted.schema);
    CHECK(shown == expected);
    CHECK(target.normalise(expected) == expected);
  }
};

model::column with_default(model::column column, std::string sql) {
  column.default_sql = std::move(sql);
  return column;
}

model::table parents() {
  model::table table;
  table.name.name = "parents";
  table.columns = {column_of("id", type_of(kind::bigint), false),
                   with_default(column_of("Name", type_of(kind::varchar, 40), false), "'x'")};
  table.columns[0].identity = model::identity{false, ""};
  table.columns[1].collation = "nocase";
  table.columns[1].comment = "SQLite has no comments";
  table.primary_key = primary_key_of({"id"});
  return table;
}

TEST_CASE("every type") {
  for (bool strict : {false, true}) {
    model::table table;
    table.name.name = "types";
    table.strict = strict;
    for (int i = 0; i < static_cast<int>(kind::raw); ++i) {
      table.columns.push_back(column_of("c" + std::to_string(i), type_of(static_cast<kind>(i))));
    }
    table.columns.push_back(column_of("v", type_of(kind::varchar, 20)));
    table.columns.push_back(column_of("n", type_of(kind::numeric, 10, 2)));
    table.columns.push_back(
        column_of("r", {kind::raw, -1, -1, strict ? "any" : "my type ( 3,4 )"}));
    predicted_world().run(model::create_table{table});
  }
}

TEST_CASE("a plain new column has a STRICT table's name of its type") {
  model::table table;
  table.name.name = "t";
  table.strict = true;
  table.columns = {column_of("id", type_of(kind::integer))};
  predicted_world w;
  w.run(model::create_table{table});
  w.connection->execute("INSERT INTO t VALUES (1)");
  for (const auto type : {kind::varchar, kind::boolean, kind::timestamp, kind::numeric}) {
    const std::vector<dialect::statement> statements = [&] {
      std::vector<dialect::statement> out;
      model::add_column add;
      add.table.name = "t";
      add.column = column_of("c" + std::to_string(static_cast<int>(type)), type_of(type));
      w.target.write(at_line(add), out);
      return out;
    }();
    for (const auto& one : statements) test::run(*w.connection, one);
  }
  const auto columns = w.target.introspect(*w.connection, "").find({"", "t"})->columns;
  REQUIRE(columns.size() == 5);
  CHECK(columns[1].type.raw == "TEXT");
  CHECK(columns[2].type.raw == "INTEGER");
  CHECK(columns[3].type.raw == "TEXT");
  CHECK(columns[4].type.raw == "REAL");
  CHECK(scalar(*w.connection, "SELECT count(*) FROM t WHERE c8 IS NULL") == "1");
}

TEST_CASE("every default") {
  for (const char* sql : {"1", "-1", "+1.5", "(2)", "'it''s'", "('x')", "NULL", "null", "true",
                          "FALSE", "current_timestamp", "(CURRENT_TIMESTAMP)", "datetime( 'now' )",
                          "(1+2)*3", "x'00'", "lower('A') -- upper"}) {
    CAPTURE(sql);
    model::table table;
    table.name.name = "t";
    table.columns = {with_default(column_of("c", type_of(kind::text)), sql)};
    predicted_world().run(model::create_table{table});
  }
}

TEST_CASE("keys, constraints and indexes of a table") {
  predicted_world w;
  w.run(model::create_table{parents()});
  model::table child;
  child.name.name = "Child Table";
  child.columns = {column_of("a", type_of(kind::integer), false),
                   column_of("order", type_of(kind::text)), column_of("c", type_of(kind::integer)),
                   column_of("d", type_of(kind::integer))};
  child.columns[3].generated = model::generated{"(a+c)", false};
  child.primary_key = primary_key_of({"a", "order"}, "pk child");
  child.uniques = {unique_of({"order", "c"}, "uq"), unique_of({"c"}), unique_of({"a", "c"})};
  child.checks = {
      {"ck", "(c>0)", false}, {"", "\"order\" in('a','b')", false}, {"", "a>=-1", false}};
  child.foreign_keys = {foreign_key_of({"c"}, "PARENTS", {"Id"}),
                        foreign_key_of({"a"}, "parents", {"id"})};
  child.foreign_keys[0].on_delete = referential_action::cascade;
  child.foreign_keys[0].match = "simple";
  child.foreign_keys[1].name = "fk_a";
  child.foreign_keys[1].on_update = referential_action::set_default;
  child.foreign_keys[1].initially_deferred = child.foreign_keys[1].deferrable = true;
  child.indexes = {index_of("ix_second", {key_of("c")}), index_of("ix_first", {key_of("a")})};
  w.run(model::create_table{child});
  w.run(model::create_table{child, true});
}

TEST_CASE("keys of every kind") {
  for (int variant = 0; variant < 7; ++variant) {
    CAPTURE(variant);
    model::table table;
    table.name.name = "t";
    table.columns = {column_of("a", type_of(variant == 6 ? kind::text : kind::integer)),
                     column_of("b", type_of(kind::text))};
    table.primary_key = primary_key_of({"a"}, variant == 1 ? "pk" : "");
    if (variant == 2) table.primary_key->columns = {"b", "a"};
    if (variant == 3) table.without_rowid = true;
    if (variant == 4) table.strict = true;
    if (variant == 5) {
      table.primary_key->descending = true;
      table.primary_key->conflict = "IGNORE";
    }
    if (variant == 6) table.strict = true;
    predicted_world().run(model::create_table{table});
  }
}

TEST_CASE("indexes of every kind") {
  predicted_world w;
  w.run(model::create_table{parents()});
  auto create = [&](model::index index) {
    w.run(model::create_index{{"", "parents"}, index, false});
  };
  create(index_of("ix_plain", {key_of("Name")}));
  auto index = index_of("ix_unique", {key_of("Name"), key_of("id")});
  index.unique = true;
  index.keys[1].descending = true;
  index.method = "btree";
  create(index);
  index = index_of("ix_partial", {key_of("id")});
  index.where = "(Name is not null and name<>'x') -- most";
  create(index);
  index = index_of("ix_collated", {key_of("Name"), key_of("Name"), key_of("id")});
  index.keys[0].collation = "BINARY";
  index.keys[1].collation = "NoCase";
  index.keys[2].collation = "rtrim";
  create(index);
  index = index_of("ix_expressions",
                   {key_of("lower( Name )", true), key_of("Name||'x' COLLATE NOCASE", true),
                    key_of("(id)", true), key_of("upper(name) collate nocase", true)});
  index.keys[0].collation = "RTRIM";
  create(index);
  w.run(model::drop_index{{"", "ix_partial"}, {}, false});
  w.run(model::drop_index{{"", "ix_gone"}, {}, true});
}

TEST_CASE("columns come and go") {
  predicted_world w;
  w.run(model::create_table{parents()});
  auto add = [&](model::column column, auto change) {
    model::add_column op;
    op.table.name = "parents";
    op.column = std::move(column);
    change(op);
    w.run(op);
  };
  auto nothing = [](auto&) {};
  add(column_of("plain", type_of(kind::timestamptz)), nothing);
  add(with_default(column_of("flag", type_of(kind::boolean), false), "false"), nothing);
  add(column_of("checked", type_of(kind::integer)), [](auto& op) { op.check = "checked > 0"; });
  add(column_of("Parent", type_of(kind::bigint)), [](auto& op) {
    op.foreign_key = foreign_key_of({"Parent"}, "parents", {"id"});
    op.foreign_key->on_delete = referential_action::set_null;
  });
  auto generated = column_of("upper_name", type_of(kind::text));
  generated.generated = model::generated{"upper(Name)", false};
  add(generated, nothing);
  w.run(model::drop_column{{"", "parents"}, "plain"});
  w.run(model::drop_column{{"", "parents"}, "upper_name"});
  w.run(model::drop_table{{"", "parents"}});
  w.run(model::drop_table{{"", "parents"}, true});
}

TEST_CASE("rows are put in some at a time") {
  predicted_world w;
  w.run(model::create_table{parents()});
  model::bulk_insert rows{{"", "parents"}, {"id", "Name"}, {}};
  for (int i = 1; i <= 1201; ++i) {
    rows.rows.push_back(
        {{retort::value::kind::integer, std::to_string(i)}, {retort::value::kind::string, "it's"}});
  }
  w.run(rows);
  CHECK(scalar(*w.connection, "SELECT count(*) || max(Name) FROM parents") == "1201it's");
  std::vector<dialect::statement> statements;
  w.target.write(at_line(rows), statements);
  CHECK(statements.size() == 3);
}

TEST_CASE("views and triggers come and go") {
  predicted_world w;
  w.run(model::create_table{parents()});
  const model::object_name view = {"view", {"", "Named"}, {}, {}};
  const model::object_name trigger = {"trigger", {"", "told"}, {"", "parents"}, {}};
  w.run(model::create_object{view, "SELECT id FROM parents WHERE Name <> 'x'"});
  w.run(model::create_object{trigger, "AFTER INSERT ON parents BEGIN SELECT 1; SELECT 2; END"});
  const auto before = w.predicted;
  for (const auto& object : {view, trigger}) {
    const auto drop = at_line(model::drop_object{object});
    const auto back = model::reverse(drop, before);
    w.run(drop.what);
    w.run(back.what);
  }
  w.run(model::drop_object{view});
  w.run(model::drop_object{view, true});
  // The trigger goes with its table.
  w.run(model::drop_table{{"", "parents"}});
  CHECK(failure_of([&] {
          w.run(model::create_object{{"sequence", {"", "s"}, {}, {}}, ""});
        }) ==
        "FAILED: SQLite has no sequences, which sequence s asks for\n"
        "  --> versions/1_x.cc:7\n"
        "  help: write it for PostgreSQL only: if (op.dialect() == \"postgresql\")\n");
}

TEST_CASE("what a table was comes back with its reverse") {
  predicted_world w;
  w.run(model::create_table{parents()});
  auto before = w.predicted;
  auto drop = at_line(model::drop_table{{"", "parents"}});
  auto back = model::reverse(drop, before);
  w.run(drop.what);
  w.run(back.what);
  CHECK(w.target.normalise(w.predicted.schema) == w.target.normalise(before.schema));
}

}  // namespace
