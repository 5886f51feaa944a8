#include "postgres/constraint_names.h"

#include <doctest/doctest.h>

namespace retort::postgres {
namespace {

TEST_CASE("unnamed constraints get the server's names") {
  model::table table;
  table.name = {"", "t"};
  for (const char* name : {"a", "b", "C"}) table.columns.push_back({.name = name});
  table.primary_key = model::primary_key{.columns = {"a"}};
  table.uniques = {{.columns = {"a"}},
                   {.columns = {"a", "b"}},
                   {.name = "u", .columns = {"b"}},
                   {.columns = {"a"}}};
  table.checks = {{.expression = "a > 0"},
                  {.expression = "a < 9"},
                  {.expression = "a < b"},
                  {.expression = "\"C\" <> 'a' and length(\"C\") > 1"},
                  {.expression = "b(1) > 0"}};
  table.foreign_keys = {{.columns = {"b"}}, {.columns = {"a", "b"}}};
  name_constraints(table);
  CHECK(table.primary_key->name == "t_pkey");
  CHECK(table.uniques[0].name == "t_a_key");
  CHECK(table.uniques[1].name == "t_a_b_key");
  CHECK(table.uniques[2].name == "u");
  CHECK(table.uniques[3].name == "t_a_key1");
  CHECK(table.checks[0].name == "t_a_check");
  CHECK(table.checks[1].name == "t_a_check1");
  CHECK(table.checks[2].name == "t_check");
  CHECK(table.checks[3].name == "t_C_check");
  CHECK(table.checks[4].name == "t_check1");
  CHECK(table.foreign_keys[0].name == "t_b_fkey");
  CHECK(table.foreign_keys[1].name == "t_a_b_fkey");
}

}  // namespace
}  // namespace retort::postgres
