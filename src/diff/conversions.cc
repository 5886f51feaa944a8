#include "diff/conversions.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "diff/array_values.h"

namespace retort::diff {
namespace {

bool is_number(const std::string& type) {
  return !is_array(type) &&
         (is_whole_number(type) || begins_with_any(type, {"numeric", "real", "double precision"}));
}
/// What seconds can be counted of.
bool is_time(const std::string& type) {
  return !is_array(type) && begins_with_any(type, {"date", "time", "interval"}) &&
         type != "daterange";
}
bool is_moment(const std::string& type) {
  return !is_array(type) && (type == "date" || type.starts_with("timestamp"));
}
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

bool is_hstore(const std::string& type) { return type == "hstore" || type.ends_with(".hstore"); }

/// Its functions are where the type is.
conversion hstore_of_json(const std::string& json, const std::string& type, const std::string& name,
                          const std::string& function) {
  constexpr const char* body = R"(BEGIN
  RETURN (SELECT {}(coalesce(array_agg(key), '{{}}'), array_agg(value)) FROM {}_each_text($1));
END)";
  return through_function(fmt::format("{}({})", function, name), function, json, type,
                          fmt::format(body, type, json));
}

}  // namespace

bool begins_with_any(const std::string& type, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view name) { return type.starts_with(name); });
}

bool is_whole_number(const std::string& type) {
  return type == "smallint" || type == "integer" || type == "bigint";
}

bool is_text(const std::string& type) {
  return !is_array(type) && begins_with_any(type, {"text", "character", "citext", "name"});
}

bool is_json(const std::string& type) { return type == "json" || type == "jsonb"; }

conversion through_function(std::string expression, const std::string& function,
                            const std::string& parameter, const std::string& result,
                            const std::string& body) {
  return {std::move(expression),
          {fmt::format("CREATE FUNCTION {}({}) RETURNS {} LANGUAGE plpgsql STRICT AS $$\n{}\n$$",
                       function, parameter, result, body)},
          {fmt::format("DROP FUNCTION {}({})", function, parameter)}};
}

std::vector<conversion> conversions(const model::column& from, const model::column& to,
                                    const std::string& name, const std::string& function) {
  const auto& before = from.type.raw;
  const auto& type = to.type.raw;
  std::vector<conversion> all;
  const auto add = [&](std::string expression) { all.push_back({std::move(expression), {}, {}}); };
  if (is_array(type) != is_array(before)) {
    if (auto found = array_conversion(before, type, name, function)) all.push_back(*found);
  }
  if (is_json(before) && is_hstore(type)) {
    all.push_back(hstore_of_json(before, type, name, function));
  }
  // As it is printed: the cast puts /32 behind what is no network.
  if (before == "inet" && is_text(type)) add(fmt::format("pg_catalog.abbrev({})", name));
  if (all.empty()) {
    add("");
    add(fmt::format("{}::{}", name, type));
  }
  if (auto own = computed(before, type, name); !own.empty()) {
    add(std::move(own));
  } else if (is_array(before) && !is_array(type)) {
    add(fmt::format("{}[1]::{}", name, type));
  }
  // Counted from 0, as languages do that keep an enumeration in a number.
  if (is_whole_number(before) && may_be_enumeration(type)) {
    add(fmt::format("(pg_catalog.enum_range(NULL::{}))[{} + 1]", type, name));
  }
  if (is_whole_number(type) && may_be_enumeration(before)) {
    add(fmt::format("pg_catalog.array_position(pg_catalog.enum_range({0}), {0}) - 1", name));
  }
  if (before == "boolean") add(fmt::format("{}::integer::{}", name, type));
  if (type.starts_with("timestamp")) {
    add(fmt::format("pg_catalog.to_timestamp({})::{}", name, type));
  }
  add(fmt::format("{}::text::{}", name, type));
  return all;
}

}  // namespace retort::diff
