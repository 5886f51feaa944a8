#include <doctest/doctest.h>

#include <retort/error.h>

#include "conformance/postgres_server.h"
#include "model/apply.h"

// Every operation: what the server shows afterwards is what `apply` predicted.

namespace retort::conformance {
namespace {

using kind = model::type_kind;

model::column typed_column(const char* name, kind what, int size = -1, int scale = -1) {
  return {.name = name, .type = {what, size, scale, {}}};
}

/// Names the parts that differ, because a whole schema in a message helps nobody.
void check_same(const model::schema& shown, const model::schema& predicted) {
  for (const auto& predicted_table : predicted.tables) {
    const auto& table = predicted_table.second;
    CAPTURE(table.name.display());
    const auto* real = shown.find(table.name);
    REQUIRE(real != nullptr);
    REQUIRE(real->columns.size() == table.columns.size());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      CAPTURE(table.columns[i].name);
      CHECK(real->columns[i].type.raw == table.columns[i].type.raw);
      CHECK(real->columns[i].default_sql == table.columns[i].default_sql);
      CHECK(real->columns[i] == table.columns[i]);
    }
    CHECK(real->primary_key == table.primary_key);
    CHECK(real->uniques == table.uniques);
    CHECK(real->checks == table.checks);
    CHECK(real->foreign_keys == table.foreign_keys);
    CHECK(real->indexes == table.indexes);
    CHECK(real->opaque == table.opaque);
    CHECK(*real == table);
  }
  for (const auto& predicted_object : predicted.objects) {
    const auto& key = predicted_object.first;
    CAPTURE(key);
    REQUIRE(shown.objects.contains(key));
    CHECK(shown.objects.at(key).definition == predicted_object.second.definition);
  }
  CHECK(shown == predicted);
}

/// A database and its prediction, taken through operations together.
class walk {
 public:
  explicit walk(const db::url& server) : database_(server) {}

  void operator()(model::operation_variant what) {
    CAPTURE(model::describe(what));
    const model::operation op{std::move(what), {"test", 1, 0}};
    std::vector<dialect::statement> statements;
    target().write(op, statements);
    for (const auto& statement : statements) {
      CAPTURE(statement.sql);
      REQUIRE_NOTHROW(database_.connection->execute(statement.sql));
    }
    model::apply(state_, op);
    // What the server named keeps its name when its table or its column gets another one.
    state_.schema = target().normalise(std::move(state_.schema));
    check_same(target().introspect(*database_.connection, "retort_version"), state_.schema);
  }

 private:
  postgres_database database_;
  model::tracked_schema state_;
};

model::table parent() {
  model::table table;
  table.name = {"", "parent"};
  table.columns = {typed_column("id", kind::bigint), typed_column("code", kind::varchar, 20)};
  table.columns[0].identity = model::identity{};
  table.columns[1].nullable = false;
  table.columns[1].default_sql = "'none'";
  table.primary_key = model::primary_key{.columns = {"id"}};
  table.uniques = {{.columns = {"code"}}, {.name = "both", .columns = {"id", "code"}}};
  return table;
}

TEST_CASE("create table: keys, identity, constraints named and not") {
  const auto server = postgres_server();
  if (!server) return;
  walk step(*server);
  step(model::create_table{parent(), false});

  model::table child;
  child.name = {"", "child"};
  child.columns = {typed_column("a", kind::integer), typed_column("b", kind::integer),
                   typed_column("parent_id", kind::bigint),
                   typed_column("parent_code", kind::varchar, 20)};
  child.primary_key = model::primary_key{.name = "child_key", .columns = {"b", "a"}};
  child.checks = {{.expression = "a > 0"},
                  {.expression = "(a < b)"},
                  {.name = "named", .expression = "b <> 7"},
                  {.name = "unproven", .expression = "b <> 8", .not_valid = true}};
  child.foreign_keys = {{.columns = {"parent_id"},
                         .table = {"", "parent"},
                         .on_delete = referential_action::cascade,
                         .on_update = referential_action::restrict},
                        {.name = "wide",
                         .columns = {"parent_id", "parent_code"},
                         .table = {"", "parent"},
                         .referenced_columns = {"id", "code"},
                         .on_delete = referential_action::set_null,
                         .deferrable = true,
                         .initially_deferred = true,
                         .match = "FULL"},
                        {.name = "unproven_key",
                         .columns = {"parent_id"},
                         .table = {"", "parent"},
                         .referenced_columns = {"id"},
                         .on_update = referential_action::set_default,
                         .not_valid = true}};
  child.uniques = {{.columns = {"b"}, .deferrable = true, .initially_deferred = true}};
  child.comment = "it's a child";
  child.columns[0].comment = "first";
  step(model::create_table{child, false});
  step(model::drop_table{{"", "child"}, false});
  step(model::create_table{parent(), true});
  step(model::drop_table{{"", "child"}, true});
}

TEST_CASE("a table and its columns change") {
  const auto server = postgres_server();
  if (!server) return;
  walk step(*server);
  step(model::create_table{parent(), false});
  const auto alter = [&](const char* name, auto how) {
    model::alter_column op{{"", "parent"}, name};
    how(op);
    step(op);
  };
  alter("code", [](auto& op) { op.nullable = true; });
  alter("code", [](auto& op) { op.default_sql = std::optional<std::string>(); });
  alter("code", [](auto& op) { op.type = model::type{kind::text, -1, -1, {}}; });
  alter("code", [](auto& op) {
    op.type = model::type{kind::integer, -1, -1, {}};
    op.conversion = "length(code)";
    op.nullable = false;
    op.default_sql = std::optional<std::string>("7");
    op.comment = "it's a number";
    op.rename = "Count";
  });
  alter("Count", [](auto& op) { op.comment = ""; });
  step(model::comment_table{{"", "parent"}, "a parent"});
  step(model::comment_table{{"", "parent"}, ""});
  step(model::rename_table{{"", "parent"}, "Parents"});
}

TEST_CASE("constraints come and go") {
  const auto server = postgres_server();
  if (!server) return;
  walk step(*server);
  step(model::create_table{parent(), false});
  model::table child;
  child.name = {"", "child"};
  child.columns = {typed_column("a", kind::integer), typed_column("b", kind::integer),
                   typed_column("parent_id", kind::bigint)};
  child.columns[0].nullable = child.columns[1].nullable = false;
  step(model::create_table{child, false});
  const auto there_and_back = [&](const model::constraint& item) {
    step(model::add_constraint{{"", "child"}, item});
    step(model::drop_constraint{{"", "child"}, model::name_of(item), model::kind_of(item), item});
  };
  there_and_back(model::primary_key{.columns = {"a", "b"}});
  there_and_back(model::primary_key{.name = "key", .columns = {"a"}});
  there_and_back(model::unique{.columns = {"b"}});
  there_and_back(model::unique{.name = "u",
                               .columns = {"b", "a"},
                               .deferrable = true,
                               .initially_deferred = true,
                               .nulls_not_distinct = true});
  there_and_back(model::check{.name = "c", .expression = "a > b"});
  there_and_back(model::check{.name = "c", .expression = "a > b", .not_valid = true});
  there_and_back(model::foreign_key{
      .columns = {"parent_id"}, .table = {"", "parent"}, .referenced_columns = {"id"}});
  there_and_back(model::foreign_key{.name = "f",
                                    .columns = {"parent_id"},
                                    .table = {"", "parent"},
                                    .referenced_columns = {"id"},
                                    .on_delete = referential_action::cascade,
                                    .on_update = referential_action::set_null,
                                    .deferrable = true,
                                    .not_valid = true,
                                    .match = "FULL"});
}

TEST_CASE("types, sequences, domains and schemas are what was predicted") {
  const auto server = postgres_server();
  if (!server) return;
  walk step(*server);
  const auto mood = model::object_name{"type", {"", "Mood"}, {}, {}};
  step(model::create_object{mood, "AS ENUM ('low', 'it''s ok')"});
  const auto change = [&](const char* value, auto how) {
    model::alter_enum op{{"", "Mood"}, value};
    how(op);
    step(op);
  };
  change("high", [](auto&) {});
  change("lowest", [](auto& op) { op.before = "low"; });
  change("middle", [](auto& op) { op.after = "low"; });
  change("middle", [](auto& op) { op.if_not_exists = true; });
  change("it's ok", [](auto& op) { op.rename = "fine"; });
  step(model::drop_object{mood});
  const auto numbers = model::object_name{"sequence", {"", "numbers"}, {}, {}};
  step(model::create_object{numbers, "START WITH 100 INCREMENT BY 10"});
  step(model::drop_object{numbers});
  const auto word = model::object_name{"domain", {"", "word"}, {}, {}};
  step(model::create_object{word, "AS text NOT NULL"});
  step(model::drop_object{word, true, true});
  const auto area = model::object_name{"schema", {"", "my area"}, {}, {}};
  step(model::create_object{area, ""});
  step(model::drop_object{area});
}

TEST_CASE("views, functions, triggers and policies come and go") {
  const auto server = postgres_server();
  if (!server) return;
  postgres_database database(*server);
  const auto shown = [&] { return target().introspect(*database.connection, "retort_version"); };
  std::vector<model::operation> done;
  const auto run = [&](model::operation_variant what) {
    CAPTURE(model::describe(what));
    done.push_back({std::move(what), {"test", 1, 0}});
    std::vector<dialect::statement> statements;
    target().write(done.back(), statements);
    for (const auto& statement : statements) {
      CAPTURE(statement.sql);
      REQUIRE_NOTHROW(database.connection->execute(statement.sql));
    }
  };
  run(model::create_table{parent(), false});
  const auto before = shown();
  const model::qualified_name table = {"", "parent"};
  done.clear();
  run(model::create_object{{"view", {"", "coded"}, {}, {}}, "SELECT code FROM parent"});
  run(model::create_object{{"materialized view", {"", "kept"}, {}, {}}, "SELECT code FROM coded"});
  run(model::create_object{{"function", {"", "f"}, {}, "a integer"},
                           "RETURNS integer LANGUAGE sql AS $$ SELECT a + 1 $$"});
  run(model::create_object{{"function", {"", "t"}, {}, {}},
                           "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"});
  run(model::create_object{{"procedure", {"", "p"}, {}, {}}, "LANGUAGE sql AS $$ SELECT 1 $$"});
  run(model::create_object{{"trigger", {"", "tr"}, table, {}},
                           "BEFORE INSERT ON parent FOR EACH ROW EXECUTE FUNCTION t()"});
  run(model::create_object{{"policy", {"", "mine"}, table, {}}, "USING (code <> '')"});
  const auto with_all = shown();
  CHECK(with_all.objects.size() == before.objects.size() + 7);
  for (const auto& op : done) {
    CHECK(with_all.objects.contains(
        model::object_key(std::get<model::create_object>(op.what).object)));
  }
  for (const auto& back : model::reverse_all(done, {before, {}})) run(back.what);
  CHECK(shown() == before);
}

TEST_CASE("create table: every type, and the defaults of each kind") {
  const auto server = postgres_server();
  if (!server) return;
  model::table table;
  table.name = {"", "Every Type"};
  const struct {
    model::type type;
    const char* default_sql;
  } columns[] = {
      {{kind::boolean, -1, -1, {}}, "TRUE"},
      {{kind::boolean, -1, -1, {}}, "'off'"},
      {{kind::smallint, -1, -1, {}}, "0"},
      {{kind::smallint, -1, -1, {}}, "'7'"},
      {{kind::integer, -1, -1, {}}, "-1"},
      {{kind::integer, -1, -1, {}}, "'5'"},
      {{kind::bigint, -1, -1, {}}, "-9223372036854775808"},
      {{kind::bigint, -1, -1, {}}, "(-2147483648)"},
      {{kind::real, -1, -1, {}}, "1.5"},
      {{kind::double_precision, -1, -1, {}}, "-2.5"},
      {{kind::numeric, -1, -1, {}}, "0"},
      {{kind::numeric, 12, -1, {}}, "12"},
      {{kind::numeric, 12, 2, {}}, "NULL"},
      {{kind::text, -1, -1, {}}, "'it''s'"},
      {{kind::text, -1, -1, {}}, "NULL"},
      {{kind::varchar, -1, -1, {}}, "''"},
      {{kind::varchar, 255, -1, {}}, "NULL"},
      {{kind::character, 3, -1, {}}, "'abc'"},
      {{kind::bytes, -1, -1, {}}, "'\\x00ff'"},
      {{kind::date, -1, -1, {}}, "CURRENT_DATE"},
      {{kind::date, -1, -1, {}}, "'2020-01-02'"},
      {{kind::time, -1, -1, {}}, "localtime"},
      {{kind::timestamp, -1, -1, {}}, "'2020-01-02 03:04:05'"},
      {{kind::timestamptz, -1, -1, {}}, "now()"},
      {{kind::timestamptz, -1, -1, {}}, "current_timestamp"},
      {{kind::interval, -1, -1, {}}, "'1 day'"},
      {{kind::json, -1, -1, {}}, "'{}'"},
      {{kind::jsonb, -1, -1, {}}, "'[]'"},
      {{kind::uuid, -1, -1, {}}, "gen_random_uuid()"},
      {{kind::inet, -1, -1, {}}, "'10.0.0.1'"},
      {{kind::raw, -1, -1, "INT4 []"}, "'{}'"},
      {{kind::raw, -1, -1, "timestamptz(3)"}, "now()"},
      {{kind::raw, -1, -1, "varchar(7)[]"}, "NULL"},
      {{kind::raw, -1, -1, "tstzrange"}, "'empty'"},
      {{kind::raw, -1, -1, "bigserial"}, nullptr},
      {{kind::raw, -1, -1, "serial"}, nullptr},
  };
  for (const auto& [type, default_sql] : columns) {
    model::column added;
    added.name = "Column " + std::to_string(table.columns.size());
    added.type = type;
    if (default_sql != nullptr) added.default_sql = default_sql;
    table.columns.push_back(added);
  }
  auto generated = typed_column("twice", kind::integer);
  generated.generated = model::generated{"(\"Column 4\" * 2)", true};
  table.columns.push_back(generated);
  auto collated = typed_column("collated", kind::text);
  collated.collation = "C";
  table.columns.push_back(collated);
  walk step(*server);
  step(model::create_table{table, false});
}

TEST_CASE("create table: parts that the model has no words for") {
  const auto server = postgres_server();
  if (!server) return;
  walk step(*server);
  model::table table;
  table.name = {"", "odd"};
  table.columns = {typed_column("id", kind::integer), typed_column("v", kind::integer)};
  table.primary_key = model::primary_key{.name = "odd_pkey", .columns = {"id"}};
  table.excludes = {{"apart", "USING btree (v WITH =)"}};
  table.opaque = {"CONSTRAINT u UNIQUE (v) INCLUDE (id)",
                  "ENABLE ROW LEVEL SECURITY",
                  "FORCE ROW LEVEL SECURITY",
                  "PRIMARY KEY (id) INCLUDE (v)",
                  "UNLOGGED",
                  "WITH (fillfactor=70, autovacuum_enabled=false)"};
  step(model::create_table{table, false});

  model::table parts;
  parts.name = {"", "parts"};
  parts.columns = {typed_column("id", kind::integer)};
  parts.opaque = {"PARTITION BY RANGE (id)"};
  step(model::create_table{parts, false});
  parts.name = {"", "parts_1"};
  parts.opaque = {"PARTITION OF parts FOR VALUES FROM (0) TO (10)"};
  step(model::create_table{parts, false});
  model::index index{.name = "parts_1_id", .keys = {{.what = "id"}}};
  step(model::create_index{parts.name, index, false});
}

TEST_CASE("add column with a constraint of each kind, and drop it again") {
  const auto server = postgres_server();
  if (!server) return;
  walk step(*server);
  step(model::create_table{parent(), false});
  model::table table;
  table.name = {"", "t"};
  table.columns = {typed_column("x", kind::integer)};
  step(model::create_table{table, false});
  step(model::add_column{
      .table = {"", "t"}, .column = typed_column("u", kind::integer), .unique = true});
  step(model::add_column{
      .table = {"", "t"}, .column = typed_column("c", kind::integer), .check = "c > 1"});
  step(model::add_column{
      .table = {"", "t"},
      .column = typed_column("f", kind::bigint),
      .foreign_key = model::foreign_key{.columns = {"f"}, .table = {"", "parent"}}});
  auto key = typed_column("k", kind::integer);
  key.identity = model::identity{true, "START WITH 10 INCREMENT BY 5"};
  step(model::add_column{.table = {"", "t"}, .column = key, .primary_key = true});
  model::index index{.name = "t_u_f", .keys = {{.what = "u"}, {.what = "f"}}};
  step(model::create_index{{"", "t"}, index, false});
  for (const char* name : {"u", "f", "k"}) step(model::drop_column{{"", "t"}, name});
}

TEST_CASE("indexes of every kind") {
  const auto server = postgres_server();
  if (!server) return;
  walk step(*server);
  model::table table;
  table.name = {"", "t"};
  table.columns = {typed_column("a", kind::integer), typed_column("b", kind::text),
                   typed_column("j", kind::jsonb)};
  step(model::create_table{table, false});
  const model::index indexes[] = {
      {.name = "plain", .keys = {{.what = "a"}}},
      {.name = "several",
       .keys = {{.what = "a"}, {.what = "b", .descending = true}},
       .unique = true},
      {.name = "nulls",
       .keys = {{.what = "a", .nulls_reversed = true},
                {.what = "b", .descending = true, .nulls_reversed = true}}},
      {.name = "partial", .keys = {{.what = "a"}}, .where = "(a > 7)"},
      {.name = "computed", .keys = {{.what = "lower(b)", .is_expression = true}}},
      {.name = "covering", .keys = {{.what = "a"}}, .include = {"b", "j"}},
      {.name = "collated", .keys = {{.what = "b", .collation = "POSIX"}}},
      {.name = "patterns", .keys = {{.what = "b", .operator_class = "text_pattern_ops"}}},
      {.name = "inverted",
       .keys = {{.what = "j", .operator_class = "jsonb_path_ops"}},
       .method = "gin"},
      {.name = "roomy", .keys = {{.what = "a"}}, .method = "btree", .storage = "fillfactor=70"},
  };
  for (const auto& index : indexes) step(model::create_index{{"", "t"}, index, false});
  step(model::create_index{{"", "t"}, indexes[0], true});
  for (const auto& index : indexes) step(model::drop_index{{"", index.name}, {}, false});
}

}  // namespace
}  // namespace retort::conformance
