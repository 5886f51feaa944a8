#include <doctest/doctest.h>

#include "postgres/dialect.h"

namespace retort::postgres {
namespace {

using kind = model::type_kind;

model::table normalised(model::table table, model::schema* whole = nullptr) {
  model::schema schema;
  table.name = {"", "t"};
  schema.tables.emplace(table.name, table);
  schema = postgres_dialect().normalise(std::move(schema));
  if (whole != nullptr) *whole = schema;
  return schema.tables.at({"", "t"});
}

TEST_CASE("defaults are written as pg_get_expr() prints them") {
  const model::type varchar{kind::varchar, 20, -1, {}};
  const model::type text{kind::text, -1, -1, {}};
  const model::type integer{kind::integer, -1, -1, {}};
  const model::type boolean{kind::boolean, -1, -1, {}};
  const model::type jsonb{kind::jsonb, -1, -1, {}};
  const model::type mood{kind::raw, -1, -1, "mood"};
  const struct {
    model::type type;
    const char* written;
    std::optional<std::string> shown;
  } table[] = {
      {varchar, "'x'", "'x'::character varying"},
      {text, "'it''s'", "'it''s'::text"},
      {{kind::character, 3, -1, {}}, "'x'", "'x'::bpchar"},
      {text, "NULL", std::nullopt},
      {varchar, "null", "NULL::character varying"},
      {integer, "0", "0"},
      {integer, "(7)", "7"},
      {integer, "-1", "'-1'::integer"},
      {integer, "- 5000000000", "'-5000000000'::bigint"},
      {integer, "'5'", "5"},
      {boolean, "TRUE", "true"},
      {boolean, "'f'", "false"},
      {jsonb, "'{}'", "'{}'::jsonb"},
      {mood, "'ok'", "'ok'::mood"},
      {{kind::timestamptz, -1, -1, {}}, "current_timestamp", "CURRENT_TIMESTAMP"},
      {{kind::timestamptz, -1, -1, {}}, "NOW()", "now()"},
      {integer, "1 + 2", "1 + 2"},
  };
  for (const auto& row : table) {
    CAPTURE(row.written);
    model::table input;
    input.columns = {{.name = "c", .type = row.type, .default_sql = row.written}};
    const auto shown = normalised(input).columns[0].default_sql;
    CHECK(shown == row.shown);
  }
}

TEST_CASE(
    "keys and identities imply NOT NULL, expressions lose outer parentheses, parts are sorted") {
  model::table input;
  input.columns = {{.name = "a"}, {.name = "b", .identity = model::identity{}}, {.name = "c"}};
  input.primary_key = model::primary_key{.columns = {"a"}, .conflict = "IGNORE"};
  input.checks = {{.name = "z", .expression = "((a > b))"},
                  {.name = "y", .expression = "(a) > (b)"}};
  input.indexes = {{.name = "j", .method = "btree"}, {.name = "i", .where = "(a > b)"}};
  input.strict = true;
  const auto output = normalised(input);
  CHECK_FALSE(output.columns[0].nullable);
  CHECK_FALSE(output.columns[1].nullable);
  CHECK(output.columns[2].nullable);
  CHECK(output.columns[0].type == model::type{kind::raw, -1, -1, "text"});
  CHECK(*output.primary_key == model::primary_key{.name = "t_pkey", .columns = {"a"}});
  CHECK(output.checks[0] == model::check{.name = "y", .expression = "(a) > (b)"});
  CHECK(output.checks[1] == model::check{.name = "z", .expression = "a > b"});
  CHECK(output.indexes[0] == model::index{.name = "i", .where = "a > b"});
  CHECK(output.indexes[1] == model::index{.name = "j"});
  CHECK_FALSE(output.strict);
}

TEST_CASE("a serial column is an integer with a sequence") {
  model::table input;
  input.columns = {{.name = "id", .type = {kind::raw, -1, -1, "SERIAL"}}};
  model::schema schema;
  const auto output = normalised(input, &schema);
  CHECK(output.columns[0].type.raw == "integer");
  CHECK(output.columns[0].default_sql == "nextval('t_id_seq'::regclass)");
  CHECK(schema.objects.at("sequence t_id_seq").definition == "CREATE SEQUENCE t_id_seq AS integer");
  CHECK(schema.objects.at("sequence owner t_id_seq").definition ==
        "ALTER SEQUENCE t_id_seq OWNED BY t.id");
}

TEST_CASE("a foreign key without columns means the primary key") {
  model::schema schema;
  model::table parent;
  parent.name = {"", "parent"};
  parent.columns = {{.name = "id"}};
  parent.primary_key = model::primary_key{.columns = {"id"}};
  model::table child;
  child.name = {"", "child"};
  child.columns = {{.name = "p"}};
  child.foreign_keys = {{.columns = {"p"}, .table = parent.name}};
  schema.tables = {{parent.name, parent}, {child.name, child}};
  schema = postgres_dialect().normalise(schema);
  const auto& key = schema.tables.at(child.name).foreign_keys[0];
  CHECK(key.name == "child_p_fkey");
  CHECK(key.referenced_columns == std::vector<std::string>{"id"});
}

}  // namespace
}  // namespace retort::postgres
