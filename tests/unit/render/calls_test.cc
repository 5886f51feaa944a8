#include <doctest/doctest.h>

#include "render/cpp.h"

// What the golden files do not show: naming conventions, several operations, other receivers, and
// what no call takes. Operations by their kinds are in tests/golden/render.

namespace retort::render {
namespace {

std::vector<std::string> no_call(const model::operation&) { return {"SQL"}; }

std::string written(const model::operation_variant& what, std::string_view dialect = "postgresql",
                    const model::naming_convention& naming = {}) {
  return cpp_calls({{what, {}}}, dialect, no_call, "op", 0, naming);
}

model::table users(const std::string& key) {
  model::table made;
  made.name = {{}, "users"};
  made.columns = {{"id", {model::type_kind::bigint}, false}};
  made.primary_key = model::primary_key{key, {"id"}, {}, false};
  return made;
}

const std::string beside =
    "op.create_table(\"users\", {\n"
    "                             column(\"id\", t::bigint).primary_key(),\n"
    "                         });";

std::string apart(const std::string& tail) {
  return "op.create_table(\"users\", {\n"
         "                             column(\"id\", t::bigint).not_null(),\n"
         "                             retort::primary_key({\"id\"})" +
         tail +
         ",\n"
         "                         });";
}

}  // namespace

TEST_CASE("operations follow each other, each in lines of its own") {
  const std::vector<model::operation> both = {{model::drop_table{{{}, "a"}}, {}},
                                              {model::drop_table{{{}, "b"}}, {}}};
  CHECK(cpp_calls(both, "sqlite", no_call, "schema", 3) ==
        "   schema.drop_table(\"a\");\n   schema.drop_table(\"b\");");
  CHECK(cpp_calls({}, "sqlite", no_call, "op", 3).empty());
}

TEST_CASE("the fallback gives a statement each, or none") {
  const std::vector<model::operation> one = {{model::run{}, {}}};
  const auto two = [](const model::operation&) {
    return std::vector<std::string>{"SELECT 1", "", "SELECT \"2\""};
  };
  CHECK(cpp_calls(one, "sqlite", two, "op", 0) ==
        "op.execute(\"SELECT 1\");\nop.execute(R\"sql(SELECT \"2\")sql\");");
  const auto none = [](const model::operation&) { return std::vector<std::string>(); };
  CHECK(cpp_calls(one, "sqlite", none, "op", 0).empty());
}

TEST_CASE("a primary key is named where its name is not the usual one") {
  CHECK(written(model::create_table{users("")}) == beside);
  CHECK(written(model::create_table{users("users_pkey")}) == beside);
  CHECK(written(model::create_table{users("pk_users")}) == apart(".named(\"pk_users\")"));
  CHECK(written(model::create_table{users("users_pkey")}, "sqlite") ==
        apart(".named(\"users_pkey\")"));
}

TEST_CASE("the usual name of a primary key is cut as PostgreSQL cuts it") {
  auto table = users("");
  table.name.name = std::string(57, 'a') + "é";
  table.primary_key->name = std::string(57, 'a') + "_pkey";
  CHECK(written(model::create_table{table}).find("named") == std::string::npos);
  table.primary_key->name = std::string(57, 'a') + "é_pkey";
  CHECK(written(model::create_table{table}).find("named") != std::string::npos);
}

TEST_CASE("with a naming convention its names are the usual ones") {
  model::naming_convention naming;
  naming.pk = "pk_@table_name@";
  CHECK(written(model::create_table{users("pk_users")}, "postgresql", naming) == beside);
  CHECK(written(model::create_table{users("users_pkey")}, "postgresql", naming) ==
        apart(".named(\"users_pkey\")"));
  CHECK(written(model::create_table{users("")}, "sqlite", naming) == "op.execute(\"SQL\");");
}

TEST_CASE("a constraint without a name has one with a naming convention") {
  model::naming_convention naming;
  naming.ck = "ck_@table_name@";
  const model::add_constraint check = {{{}, "t"}, model::check{{}, "a > 0", false}};
  CHECK(written(check) == "op.create_check_constraint(\"\", \"t\", \"a > 0\");");
  CHECK(written(check, "postgresql", naming) == "op.execute(\"SQL\");");
  model::add_column added = {{{}, "t"}, {"n", {model::type_kind::bigint}}};
  added.check = "n > 0";
  added.check_name = "ck_t";
  CHECK(written(added, "postgresql", naming) ==
        "op.add_column(\"t\", column(\"n\", t::bigint).check(\"n > 0\"));");
}

TEST_CASE("what recording would refuse is not recorded") {
  const std::string sql = "op.execute(\"SQL\");";
  CHECK(written(model::drop_table{}) == sql);
  CHECK(written(model::alter_column{{{}, "t"}, "a"}) == sql);
  CHECK(written(model::create_index{{{}, "t"}, {"ix"}}) == sql);
  CHECK(written(model::create_index{{{}, "t"}, {{}, {{"a"}}}}) == sql);
  CHECK(written(model::bulk_insert{{{}, "t"}, {"a", "a"}}) == sql);
  CHECK(written(model::backfill{{{}, "t"}, {}}) == sql);
  CHECK(written(model::create_object{{"view", {{}, "v"}}, {}}) == sql);
  auto twice = users("");
  twice.checks = {{"ck", "id > 0", false}, {"ck", "id > 1", false}};
  CHECK(written(model::create_table{twice}) == sql);
  model::alter_column recoded = {{{}, "t"}, "a"};
  recoded.rename = "b";
  recoded.recodes = true;
  CHECK(written(recoded) == sql);
}

}  // namespace retort::render
