#include "diff/remade_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "diff/heirs.h"
#include "diff/moved_rows.h"
#include "diff/rename_order.h"
#include "diff/steps.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

/// `OF x`, or empty.
std::string type_line(const model::table& table) {
  const auto found = std::ranges::find_if(
      table.opaque, [](const std::string& line) { return line.starts_with("OF "); });
  return found == table.opaque.end() ? std::string() : *found;
}

bool is_of_origin(const std::string& line) {
  return line.starts_with("OF ") || line.starts_with("INHERITS (") ||
         line.starts_with(model::inherited_lead);
}

/// Whether the columns are the same, but for their order.
bool has_all_columns(const model::table& from, const model::table& to) {
  return from.columns.size() == to.columns.size() &&
         std::ranges::all_of(to.columns, [&](const model::column& column) {
           const auto* old = from.find_column(column.name);
           return old != nullptr && old->type == column.type && old->collation == column.collation;
         });
}

bool is_in_order(const model::table& from, const model::table& to) {
  return std::ranges::equal(from.columns, to.columns, {}, &model::column::name,
                            &model::column::name);
}

/// Whether what it is to inherit is what it has: rows go over as they are.
bool is_like_its_parents(const model::table& from, const model::table& to,
                         const dialect::dialect& target) {
  return std::ranges::all_of(to.columns, [&](const model::column& column) {
    if (!is_inherited(to, column.name, target)) return true;
    const auto* old = from.find_column(column.name);
    return old == nullptr || (old->type == column.type && old->collation == column.collation &&
                              old->nullable == column.nullable);
  });
}

/// It would be let go of at once.
bool has_parent_to_remake(const model::table& to, const schema_pair& all,
                          const dialect::dialect& target) {
  return std::ranges::any_of(parents_of(to, all.to, target), [&](const model::table* parent) {
    const auto* old = all.from.find(parent->name);
    return old != nullptr && must_be_remade(*old, *parent, all, target);
  });
}

}  // namespace

bool must_be_remade(const model::table& from, const model::table& to, const schema_pair& all,
                    const dialect::dialect& target) {
  const auto type = type_line(to);
  if (!type.empty() && type != type_line(from)) {
    return has_all_columns(from, to) && !is_in_order(from, to);
  }
  return inherits_otherwise(from, to, all, target);
}

change remade_table(const model::table& from, const schema_pair& all,
                    const dialect::dialect& target) {
  const auto& to = *all.to.find(from.name);
  if (!is_like_its_parents(from, to, target) || has_parent_to_remake(to, all, target)) return {};
  auto made = bare(from);
  made.name = name_between(from.name, all);
  std::erase_if(made.columns,
                [&](const model::column& column) { return is_inherited(to, column.name, target); });
  for (const auto& line : to.opaque) {
    if (is_of_origin(line)) made.opaque.push_back(line);
  }
  std::ranges::sort(made.opaque);
  const auto old = target.quote(from.name);
  change whole;
  auto& steps = whole.ways.emplace_back();
  for (const auto* child : heirs_of(from, all.from, target)) {
    auto release = fmt::format("ALTER TABLE {} NO INHERIT {}", target.quote(child->name), old);
    whole.probe += release + "; ";
    steps.push_back(execute(std::move(release)));
  }
  steps.push_back(op(model::create_table{made}));
  move_rows(from, target.quote(made.name), all.from, target, steps);
  steps.push_back(op(model::drop_table{from.name}));
  steps.push_back(op(model::rename_table{made.name, from.name.name}));
  whole.probe += fmt::format("DROP TABLE {} CASCADE", old);
  return whole;
}

model::table with_old_origin(model::table to, const model::table& from) {
  std::erase_if(to.opaque, is_of_origin);
  std::ranges::copy_if(from.opaque, std::back_inserter(to.opaque), is_of_origin);
  std::ranges::sort(to.opaque);
  return to;
}

}  // namespace retort::diff
