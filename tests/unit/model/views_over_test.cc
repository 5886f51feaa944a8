#include "model/views_over.h"

#include <doctest/doctest.h>

namespace retort::model {
namespace {

TEST_CASE("views over a view stand behind what they read") {
  schema now;
  const auto add = [&](const char* kind, const char* name, const char* query) {
    const auto sql = std::string("CREATE VIEW ") + name + " AS " + query;
    now.objects[std::string(kind) + " " + name] = {kind, {"", name}, {}, sql};
  };
  add("view", "base", "SELECT 1 AS a");
  add("view", "a_last", "SELECT * FROM public.\"Middle\" JOIN near USING (a)");
  add("materialized view", "Middle", "SELECT * FROM near");
  add("view", "near", "SELECT base.a FROM base");
  add("view", "far", "SELECT 'base' AS a");
  add("function", "f", "SELECT * FROM base");
  const auto over = views_over(now, {"", "base"});
  CHECK(over == std::vector<qualified_name>{{"", "near"}, {"", "Middle"}, {"", "a_last"}});
  CHECK(views_over(now, {"", "far"}).empty());
}

}  // namespace
}  // namespace retort::model
