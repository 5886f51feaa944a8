#include "diff/repartitioned.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "diff/conversions.h"
#include "diff/moved_rows.h"
#include "diff/rename_order.h"
#include "diff/steps.h"
#include "diff/type_losses.h"
#include "model/apply_objects.h"
#include "model/mentions.h"

namespace retort::diff {
namespace {

/// What follows the parent's name where the table is a partition of it; empty: it is none.
std::string bounds_under(const model::qualified_name& parent, const model::table& table) {
  const auto lead = model::partition_line(parent, {});
  for (const auto& line : table.opaque) {
    if (line.starts_with(lead)) return line.substr(lead.size());
  }
  return {};
}

using name_set = std::set<std::string>;

void collect_keys(const model::table& table, const model::schema& side,
                  std::vector<std::string>& keys) {
  if (auto key = model::partition_key(table); !key.empty()) keys.push_back(std::move(key));
  for (const auto& [name, other] : side.tables) {
    if (!bounds_under(table.name, other).empty()) collect_keys(other, side, keys);
  }
}

/// Columns of the table's key, or of one below it, that are of another type: nothing alters those.
name_set retyped_keys(const model::table& from, const model::table& to, const schema_pair& all) {
  std::vector<std::string> keys;
  collect_keys(from, all.from, keys);
  name_set found;
  for (const auto& column : to.columns) {
    const auto* old = from.find_column(column.name);
    if (old == nullptr || (old->type == column.type && old->collation == column.collation)) {
      continue;
    }
    const bool is_in_key = std::ranges::any_of(
        keys, [&](const std::string& key) { return model::mentions(key, column.name); });
    if (is_in_key) found.insert(column.name);
  }
  return found;
}

class repartitioner {
 public:
  repartitioner(const model::table& from, const schema_pair& all, const dialect::dialect& target)
      : from_(from), to_(*all.to.find(from.name)), all_(all), target_(target) {}

  /// One for each way to convert what the key is of.
  change run() {
    change whole;
    const auto keys = retyped_keys(from_, to_, all_);
    for (std::size_t number = 0; number == 0 || number < ways_; ++number) {
      whole.ways.push_back(way(keys, number));
    }
    for (const auto& name : keys) {
      const auto loss = loss_by_type(to_.name, *from_.find_column(name), *to_.find_column(name),
                                     target_.flavour());
      if (!loss.empty()) whole.loss += (whole.loss.empty() ? "" : "; ") + loss;
    }
    whole.probe = fmt::format("DROP TABLE {} CASCADE", target_.quote(from_.name));
    if (!model::partition_key(to_).empty()) {
      whole.review = fmt::format("rows that no partition of {} takes keep this from running",
                                 to_.name.display());
    }
    return whole;
  }

 private:
  std::vector<model::operation> way(const name_set& keys, std::size_t number) {
    steps_.clear();
    renamed_.clear();
    auto made = bare(from_);
    for (const auto& line : from_.opaque) {
      if (line.starts_with("INHERITS (")) made.opaque.push_back(line);
    }
    made.name = name_between(from_.name, all_);
    const auto computed = retype(keys, made, number);
    if (const auto key = model::partition_key(to_); !key.empty()) made.opaque.push_back(key);
    std::ranges::sort(made.opaque);
    steps_.push_back(op(model::create_table{made}));
    make_partitions(to_.name, target_.quote(made.name));
    release_partitions(from_.name);
    move_rows(from_, target_.quote(made.name), all_.from, target_, steps_, computed);
    steps_.push_back(op(model::drop_table{from_.name}));
    rename(made.name, from_.name.name);
    for (const auto& [name, wanted] : renamed_) rename(name, wanted);
    return steps_;
  }

  /// Gives the table what can no longer change there, and says how its rows get it.
  std::map<std::string, std::string> retype(const name_set& keys, model::table& made,
                                            std::size_t number) {
    std::map<std::string, std::string> computed;
    for (auto& column : made.columns) {
      if (!keys.contains(column.name)) continue;
      const auto& wanted = *to_.find_column(column.name);
      auto all = conversions(column, wanted, target_.quote(column.name), {});
      // It would need a function.
      std::erase_if(all, [](const conversion& one) { return !one.before.empty(); });
      ways_ = std::max(ways_, all.size());
      if (!all.empty()) {
        const auto& chosen = all[std::min(number, all.size() - 1)].expression;
        if (!chosen.empty()) computed[column.name] = chosen;
      }
      column.type = wanted.type;
      column.collation = wanted.collation;
      column.default_sql.reset();
    }
    return computed;
  }

  void sql(std::string text) { steps_.push_back(execute(std::move(text))); }

  void rename(const model::qualified_name& name, const std::string& wanted) {
    steps_.push_back(op(model::rename_table{name, wanted}));
  }

  /// Those of the wanted table, and of its partitions.
  void make_partitions(const model::qualified_name& parent, const std::string& made) {
    for (const auto& [name, table] : all_.to.tables) {
      const auto bounds = bounds_under(parent, table);
      if (bounds.empty()) continue;
      const auto* old = all_.from.find(name);
      if (old != nullptr && !old->is_partition()) {
        sql(fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}", made, target_.quote(name),
                        bounds));
        continue;
      }
      const auto own = old == nullptr ? name : name_between(name, all_);
      const auto key = model::partition_key(table);
      sql(fmt::format("CREATE TABLE {} PARTITION OF {} {}{}{}", target_.quote(own), made, bounds,
                      key.empty() ? "" : " ", key));
      if (own != name) renamed_.emplace_back(own, name.name);
      make_partitions(name, target_.quote(own));
    }
  }

  /// Those that stay as tables of their own keep their rows.
  void release_partitions(const model::qualified_name& parent) {
    for (const auto& [name, table] : all_.from.tables) {
      if (bounds_under(parent, table).empty()) continue;
      const auto* now = all_.to.find(name);
      if (now == nullptr || now->is_partition()) {
        release_partitions(name);
      } else {
        sql(fmt::format("ALTER TABLE {} DETACH PARTITION {}", target_.quote(parent),
                        target_.quote(name)));
      }
    }
  }

  const model::table& from_;
  const model::table& to_;
  const schema_pair& all_;
  const dialect::dialect& target_;
  std::size_t ways_ = 0;
  std::vector<model::operation> steps_;
  std::vector<std::pair<model::qualified_name, std::string>> renamed_;
};

void collect(const model::qualified_name& parent, const model::schema& side,
             std::set<model::qualified_name>& found) {
  for (const auto& [name, table] : side.tables) {
    if (bounds_under(parent, table).empty() || !found.insert(name).second) continue;
    collect(name, side, found);
  }
}

}  // namespace

bool is_repartitioned(const model::table& from, const model::table& to, const schema_pair& all) {
  if (from.is_partition() || to.is_partition()) return false;
  return model::partition_key(from) != model::partition_key(to) ||
         !retyped_keys(from, to, all).empty();
}

change repartitioned(const model::table& from, const schema_pair& all,
                     const dialect::dialect& target) {
  return repartitioner(from, all, target).run();
}

std::set<model::qualified_name> moved_partitions(const schema_pair& all,
                                                 const model::schema& side) {
  std::set<model::qualified_name> found;
  for (const auto& [name, table] : all.from.tables) {
    const auto* now = all.to.find(name);
    if (now != nullptr && is_repartitioned(table, *now, all)) collect(name, side, found);
  }
  return found;
}

}  // namespace retort::diff
