#include "postgres/types.h"

#include <doctest/doctest.h>

namespace retort::postgres {
namespace {

TEST_CASE("types are spelled as format_type() spells them") {
  using kind = model::type_kind;
  const struct {
    model::type type;
    const char* spelling;
  } table[] = {
      {{kind::boolean, -1, -1, {}}, "boolean"},
      {{kind::smallint, -1, -1, {}}, "smallint"},
      {{kind::integer, -1, -1, {}}, "integer"},
      {{kind::bigint, -1, -1, {}}, "bigint"},
      {{kind::real, -1, -1, {}}, "real"},
      {{kind::double_precision, -1, -1, {}}, "double precision"},
      {{kind::numeric, -1, -1, {}}, "numeric"},
      {{kind::numeric, 12, 0, {}}, "numeric(12,0)"},
      {{kind::numeric, 12, 2, {}}, "numeric(12,2)"},
      {{kind::text, -1, -1, {}}, "text"},
      {{kind::varchar, -1, -1, {}}, "character varying"},
      {{kind::varchar, 255, -1, {}}, "character varying(255)"},
      {{kind::character, 3, -1, {}}, "character(3)"},
      {{kind::character, -1, -1, {}}, "character(1)"},
      {{kind::bytes, -1, -1, {}}, "bytea"},
      {{kind::date, -1, -1, {}}, "date"},
      {{kind::time, -1, -1, {}}, "time without time zone"},
      {{kind::timestamp, -1, -1, {}}, "timestamp without time zone"},
      {{kind::timestamptz, -1, -1, {}}, "timestamp with time zone"},
      {{kind::interval, -1, -1, {}}, "interval"},
      {{kind::json, -1, -1, {}}, "json"},
      {{kind::jsonb, -1, -1, {}}, "jsonb"},
      {{kind::uuid, -1, -1, {}}, "uuid"},
      {{kind::inet, -1, -1, {}}, "inet"},
      {{kind::raw, -1, -1, "int4range"}, "int4range"},
  };
  for (const auto& row : table) {
    CHECK(type_name(row.type) == row.spelling);
    CHECK(canonical_type(row.spelling) == row.spelling);
  }
}

TEST_CASE("an author's spellings become format_type()'s") {
  const struct {
    const char* written;
    const char* canonical;
  } table[] = {
      {"INT", "integer"},
      {"int8", "bigint"},
      {"VARCHAR (20)", "character varying(20)"},
      {"char varying( 5 )", "character varying(5)"},
      {"char", "character(1)"},
      {"bpchar", "bpchar"},
      {"DECIMAL(10)", "numeric(10,0)"},
      {"numeric( 10 , 2 )", "numeric(10,2)"},
      {"timestamptz(3)", "timestamp(3) with time zone"},
      {"timestamp(3)  WITH TIME ZONE", "timestamp(3) with time zone"},
      {"time", "time without time zone"},
      {"int4[]", "integer[]"},
      {"varchar(3)[][2]", "character varying(3)[]"},
      {"\"Mood\"", "\"Mood\""},
      {"citext", "citext"},
  };
  for (const auto& row : table) CHECK(canonical_type(row.written) == row.canonical);
}

TEST_CASE("casts of constants show a type without its length") {
  CHECK(cast_name("character varying(20)") == "character varying");
  CHECK(cast_name("character(3)") == "bpchar");
  CHECK(cast_name("timestamp(3) with time zone") == "timestamp with time zone");
  CHECK(cast_name("numeric(10,2)[]") == "numeric[]");
}

}  // namespace
}  // namespace retort::postgres
