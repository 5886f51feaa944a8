#include <doctest/doctest.h>
#include <retort/error.h>
#include <retort/migration.h>

#include <cmath>
#include <string>

#include "model/operation.h"
#include "record/recorder.h"

namespace t = retort::types;
using retort::column;
using retort::operations;
namespace model = retort::model;

namespace {

std::vector<model::operation> record(void (*body)(operations&)) {
  return retort::record::replay(body, "sqlite");
}

std::string refusal(void (*body)(operations&)) {
  try {
    record(body);
  } catch (const retort::error& problem) {
    CHECK(problem.where.line != 0);
    return problem.what();
  }
  return "";
}

}  // namespace

TEST_CASE("create_table records columns, constraints and the caller's line") {
  const unsigned line = __LINE__ + 2;
  const auto recorded = record([](operations& op) {
    op.create_table(
        "orders",
        {
            column("id", t::bigint).identity().primary_key(),
            column("total", t::numeric(10, 2)).not_null().server_default("0"),
            column("note", t::varchar(20)).server_default(retort::literal("it's")),
            column("customer", t::bigint).references("customers", "id").on_delete(retort::cascade),
            column("code", t::text).unique().check("code <> ''"),
            retort::unique({"total", "note"}).named("uq_total"),
        },
        {.schema = "shop", .if_not_exists = true});
  });
  REQUIRE(recorded.size() == 1);
  CHECK(recorded[0].where.line == line);
  CHECK(recorded[0].where.file.find("operations_test.cc") != std::string::npos);
  const auto& made = std::get<model::create_table>(recorded[0].what);
  CHECK(made.if_not_exists);
  CHECK(made.table.name.display() == "shop.orders");
  REQUIRE(made.table.columns.size() == 5);
  CHECK(made.table.columns[0].identity.has_value());
  CHECK_FALSE(made.table.columns[0].nullable);
  CHECK(made.table.columns[1].type.size == 10);
  CHECK(made.table.columns[1].type.scale == 2);
  CHECK(made.table.columns[1].default_sql == "0");
  CHECK(made.table.columns[2].default_sql == "'it''s'");
  CHECK(made.table.primary_key->columns == std::vector<std::string>{"id"});
  REQUIRE(made.table.foreign_keys.size() == 1);
  CHECK(made.table.foreign_keys[0].on_delete == retort::referential_action::cascade);
  REQUIRE(made.table.uniques.size() == 2);
  CHECK(made.table.uniques[1].name == "uq_total");
  CHECK(made.table.checks[0].expression == "code <> ''");
}

TEST_CASE("the other calls") {
  const auto recorded = record([](operations& op) {
    op.add_column("a", column("b", t::integer).not_null().unique().references("c", "d"));
    op.add_column("a", "plain", t::text);
    op.drop_column("a", "b");
    op.create_index("ix", "a",
                    {"b", retort::descending("c"), retort::expression("lower(d)").desc()},
                    {.unique = true, .where = "b > 0"});
    op.drop_index("ix", {.table = "a", .if_exists = true});
    op.drop_table("a", {.if_exists = true});
    op.execute("SELECT 1");
  });
  REQUIRE(recorded.size() == 7);
  const auto& added = std::get<model::add_column>(recorded[0].what);
  CHECK(added.unique);
  CHECK(added.foreign_key->table.name == "c");
  CHECK(std::get<model::add_column>(recorded[1].what).column.nullable);
  const auto& index = std::get<model::create_index>(recorded[3].what).index;
  CHECK(index.unique);
  CHECK(index.where == "b > 0");
  CHECK(index.keys[1].descending);
  CHECK(index.keys[2].is_expression);
  CHECK(index.keys[2].descending);
  CHECK(std::get<model::drop_index>(recorded[4].what).table.name == "a");
  CHECK(std::get<model::drop_table>(recorded[5].what).if_exists);
  CHECK(std::get<model::execute>(recorded[6].what).sql == "SELECT 1");
}

TEST_CASE("calls that cannot mean anything are refused at their line") {
  CHECK(refusal([](operations& op) { op.create_table("", {column("a", t::text)}); }) ==
        "create_table: the table name is empty");
  CHECK(refusal([](operations& op) { op.create_table("t", {}); }) ==
        "create_table t: it has no columns");
  CHECK(refusal([](operations& op) {
          op.create_table("t", {column("a", t::text), column("a", t::text)});
        }) == "create_table t: it has two columns named 'a'");
  CHECK(refusal([](operations& op) {
          op.create_table("t", {column("email", t::text), retort::unique({"emial"})});
        }) ==
        "create_table t: a unique constraint names the column 'emial', which the table does not "
        "have; did you mean 'email'?");
  CHECK(refusal([](operations& op) {
          op.create_table("t", {column("a", t::text), retort::foreign_key({"a"}, "u", {"b", "c"})});
        }) == "create_table t: a foreign key to u pairs 1 columns with 2");
  CHECK(refusal([](operations& op) {
          op.create_table("t", {column("a", t::text).primary_key(), retort::primary_key({"a"})});
        }) == "create_table t: it has two primary keys");
  CHECK(refusal([](operations& op) { op.create_index("ix", "t", {}); }) ==
        "create_index ix: it has no columns");
  CHECK(refusal([](operations& op) { op.execute(""); }) == "execute: the SQL is empty");
}

TEST_CASE("models say what was called otherwise before; a migration does not") {
  const auto body = [](operations& schema) {
    schema.create_table("users",
                        {column("id", t::integer), column("mail", t::text).renamed_from("email")},
                        {.schema = "area", .renamed_from = "people"});
    schema.add_column("users", column("age", t::integer).renamed_from("years"));
  };
  const unsigned line = __LINE__ - 5;
  const auto models = retort::record::replay_models(body, "sqlite");
  CHECK(models.operations.size() == 2);
  REQUIRE(models.hints.size() == 3);
  CHECK(models.hints[0].table.display() == "area.users");
  CHECK(models.hints[0].column.empty());
  CHECK(models.hints[0].from == "people");
  CHECK(models.hints[0].where.line == line);
  CHECK(models.hints[1].column == "mail");
  CHECK(models.hints[1].from == "email");
  CHECK(models.hints[2].table.display() == "users");
  CHECK(models.hints[2].column == "age");
  CHECK(refusal(body) ==
        "area.users: renamed_from is said in models, and renames nothing in a migration");
  CHECK(refusal([](operations& op) {
          op.create_table("t", {column("a", t::text).renamed_from("b")});
        }) == "t.a: renamed_from is said in models, and renames nothing in a migration");
}

TEST_CASE("a body may look at the dialect, and irreversible is recognised") {
  CHECK(record([](operations& op) {
          if (op.dialect() == "sqlite") op.execute("here");
        }).size() == 1);
  CHECK(retort::record::is_irreversible(retort::irreversible));
  CHECK_FALSE(retort::record::is_irreversible(nullptr));
  CHECK(record(nullptr).empty());
}

TEST_CASE("alter_column records what was said and nothing else") {
  const auto recorded = record([](operations& op) {
    op.alter_column("t", "a", retort::change().type(t::text).using_sql("a || ''").not_null());
    op.alter_column("t", "a", retort::change().server_default(retort::literal("it's")).nullable(),
                    {.schema = "s"});
    op.alter_column("t", "a", retort::change().no_server_default().rename("b").comment(""));
  });
  REQUIRE(recorded.size() == 3);
  const auto& first = std::get<model::alter_column>(recorded[0].what);
  CHECK(first.type->kind == model::type_kind::text);
  CHECK(first.conversion == "a || ''");
  CHECK(first.nullable == false);
  CHECK(!first.default_sql);
  CHECK(!first.rename);
  CHECK(!first.comment);
  const auto& second = std::get<model::alter_column>(recorded[1].what);
  CHECK(second.table.schema == "s");
  CHECK(second.default_sql == std::optional<std::string>("'it''s'"));
  CHECK(second.nullable == true);
  const auto& third = std::get<model::alter_column>(recorded[2].what);
  CHECK(third.default_sql);
  CHECK(!*third.default_sql);
  CHECK(third.rename == "b");
  CHECK(third.comment == "");
  CHECK(refusal([](operations& op) { op.alter_column("t", "a", retort::change()); }) ==
        "alter_column t.a: it changes nothing");
  CHECK(refusal([](operations& op) {
          op.alter_column("t", "a", retort::change().using_sql("1").not_null());
        }) == "alter_column t.a: using_sql belongs to a new type");
}

TEST_CASE("constraints of a table that is there") {
  const auto recorded = record([](operations& op) {
    op.create_primary_key("pk", "t", {"a", "b"});
    op.create_unique_constraint("", "t", {"c"});
    op.create_check_constraint("ck", "t", "c > 0");
    op.create_foreign_key("fk", "t", "u", {"c"}, {"id"},
                          {.on_delete = retort::cascade,
                           .initially_deferred = true,
                           .match_full = true,
                           .not_valid = true,
                           .schema = "s",
                           .referent_schema = "r"});
    op.drop_constraint("ck", "t", {.type = retort::constraint_type::check, .if_exists = true});
    op.drop_constraint("", "t", {.type = retort::constraint_type::primary});
    op.rename_table("t", "v");
  });
  REQUIRE(recorded.size() == 7);
  const auto constraint = [&](std::size_t i) {
    return std::get<model::add_constraint>(recorded[i].what).constraint;
  };
  CHECK(constraint(0) == model::constraint(model::primary_key{"pk", {"a", "b"}, {}, false}));
  CHECK(std::get<model::unique>(constraint(1)).columns == std::vector<std::string>{"c"});
  CHECK(std::get<model::check>(constraint(2)).expression == "c > 0");
  const auto key = std::get<model::foreign_key>(constraint(3));
  CHECK(key.name == "fk");
  CHECK(key.table.display() == "r.u");
  CHECK(key.on_delete == retort::cascade);
  CHECK(key.deferrable);
  CHECK(key.initially_deferred);
  CHECK(key.not_valid);
  CHECK(key.match == "FULL");
  const auto& dropped = std::get<model::drop_constraint>(recorded[4].what);
  CHECK(dropped.kind == model::constraint_kind::check);
  CHECK(dropped.if_exists);
  CHECK(std::get<model::drop_constraint>(recorded[5].what).kind ==
        model::constraint_kind::primary_key);
  CHECK(std::get<model::rename_table>(recorded[6].what).to == "v");
  CHECK(refusal([](operations& op) { op.create_unique_constraint("u", "t", {}); }) ==
        "add_constraint on t: a unique constraint names no columns");
  CHECK(refusal([](operations& op) { op.create_check_constraint("u", "t", " "); }) ==
        "add_constraint on t: a check's condition is empty");
  CHECK(refusal([](operations& op) {
          op.create_foreign_key("f", "t", "u", {"a", "b"}, {"id"});
        }) == "add_constraint on t: a foreign key to u pairs 2 columns with 1");
  CHECK(refusal([](operations& op) { op.drop_constraint("", "t"); }) ==
        "drop_constraint on t: the constraint name is empty");
}

TEST_CASE("an index with everything") {
  const auto recorded = record([](operations& op) {
    op.create_index("ix", "t",
                    {retort::index_key("a").opclass("text_pattern_ops").nulls_first(),
                     retort::descending("b").nulls_last()},
                    {.method = "gist",
                     .include = {"c"},
                     .nulls_not_distinct = true,
                     .storage = "fillfactor=70",
                     .concurrently = true});
  });
  const auto& made = std::get<model::create_index>(recorded.at(0).what);
  CHECK(made.concurrently);
  CHECK(made.index.keys[0].operator_class == "text_pattern_ops");
  CHECK(made.index.keys[0].nulls_reversed);
  CHECK(made.index.keys[1].descending);
  CHECK(made.index.keys[1].nulls_reversed);
  CHECK(made.index.include == std::vector<std::string>{"c"});
  CHECK(made.index.nulls_not_distinct);
  CHECK(made.index.storage == "fillfactor=70");
}

TEST_CASE("views, types and the like") {
  const auto recorded = record([](operations& op) {
    op.create_view("v", "SELECT 1", {.schema = "s"});
    op.create_trigger("tr", "t", "AFTER INSERT ON s.t EXECUTE FUNCTION f()", {.schema = "s"});
    op.create_enum("mood", {"low", "it's"});
    op.add_enum_value("mood", "mid", {.before = "it's", .if_not_exists = true});
    op.rename_enum_value("mood", "mid", "middle");
    op.drop_function("f", "integer, text", {.if_exists = true, .cascade = true});
    op.create_sequence("n");
  });
  REQUIRE(recorded.size() == 7);
  const auto& view = std::get<model::create_object>(recorded[0].what);
  CHECK(model::object_key(view.object) == "view s.v");
  CHECK(view.body == "SELECT 1");
  CHECK(model::object_key(std::get<model::create_object>(recorded[1].what).object) ==
        "trigger s.t.tr");
  CHECK(std::get<model::create_object>(recorded[2].what).body == "AS ENUM ('low', 'it''s')");
  const auto& added = std::get<model::alter_enum>(recorded[3].what);
  CHECK(added.before == "it's");
  CHECK(added.if_not_exists);
  CHECK(std::get<model::alter_enum>(recorded[4].what).rename == "middle");
  const auto& dropped = std::get<model::drop_object>(recorded[5].what);
  CHECK(model::object_key(dropped.object) == "function f(integer, text)");
  CHECK(dropped.cascade);
  CHECK(std::get<model::create_object>(recorded[6].what).body.empty());
  CHECK(refusal([](operations& op) { op.create_view("v", ""); }) == "view v: its SQL is empty");
  CHECK(refusal([](operations& op) { op.drop_view(""); }) == "view : the name is empty");
  CHECK(refusal([](operations& op) {
          op.add_enum_value("m", "x", {.before = "a", .after = "b"});
        }) == "type m: a new value stands before or after one, not both");
}

TEST_CASE("rows of every kind of value") {
  const auto body = [](operations& op) {
    op.bulk_insert("t", {"a", "b", "c"},
                   {{1, "it's", nullptr},
                    {-9223372036854775807LL - 1, true, 0.1},
                    {2u, retort::text("x"), retort::computed("CURRENT_DATE")}},
                   {.schema = "s"});
  };
  const auto rows = [&](const char* dialect) {
    const auto recorded = retort::record::replay(body, dialect);
    return std::get<model::bulk_insert>(recorded.at(0).what).rows;
  };
  using row = std::vector<model::value>;
  using kind = retort::value::kind;
  CHECK(rows("sqlite") ==
        std::vector<row>{
            {{kind::integer, "1"}, {kind::string, "it's"}, {}},
            {{kind::integer, "-9223372036854775808"}, {kind::boolean, "1"}, {kind::real, "0.1"}},
            {{kind::integer, "2"}, {kind::string, "x"}, {kind::sql, "CURRENT_DATE"}}});
  CHECK_THROWS_AS(retort::value(~0ULL), retort::error);
  CHECK(retort::value(~0ULL / 2).integer == 9223372036854775807LL);
  CHECK(refusal([](operations& op) {
          op.bulk_insert("t", {"a"}, {{1}, {1, 2}});
        }) == "bulk_insert into t: row 2 has 2 values for 1 columns");
  CHECK(refusal([](operations& op) { op.bulk_insert("t", {"a"}, {{std::nan("")}}); }) ==
        "bulk_insert into t: row 1: nan is no number of SQL");
}
