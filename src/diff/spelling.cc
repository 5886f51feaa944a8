#include "diff/spelling.h"

#include <string>
#include <unordered_map>
#include <utility>

namespace retort::diff {
namespace {

/// Every piece of SQL in it, for reading or for writing.
template <class Schema, class Visitor>
void visit_sql(Schema& schema, const Visitor& visit) {
  for (auto& [name, table] : schema.tables) {
    for (auto& column : table.columns) {
      if (column.default_sql) visit(*column.default_sql);
      if (column.generated) visit(column.generated->expression);
    }
    for (auto& check : table.checks) visit(check.expression);
    for (auto& item : table.excludes) visit(item.definition);
    for (auto& index : table.indexes) {
      visit(index.where);
      for (auto& key : index.keys) {
        if (key.is_expression) visit(key.what);
      }
    }
    for (auto& line : table.opaque) visit(line);
  }
  for (auto& [key, object] : schema.objects) visit(object.definition);
}

}  // namespace

model::schema spelled_like(model::schema schema, const model::schema& like,
                           const dialect::dialect& target) {
  std::unordered_map<std::string, const std::string*> spellings;
  visit_sql(like, [&](const std::string& sql) { spellings.emplace(target.comparable(sql), &sql); });
  visit_sql(schema, [&](std::string& sql) {
    const auto found = spellings.find(target.comparable(sql));
    if (found != spellings.end()) sql = *found->second;
  });
  return schema;
}

}  // namespace retort::diff
