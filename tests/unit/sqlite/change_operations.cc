#include <fmt/format.h>

#include <algorithm>

#include "base/text_tools.h"
#include "model/mentions.h"
#include "sqlite/types.h"
#include "unit/sqlite/change_generator.h"
#include "unit/sqlite/support.h"

namespace retort::test {

using kind = model::type_kind;
using sqlite::affinity;

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// The columns of the parent that a foreign key refers to.
std::vector<std::string> referenced(const model::foreign_key& key, const model::table& parent) {
  if (!key.referenced_columns.empty()) return key.referenced_columns;
  return parent.primary_key ? parent.primary_key->columns : std::vector<std::string>();
}

/// Calls `see(columns)` for each foreign key to the table.
template <class See>
bool any_reference(const model::schema& all, const model::table& parent, See&& see) {
  return std::ranges::any_of(all.tables, [&](const auto& entry) {
    return std::ranges::any_of(entry.second.foreign_keys, [&](const auto& key) {
      return key.table == parent.name && see(referenced(key, parent));
    });
  });
}

bool is_referenced(const model::schema& all, const model::table& parent,
                   const std::vector<std::string>& columns) {
  return any_reference(all, parent, [&](const auto& wanted) {
    return std::ranges::is_permutation(wanted, columns);
  });
}

bool is_column_referenced(const model::schema& all, const model::table& parent,
                          const std::string& column) {
  return any_reference(all, parent, [&](const auto& wanted) { return contains(wanted, column); });
}

bool is_in_foreign_key(const model::table& owner, const std::string& column) {
  return std::ranges::any_of(owner.foreign_keys,
                             [&](const auto& key) { return contains(key.columns, column); });
}

bool is_in_key(const model::table& owner, const std::string& column) {
  return owner.primary_key && contains(owner.primary_key->columns, column);
}

bool has_null(db::connection& connection, const model::table& owner, const std::string& column) {
  return exists(connection, fmt::format("SELECT 1 FROM {} WHERE {} IS NULL",
                                        quoted_name(owner.name.name), quoted_name(column)));
}

bool has_rows(db::connection& connection, const model::table& owner) {
  return exists(connection, "SELECT 1 FROM " + quoted_name(owner.name.name));
}

bool are_distinct(db::connection& connection, const model::table& owner,
                  const std::vector<std::string>& columns) {
  std::string no_null = "1";
  for (const auto& name : columns) no_null += fmt::format(" AND {} IS NOT NULL", quoted_name(name));
  return !exists(connection,
                 fmt::format("SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1",
                             quoted_name(owner.name.name), no_null, quoted_list(columns)));
}

/// Whether every row has its parent, or a NULL.
bool are_there(db::connection& connection, const model::table& owner,
               const std::vector<std::string>& columns, const model::table& parent,
               const std::vector<std::string>& wanted) {
  std::string match = "1";
  std::string no_null = "1";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    match += fmt::format(" AND p.{} = c.{}", quoted_name(wanted[i]), quoted_name(columns[i]));
    no_null += fmt::format(" AND c.{} IS NOT NULL", quoted_name(columns[i]));
  }
  return !exists(
      connection,
      fmt::format("SELECT 1 FROM {} AS c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS p "
                  "WHERE {})",
                  quoted_name(owner.name.name), no_null, quoted_name(parent.name.name), match));
}

std::string type_name(const model::table& owner, const model::column& column) {
  return sqlite::normal_type(sqlite::type_name(column.type, owner.strict));
}

}  // namespace

generator::operations generator::rename_table(const model::table& owner) {
  return model::rename_table{owner.name, fresh(chance(50) ? "renamed" : "Renamed Table ")};
}

// ---- columns

void generator::add_column_constraint(db::connection& connection, const model::table& owner,
                                      const model::schema& now, model::add_column& op) {
  const auto choice = below(5);
  const bool has_value = op.column.default_sql || op.column.generated;
  if (choice == 0 && (!has_value || !has_rows(connection, owner))) {
    op.unique = true;
    op.unique_name = name_or_none("uq");
  }
  if (choice == 1) {
    op.check = condition(op.column);
    op.check_name = name_or_none("ck");
  }
  if (choice == 2 && !owner.primary_key && !has_value) {
    op.primary_key = true;
    op.primary_key_name = name_or_none("pk");
    op.column.type = type_of(kind::integer);
    if (chance(30)) op.column.identity = model::identity{};
  }
  if (choice > 2 && !has_value) {
    std::vector<model::table> parents;
    for (const auto& [name, parent] : now.tables) parents.push_back(parent);
    const auto parent = pick(parents);
    auto key = foreign_key(parent);
    if (key.referenced_columns.size() != 1) return;
    key.columns = {op.column.name};
    op.foreign_key = key;
  }
}

generator::operations generator::add_column(db::connection& connection, const model::table& owner,
                                            const model::schema& now) {
  model::add_column op;
  op.table = owner.name;
  op.column = column(owner);
  // ALTER TABLE ADD COLUMN is written without the table at hand, and not in the words of a STRICT
  // one ("unknown datatype").
  if (owner.strict) op.column.type = {kind::raw, -1, -1, type_name(owner, op.column)};
  if (!op.column.nullable && !op.column.default_sql) {
    op.column.default_sql = default_of(owner, op.column);
  }
  if (chance(30)) op.column.generated = generated(owner, op.column);
  if (chance(60)) add_column_constraint(connection, owner, now, op);
  return op;
}

generator::operations generator::drop_column(const model::table& owner, const model::schema& now) {
  const auto gone = pick(owner.columns);
  const auto stays = [&](const auto& other) { return other.name != gone.name && !other.generated; };
  if (std::ranges::none_of(owner.columns, stays)) return {};
  if (spoken_of_.contains(gone.name)) return {};
  if (is_in_key(owner, gone.name) && owner.without_rowid) return {};
  if (is_column_referenced(now, owner, gone.name)) return {};
  for (const auto& column : owner.columns) {
    if (column.generated && model::mentions(column.generated->expression, gone.name)) return {};
  }
  for (const auto& [name, object] : now.objects) {
    if (model::mentions(object.definition, gone.name)) return {};
  }
  // Its reverse is an ALTER TABLE ADD COLUMN: see there.
  if (owner.strict &&
      type_name(owner, gone) != sqlite::normal_type(sqlite::type_name(gone.type, false))) {
    return {};
  }
  // The rows would all get the same value back.
  const auto over_it = [&](const auto& item) { return contains(item.columns, gone.name); };
  if (gone.default_sql && std::ranges::any_of(owner.uniques, over_it)) return {};
  return model::drop_column{owner.name, gone.name};
}

/// A type that takes the values and gives them back: what an affinity converts it converts back.
std::optional<model::type> generator::other_type(db::connection& connection,
                                                 const model::table& owner,
                                                 const model::column& column,
                                                 const model::schema& now) {
  auto changed = column;
  changed.type = type(owner.strict);
  // AUTOINCREMENT takes INTEGER alone.
  if (column.identity) changed.type = type_of(kind::bigint);
  const auto from = sqlite::affinity_of(type_name(owner, column));
  const auto to = sqlite::affinity_of(type_name(owner, changed));
  if (owner.strict && (column.generated || type_name(owner, column) == "ANY")) return {};
  if (owner.strict && from != to && type_name(owner, changed) != "ANY") {
    const bool from_number = from == affinity::integer && to != affinity::blob;
    const bool to_text = from == affinity::real && to == affinity::text;
    if (!from_number && !to_text) return {};
  }
  // An alias of the rowid stays INTEGER where it stays an integer.
  if (is_rowid_alias(owner, column.name) && to == affinity::integer) return {};
  // A foreign key compares the parent's value with the child's in the parent's affinity, where
  // '3.0' and '3' differ.
  const bool compared =
      is_in_foreign_key(owner, column.name) || is_column_referenced(now, owner, column.name);
  if (compared && from != to && !(from == affinity::integer && to == affinity::text)) return {};
  auto with_it = owner;
  std::ranges::find(with_it.columns, column.name, &model::column::name)->type = changed.type;
  if (!is_rowid_alias(owner, column.name) && is_rowid_alias(with_it, column.name) &&
      exists(connection, fmt::format("SELECT 1 FROM {} WHERE typeof({}) <> 'integer'",
                                     quoted_name(owner.name.name), quoted_name(column.name)))) {
    return {};
  }
  return changed.type;
}

generator::operations generator::alter_column(db::connection& connection, const model::table& owner,
                                              const model::schema& now) {
  auto column = pick(owner.columns);
  model::alter_column op{owner.name, column.name};
  // SQLite 3.40 cannot rename such a column: "no such column" or "expressions prohibited".
  const bool is_stuck = owner.without_rowid && is_in_key(owner, column.name) &&
                        std::ranges::any_of(owner.uniques, [&](const auto& item) {
                          return contains(item.columns, column.name);
                        });
  if (!is_stuck && chance(35)) op.rename = column_name(owner);
  if (chance(40)) op.type = other_type(connection, owner, column, now);
  if (chance(40)) op.nullable = has_null(connection, owner, column.name) || chance(50);
  if (op.type) column.type = *op.type;
  if (chance(30) && !column.generated && !column.identity) {
    op.default_sql = chance(30) ? std::nullopt : default_of(owner, column);
  }
  if (!op.rename && !op.type && !op.nullable && !op.default_sql) return {};
  spoken_of_.insert(column.name);
  if (op.rename) spoken_of_.insert(*op.rename);
  return op;
}

// ---- constraints and indexes

generator::operations generator::add_constraint(db::connection& connection,
                                                const model::table& owner,
                                                const model::schema& now) {
  const auto choice = below(4);
  if (choice == 0) return model::add_constraint{owner.name, check(owner)};
  if (choice == 1) {
    const auto item = unique(owner);
    const bool doubled = std::ranges::any_of(
        owner.uniques, [&](const auto& other) { return other.columns == item.columns; });
    if (item.columns.empty() || doubled || !are_distinct(connection, owner, item.columns)) {
      return {};
    }
    return model::add_constraint{owner.name, item};
  }
  if (choice == 2) {
    auto columns = some_columns(owner);
    if (owner.primary_key || columns.empty()) return {};
    if (!are_distinct(connection, owner, columns)) return {};
    for (const auto& name : columns) {
      if (has_null(connection, owner, name)) return {};
    }
    auto with_it = owner;
    with_it.primary_key = primary_key_of(columns, name_or_none("pk"));
    if (is_rowid_alias(with_it, columns[0]) &&
        exists(connection, fmt::format("SELECT 1 FROM {} WHERE typeof({}) <> 'integer'",
                                       quoted_name(owner.name.name), quoted_name(columns[0])))) {
      return {};
    }
    return model::add_constraint{owner.name, *with_it.primary_key};
  }
  std::vector<model::table> parents;
  for (const auto& [name, parent] : now.tables) parents.push_back(parent);
  const auto parent = pick(parents);
  auto key = foreign_key(parent);
  for (const auto& wanted : key.referenced_columns) {
    for (const auto& column : owner.columns) {
      const auto* target = parent.find_column(wanted);
      const bool fits = type_name(owner, column) == type_name(parent, *target);
      if (!fits || contains(key.columns, column.name)) continue;
      key.columns.push_back(column.name);
      break;
    }
  }
  if (key.columns.empty() || key.columns.size() != key.referenced_columns.size()) return {};
  if (!are_there(connection, owner, key.columns, parent, key.referenced_columns)) return {};
  return model::add_constraint{owner.name, key};
}

generator::operations generator::drop_constraint(const model::table& owner,
                                                 const model::schema& now) {
  std::vector<model::constraint> all;
  all.insert(all.end(), owner.uniques.begin(), owner.uniques.end());
  all.insert(all.end(), owner.checks.begin(), owner.checks.end());
  all.insert(all.end(), owner.foreign_keys.begin(), owner.foreign_keys.end());
  if (owner.primary_key && !owner.without_rowid) all.emplace_back(*owner.primary_key);
  if (all.empty()) return {};
  auto gone = pick(all);
  std::vector<std::string> columns;
  if (const auto* key = std::get_if<model::primary_key>(&gone)) columns = key->columns;
  if (const auto* item = std::get_if<model::unique>(&gone)) columns = item->columns;
  if (!columns.empty() && is_referenced(now, owner, columns)) return {};
  if (const auto* key = std::get_if<model::foreign_key>(&gone)) columns = key->columns;
  spoken_of_.insert(columns.begin(), columns.end());
  model::drop_constraint op{owner.name, model::name_of(gone)};
  if (chance(50) || op.name.empty()) op.kind = model::kind_of(gone);
  if (op.name.empty() && op.kind != model::constraint_kind::primary_key) op.definition = gone;
  return op;
}

generator::operations generator::create_index(db::connection& connection,
                                              const model::table& owner) {
  auto item = index(owner);
  item.unique = item.unique && !has_rows(connection, owner);
  const auto columns = some_columns(owner);
  if (chance(30) && !columns.empty() && are_distinct(connection, owner, columns)) {
    item.unique = true;
    item.keys.clear();
    for (const auto& name : columns) item.keys.push_back(key_of(name));
    item.keys.back().descending = chance(40);
  }
  return model::create_index{owner.name, item, false};
}

generator::operations generator::drop_index(const model::table& owner) {
  if (owner.indexes.empty()) return {};
  const auto gone = pick(owner.indexes);
  for (const auto& column : owner.columns) {
    if (model::uses(gone, column.name)) spoken_of_.insert(column.name);
  }
  return model::drop_index{{"", gone.name}, chance(50) ? owner.name : model::qualified_name{}};
}

std::optional<model::operation_variant> generator::change(db::connection& connection,
                                                          const model::schema& now) {
  std::vector<model::table> tables;
  for (const auto& [name, table] : now.tables) tables.push_back(table);
  for (int attempt = 0; attempt < 20; ++attempt) {
    const auto owner = pick(tables);
    const auto choice = below(16);
    auto op = choice == 0    ? rename_table(owner)
              : choice <= 3  ? add_column(connection, owner, now)
              : choice <= 5  ? drop_column(owner, now)
              : choice <= 9  ? alter_column(connection, owner, now)
              : choice <= 11 ? add_constraint(connection, owner, now)
              : choice <= 13 ? drop_constraint(owner, now)
              : choice == 14 ? create_index(connection, owner)
                             : drop_index(owner);
    if (op) return op;
  }
  return {};
}

}  // namespace retort::test
