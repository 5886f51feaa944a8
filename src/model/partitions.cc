#include "model/partitions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/sql_words.h"
#include "base/text_tools.h"

namespace retort::model {
namespace {

/// Whether two of one kind say the same, whatever their names are.
template <class Part>
bool same(Part a, const Part& b) {
  a.name = b.name;
  return a == b;
}

template <class Part>
bool has(const std::vector<Part>& all, const Part& wanted) {
  return std::ranges::any_of(all, [&](const Part& one) { return same(wanted, one); });
}

/// What a key adds to the name of its index: a call is called after its function.
std::string key_name(const index_key& key) {
  if (!key.is_expression) return key.what;
  const auto all = base::words(key.what, base::sql_flavour::postgresql);
  const std::size_t open = all.size() > 1 && all[1] == "." ? 3 : 1;
  if (open >= all.size() || all[open] != "(") return "expr";
  int depth = 0;
  for (auto i = open; i < all.size(); ++i) {
    if (all[i] == "(") ++depth;
    if (all[i] == ")" && --depth == 0) return i + 1 == all.size() ? all[open - 1] : "expr";
  }
  return "expr";
}

/// `ChooseIndexName`: with a number behind it where the table has one of the name.
std::string index_name(const table& part, const index& wanted) {
  auto name = part.name.name;
  for (const auto& key : wanted.keys) name += "_" + key_name(key);
  for (const auto& column : wanted.include) name += "_" + column;
  name += "_idx";
  for (int n = 0;; ++n) {
    auto numbered = n == 0 ? name : fmt::format("{}{}", name, n);
    if (part.find_index(numbered) == nullptr) return numbered;
  }
}

/// A partition's foreign key is called as the partitioned table's is.
foreign_key with_name(foreign_key key, const table& parent) {
  if (key.name.empty()) {
    key.name = fmt::format("{}_{}_fkey", parent.name.name, base::join(key.columns, "_"));
  }
  return key;
}

}  // namespace

void keep_partition_parts(table& part, const table& parent) {
  if (parent.primary_key && !part.primary_key) {
    part.primary_key = parent.primary_key;
    part.primary_key->name.clear();
  }
  for (auto item : parent.uniques) {
    if (has(part.uniques, item)) continue;
    item.name.clear();
    part.uniques.push_back(std::move(item));
  }
  for (const auto& item : parent.checks) {
    if (!has(part.checks, item)) part.checks.push_back(item);
  }
  for (const auto& item : parent.foreign_keys) {
    if (!has(part.foreign_keys, item)) part.foreign_keys.push_back(with_name(item, parent));
  }
  for (auto item : parent.indexes) {
    if (has(part.indexes, item)) continue;
    item.name = index_name(part, item);
    part.indexes.push_back(std::move(item));
  }
}

std::vector<operation_variant> without_gains(const table& part, const table& parent) {
  auto kept = part;
  keep_partition_parts(kept, parent);
  std::vector<operation_variant> drops;
  const auto drop = [&](const constraint& gained) {
    drops.push_back(drop_constraint{part.name, name_of(gained), kind_of(gained), gained, false});
  };
  for (auto i = part.indexes.size(); i < kept.indexes.size(); ++i) {
    // The name of one with an expression is a guess.
    const bool is_guess = std::ranges::any_of(kept.indexes[i].keys, &index_key::is_expression);
    drops.push_back(drop_index{{part.name.schema, kept.indexes[i].name}, part.name, is_guess});
  }
  for (auto i = part.foreign_keys.size(); i < kept.foreign_keys.size(); ++i) {
    drop(kept.foreign_keys[i]);
  }
  for (auto i = part.uniques.size(); i < kept.uniques.size(); ++i) drop(kept.uniques[i]);
  if (kept.primary_key && !part.primary_key) drop(*kept.primary_key);
  return drops;
}

}  // namespace retort::model
