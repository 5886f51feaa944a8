#include "diff/type_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

bool has(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
}

/// ADD VALUE for each that is new; none where some are gone or stand elsewhere.
std::vector<model::operation> added_values(const model::qualified_name& name,
                                           const std::vector<std::string>& from,
                                           const std::vector<std::string>& to) {
  std::vector<std::string> kept;
  for (const auto& value : to) {
    if (has(from, value)) kept.push_back(value);
  }
  if (kept != from) return {};
  std::vector<model::operation> way;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (has(from, to[i])) continue;
    model::alter_enum op{.name = name, .value = to[i]};
    const auto next = std::find_if(to.begin() + static_cast<std::ptrdiff_t>(i), to.end(),
                                   [&](const std::string& value) { return has(from, value); });
    if (next != to.end()) op.before = *next;
    way.push_back({std::move(op), {}});
  }
  return way;
}

/// RENAME VALUE where one stands in another's place.
std::vector<model::operation> renamed_value(const model::qualified_name& name,
                                            const std::vector<std::string>& from,
                                            const std::vector<std::string>& to) {
  if (from.size() != to.size()) return {};
  std::vector<model::operation> way;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (from[i] == to[i]) continue;
    if (has(from, to[i]) || has(to, from[i])) return {};
    way.push_back({model::alter_enum{.name = name, .value = from[i], .rename = to[i]}, {}});
  }
  return way.size() == 1 ? way : std::vector<model::operation>();
}

/// Makes the type anew beside the old one, which the columns leave for it.
std::vector<model::operation> remade(const keyed_object& from, const model::object& to,
                                     const model::schema& all, const dialect::dialect& target) {
  const auto type = target.quote(to.name);
  const auto word = base::upper(to.kind);
  std::vector<model::operation> way;
  const auto sql = [&](std::string text) { way.push_back({model::execute{std::move(text)}, {}}); };
  const auto old = model::qualified_name{to.name.schema, to.name.name + "__old"};
  sql(fmt::format("ALTER {} {} RENAME TO {}", word, type, target.quote(old.name)));
  way.push_back({create_operation(to), {}});
  for (const auto& [name, table] : all.tables) {
    for (const auto& column : table.columns) {
      const bool is_array = column.type.raw == type + "[]";
      if (table.is_partition() || (column.type.raw != type && !is_array)) continue;
      const auto head = fmt::format("ALTER TABLE {} ALTER COLUMN {} ", target.quote(name),
                                    target.quote(column.name));
      if (column.default_sql) sql(head + "DROP DEFAULT");
      sql(fmt::format("{0}TYPE {1} USING {2}::text{3}::{1}", head, column.type.raw,
                      target.quote(column.name), is_array ? "[]" : ""));
      if (column.default_sql) sql(head + "SET DEFAULT " + *column.default_sql);
    }
  }
  sql(fmt::format("DROP {} {}", base::upper(from.object.kind), target.quote(old)));
  return way;
}

using way = std::vector<model::operation>;

void add(way& to, std::string sql) { to.push_back({model::execute{std::move(sql)}, {}}); }

/// The tokens that stand in no parentheses, with where they begin.
template <class Visitor>
void visit_outer(std::string_view sql, const Visitor& visit) {
  base::sql_lexer lexer(sql, base::sql_flavour::postgresql);
  int depth = 0;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (text == ")" || text == "]") --depth;
    if (depth == 0) visit(text, static_cast<std::size_t>(text.data() - sql.data()));
    if (text == "(" || text == "[") ++depth;
  }
}

// ---- composite types

struct attribute {
  std::string name;
  /// With its collation.
  std::string type;

  bool operator==(const attribute&) const = default;
};

/// Those of `CREATE TYPE x AS (a integer, b text)`; none: it is another kind of type.
std::vector<attribute> attributes_of(const std::string& definition) {
  std::vector<attribute> found;
  const auto at = definition.find(" AS (");
  if (at == std::string::npos || !definition.ends_with(')')) return found;
  const auto inside = definition.substr(at + 5, definition.size() - at - 6);
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    const auto part = std::string(base::trim(std::string_view(inside).substr(begin, end - begin)));
    const auto name = sql_name_behind(part, "");
    if (!part.empty()) found.push_back({name, std::string(base::trim(part.substr(name.size())))});
    begin = end + 1;
  };
  visit_outer(inside, [&](std::string_view text, std::size_t place) {
    if (text == ",") take(place);
  });
  take(inside.size());
  return found;
}

bool has_attribute(const std::vector<attribute>& all, const std::string& name) {
  return std::ranges::any_of(all, [&](const attribute& one) { return one.name == name; });
}

/// ALTER TYPE; none where attributes would have to change places.
way altered_attributes(const std::string& type, const std::vector<attribute>& from,
                       const std::vector<attribute>& to) {
  way steps;
  std::vector<std::string> order;
  for (const auto& old : from) {
    if (has_attribute(to, old.name)) {
      order.push_back(old.name);
    } else {
      add(steps, fmt::format("ALTER TYPE {} DROP ATTRIBUTE {} CASCADE", type, old.name));
    }
  }
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (!has_attribute(from, to[i].name)) {
      order.push_back(to[i].name);
      add(steps,
          fmt::format("ALTER TYPE {} ADD ATTRIBUTE {} {} CASCADE", type, to[i].name, to[i].type));
    } else if (std::ranges::find(from, to[i]) == from.end()) {
      add(steps, fmt::format("ALTER TYPE {} ALTER ATTRIBUTE {} TYPE {} CASCADE", type, to[i].name,
                             to[i].type));
    }
    if (order.size() <= i || order[i] != to[i].name) return {};
  }
  return steps;
}

// ---- domains

struct domain_parts {
  /// The type with its collation.
  std::string base;
  std::string default_sql;
  bool is_not_null = false;
  /// `CONSTRAINT x CHECK (…)`.
  std::vector<std::string> constraints;
};

domain_parts parts_of(const std::string& definition) {
  const auto text = definition.substr(definition.find(" AS ") + 4);
  std::vector<std::size_t> cuts = {0};
  visit_outer(text, [&](std::string_view token, std::size_t place) {
    if (token == "DEFAULT" || token == "NOT" || token == "CONSTRAINT") cuts.push_back(place);
  });
  cuts.push_back(text.size());
  domain_parts parts;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const auto part =
        std::string(base::trim(std::string_view(text).substr(cuts[i], cuts[i + 1] - cuts[i])));
    if (i == 0) {
      parts.base = part;
    } else if (part.starts_with("DEFAULT ")) {
      parts.default_sql = part.substr(8);
    } else if (part == "NOT NULL") {
      parts.is_not_null = true;
    } else {
      parts.constraints.push_back(part);
    }
  }
  return parts;
}

/// ALTER DOMAIN; none where it is over another type.
way altered_domain(const std::string& domain, const domain_parts& from, const domain_parts& to) {
  way steps;
  if (from.base != to.base) return steps;
  const auto alter = [&](const std::string& what) {
    add(steps, fmt::format("ALTER DOMAIN {} {}", domain, what));
  };
  for (const auto& item : from.constraints) {
    if (!has(to.constraints, item)) {
      alter("DROP CONSTRAINT " + sql_name_behind(item, "CONSTRAINT "));
    }
  }
  if (from.default_sql != to.default_sql) {
    alter(to.default_sql.empty() ? "DROP DEFAULT" : "SET DEFAULT " + to.default_sql);
  }
  if (from.is_not_null != to.is_not_null) alter(to.is_not_null ? "SET NOT NULL" : "DROP NOT NULL");
  for (const auto& item : to.constraints) {
    if (!has(from.constraints, item)) alter("ADD " + item);
  }
  return steps;
}

/// The ways in which the type stays the one that it is.
way altered_in_place(const keyed_object& from, const model::object& to,
                     const dialect::dialect& target, std::string& review) {
  const auto name = target.quote(to.name);
  const auto& old = from.object.definition;
  if (to.kind == "domain") {
    const auto parts = parts_of(to.definition);
    if (parts.is_not_null && !parts_of(old).is_not_null) {
      review = fmt::format("rows without a {} keep this from running", to.name.display());
    }
    return altered_domain(name, parts_of(old), parts);
  }
  const auto attributes = attributes_of(to.definition);
  if (!attributes.empty()) return altered_attributes(name, attributes_of(old), attributes);
  const auto from_values = enum_values(old);
  const auto to_values = enum_values(to.definition);
  if (from_values.empty()) return {};
  auto added = added_values(to.name, from_values, to_values);
  if (!added.empty()) return added;
  auto renamed = renamed_value(to.name, from_values, to_values);
  review = renamed.empty()
               ? fmt::format("rows with a value that {} no longer has keep this from running",
                             to.name.display())
               : "a value that went and one that came are taken for the same";
  return renamed;
}

}  // namespace

std::vector<std::string> enum_values(std::string_view definition) {
  std::vector<std::string> values;
  if (definition.find(" AS ENUM (") == std::string_view::npos) return values;
  for (const auto& literal : model::enum_literals(definition)) {
    std::string value;
    for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
      value += literal[i];
      if (literal[i] == '\'') ++i;
    }
    values.push_back(std::move(value));
  }
  return values;
}

change alter_type(const keyed_object& from, const model::object& to, const model::schema& all,
                  const dialect::dialect& target, const change_options& options) {
  change result;
  auto in_place = altered_in_place(from, to, target, result.review);
  const bool is_enum = !enum_values(to.definition).empty();
  if (!in_place.empty() && !(is_enum && options.remakes_types)) {
    result.ways.push_back(std::move(in_place));
  }
  result.ways.push_back(remade(from, to, all, target));
  result.probe = drop_probe(from, target);
  return result;
}

}  // namespace retort::diff
