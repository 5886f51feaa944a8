#include "record/parts.h"

#include <fmt/format.h>

#include <vector>

#include <retort/error.h>

#include "base/text_tools.h"

namespace retort::record {
namespace {

std::vector<std::string> strings_of(names list) {
  std::vector<std::string> result;
  for (const auto& name : list) result.push_back(string_of(name));
  return result;
}

model::type type_of(const column_type& type) {
  return {type.what, type.size, type.scale, string_of(type.name)};
}

/// A string constant in SQL. Both databases read `'` doubled ("String Constants", "Literal
/// Values").
std::string quoted(text value) {
  std::string result = "'";
  for (const char c : string_of(value)) {
    if (c == '\'') result += '\'';
    result += c;
  }
  return result + "'";
}

model::foreign_key foreign_key_of(const constraint& part) {
  model::foreign_key made;
  made.name = string_of(part.name);
  made.columns = strings_of(part.columns);
  made.table.name = string_of(part.referenced_table);
  made.referenced_columns = strings_of(part.referenced_columns);
  made.on_delete = part.delete_action;
  made.on_update = part.update_action;
  made.deferrable = part.is_deferrable;
  made.initially_deferred = part.is_initially_deferred;
  return made;
}

void set_primary_key(model::table& table, model::primary_key key) {
  if (table.primary_key) throw error("it has two primary keys");
  table.primary_key = std::move(key);
}

void add_constraint(model::table& table, const constraint& part) {
  const std::string name = string_of(part.name);
  switch (part.what) {
    case constraint::kind::primary_key:
      set_primary_key(table, {name, strings_of(part.columns), {}, false});
      break;
    case constraint::kind::unique:
      table.uniques.push_back({name,
                               strings_of(part.columns),
                               part.is_deferrable,
                               part.is_initially_deferred,
                               false,
                               {}});
      break;
    case constraint::kind::check:
      table.checks.push_back({name, string_of(part.check_sql), false});
      break;
    case constraint::kind::foreign_key:
      table.foreign_keys.push_back(foreign_key_of(part));
      break;
  }
}

void require_columns(const model::table& table, const std::vector<std::string>& columns,
                     const char* constraint_kind) {
  if (columns.empty()) throw error(fmt::format("a {} names no columns", constraint_kind));
  std::vector<std::string> known;
  for (const auto& column : table.columns) known.push_back(column.name);
  for (const auto& name : columns) {
    if (table.find_column(name) != nullptr) continue;
    const std::string hint = base::did_you_mean(name, known);
    throw error(fmt::format("a {} names the column '{}', which the table does not have{}{}",
                            constraint_kind, name, hint.empty() ? "" : "; ", hint));
  }
}

}  // namespace

model::column column_of(const column& part) {
  model::column made;
  made.name = string_of(part.name);
  made.type = type_of(part.type);
  made.nullable = part.nullable;
  made.collation = string_of(part.collation);
  if (part.has_default) {
    made.default_sql =
        part.default_is_literal ? quoted(part.default_sql) : string_of(part.default_sql);
  }
  if (part.is_identity) {
    made.identity.emplace();
    made.nullable = false;
  }
  return made;
}

std::optional<model::foreign_key> foreign_key_of(const column& part) {
  if (part.referenced_table.empty()) return std::nullopt;
  model::foreign_key made;
  made.columns = {string_of(part.name)};
  made.table.name = string_of(part.referenced_table);
  made.referenced_columns = {string_of(part.referenced_column)};
  made.on_delete = part.delete_action;
  made.on_update = part.update_action;
  return made;
}

void add_part(model::table& table, const table_part& part) {
  if (part.as_constraint != nullptr) {
    add_constraint(table, *part.as_constraint);
    return;
  }
  const column& added = *part.as_column;
  if (added.name.empty()) throw error("a column's name is empty");
  if (table.find_column(string_of(added.name)) != nullptr) {
    throw error(fmt::format("it has two columns named '{}'", string_of(added.name)));
  }
  table.columns.push_back(column_of(added));
  const std::vector<std::string> self = {string_of(added.name)};
  if (added.is_primary_key) set_primary_key(table, {{}, self, {}, false});
  if (added.is_unique) table.uniques.push_back({{}, self, false, false, false, {}});
  if (!added.check_sql.empty()) table.checks.push_back({{}, string_of(added.check_sql), false});
  if (auto key = foreign_key_of(added)) table.foreign_keys.push_back(std::move(*key));
}

void validate(const model::table& table) {
  if (table.columns.empty()) throw error("it has no columns");
  if (table.primary_key) require_columns(table, table.primary_key->columns, "primary key");
  for (const auto& item : table.uniques) require_columns(table, item.columns, "unique constraint");
  for (const auto& item : table.foreign_keys) {
    require_columns(table, item.columns, "foreign key");
    if (item.table.name.empty()) throw error("a foreign key names no table");
    const auto referenced = item.referenced_columns.size();
    if (referenced != 0 && referenced != item.columns.size()) {
      throw error(fmt::format("a foreign key to {} pairs {} columns with {}", item.table.display(),
                              item.columns.size(), referenced));
    }
  }
  for (const auto& item : table.checks) {
    if (base::trim(item.expression).empty()) throw error("a check's condition is empty");
  }
}

}  // namespace retort::record
