#include <doctest/doctest.h>

#include "render/cut.h"

namespace retort::render {
namespace {

using base::sql_flavour;

/// if_not_exists | arguments | rest
std::string cut(const model::object_name& object, std::string_view sql,
                sql_flavour flavour = sql_flavour::postgresql) {
  const auto made = cut_create(object, sql, flavour);
  if (!made) return "none";
  return (made->if_not_exists ? "yes|" : "|") + made->arguments + "|" + made->rest;
}

}  // namespace

TEST_CASE("CREATE statements are cut behind the name") {
  const model::object_name view = {"view", {{}, "v"}};
  CHECK(cut(view, "CREATE VIEW v AS\n SELECT 1") == "||SELECT 1");
  CHECK(cut(view, "create or replace view V as SELECT 1") == "||SELECT 1");
  CHECK(cut(view, "CREATE VIEW other.v AS SELECT 1") == "||SELECT 1");
  CHECK(cut({"view", {"other", "v"}}, "CREATE VIEW other.v AS SELECT 1") == "||SELECT 1");
  CHECK(cut({"view", {"other", "v"}}, "CREATE VIEW v AS SELECT 1") == "none");
  CHECK(cut(view, "CREATE VIEW w AS SELECT 1") == "none");
  CHECK(cut(view, "CREATE VIEW \"V\" AS SELECT 1") == "none");
  CHECK(cut({"view", {{}, "a\"b"}}, "CREATE VIEW \"a\"\"b\" AS SELECT 1") == "||SELECT 1");
  CHECK(cut(view, "CREATE VIEW v (a) AS SELECT 1") == "none");
  CHECK(cut(view, "CREATE VIEW v WITH (security_barrier) AS SELECT 1") == "none");
  CHECK(cut(view, "CREATE /* why */ VIEW v AS SELECT 1") == "none");
  CHECK(cut(view, "CREATE TEMP VIEW v AS SELECT 1") == "none");
  CHECK(cut(view, "CREATE VIEW IF NOT EXISTS V AS SELECT 1", sql_flavour::sqlite) ==
        "yes||SELECT 1");
  CHECK(cut({"materialized view", {{}, "v"}}, "CREATE MATERIALIZED VIEW v AS SELECT 1") ==
        "||SELECT 1");
}

TEST_CASE("CREATE statements of routines, policies and triggers") {
  const model::object_name function = {"function", {{}, "f"}};
  CHECK(cut(function, "CREATE FUNCTION public.f(a numeric(1,2), b text) RETURNS int") ==
        "|a numeric(1,2), b text|RETURNS int");
  CHECK(cut(function, "CREATE FUNCTION f(a text DEFAULT ')') RETURNS int") ==
        "|a text DEFAULT ')'|RETURNS int");
  CHECK(cut(function, "CREATE FUNCTION f RETURNS int") == "none");
  CHECK(cut(function, "CREATE FUNCTION f(a") == "none");
  const model::object_name policy = {"policy", {{}, "p"}, {{}, "t"}};
  CHECK(cut(policy, "CREATE POLICY p ON t USING (true)") == "||USING (true)");
  CHECK(cut(policy, "CREATE POLICY p ON u USING (true)") == "none");
  const model::object_name trigger = {"trigger", {{}, "tr"}, {{}, "t"}};
  CHECK(cut(trigger, "CREATE TRIGGER tr AFTER INSERT ON t EXECUTE FUNCTION f()") ==
        "||AFTER INSERT ON t EXECUTE FUNCTION f()");
  CHECK(cut(trigger, "CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON t") == "none");
}

TEST_CASE("the values of an enumeration") {
  CHECK(cut_enum("AS ENUM ('a', 'it''s')") == std::vector<std::string>{"a", "it's"});
  CHECK(cut_enum("AS ENUM ()") == std::vector<std::string>{});
  CHECK_FALSE(cut_enum("AS ENUM (E'a\\\\b')"));
  CHECK_FALSE(cut_enum("AS (a integer)"));
}

}  // namespace retort::render
