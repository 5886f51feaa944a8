#include "sqlite/as_declared.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text_tools.h"
#include "model/apply.h"
#include "sqlite/ddl.h"
#include "sqlite/enumeration.h"
#include "sqlite/row_key.h"
#include "sqlite/tokens.h"
#include "sqlite/types.h"

namespace retort::sqlite {
namespace {

bool is_integer(const model::type& type) {
  return type.kind == model::type_kind::smallint || type.kind == model::type_kind::integer ||
         type.kind == model::type_kind::bigint;
}

class declarer {
 public:
  declarer(const model::qualified_name& name, const model::table& table,
           const sqlite_dialect& target, const model::origin& where)
      : name_(name), table_(table), target_(target), where_(where) {}

  template <class Operation>
  void operator()(Operation& what) const {
    if constexpr (requires { what.table.schema; }) what.table = name_;
    if constexpr (requires { what.column.size(); }) declare(what.column);
    fit(what);
  }

 private:
  void declare(std::string& name) const {
    for (const auto& column : table_.columns) {
      if (same_name(column.name, name)) name = column.name;
    }
  }

  void fit(model::rename_constraint& what) const {
    for (const auto& item : model::constraints_of(table_)) {
      if (same_name(model::name_of(item), what.name)) what.name = model::name_of(item);
    }
  }

  void fit(model::add_column& what) const {
    declare(what.after);
    // ALTER TABLE does not see what the table is.
    const auto name = type_name(what.column.type, table_.strict);
    if (table_.strict) what.column.type = model::type{model::type_kind::raw, -1, -1, name};
  }

  void fit(model::alter_column& what) const {
    if (!what.type || !is_integer(*what.type)) return;
    // Its numbers have 64 bits already, and by any other name it would not be the rowid.
    const bool is_key = has_rowid_alias(table_) && table_.primary_key->columns[0] == what.column;
    const auto* column = table_.find_column(what.column);
    const bool was_numbered = column != nullptr && column->identity;
    const bool is_numbered = what.identity ? what.identity->has_value() : was_numbered;
    if (is_key || is_numbered) what.type = model::type{model::type_kind::raw, -1, -1, "INTEGER"};
  }

  void fit(model::create_index& what) const {
    for (auto& key : what.index.keys) declare(key.what);
  }

  void fit(model::drop_index& what) const {
    for (const auto& index : table_.indexes) {
      if (same_name(index.name, what.name.name)) what.name.name = index.name;
    }
  }

  void fit(model::drop_constraint& what) const {
    if (!what.name.empty() || !what.definition) return;
    std::vector<retort::dialect::statement> unused;
    const sqlite_writer words(target_, where_, unused);
    for (const auto& item : model::constraints_of(table_)) {
      if (!model::name_of(item).empty() || !words.is_same(table_, item, *what.definition)) continue;
      what.definition = item;
      return;
    }
  }

  template <class Other>
  void fit(Other&) const {}

  const model::qualified_name& name_;
  const model::table& table_;
  const sqlite_dialect& target_;
  const model::origin& where_;
};

/// AUTOINCREMENT is a part of the key.
std::optional<model::operation> outgrown_numbering(const model::operation& op,
                                                   const model::table& table) {
  const auto* dropped = std::get_if<model::drop_constraint>(&op.what);
  const auto gone = dropped == nullptr ? std::nullopt : model::find_constraint(table, *dropped);
  const auto* key = gone ? std::get_if<model::primary_key>(&*gone) : nullptr;
  const auto* column = key == nullptr ? nullptr : table.find_column(key->columns.front());
  if (column == nullptr || !column->identity) return std::nullopt;
  model::alter_column unnumbered{table.name, column->name};
  unnumbered.identity.emplace(std::nullopt);
  return model::operation{std::move(unnumbered), op.where};
}

/// What keeps a column to the values of an enumeration goes with the type.
std::vector<model::operation> outgrown_checks(const model::operation& op,
                                              const model::table& table) {
  std::vector<model::operation> drops;
  const auto* altered = std::get_if<model::alter_column>(&op.what);
  if (altered == nullptr || !altered->type || altered->recodes) return drops;
  for (const auto& check : table.checks) {
    if (!same_name(enumerated_column(check), altered->column)) continue;
    drops.push_back(
        {model::drop_constraint{table.name, check.name, model::constraint_kind::check}, op.where});
  }
  return drops;
}

/// Whether an operation has something to do; its condition is met then.
struct wanting {
  const model::table* table;
  const model::schema& now;

  bool operator()(model::add_column& what) const {
    return !(std::exchange(what.if_not_exists, false) && has_column(what.column.name));
  }
  bool operator()(model::drop_column& what) const {
    return !std::exchange(what.if_exists, false) || has_column(what.column);
  }
  bool operator()(model::create_index& what) const {
    return !(std::exchange(what.if_not_exists, false) && has_index(what.index.name));
  }
  bool operator()(model::drop_index& what) const {
    return !std::exchange(what.if_exists, false) || has_index(what.name.name);
  }
  template <class Other>
  bool operator()(const Other&) const {
    return true;
  }

  bool has_column(const std::string& name) const {
    return table != nullptr && contains(table->columns, name);
  }
  /// All tables' indexes are of one name space.
  bool has_index(const std::string& name) const {
    return std::ranges::any_of(
        now.tables, [&](const auto& entry) { return contains(entry.second.indexes, name); });
  }
  static bool contains(const auto& items, const std::string& name) {
    return std::ranges::any_of(items, [&](const auto& one) { return same_name(one.name, name); });
  }
};

}  // namespace

model::operation as_declared(model::operation op, const model::qualified_name& name,
                             const model::table& table, const sqlite_dialect& target) {
  std::visit(declarer(name, table, target, op.where), op.what);
  return op;
}

bool is_wanted(model::operation& op, const model::qualified_name& name, const model::schema& now) {
  return std::visit(wanting{now.find(name), now}, op.what);
}

std::vector<model::operation> outgrown_parts(const model::operation& op,
                                             const model::table* table) {
  if (table == nullptr) return {};
  if (auto numbering = outgrown_numbering(op, *table)) return {std::move(*numbering)};
  return outgrown_checks(op, *table);
}

}  // namespace retort::sqlite
