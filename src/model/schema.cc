#include "model/schema.h"

#include <algorithm>

namespace retort::model {
namespace {

template <class Items>
auto* find_named(Items& items, std::string_view name) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const column* table::find_column(std::string_view column_name) const {
  return find_named(columns, column_name);
}

const std::string* table::verbose_key() const {
  for (const auto& line : opaque) {
    if (line.starts_with("PRIMARY KEY ")) return &line;
  }
  return nullptr;
}

bool table::is_virtual() const { return !opaque.empty() && opaque.front().starts_with("CREATE "); }

bool table::is_partition() const {
  return std::ranges::any_of(
      opaque, [](const std::string& line) { return line.starts_with("PARTITION OF "); });
}

const index* table::find_index(std::string_view index_name) const {
  return find_named(indexes, index_name);
}

table* schema::find(const qualified_name& name) {
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : &found->second;
}

const table* schema::find(const qualified_name& name) const {
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : &found->second;
}

const table* schema::table_of_index(const qualified_name& name) const {
  for (const auto& [table_name, table] : tables) {
    if (!name.schema.empty() && name.schema != table_name.schema) continue;
    if (table.find_index(name.name) != nullptr) return &table;
  }
  return nullptr;
}

}  // namespace retort::model
