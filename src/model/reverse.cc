#include <fmt/format.h>

#include <algorithm>
#include <span>

#include <retort/error.h>

#include "model/apply.h"
#include "model/apply_objects.h"
#include "model/mentions.h"
#include "model/partitions.h"
#include "model/routines.h"
#include "model/view_indexes.h"

namespace retort::model {
namespace {

struct reverser {
  const operation& op;
  const tracked_schema& before;

  error refuse(const std::string& reason) const {
    error problem(fmt::format("cannot derive the downgrade: {} cannot be reversed, {}",
                              describe(op.what), reason));
    problem.at(op.where.file, op.where.line, op.where.column);
    problem.help("write the migration's downgrade by hand");
    return problem;
  }

  /// Why the definition of something dropped is not at hand.
  std::string unknown(std::string_view thing) const {
    if (!before.hidden_by) return fmt::format("no earlier revision makes this {}", thing);
    return fmt::format("its definition is not known because of the raw SQL at {}:{}",
                       before.hidden_by->file, before.hidden_by->line);
  }

  operation_variant operator()(const create_table& what) const {
    if (what.if_not_exists) throw refuse("if_not_exists leaves open whether it made the table");
    return drop_table{what.table.name, false};
  }

  operation_variant operator()(const drop_table& what) const {
    const table* dropped = before.schema.find(what.name);
    if (dropped == nullptr) throw refuse(unknown("table"));
    if (before.hidden_by) throw refuse(unknown("table"));
    return create_table{*dropped, false};
  }

  operation_variant operator()(const add_column& what) const {
    if (what.if_not_exists) throw refuse("if_not_exists leaves open whether it made the column");
    return drop_column{what.table, what.column.name};
  }

  operation_variant operator()(const drop_column& what) const {
    const table* owner = before.schema.find(what.table);
    const column* dropped = owner == nullptr ? nullptr : owner->find_column(what.column);
    if (dropped == nullptr || before.hidden_by) throw refuse(unknown("column"));
    if (what.if_exists) throw refuse("if_exists leaves open whether there was one");
    add_column result{what.table, *dropped, false, false, {}, {}};
    const std::vector<std::string> self = {what.column};
    const auto over_it = [&](const auto& item) {
      return std::find(item.columns.begin(), item.columns.end(), what.column) != item.columns.end();
    };
    for (const auto& item : owner->uniques) {
      if (item.columns == self && item.name.empty() && !result.unique) {
        result.unique = true;
      } else if (over_it(item)) {
        throw refuse("a unique constraint goes with it; drop that first");
      }
    }
    for (const auto& item : owner->foreign_keys) {
      if (item.columns == self && item.name.empty() && !result.foreign_key) {
        result.foreign_key = item;
      } else if (over_it(item)) {
        throw refuse("a foreign key goes with it; drop that first");
      }
    }
    if (owner->primary_key && over_it(*owner->primary_key))
      throw refuse("it is in the primary key");
    for (const auto& item : owner->checks) {
      if (!mentions(item.expression, what.column)) continue;
      throw refuse(fmt::format("the check ({}) goes with it; drop that first", item.expression));
    }
    for (const auto& item : owner->indexes) {
      if (uses(item, what.column)) {
        throw refuse(fmt::format("index {} goes with it; drop that first", item.name));
      }
    }
    if (!dropped->nullable && !dropped->default_sql && !dropped->identity && !dropped->generated) {
      throw refuse("it is NOT NULL and has no default, so rows could not get it back");
    }
    return result;
  }

  operation_variant operator()(const rename_table& what) const {
    return rename_table{{what.table.schema, what.to}, what.table.name};
  }

  operation_variant operator()(const alter_column& what) const {
    alter_column back{what.table, what.rename.value_or(what.column)};
    if (what.rename) back.rename = what.column;
    if (!what.type && !what.nullable && !what.default_sql && !what.comment && !what.identity) {
      return back;
    }
    const table* owner = before.schema.find(what.table);
    const column* old = owner == nullptr ? nullptr : owner->find_column(what.column);
    if (old == nullptr || before.hidden_by) throw refuse(unknown("column"));
    if (what.type && !what.conversion.empty()) {
      throw refuse("its conversion says nothing about the way back");
    }
    if (what.nullable.value_or(false) && !old->not_null_conflict.empty()) {
      throw refuse("it takes ON CONFLICT away with NOT NULL");
    }
    if (what.type) back.type = old->type;
    if (what.nullable) back.nullable = old->nullable;
    if (what.default_sql) back.default_sql = old->default_sql;
    if (what.comment) back.comment = old->comment;
    if (what.identity) back.identity = old->identity;
    return back;
  }

  operation_variant operator()(const add_constraint& what) const {
    return drop_constraint{what.table, name_of(what.constraint), kind_of(what.constraint),
                           what.constraint, false};
  }

  operation_variant operator()(const drop_constraint& what) const {
    const table* owner = before.schema.find(what.table);
    const auto dropped = owner == nullptr ? std::nullopt : find_constraint(*owner, what);
    if (!dropped || before.hidden_by) throw refuse(unknown("constraint"));
    if (std::holds_alternative<primary_key>(*dropped) && owner->verbose_key() != nullptr) {
      throw refuse("it says more than its columns");
    }
    add_constraint back{what.table, *dropped};
    if (const auto* key = std::get_if<primary_key>(&*dropped)) {
      const auto* column = owner->find_column(key->columns.front());
      back.numbers_rows = key->columns.size() == 1 && column != nullptr && column->identity;
    }
    return back;
  }

  operation_variant operator()(const rename_constraint& what) const {
    return rename_constraint{what.table, what.to, what.name};
  }

  operation_variant operator()(const validate_constraint&) const {
    throw refuse("nothing takes back that the rows were looked at");
  }

  operation_variant operator()(const rename_index& what) const {
    return rename_index{{what.name.schema, what.to}, what.name.name};
  }

  operation_variant operator()(const attach_partition& what) const {
    return detach_partition{what.table, what.partition};
  }

  operation_variant operator()(const detach_partition& what) const {
    const table* part = before.schema.find(what.partition);
    if (part == nullptr || before.hidden_by) throw refuse(unknown("partition"));
    const auto lead = partition_line(what.table, {});
    for (const auto& line : part->opaque) {
      if (line.starts_with(lead)) {
        return attach_partition{what.table, what.partition, line.substr(lead.size())};
      }
    }
    throw refuse(unknown("partition"));
  }

  operation_variant operator()(const row_security& what) const {
    const table* owner = before.schema.find(what.table);
    if (owner == nullptr || before.hidden_by) throw refuse(unknown("table"));
    const auto has = [&](const char* line) {
      return std::find(owner->opaque.begin(), owner->opaque.end(), line) != owner->opaque.end();
    };
    return row_security{what.table, has(enabled_line), has(forced_line)};
  }

  operation_variant operator()(const change_privileges& what) const {
    throw refuse(what.grant ? "what it gave may have been there before"
                            : "what it took away may not have been there");
  }

  operation_variant operator()(const replace_object& what) const {
    const auto found = find_object(before.schema.objects, what.object);
    if (found == before.schema.objects.end() || before.hidden_by) {
      throw refuse(unknown(what.object.kind));
    }
    return replace_object{name_of(*found), found->second.definition};
  }

  operation_variant operator()(const comment_table& what) const {
    const table* owner = before.schema.find(what.table);
    if (owner == nullptr || before.hidden_by) throw refuse(unknown("table"));
    return comment_table{what.table, owner->comment};
  }

  operation_variant operator()(const create_index& what) const {
    if (what.if_not_exists) throw refuse("if_not_exists leaves open whether it made the index");
    return drop_index{{what.table.schema, what.index.name}, what.table, false, what.concurrently};
  }

  operation_variant operator()(const drop_index& what) const {
    const table* owner = before.schema.table_of_index(what.name);
    const auto over_view = find_index_object(before.schema, what.name);
    if (owner == nullptr && over_view != before.schema.objects.end() && !before.hidden_by) {
      const auto& gone = over_view->second;
      return create_object{{gone.kind, gone.name, gone.table, {}}, gone.definition, false};
    }
    if (owner == nullptr || before.hidden_by) throw refuse(unknown("index"));
    return create_index{owner->name, *owner->find_index(what.name.name), false, what.concurrently};
  }

  operation_variant operator()(const create_object& what) const {
    if (what.if_not_exists) throw refuse("if_not_exists leaves open whether it was made here");
    return drop_object{what.object, false, false};
  }

  operation_variant operator()(const drop_object& what) const {
    const auto found = find_object(before.schema.objects, what.object);
    if (found == before.schema.objects.end() || before.hidden_by) {
      throw refuse(unknown(what.object.kind));
    }
    if (what.cascade) throw refuse("cascade does not say what goes with it");
    return create_object{name_of(*found), found->second.definition, false};
  }

  operation_variant operator()(const alter_enum& what) const {
    if (what.rename.empty()) throw refuse("PostgreSQL cannot take a value out of an enum type");
    alter_enum back{what.name, what.rename};
    back.rename = what.value;
    return back;
  }

  operation_variant operator()(const bulk_insert&) const {
    throw refuse("nothing says by which key the rows can be found again");
  }

  operation_variant operator()(const run&) const {
    throw refuse("C++ code says nothing about its way back");
  }

  operation_variant operator()(const backfill&) const {
    throw refuse("the values that it writes over are not kept");
  }

  operation_variant operator()(const execute&) const {
    throw refuse("raw SQL says nothing about its way back");
  }
};

/// Rows that were put into a table go with it where the same operations create it.
bool goes_with_its_table(const operation& op, std::span<const operation> earlier) {
  const auto* rows = std::get_if<bulk_insert>(&op.what);
  return rows != nullptr && std::any_of(earlier.begin(), earlier.end(), [&](const operation& one) {
           const auto* made = std::get_if<create_table>(&one.what);
           return made != nullptr && made->table.name == rows->table;
         });
}

/// The table or view that an operation drops; none: it drops no such thing.
std::optional<qualified_name> dropped_relation(const operation& op) {
  if (const auto* table = std::get_if<drop_table>(&op.what)) return table->name;
  const auto* view = std::get_if<drop_object>(&op.what);
  if (view == nullptr || !view->object.kind.ends_with("view")) return std::nullopt;
  return view->object.name;
}

/// What has to be done beside the reverse of an operation. What goes with a table or a view beside
/// its own parts comes back with it: before it the sequences that number its rows, behind it whose
/// they are, its triggers and the like. A partition loses behind it what it has got by being one.
struct companions {
  std::vector<operation> before;
  std::vector<operation> behind;
};

companions companions_of(const operation& op, const tracked_schema& before) {
  companions found;
  const auto& all = before.schema;
  if (const auto* attached = std::get_if<attach_partition>(&op.what)) {
    const table* parent = all.find(attached->table);
    const table* part = all.find(attached->partition);
    if (parent == nullptr || part == nullptr || before.hidden_by) return found;
    for (auto& drop : without_gains(*part, *parent)) {
      found.behind.push_back({std::move(drop), op.where});
    }
  }
  const auto dropped = dropped_relation(op);
  if (!dropped) return found;
  for (const auto& [key, item] : all.objects) {
    const bool owned = is_owned_by(item, *dropped, all);
    const bool on_it = item.table == *dropped || (item.kind == "grants" && item.name == *dropped);
    if (!owned && !on_it) continue;
    auto& list = item.kind == "sequence" ? found.before : found.behind;
    const object_name name{item.kind, item.name, item.table, {}};
    list.push_back({create_object{name, item.definition, false}, op.where});
  }
  return found;
}

}  // namespace

operation reverse(const operation& op, const tracked_schema& before) {
  return {std::visit(reverser{op, before}, op.what), op.where};
}

std::vector<operation> reverse_all(const std::vector<operation>& operations,
                                   tracked_schema before) {
  std::vector<operation> reversed;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const auto& op = operations[i];
    if (!goes_with_its_table(op, std::span(operations).first(i))) {
      const auto with_it = companions_of(op, before);
      // The whole is turned round below.
      reversed.insert(reversed.end(), with_it.behind.rbegin(), with_it.behind.rend());
      reversed.push_back(reverse(op, before));
      reversed.insert(reversed.end(), with_it.before.rbegin(), with_it.before.rend());
    }
    apply(before, op);
  }
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace retort::model
