#include <algorithm>

#include <retort/error.h>

#include "base/identifier.h"
#include "base/text_tools.h"
#include "render/calls.h"
#include "render/literal.h"
#include "render/types.h"

// Columns and constraints as parts of a table.

namespace retort::render {
namespace {

template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
overloaded(Functions...) -> overloaded<Functions...>;

/// The name that PostgreSQL gives a primary key: `table_pkey`, cut to the 63 bytes of a name
/// without breaking a character (indexcmds.c, makeObjectName).
std::string key_name(const std::string& table) {
  constexpr std::string_view tail = "_pkey";
  return std::string(base::clipped(table, base::longest_identifier - tail.size())).append(tail);
}

std::string conventional_name(const target& to, const std::string& table,
                              const model::constraint& item) {
  const auto name = [&](const std::string& name_template, model::naming_subject subject) {
    return model::conventional_name(name_template, subject);
  };
  return std::visit(
      overloaded{
          [&](const model::primary_key& key) {
            return name(to.naming.pk, {table, key.columns});
          },
          [&](const model::unique& unique) {
            return name(to.naming.uq, {table, unique.columns});
          },
          [&](const model::check&) { return name(to.naming.ck, {table}); },
          [&](const model::exclude&) { return std::string(); },
          [&](const model::foreign_key& key) {
            return name(to.naming.fk, {table, key.columns, key.table.name, key.referenced_columns});
          }},
      item);
}

std::optional<expression> named(const target& to, const std::string& table,
                                const model::constraint& item, expression made) {
  const auto& name = model::name_of(item);
  const bool is_key = std::holds_alternative<model::primary_key>(item);
  const bool is_usual = is_usual_name(to, table, item);
  if (name.empty() && !is_usual) return std::nullopt;
  if (!name.empty() && !(is_key && is_usual)) made.then("named", {text(name)});
  return made;
}

/// What the builder cannot say, or what recording refuses.
bool is_sayable(const model::constraint& item) {
  return std::visit(
      overloaded{[](const model::primary_key& key) {
                   return !key.columns.empty() && key.conflict.empty() && !key.descending;
                 },
                 [](const model::unique& unique) {
                   return !unique.columns.empty() && unique.conflict.empty() &&
                          unique.keys.empty() && (unique.deferrable || !unique.initially_deferred);
                 },
                 [](const model::check& check) { return !base::trim(check.expression).empty(); },
                 [](const model::exclude& one) { return !base::trim(one.definition).empty(); },
                 [](const model::foreign_key& key) {
                   const bool is_paired = key.referenced_columns.empty() ||
                                          key.referenced_columns.size() == key.columns.size();
                   return !key.columns.empty() && !key.table.name.empty() && is_paired &&
                          (key.match.empty() || key.match == "FULL") &&
                          (key.deferrable || !key.initially_deferred);
                 }},
      item);
}

void add_deferral(expression& made, bool deferrable, bool initially_deferred) {
  if (!deferrable) return;
  made.then(initially_deferred ? "initially_deferred" : "deferrable");
}

void add_actions(std::vector<expression>& into, const model::foreign_key& key) {
  const auto add = [&](const char* name, referential_action action) {
    if (action == no_action) return;
    into.push_back(call(name, {word(action_word(action))}));
  };
  add(".on_delete", key.on_delete);
  add(".on_update", key.on_update);
}

/// What follows the name, and comes before it in the builder's words.
expression unnamed_part(const model::constraint& item) {
  return std::visit(overloaded{[](const model::primary_key& key) {
                                 return call("retort::primary_key", {name_list(key.columns)});
                               },
                               [](const model::unique& unique) {
                                 return call("retort::unique", {name_list(unique.columns)});
                               },
                               [](const model::check& check) {
                                 return call("retort::check", {sql_text(check.expression)});
                               },
                               [](const model::exclude& excluded) {
                                 return call("retort::exclude", {sql_text(excluded.definition)});
                               },
                               [](const model::foreign_key& key) {
                                 return call("retort::foreign_key",
                                             {name_list(key.columns), text(key.table.name),
                                              name_list(key.referenced_columns)});
                               }},
                    item);
}

void add_details(expression& made, const model::constraint& item) {
  if (const auto* unique = std::get_if<model::unique>(&item)) {
    if (unique->nulls_not_distinct) made.then("nulls_not_distinct");
    add_deferral(made, unique->deferrable, unique->initially_deferred);
  } else if (const auto* check = std::get_if<model::check>(&item)) {
    if (check->not_valid) made.then("not_valid");
  } else if (const auto* key = std::get_if<model::foreign_key>(&item)) {
    add_actions(made.calls, *key);
    if (key->match == "FULL") made.then("match_full");
    add_deferral(made, key->deferrable, key->initially_deferred);
    if (key->not_valid) made.then("not_valid");
  }
}

}  // namespace

std::string_view action_word(referential_action action) {
  switch (action) {
    case referential_action::no_action:
      return "";
    case referential_action::restrict:
      return "retort::restrict";
    case referential_action::cascade:
      return "retort::cascade";
    case referential_action::set_null:
      return "retort::set_null";
    case referential_action::set_default:
      return "retort::set_default";
  }
  return "";
}

bool is_usual_name(const target& to, const std::string& table, const model::constraint& item) {
  const auto& name = model::name_of(item);
  try {
    const auto conventional = conventional_name(to, table, item);
    if (!conventional.empty()) return name == conventional;
  } catch (const error&) {
    return false;
  }
  if (name.empty()) return true;
  return std::holds_alternative<model::primary_key>(item) && to.is_postgresql() &&
         name == key_name(table);
}

bool fits_beside_column(const target& to, const std::string& table, const model::constraint& item,
                        const std::string& column) {
  if (!is_sayable(item) || !is_usual_name(to, table, item)) return false;
  const std::vector<std::string> self = {column};
  if (const auto* key = std::get_if<model::primary_key>(&item)) return key->columns == self;
  if (const auto* unique = std::get_if<model::unique>(&item)) {
    return unique->columns == self && !unique->deferrable && !unique->nulls_not_distinct;
  }
  const auto* key = std::get_if<model::foreign_key>(&item);
  return key != nullptr && key->columns == self && references_of(*key);
}

std::optional<std::vector<expression>> references_of(const model::foreign_key& key) {
  if (key.referenced_columns.size() != 1 || key.referenced_columns.front().empty() ||
      !key.table.schema.empty() || key.table.name.empty() || key.deferrable ||
      key.initially_deferred || key.not_valid || !key.match.empty()) {
    return std::nullopt;
  }
  std::vector<expression> made = {
      call(".references", {text(key.table.name), text(key.referenced_columns.front())})};
  add_actions(made, key);
  return made;
}

std::optional<expression> part_of(const target& to, const std::string& table,
                                  const model::constraint& item) {
  if (!is_sayable(item)) return std::nullopt;
  const auto* key = std::get_if<model::foreign_key>(&item);
  if (key != nullptr && !key->table.schema.empty()) return std::nullopt;
  auto made = named(to, table, item, unnamed_part(item));
  if (made) add_details(*made, item);
  return made;
}

std::optional<expression> column_of(const target& to, const model::column& column) {
  auto type = type_of(column.type, to.dialect);
  const bool has_blank = column.generated && column.generated->expression.empty();
  const bool is_other_identity =
      column.identity && (*column.identity != model::identity{} || column.nullable);
  if (!type || column.name.empty() || has_blank || is_other_identity ||
      !column.not_null_conflict.empty()) {
    return std::nullopt;
  }
  auto made = call("column", {text(column.name), *type});
  if (column.identity) made.then("identity");
  if (!column.nullable && !column.identity) made.then("not_null");
  if (column.default_sql) made.then("server_default", {sql_text(*column.default_sql)});
  if (column.generated) {
    made.then(column.generated->stored ? "generated_stored" : "generated_virtual",
              {sql_text(column.generated->expression)});
  }
  if (!column.collation.empty()) made.then("collate", {text(column.collation)});
  if (!column.comment.empty()) made.then("comment", {text(column.comment)});
  return made;
}

}  // namespace retort::render
