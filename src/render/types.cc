#include "render/types.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text_tools.h"
#include "render/literal.h"

namespace retort::render {
namespace {

using kind = model::type_kind;

struct spelling {
  std::string_view spelled;
  std::string_view name;
};

/// As postgres/types.cc has them; the last ones are raw there, too.
constexpr auto postgresql_names = std::to_array<spelling>({
    {"boolean", "boolean"},
    {"smallint", "smallint"},
    {"integer", "integer"},
    {"bigint", "bigint"},
    {"real", "real"},
    {"double precision", "double_precision"},
    {"text", "text"},
    {"bytea", "bytes"},
    {"date", "date"},
    {"time without time zone", "time"},
    {"timestamp without time zone", "timestamp"},
    {"timestamp with time zone", "timestamptz"},
    {"interval", "interval"},
    {"json", "json"},
    {"jsonb", "jsonb"},
    {"uuid", "uuid"},
    {"inet", "inet"},
    {"int4range", "int4range"},
    {"int8range", "int8range"},
    {"numrange", "numrange"},
    {"daterange", "daterange"},
    {"tsrange", "tsrange"},
    {"tstzrange", "tstzrange"},
    {"cidr", "cidr"},
    {"macaddr", "macaddr"},
    {"tsvector", "tsvector"},
    {"serial", "serial"},
    {"bigserial", "bigserial"},
    {"smallserial", "smallserial"},
});

/// As sqlite/types.cc has them. Of several types with one spelling the plainest.
constexpr auto sqlite_names = std::to_array<spelling>({
    {"BOOLEAN", "boolean"},
    {"SMALLINT", "smallint"},
    {"INTEGER", "integer"},
    {"BIGINT", "bigint"},
    {"REAL", "real"},
    {"DOUBLE PRECISION", "double_precision"},
    {"TEXT", "text"},
    {"BLOB", "bytes"},
    {"DATE", "date"},
    {"TIME", "time"},
    {"DATETIME", "timestamp"},
});

/// By their place in the enumeration, up to `inet`; those with a length in their own way.
constexpr auto kind_names =
    std::to_array<std::string_view>({"boolean",  "smallint",  "integer",
                                     "bigint",   "real",      "double_precision",
                                     "",         "text",      "",
                                     "",         "bytes",     "date",
                                     "time",     "timestamp", "timestamptz",
                                     "interval", "json",      "jsonb",
                                     "uuid",     "inet"});

bool is_number(std::string_view digits) {
  const bool is_short = !digits.empty() && digits.size() < 10;
  return is_short && (digits == "0" || digits.front() != '0') &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

expression named(std::string_view name) { return word("t::" + std::string(name)); }

expression sized(std::string_view name, std::string_view size, std::string_view scale = {}) {
  std::vector<expression> arguments = {word(size)};
  if (!scale.empty() && scale != "0") arguments.push_back(word(scale));
  return call("t::" + std::string(name), std::move(arguments));
}

/// What stands in the parentheses of `name(…)`, which end the spelling; empty: it is no such.
std::string_view inside(std::string_view spelled, std::string_view name) {
  if (!spelled.starts_with(name) || !spelled.ends_with(')')) return {};
  spelled.remove_prefix(name.size());
  return spelled.starts_with('(') ? spelled.substr(1, spelled.size() - 2) : std::string_view();
}

/// The types with a length, as the dialects spell them.
struct sized_names {
  std::string_view varchar;
  std::string_view character;
  std::string_view numeric;
  std::string_view between;
};

std::optional<expression> sized_of(std::string_view spelled, const sized_names& names) {
  if (const auto size = inside(spelled, names.varchar); is_number(size)) {
    return sized("varchar", size);
  }
  if (const auto size = inside(spelled, names.character); is_number(size)) {
    return sized("character", size);
  }
  const auto both = inside(spelled, names.numeric);
  const auto comma = both.find(names.between);
  if (comma == std::string_view::npos) return std::nullopt;
  const auto precision = both.substr(0, comma);
  const auto scale = both.substr(comma + names.between.size());
  if (!is_number(precision) || !is_number(scale)) return std::nullopt;
  return sized("numeric", precision, scale);
}

expression element_of(std::string_view spelled, bool is_postgresql) {
  const auto find = [&](const auto& all) -> std::string_view {
    const auto found = std::ranges::find(all, spelled, &spelling::spelled);
    return found == all.end() ? std::string_view() : found->name;
  };
  const auto name = is_postgresql ? find(postgresql_names) : find(sqlite_names);
  if (!name.empty()) return named(name);
  const auto names = is_postgresql ? sized_names{"character varying", "character", "numeric", ","}
                                   : sized_names{"VARCHAR", "CHAR", "NUMERIC", ", "};
  if (auto made = sized_of(spelled, names)) return *made;
  return call("t::raw", {text(spelled)});
}

expression array_of(expression element) {
  std::vector<expression> arguments;
  arguments.push_back(std::move(element));
  return call("t::array", std::move(arguments));
}

expression raw_of(const model::type& type, bool is_postgresql) {
  constexpr std::string_view brackets = "[]";
  std::string_view spelled = type.raw;
  if (type.is_array) return array_of(element_of(spelled, is_postgresql));
  if (!is_postgresql || !spelled.ends_with(brackets)) return element_of(spelled, is_postgresql);
  spelled.remove_suffix(brackets.size());
  return array_of(element_of(spelled, is_postgresql));
}

/// One that an author has written.
std::optional<expression> own_of(const model::type& type, bool is_postgresql) {
  const auto size = std::to_string(type.size);
  if (type.kind == kind::enumeration || type.kind == kind::raw) return std::nullopt;
  const auto name = kind_names.at(static_cast<std::size_t>(type.kind));
  if (!name.empty()) return named(name);
  if (type.size < 0) return std::nullopt;
  if (type.kind == kind::varchar) return sized("varchar", size);
  if (type.kind == kind::character) return sized("character", size);
  // `t::numeric(10)` has the scale 0.
  if (type.scale < 0 && !is_postgresql) return std::nullopt;
  return sized("numeric", size, type.scale < 0 ? "" : std::to_string(type.scale));
}

}  // namespace

std::optional<expression> type_of(const model::type& type, std::string_view dialect) {
  const bool is_postgresql = dialect == "postgresql";
  if (type.kind == kind::raw) return raw_of(type, is_postgresql);
  auto made = own_of(type, is_postgresql);
  if (made && type.is_array) return array_of(std::move(*made));
  return made;
}

}  // namespace retort::render
