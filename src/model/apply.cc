#include "model/apply.h"

#include <fmt/format.h>

#include <algorithm>

#include <retort/error.h>

#include "model/mentions.h"

namespace retort::model {
namespace {

error refuse(const operation& op, const std::string& reason) {
  error problem(fmt::format("cannot {}: {}", describe(op.what), reason));
  problem.at(op.where.file, op.where.line, op.where.column);
  return problem;
}

/// The effect of one operation. `op` is at hand for its place in errors.
struct applier {
  tracked_schema& state;
  const operation& op;

  /// The table, or null where raw SQL may have made it.
  table* require_table(const qualified_name& name) const {
    table* found = state.schema.find(name);
    if (found == nullptr && !state.hidden_by) {
      throw refuse(op, fmt::format("there is no table {}", name.display()));
    }
    return found;
  }

  void operator()(const create_table& what) const {
    if (state.schema.find(what.table.name) != nullptr) {
      if (what.if_not_exists) return;
      throw refuse(op, "the table is there already");
    }
    state.schema.tables.emplace(what.table.name, what.table);
  }

  void operator()(const drop_table& what) const {
    if (state.schema.tables.erase(what.name) == 0 && !what.if_exists && !state.hidden_by) {
      throw refuse(op, "there is no such table");
    }
  }

  void operator()(const add_column& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    if (target->find_column(what.column.name) != nullptr) {
      throw refuse(op, "the column is there already");
    }
    target->columns.push_back(what.column);
    const std::vector<std::string> self = {what.column.name};
    if (what.primary_key) {
      if (target->primary_key) throw refuse(op, "the table has a primary key already");
      target->primary_key = primary_key{what.primary_key_name, self, {}, false};
    }
    if (what.unique) target->uniques.push_back({what.unique_name, self, false, false, false, {}});
    if (!what.check.empty()) target->checks.push_back({what.check_name, what.check, false});
    if (what.foreign_key) target->foreign_keys.push_back(*what.foreign_key);
  }

  void operator()(const drop_column& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    if (target->find_column(what.column) == nullptr) {
      if (state.hidden_by) return;
      throw refuse(op, "there is no such column");
    }
    if (target->columns.size() == 1) throw refuse(op, "it is the table's only column");
    const auto named = [&](const auto& item) { return item.name == what.column; };
    const auto over_it = [&](const auto& item) {
      return std::find(item.columns.begin(), item.columns.end(), what.column) != item.columns.end();
    };
    // PostgreSQL, "ALTER TABLE", DROP COLUMN: indexes and table constraints involving the column
    // are dropped with it.
    std::erase_if(target->columns, named);
    std::erase_if(target->uniques, over_it);
    std::erase_if(target->foreign_keys, over_it);
    if (target->primary_key && over_it(*target->primary_key)) target->primary_key.reset();
    std::erase_if(target->checks,
                  [&](const check& item) { return mentions(item.expression, what.column); });
    std::erase_if(target->indexes, [&](const index& item) { return uses(item, what.column); });
  }

  void operator()(const create_index& what) const {
    table* target = require_table(what.table);
    const table* owner = state.schema.table_of_index({what.table.schema, what.index.name});
    if (owner != nullptr) {
      if (what.if_not_exists) return;
      throw refuse(op, fmt::format("{} has an index of that name", owner->name.display()));
    }
    if (target == nullptr) return;
    for (const auto& key : what.index.keys) {
      if (!key.is_expression && target->find_column(key.what) == nullptr && !state.hidden_by) {
        throw refuse(op, fmt::format("the table has no column {}", key.what));
      }
    }
    target->indexes.push_back(what.index);
  }

  void operator()(const drop_index& what) const {
    const table* owner = state.schema.table_of_index(what.name);
    if (owner == nullptr) {
      if (what.if_exists || state.hidden_by) return;
      throw refuse(op, "there is no such index");
    }
    table* target = state.schema.find(owner->name);
    std::erase_if(target->indexes, [&](const index& item) { return item.name == what.name.name; });
  }

  void operator()(const execute&) const {
    if (!state.hidden_by) state.hidden_by = op.where;
  }
};

}  // namespace

void apply(tracked_schema& state, const operation& op) { std::visit(applier{state, op}, op.what); }

}  // namespace retort::model
