#include "diff/array_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace retort::diff {
namespace {

std::string element_of(const std::string& array) { return array.substr(0, array.size() - 2); }

/// Whether no text of a value of this type has a brace around it, as that of an array has.
bool is_without_braces(const std::string& type) {
  constexpr std::array<std::string_view, 19> begins = {
      "smallint", "integer", "bigint",  "numeric",  "real",  "double precision",
      "boolean",  "date",    "time",    "interval", "uuid",  "bytea",
      "inet",     "cidr",    "macaddr", "bit",      "money", "point",
      "pg_lsn"};
  constexpr std::array<std::string_view, 5> ranges = {"int4range", "int8range", "numrange",
                                                      "tsrange", "tstzrange"};
  return std::ranges::any_of(begins, [&](auto begin) { return type.starts_with(begin); }) ||
         std::ranges::find(ranges, type) != ranges.end();
}

// An array of one value becomes that value, which becomes such an array again; any other becomes
// its own text. Where a value may look like that, too, only a function tells what cannot be read as
// an array, for that is an error and an expression catches none. It turns each text into the array
// that becomes that text: `'a,b'` is one value, `'{a,b}'` are two, and the array of the one value
// `'{a,b}'` is `'{"{a,b}"}'`, and so on. Letters count as they are, whatever the column's collation
// takes for equal.

constexpr const char* array_of_text = R"(DECLARE
  many {0};
BEGIN
  IF $1 COLLATE "C" LIKE '{{%' OR $1 COLLATE "C" LIKE '[%' THEN
    BEGIN
      many := $1::{0};
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
      many := NULL;
    END;
    IF many::text COLLATE "C" <> $1 THEN
      many := NULL;
    END IF;
  END IF;
  IF many IS NULL OR {1}(many[1]::text)::text COLLATE "C" = many::text THEN
    RETURN ARRAY[$1]::{0};
  END IF;
  RETURN many;
END)";

conversion from_function(std::string expression, const std::string& function,
                         const std::string& array) {
  return through_function(std::move(expression), function, "text", array,
                          fmt::format(array_of_text, array, function));
}

conversion to_text(const std::string& array, const std::string& name, const std::string& function) {
  constexpr const char* form =
      "CASE WHEN pg_catalog.cardinality({0}) = 1 AND {1} THEN {0}[1]::text ELSE {0}::text END";
  if (is_without_braces(element_of(array))) {
    return {fmt::format(form, name, fmt::format("{}[1] IS NOT NULL", name)), {}, {}};
  }
  const auto is_its_own =
      fmt::format("{0}({1}[1]::text)::text COLLATE \"C\" = {1}::text", function, name);
  return from_function(fmt::format(form, name, is_its_own), function, array);
}

conversion of_text(const std::string& array, const std::string& name, const std::string& function) {
  if (!is_without_braces(element_of(array))) {
    return from_function(fmt::format("{}({}::text)", function, name), function, array);
  }
  return {
      fmt::format(
          R"(CASE WHEN {0}::text ~ '^(\[.*\]=)?\{{.*\}}$' THEN {0}::{1} WHEN {0} IS NOT NULL THEN ARRAY[{0}]::{1} END)",
          name, array),
      {},
      {}};
}

/// The text of an array with the elements of one of JSON, which stay JSON where the array is of it;
/// else what is within them is another dimension.
constexpr const char* text_of_json = R"(BEGIN
  RETURN (
    SELECT '{{' || coalesce(string_agg(CASE {0}_typeof(e){1}
      WHEN 'null' THEN 'NULL'
      ELSE '"' || replace(replace({2}, E'\\', E'\\\\'), '"', E'\\"') || '"' END, ',' ORDER BY n), '') || '}}'
    FROM {0}_array_elements($1) WITH ORDINALITY AS elements(e, n));
END)";

/// What is no array becomes the only element.
conversion of_json(const std::string& json, const std::string& array, const std::string& name,
                   const std::string& function) {
  const bool stays = is_json(element_of(array));
  const auto nested =
      stays ? std::string() : fmt::format("\n      WHEN 'array' THEN {}(e)", function);
  return through_function(
      fmt::format(
          "CASE WHEN {0}_typeof({1}) = 'array' THEN {2}({1})::{3} WHEN {1} IS NOT NULL THEN "
          "ARRAY[{1}::text]::{3} END",
          json, name, function, array),
      function, json, "text",
      fmt::format(text_of_json, json, nested, stays ? "e::text" : "e #>> '{}'"));
}

}  // namespace

bool is_array(const std::string& type) { return type.ends_with("[]"); }

std::optional<conversion> array_conversion(const std::string& from, const std::string& to,
                                           const std::string& name, const std::string& function) {
  if (is_json(from)) return of_json(from, to, name, function);
  if (is_text(from)) return of_text(to, name, function);
  if (is_text(to)) return to_text(from, name, function);
  if (!is_array(to)) return std::nullopt;
  return conversion{
      fmt::format("CASE WHEN {0} IS NOT NULL THEN ARRAY[{0}]::{1} END", name, to), {}, {}};
}

}  // namespace retort::diff
