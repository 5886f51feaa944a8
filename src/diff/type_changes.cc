#include "diff/type_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text_tools.h"
#include "diff/enum_changes.h"
#include "diff/remade_types.h"
#include "diff/steps.h"
#include "diff/type_definitions.h"

namespace retort::diff {
namespace {

using way = std::vector<model::operation>;

void add(way& to, std::string sql) { to.push_back(execute(std::move(sql))); }

bool has_value(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
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

/// ALTER DOMAIN; none where it is over another type.
way altered_domain(const std::string& domain, const domain_parts& from, const domain_parts& to) {
  way steps;
  if (from.base != to.base) return steps;
  const auto alter = [&](const std::string& what) {
    add(steps, fmt::format("ALTER DOMAIN {} {}", domain, what));
  };
  for (const auto& item : from.constraints) {
    if (!has_value(to.constraints, item)) {
      alter("DROP CONSTRAINT " + sql_name_behind(item, "CONSTRAINT "));
    }
  }
  if (from.default_sql != to.default_sql) {
    alter(to.default_sql.empty() ? "DROP DEFAULT" : "SET DEFAULT " + to.default_sql);
  }
  if (from.is_not_null != to.is_not_null) alter(to.is_not_null ? "SET NOT NULL" : "DROP NOT NULL");
  for (const auto& item : to.constraints) {
    if (!has_value(from.constraints, item)) alter("ADD " + item);
  }
  return steps;
}

way renamed_values(const model::qualified_name& type, const value_changes& values) {
  way steps;
  for (const auto& [from, to] : values.renamed) {
    steps.push_back(op(model::alter_enum{.name = type, .value = from, .rename = to}));
  }
  return steps;
}

/// ADD VALUE behind what is renamed; none where that is not all.
way altered_values(const model::qualified_name& type, const value_changes& values) {
  if (values.is_anew) return {};
  auto steps = renamed_values(type, values);
  for (const auto& one : values.added) {
    steps.push_back(op(model::alter_enum{.name = type, .value = one.value, .before = one.before}));
  }
  return steps;
}

std::string review_of_values(const model::qualified_name& type, const value_changes& values,
                             const dialect::dialect& target) {
  std::vector<std::string> guesses;
  for (const auto& [from, to] : values.renamed) {
    guesses.push_back(fmt::format("{} becomes {}", target.literal(from), target.literal(to)));
  }
  std::vector<std::string> gone;
  for (const auto& value : values.removed) gone.push_back(target.literal(value));
  std::vector<std::string> parts;
  if (!guesses.empty()) {
    parts.push_back(
        fmt::format("values of {}: that {} is a guess (--no-renames: removed and added)",
                    type.display(), base::join(guesses, ", ")));
  }
  if (!gone.empty()) {
    parts.push_back(fmt::format("rows with {}, which {} no longer has, keep this from running",
                                base::join(gone, ", "), type.display()));
  }
  return base::join(parts, "; ");
}

/// The way in which a domain or a composite type stays the one that it is; none: there is none.
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
  return attributes.empty() ? way() : altered_attributes(name, attributes_of(old), attributes);
}

/// What a composite type's values lose.
std::string loss_of_attributes(const model::object& from, const model::object& to) {
  const auto kept = attributes_of(to.definition);
  std::vector<std::string> gone;
  for (const auto& old : attributes_of(from.definition)) {
    if (!has_attribute(kept, old.name)) gone.push_back(to.name.display() + "." + old.name);
  }
  if (gone.empty()) return {};
  return fmt::format("drops {}: what is in it is lost", base::join(gone, ", "));
}

}  // namespace

change alter_type(const keyed_object& from, const model::object& to, const schema_pair& all,
                  const dialect::dialect& target, const change_options& options) {
  change result;
  way first;
  way in_place;
  const bool is_same_kind = from.object.kind == to.kind;
  const auto old_values = enum_values(from.object.definition);
  const auto new_values = enum_values(to.definition);
  if (!old_values.empty() && !new_values.empty()) {
    const auto values = changes_of_values(old_values, new_values, options.guesses_values);
    result.review = review_of_values(to.name, values, target);
    if (!options.remakes_types) in_place = altered_values(to.name, values);
    first = renamed_values(to.name, values);
  } else if (is_same_kind && old_values.empty() && new_values.empty()) {
    in_place = altered_in_place(from, to, target, result.review);
  }
  const bool is_anew = in_place.empty();
  if (!is_anew) result.ways.push_back(std::move(in_place));
  auto anew = remade(from, to, all, target);
  for (auto& steps : anew.ways) {
    steps.insert(steps.begin(), first.begin(), first.end());
    result.ways.push_back(std::move(steps));
  }
  result.probe = std::move(anew.probe);
  result.loss = loss_of_attributes(from.object, to);
  if (is_anew && !anew.loss.empty()) result.loss += (result.loss.empty() ? "" : "; ") + anew.loss;
  return result;
}

}  // namespace retort::diff
