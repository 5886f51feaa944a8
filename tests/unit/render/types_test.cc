#include <doctest/doctest.h>

#include "render/types.h"

namespace retort::render {
namespace {

std::string written(const model::type& type, std::string_view dialect) {
  const auto made = type_of(type, dialect);
  return made ? formatted(*made, 0) : "none";
}

std::string raw(std::string name, std::string_view dialect) {
  return written({model::type_kind::raw, -1, -1, std::move(name)}, dialect);
}

struct row {
  const char* spelled;
  const char* expected;
};

}  // namespace

TEST_CASE("types as PostgreSQL spells them") {
  const row rows[] = {
      {"boolean", "t::boolean"},
      {"double precision", "t::double_precision"},
      {"bytea", "t::bytes"},
      {"character varying(20)", "t::varchar(20)"},
      {"character varying", "t::raw(\"character varying\")"},
      {"character varying(2000000000)", "t::raw(\"character varying(2000000000)\")"},
      {"character(3)", "t::character(3)"},
      {"character(3)[]", "t::array(t::character(3))"},
      {"numeric(10,2)", "t::numeric(10, 2)"},
      {"numeric(10,0)", "t::numeric(10)"},
      {"numeric(3,-2)", "t::raw(\"numeric(3,-2)\")"},
      {"numeric", "t::raw(\"numeric\")"},
      {"time without time zone", "t::time"},
      {"timestamp without time zone", "t::timestamp"},
      {"timestamp with time zone", "t::timestamptz"},
      {"timestamp(3) with time zone", "t::raw(\"timestamp(3) with time zone\")"},
      {"int4range", "t::int4range"},
      {"integer[]", "t::array(t::integer)"},
      {"other.\"Mood\"[]", "t::array(t::raw(\"other.\\\"Mood\\\"\"))"},
      {"VARCHAR(20)", "t::raw(\"VARCHAR(20)\")"},
  };
  for (const auto& [spelled, expected] : rows) {
    CHECK(raw(spelled, "postgresql") == expected);
  }
}

TEST_CASE("types as SQLite spells them") {
  const row rows[] = {
      {"INTEGER", "t::integer"},
      {"INT", "t::raw(\"INT\")"},
      {"VARCHAR(20)", "t::varchar(20)"},
      {"CHAR(36)", "t::character(36)"},
      {"NUMERIC(10, 2)", "t::numeric(10, 2)"},
      {"NUMERIC(10)", "t::raw(\"NUMERIC(10)\")"},
      {"DATETIME", "t::timestamp"},
      {"integer[]", "t::raw(\"integer[]\")"},
      {"", "t::raw(\"\")"},
  };
  for (const auto& [spelled, expected] : rows) CHECK(raw(spelled, "sqlite") == expected);
}

TEST_CASE("types as an author wrote them") {
  using kind = model::type_kind;
  CHECK(written({kind::timestamptz}, "sqlite") == "t::timestamptz");
  CHECK(written({kind::inet}, "postgresql") == "t::inet");
  CHECK(written({kind::varchar, 5, -1, {}, true}, "postgresql") == "t::array(t::varchar(5))");
  CHECK(written({kind::varchar}, "postgresql") == "none");
  CHECK(written({kind::numeric, 8, 3}, "sqlite") == "t::numeric(8, 3)");
  CHECK(written({kind::numeric, 8}, "postgresql") == "t::numeric(8)");
  CHECK(written({kind::numeric, 8}, "sqlite") == "none");
  CHECK(written({kind::raw, -1, -1, "mood", true}, "postgresql") == "t::array(t::raw(\"mood\"))");
}

}  // namespace retort::render
