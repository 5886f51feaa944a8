#include "verify/fill.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "model/apply_objects.h"
#include "verify/table_filler.h"

namespace retort::verify {
namespace {

void visit(const model::schema& schema, const model::table& table,
           std::set<const model::table*>& seen, std::vector<const model::table*>& out) {
  if (!seen.insert(&table).second) return;
  for (const auto& key : table.foreign_keys) {
    const model::table* referenced = schema.find(key.table);
    if (referenced != nullptr) visit(schema, *referenced, seen, out);
  }
  out.push_back(&table);
}

}  // namespace

std::vector<const model::table*> by_dependency(const model::schema& schema) {
  std::vector<const model::table*> result;
  std::set<const model::table*> seen;
  for (const auto& [name, table] : schema.tables) visit(schema, table, seen, result);
  return result;
}

std::vector<std::string> fill(db::connection& connection, const dialect::dialect& target,
                              const model::schema& schema, unsigned salt) {
  std::vector<std::string> notes;
  connection.begin();
  for (const auto* table : by_dependency(schema)) {
    // Its rows are another server's.
    if (model::is_foreign(*table)) continue;
    const auto filled = table_filler(connection, target, schema, *table, salt).run();
    const std::string name = table->name.display();
    if (filled.rows == 0) {
      notes.push_back(
          fmt::format("table {} was proven without rows of its own: none was accepted ({})", name,
                      filled.refusal));
    }
    for (const auto& column : filled.empty_columns) {
      notes.push_back(fmt::format("column {}.{} was proven with NULL only", name, column));
    }
  }
  connection.commit();
  return notes;
}

}  // namespace retort::verify
