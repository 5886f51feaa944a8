#include "postgres/constraint_names.h"

#include <doctest/doctest.h>

namespace retort::postgres {
namespace {

TEST_CASE("a name is cut to 63 bytes, the longer part first, never inside a character") {
  CHECK(object_name("t", "", "pkey") == "t_pkey");
  CHECK(object_name("t", "c", "key") == "t_c_key");
  CHECK(object_name(std::string(70, 't'), "", "pkey") == std::string(58, 't') + "_pkey");
  CHECK(object_name(std::string(50, 't'), std::string(20, 'c'), "fkey") ==
        std::string(37, 't') + "_" + std::string(20, 'c') + "_fkey");
  CHECK(object_name(std::string(50, 't'), std::string(50, 'c'), "key") ==
        std::string(29, 't') + "_" + std::string(29, 'c') + "_key");
  // 57 bytes of room end inside the second byte of an ë.
  std::string wide = "t";
  for (int i = 0; i < 40; ++i) wide += "ë";
  CHECK(object_name(wide, "", "check").size() == 63);
  CHECK(object_name("t" + wide, "", "check").size() == 62);
}

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
