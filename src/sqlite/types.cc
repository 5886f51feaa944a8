#include "sqlite/types.h"

#include <fmt/format.h>

#include "sqlite/tokens.h"

namespace retort::sqlite {
namespace {

using kind = model::type_kind;

std::string strict_name(kind what) {
  switch (what) {
    case kind::boolean:
    case kind::smallint:
    case kind::integer:
    case kind::bigint:
      return "INTEGER";
    case kind::real:
    case kind::double_precision:
    case kind::numeric:
      return "REAL";
    case kind::bytes:
      return "BLOB";
    default:
      return "TEXT";
  }
}

std::string sized(std::string_view name, const model::type& type) {
  if (type.size < 0) return std::string(name);
  if (type.scale < 0) return fmt::format("{}({})", name, type.size);
  return fmt::format("{}({}, {})", name, type.size, type.scale);
}

}  // namespace

std::string type_name(const model::type& type, bool strict) {
  if (type.kind == kind::raw) return type.raw;
  if (strict) return strict_name(type.kind);
  switch (type.kind) {
    case kind::boolean:
      return "BOOLEAN";
    case kind::smallint:
      return "SMALLINT";
    case kind::integer:
      return "INTEGER";
    case kind::bigint:
      return "BIGINT";
    case kind::real:
      return "REAL";
    case kind::double_precision:
      return "DOUBLE PRECISION";
    case kind::numeric:
      return sized("NUMERIC", type);
    case kind::varchar:
      return sized("VARCHAR", type);
    case kind::character:
      return sized("CHAR", type);
    case kind::bytes:
      return "BLOB";
    case kind::date:
      return "DATE";
    case kind::time:
      return "TIME";
    case kind::timestamp:
    case kind::timestamptz:
      return "DATETIME";
    case kind::uuid:
      return "CHAR(36)";
    // A column declared JSON would have NUMERIC affinity and store the JSON text 1.0 as the
    // number 1.
    case kind::json:
    case kind::jsonb:
    case kind::interval:
    case kind::inet:
    case kind::enumeration:
    case kind::text:
      return "TEXT";
    case kind::raw:
      break;
  }
  return type.raw;
}

std::string normal_type(std::string_view declared) {
  std::string out;
  for (const auto& t : tokenise(declared)) {
    bool tight = is_symbol(t, "(") || is_symbol(t, ")") || is_symbol(t, ",") ||
                 out.ends_with("(") || out.ends_with("-") || out.ends_with("+");
    if (!out.empty() && !tight) out += ' ';
    out += upper(t.text);
  }
  return out;
}

affinity affinity_of(std::string_view declared) {
  auto type = upper(declared);
  auto has = [&](const char* part) { return type.find(part) != std::string::npos; };
  if (has("INT")) return affinity::integer;
  if (has("CHAR") || has("CLOB") || has("TEXT")) return affinity::text;
  if (has("BLOB") || type.empty()) return affinity::blob;
  if (has("REAL") || has("FLOA") || has("DOUB")) return affinity::real;
  return affinity::numeric;
}

}  // namespace retort::sqlite
