#include "model/apply.h"

#include <fmt/format.h>

#include <algorithm>

#include <retort/error.h>

#include "model/apply_objects.h"
#include "model/mentions.h"
#include "model/partitions.h"
#include "model/routines.h"
#include "model/view_indexes.h"

namespace retort::model {
namespace {

error refuse(const operation& op, const std::string& reason) {
  error problem(fmt::format("cannot {}: {}", describe(op.what), reason));
  problem.at(op.where.file, op.where.line, op.where.column);
  return problem;
}

void replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  std::replace(names.begin(), names.end(), from, to);
}

/// Everything that names a column follows it.
void rename_column(schema& all, table& owner, const std::string& from, const std::string& to) {
  if (owner.primary_key) replace(owner.primary_key->columns, from, to);
  for (auto& item : owner.uniques) {
    replace(item.columns, from, to);
    item.keys = renamed(item.keys, from, to);
  }
  // What a primary key says beside its columns.
  for (auto& line : owner.opaque) {
    if (line.starts_with("PRIMARY KEY ")) line = renamed(line, from, to);
  }
  for (auto& item : owner.checks) item.expression = renamed(item.expression, from, to);
  for (auto& item : owner.columns) {
    if (item.generated) item.generated->expression = renamed(item.generated->expression, from, to);
  }
  for (auto& item : owner.indexes) {
    for (auto& key : item.keys) {
      key.what = key.is_expression ? renamed(key.what, from, to) : key.what == from ? to : key.what;
    }
    replace(item.include, from, to);
    item.where = renamed(item.where, from, to);
  }
  for (auto& key : owner.foreign_keys) replace(key.columns, from, to);
  for (auto& [name, other] : all.tables) {
    for (auto& key : other.foreign_keys) {
      if (key.table == owner.name) replace(key.referenced_columns, from, to);
    }
  }
}

template <class Function>
void each_constraint(table& owner, Function call) {
  if (owner.primary_key) call(*owner.primary_key);
  for (auto& item : owner.uniques) call(item);
  for (auto& item : owner.checks) call(item);
  for (auto& item : owner.foreign_keys) call(item);
  for (auto& item : owner.excludes) call(item);
}

bool has_constraint(const table& owner, const std::string& name) {
  const auto all = constraints_of(owner);
  return std::any_of(all.begin(), all.end(),
                     [&](const constraint& item) { return name_of(item) == name; });
}

void drop_primary_key(table& owner) {
  owner.primary_key.reset();
  std::erase_if(owner.opaque,
                [](const std::string& line) { return line.starts_with("PRIMARY KEY "); });
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

  /// PostgreSQL, "CREATE TABLE", PARTITION OF: the columns are the parent's; how it numbers rows is
  /// not (before version 17).
  void take_columns(table& part, const qualified_name& parent) const {
    const table* from = require_table(parent);
    if (from == nullptr) return;
    part.columns = from->columns;
    for (auto& item : part.columns) {
      item.identity.reset();
      item.comment.clear();
    }
  }

  void operator()(const create_table& what) const {
    if (state.schema.find(what.table.name) != nullptr) {
      if (what.if_not_exists) return;
      throw refuse(op, "the table is there already");
    }
    auto made = what.table;
    if (what.partition_of) take_columns(made, *what.partition_of);
    state.schema.tables.emplace(made.name, std::move(made));
  }

  void operator()(const drop_table& what) const {
    if (state.schema.tables.erase(what.name) == 0 && !what.if_exists && !state.hidden_by) {
      throw refuse(op, "there is no such table");
    }
    drop_companions(what.name);
  }

  /// What goes with a table or a view beside its own parts.
  void drop_companions(const qualified_name& name) const {
    std::vector<std::string> gone;
    for (const auto& [key, item] : state.schema.objects) {
      if (item.table == name || is_owned_by(item, name, state.schema)) gone.push_back(key);
    }
    for (const auto& key : gone) state.schema.objects.erase(key);
  }

  void operator()(const add_column& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    if (target->find_column(what.column.name) != nullptr) {
      if (what.if_not_exists) return;
      throw refuse(op, "the column is there already");
    }
    target->columns.insert(place_of(*target, what), what.column);
    const std::vector<std::string> self = {what.column.name};
    if (what.primary_key) {
      if (target->primary_key) throw refuse(op, "the table has a primary key already");
      target->primary_key = primary_key{what.primary_key_name, self, {}, false};
    }
    if (what.unique) target->uniques.push_back({what.unique_name, self, false, false, false, {}});
    if (!what.check.empty()) target->checks.push_back({what.check_name, what.check, false});
    if (what.foreign_key) target->foreign_keys.push_back(*what.foreign_key);
  }

  /// Where a new column stands.
  std::vector<column>::iterator place_of(table& target, const add_column& what) const {
    if (what.first) return target.columns.begin();
    if (what.after.empty()) return target.columns.end();
    const auto found = std::find_if(target.columns.begin(), target.columns.end(),
                                    [&](const column& item) { return item.name == what.after; });
    if (found == target.columns.end() && !state.hidden_by) {
      throw refuse(op, fmt::format("the table has no column {} to stand behind", what.after));
    }
    return found == target.columns.end() ? found : found + 1;
  }

  void operator()(const drop_column& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    if (target->find_column(what.column) == nullptr) {
      if (state.hidden_by || what.if_exists) return;
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
    if (target->primary_key && over_it(*target->primary_key)) drop_primary_key(*target);
    std::erase_if(target->checks,
                  [&](const check& item) { return mentions(item.expression, what.column); });
    std::erase_if(target->indexes, [&](const index& item) { return uses(item, what.column); });
  }

  void operator()(const rename_table& what) const {
    const qualified_name to = {what.table.schema, what.to};
    if (state.schema.find(to) != nullptr) throw refuse(op, "there is a table of that name");
    auto moved = state.schema.tables.extract(what.table);
    if (moved.empty()) {
      require_table(what.table);
      return;
    }
    moved.key() = moved.mapped().name = to;
    for (auto& item : moved.mapped().columns) keep_sequence_name(item, what.table, item.name, to);
    state.schema.tables.insert(std::move(moved));
    for (auto& [name, other] : state.schema.tables) {
      for (auto& key : other.foreign_keys) {
        if (key.table == what.table) key.table = to;
      }
    }
    std::vector<object> hanging;
    std::erase_if(state.schema.objects, [&](auto& entry) {
      if (entry.second.table != what.table) return false;
      hanging.push_back(std::move(entry.second));
      return true;
    });
    for (auto& item : hanging) {
      item.table = to;
      const auto key = object_key({item.kind, item.name, item.table, {}});
      state.schema.objects.emplace(key, std::move(item));
    }
  }

  void operator()(const alter_column& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    const auto found = std::find_if(target->columns.begin(), target->columns.end(),
                                    [&](const column& item) { return item.name == what.column; });
    if (found == target->columns.end()) {
      if (state.hidden_by) return;
      throw refuse(op, "there is no such column");
    }
    if (what.type) found->type = *what.type;
    if (what.nullable) found->nullable = *what.nullable;
    if (found->nullable) found->not_null_conflict.clear();
    if (what.default_sql) found->default_sql = *what.default_sql;
    if (what.comment) found->comment = *what.comment;
    if (what.identity) found->identity = *what.identity;
    if (!what.rename || *what.rename == what.column) return;
    if (target->find_column(*what.rename) != nullptr) {
      throw refuse(op, fmt::format("the table has a column {}", *what.rename));
    }
    found->name = *what.rename;
    keep_sequence_name(*found, what.table, what.column, what.table);
    rename_column(state.schema, *target, what.column, *what.rename);
  }

  void operator()(const add_constraint& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    const auto& name = name_of(what.constraint);
    if (!name.empty() && has_constraint(*target, name)) {
      throw refuse(op, "the table has a constraint of that name");
    }
    if (const auto* key = std::get_if<primary_key>(&what.constraint)) {
      if (target->primary_key) throw refuse(op, "the table has a primary key already");
      target->primary_key = *key;
      if (what.numbers_rows) number_rows(*target, key->columns.front());
    } else if (const auto* item = std::get_if<unique>(&what.constraint)) {
      target->uniques.push_back(*item);
    } else if (const auto* condition = std::get_if<check>(&what.constraint)) {
      target->checks.push_back(*condition);
    } else if (const auto* excluded = std::get_if<exclude>(&what.constraint)) {
      target->excludes.push_back(*excluded);
    } else {
      target->foreign_keys.push_back(std::get<foreign_key>(what.constraint));
    }
  }

  static void number_rows(table& target, const std::string& key) {
    for (auto& column : target.columns) {
      if (column.name == key && !column.identity) column.identity = identity{};
    }
  }

  void operator()(const rename_constraint& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    if (has_constraint(*target, what.to)) {
      throw refuse(op, "the table has a constraint of that name");
    }
    bool renamed = false;
    each_constraint(*target, [&](auto& item) {
      if (item.name != what.name) return;
      item.name = what.to;
      renamed = true;
    });
    if (!renamed && !state.hidden_by) throw refuse(op, "there is no such constraint");
  }

  void operator()(const validate_constraint& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    if (!has_constraint(*target, what.name) && !state.hidden_by) {
      throw refuse(op, "there is no such constraint");
    }
    each_constraint(*target, [&](auto& item) {
      if constexpr (requires { item.not_valid; }) {
        if (item.name == what.name) item.not_valid = false;
      }
    });
  }

  void operator()(const drop_constraint& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    const auto found = find_constraint(*target, what);
    if (!found) {
      if (what.if_exists || state.hidden_by) return;
      throw refuse(op, "there is no such constraint");
    }
    // There may be a second one like it.
    const auto erase_one = [](auto& items, const auto* item) {
      if (item != nullptr) items.erase(std::find(items.begin(), items.end(), *item));
    };
    if (std::holds_alternative<primary_key>(*found)) drop_primary_key(*target);
    erase_one(target->uniques, std::get_if<unique>(&*found));
    erase_one(target->checks, std::get_if<check>(&*found));
    erase_one(target->foreign_keys, std::get_if<foreign_key>(&*found));
    erase_one(target->excludes, std::get_if<exclude>(&*found));
  }

  void operator()(const comment_table& what) const {
    if (table* target = require_table(what.table)) target->comment = what.comment;
  }

  void operator()(const create_index& what) const {
    if (is_stored_view(state.schema, what.table)) {
      (*this)(create_object_of(index_object(what), what.if_not_exists));
      return;
    }
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

  static create_object create_object_of(const object& made, bool if_not_exists) {
    return {{made.kind, made.name, made.table, {}}, made.definition, if_not_exists};
  }

  void operator()(const drop_index& what) const {
    const table* owner = state.schema.table_of_index(what.name);
    if (owner == nullptr) {
      const auto over_view = find_index_object(state.schema, what.name);
      if (over_view != state.schema.objects.end()) {
        state.schema.objects.erase(over_view);
        return;
      }
      if (what.if_exists || state.hidden_by) return;
      throw refuse(op, "there is no such index");
    }
    table* target = state.schema.find(owner->name);
    std::erase_if(target->indexes, [&](const index& item) { return item.name == what.name.name; });
  }

  void operator()(const rename_index& what) const {
    const table* owner = state.schema.table_of_index(what.name);
    if (state.schema.table_of_index({what.name.schema, what.to}) != nullptr) {
      throw refuse(op, "there is an index of that name");
    }
    if (owner == nullptr) {
      const auto over_view = find_index_object(state.schema, what.name);
      if (over_view != state.schema.objects.end()) {
        const auto renamed = renamed_index(over_view->second, what.to);
        state.schema.objects.erase(over_view);
        (*this)(create_object_of(renamed, false));
        return;
      }
      if (state.hidden_by) return;
      throw refuse(op, "there is no such index");
    }
    for (auto& item : state.schema.find(owner->name)->indexes) {
      if (item.name == what.name.name) item.name = what.to;
    }
  }

  void operator()(const attach_partition& what) const {
    require_table(what.table);
    if (table* part = require_table(what.partition)) {
      part->opaque.push_back(partition_line(what.table, what.bounds));
    }
  }

  void operator()(const detach_partition& what) const {
    const table* parent = require_table(what.table);
    if (table* part = require_table(what.partition)) {
      if (parent != nullptr) keep_partition_parts(*part, *parent);
      std::erase_if(part->opaque,
                    [](const std::string& line) { return line.starts_with("PARTITION OF "); });
    }
  }

  void operator()(const row_security& what) const {
    table* target = require_table(what.table);
    if (target == nullptr) return;
    std::erase_if(target->opaque, [](const std::string& line) {
      return line == enabled_line || line == forced_line;
    });
    if (what.enabled) target->opaque.emplace_back(enabled_line);
    if (what.forced) target->opaque.emplace_back(forced_line);
  }

  /// Who may do what is not followed.
  void operator()(const change_privileges&) const {}

  void operator()(const replace_object& what) const {
    const auto found = find_object(state.schema.objects, what.object);
    if (found != state.schema.objects.end()) {
      state.schema.objects.at(found->first).definition = what.body;
    } else if (!state.hidden_by) {
      throw refuse(op, "there is no such thing");
    }
  }

  void operator()(const create_object& what) const {
    const auto key = object_key(what.object);
    if (state.schema.objects.contains(key)) {
      if (what.if_not_exists) return;
      throw refuse(op, "it is there already");
    }
    state.schema.objects.emplace(
        key, object{what.object.kind, what.object.name, what.object.table, what.body});
  }

  void operator()(const drop_object& what) const {
    const auto found = find_object(state.schema.objects, what.object);
    if (found != state.schema.objects.end()) {
      state.schema.objects.erase(found);
    } else if (!what.if_exists && !state.hidden_by) {
      throw refuse(op, "there is no such thing");
    }
    if (what.object.kind.ends_with("view")) drop_companions(what.object.name);
  }

  void operator()(const alter_enum& what) const {
    const auto found = state.schema.objects.find(object_key({"type", what.name, {}, {}}));
    if (found == state.schema.objects.end()) {
      if (state.hidden_by) return;
      throw refuse(op, "there is no such type");
    }
    try {
      found->second.definition = changed_enum(found->second.definition, what);
    } catch (const error& problem) {
      throw refuse(op, problem.what());
    }
  }

  void operator()(const bulk_insert& what) const {
    const table* target = require_table(what.table);
    if (target == nullptr || state.hidden_by) return;
    for (const auto& name : what.columns) {
      if (target->find_column(name) == nullptr) {
        throw refuse(op, fmt::format("the table has no column {}", name));
      }
    }
  }

  void operator()(const run&) const {}

  void operator()(const backfill& what) const {
    const table* target = require_table(what.table);
    if (target == nullptr || state.hidden_by) return;
    for (const auto& name : what.key) {
      if (target->find_column(name) == nullptr) {
        throw refuse(op, fmt::format("the table has no column {}", name));
      }
    }
  }

  void operator()(const execute&) const {
    if (!state.hidden_by) state.hidden_by = op.where;
  }
};

}  // namespace

std::vector<constraint> constraints_of(const table& owner) {
  std::vector<constraint> all;
  if (owner.primary_key) all.emplace_back(*owner.primary_key);
  all.insert(all.end(), owner.uniques.begin(), owner.uniques.end());
  all.insert(all.end(), owner.checks.begin(), owner.checks.end());
  all.insert(all.end(), owner.foreign_keys.begin(), owner.foreign_keys.end());
  all.insert(all.end(), owner.excludes.begin(), owner.excludes.end());
  return all;
}

std::optional<constraint> find_constraint(const table& owner, const drop_constraint& wanted) {
  std::optional<constraint> other_name;
  for (const auto& item : constraints_of(owner)) {
    if (wanted.kind != constraint_kind::any && kind_of(item) != wanted.kind) continue;
    // A table has one primary key, so it needs no name.
    const bool is_only =
        wanted.name.empty() && !wanted.definition && std::holds_alternative<primary_key>(item);
    const bool named = !wanted.name.empty() && name_of(item) == wanted.name;
    if (is_only || named) return item;
    // The database may have named what its author did not.
    auto nameless = item;
    std::visit([](auto& one) { one.name.clear(); }, nameless);
    if (!wanted.name.empty() || wanted.definition != nameless) continue;
    if (name_of(item).empty()) return item;
    if (!other_name) other_name = item;
  }
  return other_name;
}

void apply(tracked_schema& state, const operation& op) { std::visit(applier{state, op}, op.what); }

}  // namespace retort::model
