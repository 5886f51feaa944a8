#include "diff/plain_values.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>

#include "base/text_tools.h"
#include "diff/candidates.h"
#include "diff/type_definitions.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

struct nothing_of {
  std::string_view type;
  std::string_view value;
};

/// By how a type's name begins, in lower case.
constexpr std::array postgres_values = {
    nothing_of{"smallint", "0"},
    nothing_of{"integer", "0"},
    nothing_of{"bigint", "0"},
    nothing_of{"numeric", "0"},
    nothing_of{"real", "0"},
    nothing_of{"double precision", "0"},
    nothing_of{"money", "0"},
    nothing_of{"character", "''"},
    nothing_of{"text", "''"},
    nothing_of{"citext", "''"},
    nothing_of{"name", "''"},
    nothing_of{"boolean", "false"},
    nothing_of{"date", "CURRENT_DATE"},
    nothing_of{"timestamp", "CURRENT_TIMESTAMP"},
    nothing_of{"time", "'00:00'"},
    nothing_of{"interval", "'0'"},
    nothing_of{"json", "'{}'"},
    nothing_of{"uuid", "gen_random_uuid()"},
    nothing_of{"bytea", "''"},
    nothing_of{"bit", "B'0'"},
    nothing_of{"inet", "'0.0.0.0'"},
    nothing_of{"cidr", "'0.0.0.0/0'"},
    nothing_of{"macaddr", "'00:00:00:00:00:00'"},
    nothing_of{"tsvector", "''"},
    nothing_of{"hstore", "''"},
    nothing_of{"oid", "0"},
    nothing_of{"point", "'(0,0)'"},
};

std::string nothing_in_sqlite(const std::string& type) {
  // "Datatypes In SQLite", "Determination Of Column Affinity".
  if (base::contains(type, "bool")) return "0";
  if (base::contains(type, "int")) return "0";
  if (type == "date") return "CURRENT_DATE";
  if (type == "time") return "CURRENT_TIME";
  if (base::contains(type, "date") || base::contains(type, "time")) return "CURRENT_TIMESTAMP";
  if (base::contains(type, "char") || base::contains(type, "clob") || base::contains(type, "text"))
    return "''";
  if (is_blob_type(type)) return "x''";
  return base::contains(type, "json") || base::contains(type, "uuid") ? "''" : "0";
}

/// The first value of an enum type, a row of nothing, or what is nothing in the type under a
/// domain; none: it is no user's type.
std::optional<std::string> nothing_in_user_type(const std::string& type, const model::schema& all,
                                                const dialect::dialect& target) {
  for (const auto& [key, object] : all.objects) {
    if (object.kind != "type" && object.kind != "domain") continue;
    if (target.quote(object.name) != type) continue;
    if (object.kind == "type" && base::contains(object.definition, " AS ENUM (")) {
      const auto values = model::enum_literals(object.definition);
      return values.empty() ? std::string() : values.front();
    }
    if (!range_parts_of(object.definition).subtype.empty()) return "'empty'";
    if (const auto parts = attributes_of(object.definition); !parts.empty()) {
      return fmt::format("'({})'", std::string(parts.size() - 1, ','));
    }
    if (object.kind == "domain") {
      const auto base = base::lower(object.definition.substr(object.definition.find(" AS ") + 4));
      for (const auto& [name, value] : postgres_values) {
        if (base.starts_with(name)) return std::string(value);
      }
    }
    return std::string();
  }
  return std::nullopt;
}

}  // namespace

std::string nothing_in(const std::string& raw_type, const model::schema& all,
                       const dialect::dialect& target) {
  const auto type = base::lower(raw_type);
  if (target.flavour() == base::sql_flavour::sqlite) return nothing_in_sqlite(type);
  if (type.ends_with("[]")) return "'{}'";
  if (const auto own = nothing_in_user_type(raw_type, all, target)) return *own;
  if (type.ends_with("multirange")) return "'{}'";
  if (type.ends_with("range")) return "'empty'";
  // As many as it has: one more or less is none of its values.
  if (type.starts_with("bit(")) return fmt::format("B'{}'", std::string(number_in(type), '0'));
  for (const auto& [name, value] : postgres_values) {
    if (type.starts_with(name)) return std::string(value);
  }
  return {};
}

}  // namespace retort::diff
