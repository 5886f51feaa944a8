#include "postgres/array_casts.h"

#include <doctest/doctest.h>

#include <string>

namespace retort::postgres {
namespace {

TEST_CASE("what the server prints of IN is written so that it reads it as the same") {
  const struct {
    const char* printed;
    const char* written;
  } table[] = {
      {"(s)::text = ANY ((ARRAY['p'::character varying, 'q'::character varying])::text[])",
       "(s)::text = ANY (ARRAY['p'::character varying, 'q'::character varying])"},
      {"(s)::text = ANY (ARRAY['p'::character varying]::text[])",
       "(s)::text = ANY (ARRAY['p'::character varying])"},
      {"x <> ALL ((ARRAY['it''s, ]'::character varying, ''::character varying])::text[])",
       "x <> ALL (ARRAY['it''s, ]'::character varying, ''::character varying])"},
      // Each of several.
      {"a = ANY ((ARRAY['p'::character varying])::text[]) OR b = ANY ((ARRAY['q'::character "
       "varying])::text[])",
       "a = ANY (ARRAY['p'::character varying]) OR b = ANY (ARRAY['q'::character varying])"},
  };
  for (const auto& row : table) {
    CHECK(reread(row.printed) == std::string(row.written));
    CHECK(reread(row.written) == std::string(row.written));
  }
}

TEST_CASE("other arrays stay as they are printed") {
  for (const char* printed : {
           "",
           "x = 'p'",
           "ARRAY[1, 2]::text[]",
           "ARRAY['p'::text]::text[]",
           "ARRAY['p'::character varying, 'q'::text]::text[]",
           "ARRAY['p'::character varying, x]::text[]",
           "(ARRAY['p'::character varying])::character varying[]",
           "ARRAY['p'::character varying(9)]::text[]",
           "(ARRAY['p'::character varying] || x)::text[]",
           "ARRAY[",
           "ARRAY['p",
           "ARRAY['p'::character varying",
           "'ARRAY[''p''::character varying]::text[]'",
       }) {
    CHECK(reread(printed) == printed);
  }
}

TEST_CASE("a string that is cast twice compares as one that is cast once") {
  const struct {
    const char* printed;
    const char* compared;
  } table[] = {
      {"ARRAY['p'::character varying::text, 'q'::character varying::text]",
       "ARRAY['p'::character varying, 'q'::character varying]"},
      {"ARRAY[('p'::character varying)::text, ('it''s'::character varying)::text]",
       "ARRAY['p'::character varying, 'it''s'::character varying]"},
      {"(a = ('p'::character varying)::text)", "(a = 'p'::character varying)"},
      // What is no constant, or becomes something else.
      {"(a::character varying)::text", "(a::character varying)::text"},
      {"('p' || 'q'::character varying)::text", "('p' || 'q'::character varying)::text"},
      {"('p'::character varying)::text[]", "('p'::character varying)::text[]"},
      {"'p'::character varying::text[]", "'p'::character varying::text[]"},
      {"'p'::character varying", "'p'::character varying"},
      {"", ""},
  };
  for (const auto& row : table) {
    CHECK(with_plain_strings(row.printed) == std::string(row.compared));
  }
}

TEST_CASE("so does one in which a parenthesis and a quote stand") {
  CHECK(with_plain_strings("('f(''x'')'::character varying)::text") ==
        "'f(''x'')'::character varying");
}

}  // namespace
}  // namespace retort::postgres
