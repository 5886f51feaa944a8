#include "dialect/ddl_writer.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "model/routines.h"

namespace retort::dialect {
namespace {

template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
overloaded(Functions...) -> overloaded<Functions...>;

void append(std::string& sql, std::string_view clause) {
  if (clause.empty()) return;
  sql += ' ';
  sql += clause;
}

/// Whether a constraint reads best beside its column.
template <class Constraint>
bool stands_with(const model::column& column, const Constraint& constraint) {
  if constexpr (std::is_same_v<Constraint, model::unique>) {
    if (!constraint.keys.empty()) return false;
  }
  return constraint.name.empty() && constraint.columns.size() == 1 &&
         constraint.columns[0] == column.name;
}

}  // namespace

std::string_view action_name(referential_action action) {
  switch (action) {
    case referential_action::no_action:
      return "";
    case referential_action::restrict:
      return "RESTRICT";
    case referential_action::cascade:
      return "CASCADE";
    case referential_action::set_null:
      return "SET NULL";
    case referential_action::set_default:
      return "SET DEFAULT";
  }
  return "";
}

void ddl_writer::write(const model::operation_variant& what) {
  auto size_before = out_.size();
  try {
    std::visit(overloaded{
                   [&](const model::create_table& op) { create_table(op); },
                   [&](const model::drop_table& op) { drop_table(op); },
                   [&](const model::add_column& op) { add_column(op); },
                   [&](const model::drop_column& op) { drop_column(op); },
                   [&](const model::rename_table& op) { rename_table(op); },
                   [&](const model::alter_column& op) { alter_column(op); },
                   [&](const model::add_constraint& op) { add_constraint(op); },
                   [&](const model::drop_constraint& op) { drop_constraint(op); },
                   [&](const model::rename_constraint& op) { rename_constraint(op); },
                   [&](const model::validate_constraint& op) { validate_constraint(op); },
                   [&](const model::rename_index& op) { rename_index(op); },
                   [&](const model::attach_partition& op) { attach_partition(op); },
                   [&](const model::detach_partition& op) { detach_partition(op); },
                   [&](const model::row_security& op) { row_security(op); },
                   [&](const model::change_privileges& op) { change_privileges(op); },
                   [&](const model::replace_object& op) { replace_object(op); },
                   [&](const model::comment_table& op) { comment_table(op); },
                   [&](const model::create_index& op) { create_index(op); },
                   [&](const model::drop_index& op) { drop_index(op); },
                   [&](const model::create_object& op) { create_object(op); },
                   [&](const model::drop_object& op) { drop_object(op); },
                   [&](const model::alter_enum& op) { alter_enum(op); },
                   [&](const model::bulk_insert& op) { bulk_insert(op); },
                   [&](const model::run& op) { run(op); },
                   [&](const model::backfill& op) { backfill(op); },
                   [&](const model::execute& op) { execute(op); },
               },
               what);
  } catch (error& problem) {
    out_.resize(size_before);
    if (problem.where.file.empty()) problem.at(where_.file, where_.line, where_.column);
    throw;
  }
}

error ddl_writer::failure_here(const std::string& message) const {
  error problem(message);
  problem.at(where_.file, where_.line, where_.column);
  return problem;
}

void ddl_writer::emit(std::string sql, phase when, bool verbatim) {
  out_.push_back({std::move(sql), when, where_, verbatim});
}

std::string ddl_writer::fragment(std::string_view sql) const {
  return sql_fragment(sql, target_.flavour());
}

std::string ddl_writer::constraint_sql(const model::exclude& constraint) const {
  return fmt::format("{}EXCLUDE {}", name_prefix(constraint.name), fragment(constraint.definition));
}

std::string ddl_writer::value_sql(const model::value& value) const {
  using kind = retort::value::kind;
  switch (value.what) {
    case kind::null:
      return "NULL";
    case kind::boolean:
      return boolean_literal(value.text != "0");
    case kind::integer:
    case kind::real:
      return value.text;
    case kind::string:
      return string_literal(value.text);
    case kind::blob:
      return blob_literal(value.text);
    case kind::sql:
      break;
  }
  return parenthesised(value.text);
}

std::string ddl_writer::string_literal(std::string_view words) const {
  return target_.literal(words);
}

std::string ddl_writer::parenthesised(std::string_view sql) const {
  return in_parentheses(sql, target_.flavour());
}

// ---- operations

void ddl_writer::create_table(const model::create_table& op) {
  auto items = table_items(op.table);
  auto sql = fmt::format("CREATE {} {}{} (\n  {}\n)", table_word(op.table),
                         op.if_not_exists ? "IF NOT EXISTS " : "", quote(op.table.name),
                         base::join(items, ",\n  "));
  append(sql, table_tail(op.table));
  emit(std::move(sql));
  after_table(op.table);
  for (const auto& index : op.table.indexes) {
    create_index({op.table.name, index, op.if_not_exists});
  }
}

void ddl_writer::drop_table(const model::drop_table& op) {
  emit(fmt::format("DROP TABLE {}{}", op.if_exists ? "IF EXISTS " : "", quote(op.name)));
}

void ddl_writer::add_column(const model::add_column& op) {
  auto sql =
      fmt::format("ALTER TABLE {} ADD COLUMN {}{}", quote(op.table),
                  op.if_not_exists ? "IF NOT EXISTS " : "", column_definition(op.column, nullptr));
  if (op.primary_key) append(sql, name_prefix(op.primary_key_name) + "PRIMARY KEY");
  if (op.unique) append(sql, name_prefix(op.unique_name) + "UNIQUE");
  if (!op.check.empty())
    append(sql, name_prefix(op.check_name) + "CHECK " + parenthesised(op.check));
  if (op.foreign_key) {
    append(sql, name_prefix(op.foreign_key->name) + references_clause(*op.foreign_key));
  }
  emit(std::move(sql));
  after_column(op.table, op.column);
}

void ddl_writer::drop_column(const model::drop_column& op) {
  emit(fmt::format("ALTER TABLE {} DROP COLUMN {}{}", quote(op.table),
                   op.if_exists ? "IF EXISTS " : "", quote(op.column)));
}

void ddl_writer::rename_table(const model::rename_table& op) {
  emit(fmt::format("ALTER TABLE {} RENAME TO {}", quote(op.table), quote(op.to)));
}

void ddl_writer::create_index(const model::create_index& op) { emit(create_index_sql(op)); }

void ddl_writer::drop_index(const model::drop_index& op) {
  emit(fmt::format("DROP INDEX {}{}{}", op.concurrently ? "CONCURRENTLY " : "",
                   op.if_exists ? "IF EXISTS " : "", quote(op.name)));
}

void ddl_writer::create_object(const model::create_object& op) {
  emit(target_.object_sql(op.object, op.body, op.if_not_exists));
}

void ddl_writer::drop_object(const model::drop_object& op) {
  auto sql = fmt::format("DROP {} {}{}", base::upper(op.object.kind),
                         op.if_exists ? "IF EXISTS " : "", quote(op.object.name));
  if (model::is_routine(op.object.kind)) {
    sql += "(" + model::without_defaults(op.object.signature) + ")";
  }
  if (!op.object.table.name.empty()) append(sql, drop_tail(op.object));
  if (op.cascade) append(sql, "CASCADE");
  emit(std::move(sql));
}

std::string ddl_writer::drop_tail(const model::object_name& object) const {
  return "ON " + quote(object.table);
}

/// Some rows a statement: one for all could be longer than a server takes.
void ddl_writer::bulk_insert(const model::bulk_insert& op) {
  constexpr std::size_t most = 500;
  auto head = fmt::format("INSERT INTO {} {}", quote(op.table), column_list(op.columns));
  append(head, insert_option());
  append(head, "VALUES");
  for (std::size_t begin = 0; begin < op.rows.size(); begin += most) {
    std::string sql = head;
    for (std::size_t i = begin; i < std::min(begin + most, op.rows.size()); ++i) {
      std::vector<std::string> values;
      for (const auto& value : op.rows[i]) values.push_back(value_sql(value));
      sql += fmt::format("{}\n  ({})", i == begin ? "" : ",", base::join(values, ", "));
    }
    emit(std::move(sql));
  }
}

void ddl_writer::run(const model::run& op) {
  emit(fmt::format("-- C++ code at {}:{}", where_.file, where_.line));
  out_.back().code = op.body;
}

void ddl_writer::backfill(const model::backfill& op) {
  auto sql = fmt::format("UPDATE {} SET {}", quote(op.table), fragment(op.set));
  if (!op.where.empty()) sql += " WHERE " + fragment(op.where);
  emit(std::move(sql));
  out_.back().backfill = op;
}

void ddl_writer::execute(const model::execute& op) { emit(op.sql, phase::in_transaction, true); }

// ---- what the databases differ in

std::string ddl_writer::column_type(const model::column& column, const model::table*) const {
  return target_.type_name(column.type);
}

std::string ddl_writer::default_value(std::string_view sql) const { return fragment(sql); }

std::string ddl_writer::insert_option() const { return {}; }

std::string ddl_writer::collation_name(const std::string& collation) const {
  return quote_collation(collation);
}

bool ddl_writer::key_stands_with_column(const model::primary_key& key, const model::table&) const {
  return key.name.empty() && key.columns.size() == 1;
}

std::string ddl_writer::generated_clause(const model::generated& generated) const {
  return fmt::format("GENERATED ALWAYS AS {} {}", parenthesised(generated.expression),
                     generated.stored ? "STORED" : "VIRTUAL");
}

std::string ddl_writer::not_null_tail(const model::column&) const { return {}; }
std::string ddl_writer::table_word(const model::table&) const { return "TABLE"; }
std::string ddl_writer::table_tail(const model::table&) const { return {}; }
std::vector<std::string> ddl_writer::further_items(const model::table&) const { return {}; }
std::string ddl_writer::index_method(const model::index&) const { return {}; }
std::string ddl_writer::index_options(const model::index&) const { return {}; }
void ddl_writer::after_table(const model::table&) {}
void ddl_writer::after_column(const model::qualified_name&, const model::column&) {}

std::string ddl_writer::primary_key_clause(const model::table&, const model::primary_key& key,
                                           bool with_column) const {
  return with_column ? "PRIMARY KEY" : "PRIMARY KEY " + column_list(key.columns);
}

std::string ddl_writer::unique_tail(const model::unique& constraint) const {
  if (!constraint.deferrable) return {};
  return constraint.initially_deferred ? "DEFERRABLE INITIALLY DEFERRED" : "DEFERRABLE";
}

std::string ddl_writer::index_key(const model::index_key& key) const {
  auto sql = key.is_expression ? parenthesised(key.what) : quote(key.what);
  if (!key.collation.empty()) append(sql, "COLLATE " + collation_name(key.collation));
  append(sql, key.operator_class);
  if (key.descending) append(sql, "DESC");
  if (key.nulls_reversed) append(sql, key.descending ? "NULLS LAST" : "NULLS FIRST");
  return sql;
}

// ---- shared pieces

std::string ddl_writer::column_list(const std::vector<std::string>& columns) const {
  std::vector<std::string> quoted;
  for (const auto& column : columns) quoted.push_back(quote(column));
  return fmt::format("({})", base::join(quoted, ", "));
}

std::string ddl_writer::column_definition(const model::column& column,
                                          const model::table* table) const {
  auto sql = quote(column.name);
  append(sql, column_type(column, table));
  if (!column.collation.empty()) append(sql, "COLLATE " + collation_name(column.collation));
  if (!column.nullable) {
    append(sql, "NOT NULL");
    append(sql, not_null_tail(column));
  }
  if (column.default_sql) append(sql, "DEFAULT " + default_value(*column.default_sql));
  if (column.generated) append(sql, generated_clause(*column.generated));
  if (column.identity) append(sql, identity_clause(column));
  return sql;
}

std::string ddl_writer::name_prefix(const std::string& constraint_name) const {
  return constraint_name.empty() ? "" : fmt::format("CONSTRAINT {} ", quote(constraint_name));
}

std::string ddl_writer::constraint_sql(const model::table& table,
                                       const model::primary_key& key) const {
  return name_prefix(key.name) + primary_key_clause(table, key, false);
}

std::string ddl_writer::constraint_sql(const model::unique& constraint) const {
  auto sql = name_prefix(constraint.name) + "UNIQUE " +
             (constraint.nulls_not_distinct ? "NULLS NOT DISTINCT " : "") +
             (constraint.keys.empty() ? column_list(constraint.columns) : constraint.keys);
  append(sql, unique_tail(constraint));
  return sql;
}

std::string ddl_writer::constraint_sql(const model::check& constraint) const {
  return name_prefix(constraint.name) + "CHECK " + parenthesised(constraint.expression);
}

std::string ddl_writer::constraint_sql(const model::foreign_key& key) const {
  return name_prefix(key.name) + "FOREIGN KEY " + column_list(key.columns) + " " +
         references_clause(key);
}

std::string ddl_writer::references_clause(const model::foreign_key& key) const {
  auto sql = "REFERENCES " + quote(key.table);
  if (!key.referenced_columns.empty()) append(sql, column_list(key.referenced_columns));
  if (!key.match.empty()) append(sql, "MATCH " + key.match);
  if (auto action = action_name(key.on_delete); !action.empty()) {
    append(sql, fmt::format("ON DELETE {}", action));
  }
  if (auto action = action_name(key.on_update); !action.empty()) {
    append(sql, fmt::format("ON UPDATE {}", action));
  }
  if (key.deferrable) {
    append(sql, key.initially_deferred ? "DEFERRABLE INITIALLY DEFERRED" : "DEFERRABLE");
  }
  return sql;
}

std::string ddl_writer::create_index_sql(const model::create_index& op) const {
  const auto& index = op.index;
  std::vector<std::string> keys;
  for (const auto& key : index.keys) keys.push_back(index_key(key));
  auto sql = fmt::format("CREATE {}INDEX {}{}{}", index.unique ? "UNIQUE " : "",
                         op.concurrently ? "CONCURRENTLY " : "",
                         op.if_not_exists ? "IF NOT EXISTS " : "", index_head(op.table, index));
  append(sql, index_method(index));
  append(sql, fmt::format("({})", base::join(keys, ", ")));
  append(sql, index_options(index));
  if (!index.where.empty()) append(sql, "WHERE " + fragment(index.where));
  return sql;
}

std::string ddl_writer::column_item(const model::table& table, const model::column& column) const {
  auto sql = column_definition(column, &table);
  const auto& key = table.primary_key;
  if (key && key->columns == std::vector{column.name} && key_stands_with_column(*key, table)) {
    append(sql, primary_key_clause(table, *key, true));
  }
  for (const auto& constraint : table.uniques) {
    if (!stands_with(column, constraint)) continue;
    append(sql, constraint.nulls_not_distinct ? "UNIQUE NULLS NOT DISTINCT" : "UNIQUE");
    append(sql, unique_tail(constraint));
  }
  for (const auto& foreign_key : table.foreign_keys) {
    if (!stands_with(column, foreign_key)) continue;
    append(sql, references_clause(foreign_key));
  }
  return sql;
}

std::vector<std::string> ddl_writer::table_items(const model::table& table) const {
  std::vector<std::string> items;
  for (const auto& column : table.columns) items.push_back(column_item(table, column));
  auto stands_alone = [&](const auto& constraint) {
    return std::ranges::none_of(table.columns, [&](const model::column& column) {
      return stands_with(column, constraint);
    });
  };
  if (const auto& key = table.primary_key; key && !key_stands_with_column(*key, table)) {
    items.push_back(constraint_sql(table, *key));
  }
  for (const auto& constraint : table.uniques) {
    if (stands_alone(constraint)) items.push_back(constraint_sql(constraint));
  }
  for (const auto& constraint : table.checks) items.push_back(constraint_sql(constraint));
  for (const auto& key : table.foreign_keys) {
    if (stands_alone(key)) items.push_back(constraint_sql(key));
  }
  for (const auto& item : table.excludes) items.push_back(constraint_sql(item));
  for (auto& item : further_items(table)) items.push_back(std::move(item));
  return items;
}

}  // namespace retort::dialect
