#include "postgres/types.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::postgres {
namespace {

std::string sized(std::string_view name, const model::type& type) {
  if (type.size < 0) return std::string(name);
  if (type.scale < 0) return fmt::format("{}({})", name, type.size);
  return fmt::format("{}({},{})", name, type.size, type.scale);
}

/// PostgreSQL: "Data Types", the aliases of table 8.1, and what gram.y knows beside them.
constexpr auto aliases = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"int", "integer"},
    {"int4", "integer"},
    {"int2", "smallint"},
    {"int8", "bigint"},
    {"bool", "boolean"},
    {"float", "double precision"},
    {"float8", "double precision"},
    {"float4", "real"},
    {"decimal", "numeric"},
    {"dec", "numeric"},
    {"varchar", "character varying"},
    {"char varying", "character varying"},
    {"char", "character"},
    {"bpchar", "character"},
    {"varbit", "bit varying"},
    {"timestamp", "timestamp without time zone"},
    {"timestamptz", "timestamp with time zone"},
    {"time", "time without time zone"},
    {"timetz", "time with time zone"},
});

/// Lower case outside quotes, one space where there was white space, none around parentheses.
std::string squeezed(std::string_view written) {
  std::string out;
  bool quoted = false;
  bool gap = false;
  for (const char c : base::trim(written)) {
    if (c == '"') quoted = !quoted;
    const bool is_space = !quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r');
    if (is_space) {
      gap = true;
      continue;
    }
    const bool is_tight = c == '(' || c == ')' || c == ',' || c == '[' || c == ']';
    const bool after_tight = !out.empty() && (out.back() == '(' || out.back() == ',');
    if (gap && !is_tight && !after_tight && !out.empty()) out += ' ';
    gap = false;
    out += quoted || c < 'A' || c > 'Z' ? c : static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

struct type_parts {
  /// Without what stands in parentheses: "timestamp with time zone".
  std::string name;
  /// With its parentheses: "(3)".
  std::string modifier;
  /// "[]" for each dimension that was written.
  std::string array;
};

type_parts split(std::string text) {
  type_parts parts;
  if (const auto bracket = text.find('['); bracket != std::string::npos && text.front() != '"') {
    // format_type() shows neither bounds nor the number of dimensions.
    parts.array = "[]";
    text.resize(bracket);
  }
  const auto open = text.find('(');
  const auto close = text.find(')');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    parts.modifier = text.substr(open, close - open + 1);
    text.erase(open, close - open + 1);
  }
  parts.name = std::string(base::trim(text));
  return parts;
}

std::string element_name(const model::type& type) {
  using kind = model::type_kind;
  switch (type.kind) {
    case kind::boolean:
      return "boolean";
    case kind::smallint:
      return "smallint";
    case kind::integer:
      return "integer";
    case kind::bigint:
      return "bigint";
    case kind::real:
      return "real";
    case kind::double_precision:
      return "double precision";
    case kind::numeric:
      return type.size >= 0 && type.scale < 0 ? fmt::format("numeric({},0)", type.size)
                                              : sized("numeric", type);
    case kind::text:
      return "text";
    case kind::varchar:
      return sized("character varying", type);
    case kind::character:
      return type.size < 0 ? "character(1)" : sized("character", type);
    case kind::bytes:
      return "bytea";
    case kind::date:
      return "date";
    case kind::time:
      return "time without time zone";
    case kind::timestamp:
      return "timestamp without time zone";
    case kind::timestamptz:
      return "timestamp with time zone";
    case kind::interval:
      return "interval";
    case kind::json:
      return "json";
    case kind::jsonb:
      return "jsonb";
    case kind::uuid:
      return "uuid";
    case kind::inet:
      return "inet";
    case kind::enumeration:
    case kind::raw:
      return type.raw;
  }
  return type.raw;
}

}  // namespace

std::string type_name(const model::type& type) {
  return element_name(type) + (type.is_array ? "[]" : "");
}

std::string canonical_type(std::string_view written) {
  auto parts = split(squeezed(written));
  const bool is_bare_bpchar = parts.name == "bpchar" && parts.modifier.empty();
  for (const auto& [alias, name] : aliases) {
    if (parts.name == alias && !is_bare_bpchar) {
      parts.name = name;
      break;
    }
  }
  auto& modifier = parts.modifier;
  if (parts.name == "character" && modifier.empty()) modifier = "(1)";
  if (parts.name == "numeric" && !modifier.empty() && modifier.find(',') == std::string::npos) {
    modifier.insert(modifier.size() - 1, ",0");
  }
  // The precision stands in the middle: `timestamp(3) with time zone`.
  for (const std::string_view tail : {" without time zone", " with time zone"}) {
    if (parts.name.ends_with(tail)) {
      parts.name.resize(parts.name.size() - tail.size());
      return fmt::format("{}{}{}{}", parts.name, modifier, tail, parts.array);
    }
  }
  return parts.name + modifier + parts.array;
}

std::string cast_name(std::string_view canonical) {
  auto parts = split(std::string(canonical));
  if (parts.name == "character") parts.name = "bpchar";
  return parts.name + parts.array;
}

}  // namespace retort::postgres
