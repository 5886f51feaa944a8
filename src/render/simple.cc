#include <algorithm>

#include "render/calls.h"
#include "render/literal.h"

// What is one call with its options.

namespace retort::render {
namespace {

std::string_view type_word(model::constraint_kind kind) {
  switch (kind) {
    case model::constraint_kind::any:
      return "";
    case model::constraint_kind::primary_key:
      return "retort::constraint_type::primary";
    case model::constraint_kind::unique:
      return "retort::constraint_type::unique";
    case model::constraint_kind::check:
      return "retort::constraint_type::check";
    case model::constraint_kind::foreign_key:
      return "retort::constraint_type::foreignkey";
    case model::constraint_kind::exclude:
      return "retort::constraint_type::exclude";
  }
  return "";
}

calls foreign_key_calls(const target& to, const model::qualified_name& table,
                        const model::foreign_key& key) {
  return only(to, "create_foreign_key",
              {text(key.name), text(table.name), text(key.table.name), name_list(key.columns),
               name_list(key.referenced_columns),
               options()
                   .add_word("on_delete", action_word(key.on_delete))
                   .add_word("on_update", action_word(key.on_update))
                   .add("deferrable", key.deferrable && !key.initially_deferred)
                   .add("initially_deferred", key.initially_deferred)
                   .add("match_full", key.match == "FULL")
                   .add("not_valid", key.not_valid)
                   .add("schema", table.schema)
                   .add("referent_schema", key.table.schema)
                   .made()});
}

/// The verb that Alembic has for it, where there is no more to say than it takes.
calls own_verb(const target& to, const model::add_constraint& op) {
  const auto& table = op.table;
  auto schema = options().add("schema", table.schema).made();
  if (const auto* key = std::get_if<model::primary_key>(&op.constraint)) {
    return only(to, "create_primary_key",
                {text(key->name), text(table.name), name_list(key->columns), std::move(schema)});
  }
  if (const auto* key = std::get_if<model::foreign_key>(&op.constraint)) {
    return foreign_key_calls(to, table, *key);
  }
  if (const auto* item = std::get_if<model::exclude>(&op.constraint)) {
    return only(
        to, "create_exclude_constraint",
        {text(item->name), text(table.name), sql_text(item->definition), std::move(schema)});
  }
  if (const auto* item = std::get_if<model::check>(&op.constraint)) {
    if (item->not_valid) return std::nullopt;
    return only(
        to, "create_check_constraint",
        {text(item->name), text(table.name), sql_text(item->expression), std::move(schema)});
  }
  const auto& item = std::get<model::unique>(op.constraint);
  if (item.deferrable || item.nulls_not_distinct) return std::nullopt;
  return only(to, "create_unique_constraint",
              {text(item.name), text(table.name), name_list(item.columns), std::move(schema)});
}

std::optional<expression> key_of(const model::index_key& key) {
  if (key.what.empty()) return std::nullopt;
  const bool is_descending_alone = key.descending && !key.is_expression && !key.nulls_reversed &&
                                   key.collation.empty() && key.operator_class.empty();
  if (is_descending_alone) return call("retort::descending", {text(key.what)});
  auto made = key.is_expression ? call("retort::expression", {sql_text(key.what)})
                                : call("retort::index_key", {text(key.what)});
  if (!key.collation.empty()) made.then("collate", {text(key.collation)});
  if (!key.operator_class.empty()) made.then("opclass", {text(key.operator_class)});
  if (key.descending) made.then("desc");
  if (key.nulls_reversed) made.then(key.descending ? "nulls_last" : "nulls_first");
  if (!key.is_expression && made.calls.empty()) return text(key.what);
  return made;
}

std::optional<expression> keys_of(const model::index& index) {
  auto keys = list({});
  for (const auto& key : index.keys) {
    auto made = key_of(key);
    if (!made) return std::nullopt;
    keys.items.push_back(std::move(*made));
  }
  if (keys.items.empty()) return std::nullopt;
  return keys;
}

expression schema_of(const model::qualified_name& name) {
  return options().add("schema", name.schema).made();
}

}  // namespace

expression call_on(const target& to, std::string_view verb, std::vector<expression> arguments) {
  const auto is_no_option = [](const expression& one) {
    return one.open == '{' && one.items.empty() && one.head.empty() && !one.one_a_line;
  };
  // Every call that can end in a list of another kind is given its options, too.
  if (!arguments.empty() && is_no_option(arguments.back())) arguments.pop_back();
  return call(to.receiver + "." + std::string(verb), std::move(arguments));
}

calls only(const target& to, std::string_view verb, std::vector<expression> arguments) {
  return {{call_on(to, verb, std::move(arguments))}};
}

expression name_list(const std::vector<std::string>& names) {
  auto made = list({});
  for (const auto& name : names) made.items.push_back(text(name));
  return made;
}

options& options::add(std::string_view name, const std::string& value) {
  if (!value.empty()) add_word(name, text(value).head);
  return *this;
}

options& options::add_sql(std::string_view name, const std::string& value) {
  if (!value.empty()) add_word(name, sql_text(value).head);
  return *this;
}

options& options::add(std::string_view name, bool value) {
  return value ? add_word(name, "true") : *this;
}

options& options::add(std::string_view name, const std::vector<std::string>& value) {
  if (value.empty()) return *this;
  auto names = name_list(value);
  names.head = "." + std::string(name) + " = ";
  all_.items.push_back(std::move(names));
  return *this;
}

options& options::add_word(std::string_view name, std::string_view value) {
  if (value.empty()) return *this;
  all_.items.push_back(word("." + std::string(name) + " = " + std::string(value)));
  return *this;
}

calls calls_of(const target& to, const model::drop_table& op) {
  if (op.name.name.empty()) return std::nullopt;
  return only(to, "drop_table",
              {text(op.name.name),
               options().add("schema", op.name.schema).add("if_exists", op.if_exists).made()});
}

calls calls_of(const target& to, const model::rename_table& op) {
  if (op.table.name.empty() || op.to.empty()) return std::nullopt;
  return only(to, "rename_table", {text(op.table.name), text(op.to), schema_of(op.table)});
}

calls calls_of(const target& to, const model::drop_column& op) {
  if (op.table.name.empty() || op.column.empty()) return std::nullopt;
  return only(to, "drop_column",
              {text(op.table.name), text(op.column),
               options().add("schema", op.table.schema).add("if_exists", op.if_exists).made()});
}

calls calls_of(const target& to, const model::add_constraint& op) {
  if (op.table.name.empty() || op.numbers_rows) return std::nullopt;
  auto bare = op.constraint;
  // Only a call of its own can name the schema of the other table.
  if (auto* key = std::get_if<model::foreign_key>(&bare)) key->table.schema.clear();
  auto part = part_of(to, op.table.name, bare);
  if (!part) return std::nullopt;
  if (auto made = own_verb(to, op)) return made;
  return only(to, "add_constraint", {text(op.table.name), std::move(*part), schema_of(op.table)});
}

calls calls_of(const target& to, const model::drop_constraint& op) {
  auto kind = op.kind;
  const bool is_key = op.definition && std::holds_alternative<model::primary_key>(*op.definition);
  if (op.name.empty() && is_key) kind = model::constraint_kind::primary_key;
  const bool is_known = !op.name.empty() || kind == model::constraint_kind::primary_key;
  if (op.table.name.empty() || !is_known) return std::nullopt;
  return only(to, "drop_constraint",
              {text(op.name), text(op.table.name),
               options()
                   .add_word("type", type_word(kind))
                   .add("if_exists", op.if_exists)
                   .add("schema", op.table.schema)
                   .made()});
}

calls calls_of(const target& to, const model::rename_constraint& op) {
  if (op.table.name.empty() || op.name.empty() || op.to.empty()) return std::nullopt;
  return only(to, "rename_constraint",
              {text(op.name), text(op.table.name), text(op.to), schema_of(op.table)});
}

calls calls_of(const target& to, const model::validate_constraint& op) {
  if (op.table.name.empty() || op.name.empty()) return std::nullopt;
  return only(to, "validate_constraint", {text(op.name), text(op.table.name), schema_of(op.table)});
}

calls calls_of(const target& to, const model::comment_table& op) {
  if (op.table.name.empty()) return std::nullopt;
  if (op.comment.empty()) {
    return only(to, "drop_table_comment", {text(op.table.name), schema_of(op.table)});
  }
  return only(to, "create_table_comment",
              {text(op.table.name), text(op.comment), schema_of(op.table)});
}

calls calls_of(const target& to, const model::create_index& op) {
  const auto& index = op.index;
  auto keys = keys_of(index);
  if (op.table.name.empty() || index.name.empty() || !keys) return std::nullopt;
  return only(to, "create_index",
              {text(index.name), text(op.table.name), std::move(*keys),
               options()
                   .add("schema", op.table.schema)
                   .add("unique", index.unique)
                   .add_sql("where", index.where)
                   .add("method", index.method)
                   .add("if_not_exists", op.if_not_exists)
                   .add("include", index.include)
                   .add("nulls_not_distinct", index.nulls_not_distinct)
                   .add("storage", index.storage)
                   .add("concurrently", op.concurrently)
                   .made()});
}

calls calls_of(const target& to, const model::drop_index& op) {
  if (op.name.name.empty()) return std::nullopt;
  // The table is known only in the index's own schema, and the database does not ask for it.
  const bool has_table = op.table.schema == op.name.schema;
  return only(to, "drop_index",
              {text(op.name.name), options()
                                       .add("schema", op.name.schema)
                                       .add("table", has_table ? op.table.name : std::string())
                                       .add("if_exists", op.if_exists)
                                       .add("concurrently", op.concurrently)
                                       .made()});
}

calls calls_of(const target& to, const model::rename_index& op) {
  if (op.name.name.empty() || op.to.empty()) return std::nullopt;
  return only(to, "rename_index", {text(op.name.name), text(op.to), schema_of(op.name)});
}

calls calls_of(const target& to, const model::attach_partition& op) {
  if (op.table.name.empty() || op.partition.name.empty()) return std::nullopt;
  return only(to, "attach_partition",
              {text(op.table.name), text(op.partition.name), sql_text(op.bounds),
               options()
                   .add("schema", op.table.schema)
                   .add("partition_schema", op.partition.schema)
                   .made()});
}

calls calls_of(const target& to, const model::detach_partition& op) {
  if (op.table.name.empty() || op.partition.name.empty()) return std::nullopt;
  return only(to, "detach_partition",
              {text(op.table.name), text(op.partition.name),
               options()
                   .add("schema", op.table.schema)
                   .add("partition_schema", op.partition.schema)
                   .add("concurrently", op.concurrently)
                   .made()});
}

calls calls_of(const target& to, const model::row_security& op) {
  if (op.table.name.empty() || (!op.enabled && op.forced)) return std::nullopt;
  if (!op.enabled) {
    return only(to, "disable_row_level_security", {text(op.table.name), schema_of(op.table)});
  }
  return only(to, "enable_row_level_security",
              {text(op.table.name),
               options().add("schema", op.table.schema).add("force", op.forced).made()});
}

calls calls_of(const target& to, const model::change_privileges& op) {
  if (!op.grant && op.with_grant_option) return std::nullopt;
  return only(to, op.grant ? "grant" : "revoke",
              {sql_text(op.privileges), sql_text(op.on), sql_text(op.roles),
               options().add("with_grant_option", op.with_grant_option).made()});
}

}  // namespace retort::render
