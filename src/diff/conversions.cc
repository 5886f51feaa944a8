#include "diff/conversions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace retort::diff {
namespace {

bool begins_with_any(const std::string& type, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view name) { return type.starts_with(name); });
}

bool is_array(const std::string& type) { return type.ends_with("[]"); }

bool is_number(const std::string& type) {
  return !is_array(type) &&
         (is_whole_number(type) || begins_with_any(type, {"numeric", "real", "double precision"}));
}
bool is_text(const std::string& type) {
  return !is_array(type) && begins_with_any(type, {"text", "character", "citext", "name"});
}
/// What seconds can be counted of.
bool is_time(const std::string& type) {
  return !is_array(type) && begins_with_any(type, {"date", "time", "interval"}) &&
         type != "daterange";
}
bool is_moment(const std::string& type) {
  return !is_array(type) && (type == "date" || type.starts_with("timestamp"));
}
bool is_json(const std::string& type) { return type == "json" || type == "jsonb"; }

bool may_be_enumeration(const std::string& type) {
  return !is_array(type) && !is_number(type) && !is_text(type) && !is_time(type) &&
         !is_json(type) && type != "boolean" && type != "uuid";
}

/// The other's digits, so that values which differ do so afterwards, and come back as they were.
std::string number_of_uuid(const std::string& type, const std::string& name) {
  // There is no way from bits to a smallint; the highest of them is its sign.
  if (type == "smallint") {
    return fmt::format(
        "((('x' || right(replace({}::text, '-', ''), 4))::bit(16)::integer # 32768) - "
        "32768)::smallint",
        name);
  }
  const bool is_big = type == "bigint";
  return fmt::format("('x' || right(replace({}::text, '-', ''), {}))::bit({})::{}", name,
                     is_big ? 16 : 8, is_big ? 64 : 32, type);
}

/// The elements of an array of JSON, where they can be read as those of an array of PostgreSQL;
/// else the value becomes the only element.
std::string array_of_json(const std::string& type, const std::string& name) {
  return fmt::format(
      R"(CASE WHEN {0}::text ~ '^\s*\[.*\]\s*$' AND {0}::text !~ '[{{}}]|\\[^"\\]' THEN )"
      R"(regexp_replace({0}::text, '^\s*\[(.*)\]\s*$', '{{\1}}')::{1} )"
      R"(WHEN {0} IS NOT NULL THEN ARRAY[{0}::text]::{1} END)",
      name, type);
}

/// An element in the text of an array of one dimension.
constexpr std::string_view element_text = R"((?:[^\s"\\{},]+|"(?:[^"\\]|\\.)*"))";

std::string any_array() { return fmt::format(R"(^\{{(?:{0}(?:,{0})*)?\}}$)", element_text); }

std::string array_of_no_single_value() {
  return fmt::format(R"(^\{{(?:|NULL|{0}(?:,{0})+)\}}$)", element_text);
}

/// Whether a text is what PostgreSQL writes of an array that is more or less than one value.
std::string is_text_of_several(const std::string& text) {
  return fmt::format("CASE WHEN {0} ~ '{1}' THEN {0}::text[]::text = {0} ELSE false END", text,
                     array_of_no_single_value());
}

/// An array of one value becomes that value, which becomes such an array again; any other becomes
/// its own text, and so does one whose value could be taken for that. Of one dimension nothing is
/// lost there and back, whichever way comes first.
std::string text_of_array(const std::string& before, const std::string& type,
                          const std::string& name) {
  const auto value = name + "[1]";
  const auto element = before.substr(0, before.size() - 2);
  const auto is_unclear =
      is_text(element) ? " AND NOT " + is_text_of_several(value + "::text") : std::string();
  return fmt::format(
      "CASE WHEN cardinality({0}) = 1 AND {1} IS NOT NULL{2} THEN {1}::{3} ELSE "
      "{0}::text::{3} END",
      name, value, is_unclear, type);
}

std::string array_of_text(const std::string& type, const std::string& name) {
  const auto text = name + "::text";
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL WHEN {1} !~ '{2}' THEN ARRAY[{0}]::{3} "
      "WHEN {1}::text[]::text = {1} AND ({1} ~ '{4}' OR {5}) THEN {0}::{3} ELSE ARRAY[{0}]::{3} "
      "END",
      name, text, any_array(), type, array_of_no_single_value(),
      is_text_of_several(fmt::format("({}::text[])[1]", text)));
}

/// A value becomes the only element of an array, whatever its text looks like, unless no element
/// can look so: then it may be an array that has become text before.
std::string array_of_value(const std::string& before, const std::string& type,
                           const std::string& name) {
  const auto element = type.substr(0, type.size() - 2);
  if (is_text(before) && is_text(element)) return array_of_text(type, name);
  if (is_text(before) && !is_json(element) && !element.ends_with("range")) {
    return fmt::format(
        R"(CASE WHEN {0}::text ~ '^(\[.*\]=)?\{{.*\}}$' THEN {0}::{1} WHEN {0} IS NOT NULL THEN ARRAY[{0}]::{1} END)",
        name, type);
  }
  return fmt::format("CASE WHEN {0} IS NOT NULL THEN ARRAY[{0}]::{1} END", name, type);
}

// What is computed names functions, and gives operators their types, so that nothing in a schema of
// the search path fits better ("Operator Type Resolution").

/// Of types between which no cast leads, nor a value's text; empty: a cast or the text does.
std::string computed(const std::string& from, const std::string& to, const std::string& name) {
  if (is_json(to) && !is_json(from) && !is_text(from))
    return fmt::format("pg_catalog.to_{}({})", to, name);
  if (is_number(from) && to == "boolean") return fmt::format("{} <> 0::{}", name, from);
  if (is_time(from) && is_number(to)) return fmt::format("extract(epoch from {})::{}", name, to);
  if (is_number(from) && to == "date")
    return fmt::format("pg_catalog.to_timestamp({})::date", name);
  if (is_number(from) && to.starts_with("time ")) {
    return fmt::format("({}::double precision * interval '1 second')::{}", name, to);
  }
  // A flag, and since when it is set.
  if (from == "boolean" && is_moment(to)) {
    return fmt::format("CASE WHEN {} THEN CURRENT_TIMESTAMP END::{}", name, to);
  }
  if (is_moment(from) && to == "boolean") return name + " IS NOT NULL";
  if (is_whole_number(from) && to == "uuid") {
    // There is none of a smallint alone.
    return fmt::format("lpad(pg_catalog.to_hex({}{}), 32, '0')::uuid", name,
                       from == "smallint" ? "::integer" : "");
  }
  if (from == "uuid" && is_whole_number(to)) return number_of_uuid(to, name);
  return {};
}

}  // namespace

bool is_whole_number(const std::string& type) {
  return type == "smallint" || type == "integer" || type == "bigint";
}

std::vector<std::string> conversions(const model::column& from, const model::column& to,
                                     const std::string& name) {
  const auto& before = from.type.raw;
  const auto& type = to.type.raw;
  std::vector<std::string> all = {"", fmt::format("{}::{}", name, type)};
  if (is_array(type) && is_json(before)) {
    all = {array_of_json(type, name)};
  } else if (is_array(type) && !is_array(before)) {
    all = {array_of_value(before, type, name)};
  } else if (is_array(before) && is_text(type)) {
    all = {text_of_array(before, type, name)};
  }
  if (auto own = computed(before, type, name); !own.empty()) {
    all.push_back(std::move(own));
  } else if (is_array(before) && !is_array(type)) {
    all.push_back(fmt::format("{}[1]::{}", name, type));
  }
  // Counted from 0, as languages do that keep an enumeration in a number.
  if (is_whole_number(before) && may_be_enumeration(type)) {
    all.push_back(fmt::format("(pg_catalog.enum_range(NULL::{}))[{} + 1]", type, name));
  }
  if (is_whole_number(type) && may_be_enumeration(before)) {
    all.push_back(
        fmt::format("pg_catalog.array_position(pg_catalog.enum_range({0}), {0}) - 1", name));
  }
  if (before == "boolean") all.push_back(fmt::format("{}::integer::{}", name, type));
  if (type.starts_with("timestamp")) {
    all.push_back(fmt::format("pg_catalog.to_timestamp({})::{}", name, type));
  }
  all.push_back(fmt::format("{}::text::{}", name, type));
  return all;
}

}  // namespace retort::diff
