#include "diff/in_the_way.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diff/object_changes.h"
#include "diff/steps.h"
#include "diff/table_changes.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

/// It gives up the name by itself.
bool is_renamed(const std::vector<renaming>& said, const model::qualified_name& table,
                const std::string& column) {
  return std::ranges::any_of(
      said, [&](const renaming& one) { return one.table == table && one.column == column; });
}

change dropped(model::operation_variant what, std::string probe, const dialect::dialect& target) {
  auto drop = one(std::move(what));
  drop.loss = loss_by(drop.ways.front().front().what, {});
  if (target.flavour() == base::sql_flavour::postgresql) drop.probe = std::move(probe);
  return drop;
}

}  // namespace

std::vector<change> tables_in_the_way(const std::vector<renaming>& said, const model::schema& from,
                                      const model::schema& to, const dialect::dialect& target) {
  std::vector<change> drops;
  for (const auto& what : said) {
    const auto now = what.new_name();
    if (!what.column.empty() || from.find(what.table) == nullptr || to.find(now) == nullptr) {
      continue;
    }
    const auto* other = from.find(now);
    if (other != nullptr && other->name != what.table && !is_renamed(said, now, {})) {
      drops.push_back(drop_of(*other, target, {}));
    }
    for (const auto& [key, object] : from.objects) {
      const bool is_relation =
          object.kind == "sequence" || object.kind == "view" || object.kind == "materialized view";
      if (!is_relation || object.name != now) continue;
      if (auto drop = drop_operation({key, object}, target)) {
        drops.push_back(dropped(std::move(*drop), {}, target));
      }
    }
  }
  return drops;
}

std::vector<change> columns_in_the_way(const std::vector<renaming>& said, const model::table& table,
                                       const model::table& now, const dialect::dialect& target) {
  std::vector<change> drops;
  for (const auto& what : said) {
    const bool is_here = what.table == table.name && !what.column.empty() &&
                         what.to != what.column && table.find_column(what.column) != nullptr;
    if (!is_here || table.find_column(what.to) == nullptr || now.find_column(what.to) == nullptr) {
      continue;
    }
    if (is_renamed(said, table.name, what.to)) continue;
    drops.push_back(dropped(model::drop_column{table.name, what.to},
                            fmt::format("ALTER TABLE {} DROP COLUMN {} CASCADE",
                                        target.quote(table.name), target.quote(what.to)),
                            target));
  }
  return drops;
}

}  // namespace retort::diff
