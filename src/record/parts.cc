#include "record/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include <retort/error.h>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "model/apply_objects.h"

namespace retort::record {
namespace {

model::foreign_key foreign_key_of(const constraint& part) {
  model::foreign_key made;
  made.columns = strings_of(part.columns);
  made.table.name = string_of(part.referenced_table);
  made.referenced_columns = strings_of(part.referenced_columns);
  made.on_delete = part.delete_action;
  made.on_update = part.update_action;
  made.deferrable = part.is_deferrable;
  made.initially_deferred = part.is_initially_deferred;
  made.not_valid = part.is_not_valid;
  made.match = part.is_match_full ? "FULL" : "";
  return made;
}

void set_primary_key(model::table& table, model::primary_key key) {
  if (table.primary_key) throw error("it has two primary keys");
  table.primary_key = std::move(key);
}

std::string conventional_name(const model::naming_convention& naming, const std::string& table,
                              const model::foreign_key& key) {
  return model::conventional_name(naming.fk,
                                  {table, key.columns, key.table.name, key.referenced_columns});
}

/// The name that its author gave a constraint, or the naming convention's.
std::string name_of(const std::string& table, const constraint& part,
                    const model::naming_convention& naming) {
  if (!part.name.empty()) return string_of(part.name);
  const model::naming_subject subject = {table, strings_of(part.columns)};
  switch (part.what) {
    case constraint::kind::primary_key:
      return model::conventional_name(naming.pk, subject);
    case constraint::kind::unique:
      return model::conventional_name(naming.uq, subject);
    case constraint::kind::check:
      return model::conventional_name(naming.ck, subject);
    case constraint::kind::exclude:
      return string_of(part.name);
    case constraint::kind::foreign_key:
      return conventional_name(naming, table, foreign_key_of(part));
  }
  return {};
}

void add_constraint(model::table& table, model::constraint made) {
  if (auto* key = std::get_if<model::primary_key>(&made)) {
    set_primary_key(table, std::move(*key));
  } else if (auto* unique = std::get_if<model::unique>(&made)) {
    table.uniques.push_back(std::move(*unique));
  } else if (auto* check = std::get_if<model::check>(&made)) {
    table.checks.push_back(std::move(*check));
  } else if (auto* excluded = std::get_if<model::exclude>(&made)) {
    table.excludes.push_back(std::move(*excluded));
  } else {
    table.foreign_keys.push_back(std::move(std::get<model::foreign_key>(made)));
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

/// A naming convention can give two constraints one name.
void refuse_two_of_a_name(const model::table& table) {
  std::vector<std::string> names;
  if (table.primary_key) names.push_back(table.primary_key->name);
  for (const auto& item : table.uniques) names.push_back(item.name);
  for (const auto& item : table.checks) names.push_back(item.name);
  for (const auto& item : table.foreign_keys) names.push_back(item.name);
  for (const auto& item : table.excludes) names.push_back(item.name);
  std::erase(names, std::string());
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return;
  throw error(fmt::format("two of its constraints are named '{}'; name one with .named()", *twice));
}

}  // namespace

model::type type_of(const column_type& type, std::string_view dialect) {
  model::type made{type.what, type.size, type.scale, string_of(type.name), type.is_array};
  if (type.what != column_type::kind::enumeration) return made;
  if (dialect == "sqlite") return {model::type_kind::text, -1, -1, {}, type.is_array};
  made.kind = model::type_kind::raw;
  if (made.raw.find('.') == std::string::npos) made.raw = model::quoted_name({{}, made.raw});
  return made;
}

std::optional<model::check> enum_check(text column, const column_type& type,
                                       std::string_view dialect) {
  if (type.what != column_type::kind::enumeration || dialect != "sqlite") return std::nullopt;
  std::string list;
  for (const auto& value : type.values) list += (list.empty() ? "" : ", ") + quoted(value);
  return model::check{string_of(type.name) + "." + string_of(column),
                      fmt::format("{} IN ({})", model::quoted_name({{}, string_of(column)}), list),
                      false};
}

std::vector<std::string> strings_of(names list) {
  std::vector<std::string> result;
  for (const auto& name : list) result.push_back(string_of(name));
  return result;
}

std::string quoted(text value) { return base::in_quotes('\'', {value.data(), value.size()}); }

model::constraint constraint_of(const std::string& table, const constraint& part,
                                const model::naming_convention& naming) {
  const std::string name = name_of(table, part, naming);
  const auto columns = strings_of(part.columns);
  switch (part.what) {
    case constraint::kind::primary_key:
      return model::primary_key{name, columns, {}, false};
    case constraint::kind::unique:
      return model::unique{name,
                           columns,
                           part.is_deferrable,
                           part.is_initially_deferred,
                           part.are_nulls_not_distinct,
                           {}};
    case constraint::kind::check:
      return model::check{name, string_of(part.check_sql), part.is_not_valid};
    case constraint::kind::exclude:
      return model::exclude{name, string_of(part.check_sql)};
    case constraint::kind::foreign_key:
      break;
  }
  auto key = foreign_key_of(part);
  key.name = name;
  return key;
}

model::column column_of(const column& part, std::string_view dialect) {
  model::column made;
  made.name = string_of(part.name);
  made.type = type_of(part.type, dialect);
  made.nullable = part.nullable;
  made.collation = string_of(part.collation);
  made.comment = string_of(part.comment_text);
  if (!part.generated_sql.empty()) {
    made.generated = model::generated{string_of(part.generated_sql), part.is_stored};
  }
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

void name_constraints(model::add_column& op, const model::naming_convention& naming) {
  const model::naming_subject subject = {op.table.name, {op.column.name}};
  if (op.primary_key) op.primary_key_name = model::conventional_name(naming.pk, subject);
  if (op.unique) op.unique_name = model::conventional_name(naming.uq, subject);
  if (!op.check.empty()) op.check_name = model::conventional_name(naming.ck, subject);
  if (op.foreign_key) {
    op.foreign_key->name = conventional_name(naming, op.table.name, *op.foreign_key);
  }
}

std::string conventional_name(const model::create_index& op,
                              const model::naming_convention& naming) {
  model::naming_subject subject = {op.table.name};
  for (const auto& key : op.index.keys) {
    if (!key.is_expression) subject.columns.push_back(key.what);
  }
  return model::conventional_name(naming.ix, subject);
}

void add_part(model::table& table, const table_part& part, const model::naming_convention& naming,
              std::string_view dialect) {
  if (part.as_constraint != nullptr) {
    add_constraint(table, constraint_of(table.name.name, *part.as_constraint, naming));
    return;
  }
  const column& added = *part.as_column;
  if (added.name.empty()) throw error("a column's name is empty");
  if (table.find_column(string_of(added.name)) != nullptr) {
    throw error(fmt::format("it has two columns named '{}'", string_of(added.name)));
  }
  table.columns.push_back(column_of(added, dialect));
  if (auto check = enum_check(added.name, added.type, dialect)) {
    table.checks.push_back(std::move(*check));
  }
  const std::vector<std::string> self = {string_of(added.name)};
  const model::naming_subject subject = {table.name.name, self};
  if (added.is_primary_key) {
    set_primary_key(table, {model::conventional_name(naming.pk, subject), self, {}, false});
  }
  if (added.is_unique) {
    table.uniques.push_back(
        {model::conventional_name(naming.uq, subject), self, false, false, false, {}});
  }
  if (!added.check_sql.empty()) {
    table.checks.push_back(
        {model::conventional_name(naming.ck, subject), string_of(added.check_sql), false});
  }
  if (auto key = foreign_key_of(added)) {
    key->name = conventional_name(naming, table.name.name, *key);
    table.foreign_keys.push_back(std::move(*key));
  }
}

void validate(const model::table& table) {
  if (table.columns.empty()) throw error("it has no columns");
  if (table.primary_key) require_columns(table, table.primary_key->columns, "primary key");
  for (const auto& item : table.uniques) require_columns(table, item.columns, "unique constraint");
  for (const auto& item : table.foreign_keys) {
    require_columns(table, item.columns, "foreign key");
    validate(item);
  }
  for (const auto& item : table.checks) validate(item);
  refuse_two_of_a_name(table);
}

void validate(const model::constraint& item) {
  if (const auto* check = std::get_if<model::check>(&item)) {
    if (base::trim(check->expression).empty()) throw error("a check's condition is empty");
    return;
  }
  if (const auto* excluded = std::get_if<model::exclude>(&item)) {
    if (base::trim(excluded->definition).empty()) {
      throw error("an exclude constraint's definition is empty");
    }
    return;
  }
  if (const auto* key = std::get_if<model::foreign_key>(&item)) {
    if (key->columns.empty()) throw error("a foreign key names no columns");
    if (key->table.name.empty()) throw error("a foreign key names no table");
    const auto referenced = key->referenced_columns.size();
    if (referenced == 0 || referenced == key->columns.size()) return;
    throw error(fmt::format("a foreign key to {} pairs {} columns with {}", key->table.display(),
                            key->columns.size(), referenced));
  }
  const auto* key = std::get_if<model::primary_key>(&item);
  const auto& columns = key != nullptr ? key->columns : std::get<model::unique>(item).columns;
  if (columns.empty()) {
    throw error(fmt::format("a {} names no columns", model::describe(model::kind_of(item))));
  }
}

}  // namespace retort::record
