#include "diff/remade_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "diff/rename_order.h"
#include "diff/type_definitions.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

bool has_attributes(const replacement& type) {
  return !attributes_of(type.from->definition).empty() &&
         !attributes_of(type.to->definition).empty();
}

/// Whether each attribute stands where it stood, so that the text of a row is the same.
bool has_its_places(const replacement& type) {
  return std::ranges::equal(attributes_of(type.from->definition),
                            attributes_of(type.to->definition), {}, &attribute::name,
                            &attribute::name);
}

bool is_array(std::string_view spelled) { return spelled.ends_with("[]"); }

/// What a domain is over, on both sides; empty: it is none, or over something else now.
std::string base_of(const replacement& type) {
  if (type.from->kind != "domain" || type.to->kind != "domain") return {};
  auto base = parts_of(type.from->definition).base;
  return base == parts_of(type.to->definition).base ? base : std::string();
}

/// From all elements and the bounds the text of an array, whatever its dimensions are: a brace
/// opens before, and closes behind, each full count of what stands within it.
constexpr const char* array_body =
    R"(SELECT CASE WHEN cardinality($1) = 0 THEN '{{}}' ELSE (array_dims($1) || '=' || (SELECT string_agg(repeat('{{', opened) || coalesce('"' || replace(replace(({0})::text, E'\\', E'\\\\'), '"', E'\\"') || '"', 'NULL') || repeat('}}', closed), ',' ORDER BY n) FROM (SELECT unnest($1) AS e, generate_series(1, cardinality($1)) AS n) elements CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE (n - 1) % size = 0)::integer AS opened, count(*) FILTER (WHERE n % size = 0)::integer AS closed FROM generate_series(1, array_ndims($1)) d CROSS JOIN LATERAL (SELECT round(exp(sum(ln(array_length($1, i)))))::integer AS size FROM generate_series(d, array_ndims($1)) i) sizes) braces))::{1}[] END)";

}  // namespace

const replacement* find_replacement(const std::vector<replacement>& types,
                                    std::string_view spelled) {
  const auto found = std::ranges::find_if(
      types, [&](const replacement& one) { return one.is(element_of(spelled)); });
  return found == types.end() ? nullptr : &*found;
}

value_converter::value_converter(const std::vector<replacement>& types, const schema_pair& all,
                                 const dialect::dialect& target)
    : types_(types),
      all_(all),
      target_(target),
      is_moved_(std::ranges::any_of(types, [](const replacement& one) {
        return has_attributes(one) && !has_its_places(one);
      })) {}

std::string value_converter::converted(const std::string& value, const std::string& spelled) const {
  const auto& type = *find_replacement(types_, spelled);
  const bool is_itself = element_of(spelled) == type.type;
  if (!is_itself || !goes_by_names(type) || (is_array(spelled) && !is_moved_)) {
    return fmt::format("{}::text{}::{}", value, is_array(spelled) ? "[]" : "", spelled);
  }
  if (is_array(spelled)) return fmt::format("{}({})", array_function(type), value);
  const auto base = base_of(type);
  if (base.empty()) return converted_row(value, type);
  return fmt::format("({})::{}", converted(fmt::format("({}::{})", value, old_name(base)), base),
                     type.type);
}

/// A domain is as what it is over.
bool value_converter::goes_by_names(const replacement& type) const {
  if (has_attributes(type)) return true;
  const auto base = base_of(type);
  const auto* below = base.empty() ? nullptr : find_replacement(types_, base);
  return below != nullptr && is_moved_ && goes_by_names(*below);
}

bool value_converter::has_moved(const replacement& type) const {
  if (has_attributes(type) && !has_its_places(type)) return true;
  const auto within = types_within(*type.from);
  return std::ranges::any_of(within, [&](const std::string& one) {
    const auto* part = find_replacement(types_, one);
    return part != nullptr && has_moved(*part);
  });
}

bool value_converter::keeps_places(const std::string& spelled) const {
  const auto* type = find_replacement(types_, spelled);
  if (type == nullptr) return false;
  if (element_of(spelled) != type->type || !goes_by_names(*type)) return has_moved(*type);
  const auto within = types_within(*type->from);
  return std::ranges::any_of(within, [&](const std::string& one) { return keeps_places(one); });
}

std::string value_converter::old_name(const std::string& spelled) const {
  const auto* type = find_replacement(types_, spelled);
  return target_.quote(name_between(type->from->name, all_)) + (is_array(spelled) ? "[]" : "");
}

std::string value_converter::converted_row(const std::string& value,
                                           const replacement& type) const {
  const auto from = attributes_of(type.from->definition);
  std::string row;
  for (const auto& one : attributes_of(type.to->definition)) {
    const auto old = std::ranges::find(from, one.name, &attribute::name);
    row += row.empty() ? "" : ", ";
    if (old == from.end()) {
      row += "NULL";
      continue;
    }
    const auto part = fmt::format("({}).{}", value, one.name);
    if (old->type != one.type) {
      row += fmt::format("{}::text::{}", part, one.type);
    } else if (find_replacement(types_, one.type) == nullptr) {
      row += part;
    } else {
      row += converted(part, one.type);
    }
  }
  // A row of nothing but NULL is one.
  return fmt::format("CASE WHEN {0} IS DISTINCT FROM NULL THEN ROW({1})::{2} END", value, row,
                     type.type);
}

std::string value_converter::array_function(const replacement& type) const {
  const auto& name = type.from->name;
  return target_.quote(name_between({name.schema, "to_" + name.name}, all_));
}

/// Whether a column, an attribute or a domain is an array of them.
bool value_converter::is_in_arrays(const replacement& type) const {
  const auto is_it = [&](std::string_view spelled) {
    return is_array(spelled) && element_of(spelled) == type.type;
  };
  for (const auto& [name, table] : all_.from.tables) {
    if (model::is_foreign(table)) continue;
    if (std::ranges::any_of(table.columns, is_it,
                            [](const model::column& one) { return one.type.raw; })) {
      return true;
    }
  }
  return std::ranges::any_of(types_, [&](const replacement& one) {
    const auto attributes = attributes_of(one.from->definition);
    return is_it(base_of(one)) || std::ranges::any_of(attributes, is_it, &attribute::type);
  });
}

std::vector<std::string> value_converter::make_functions(
    const std::vector<const replacement*>& order) const {
  std::vector<std::string> made;
  if (!is_moved_) return made;
  for (const auto* type : order) {
    if (!goes_by_names(*type) || !is_in_arrays(*type)) continue;
    made.push_back(
        fmt::format("CREATE FUNCTION {}({}[]) RETURNS {}[] LANGUAGE sql AS $$ {} $$",
                    array_function(*type), old_name(type->type), type->type,
                    fmt::format(fmt::runtime(array_body), converted("e", type->type), type->type)));
  }
  return made;
}

std::vector<std::string> value_converter::drop_functions(
    const std::vector<const replacement*>& order) const {
  std::vector<std::string> dropped;
  if (!is_moved_) return dropped;
  for (auto type = order.rbegin(); type != order.rend(); ++type) {
    if (!goes_by_names(**type) || !is_in_arrays(**type)) continue;
    dropped.push_back("DROP FUNCTION " + array_function(**type));
  }
  return dropped;
}

}  // namespace retort::diff
