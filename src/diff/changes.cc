#include "diff/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "diff/compare.h"
#include "diff/creation.h"
#include "diff/enum_changes.h"
#include "diff/object_changes.h"
#include "diff/privileges.h"
#include "diff/remade_tables.h"
#include "diff/repartitioned.h"
#include "diff/serials.h"
#include "diff/stand_ins.h"
#include "diff/steps.h"
#include "diff/table_changes.h"
#include "diff/type_definitions.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

/// What other things are made of, so that it comes first and goes last.
bool is_made_first(std::string_view kind) {
  for (const std::string_view early :
       {"schema", "extension", "collation", "type", "domain", "sequence", "function", "procedure",
        "aggregate", "conversion", "language", "access method", "foreign data wrapper", "server",
        "user mapping"}) {
    if (kind == early) return true;
  }
  return kind.starts_with("operator") || kind.starts_with("text search ");
}

/// The changes in groups, which follow each other.
struct groups {
  std::vector<change> early;
  std::vector<change> drops;
  std::vector<change> types;
  std::vector<change> constraint_drops;
  std::vector<change> rows;
  std::vector<change> alterations;
  /// Enumerations that columns leave with the values that they have.
  std::vector<change> left_types;
  std::vector<change> additions;
  std::vector<change> foreign_keys;
  std::vector<change> late;
  std::vector<change> last_drops;
  std::vector<change> online;

  std::vector<change> joined() && {
    std::vector<change> all;
    for (auto* group : {&early, &drops, &types, &constraint_drops, &rows, &alterations, &left_types,
                        &additions, &foreign_keys, &late, &last_drops, &online}) {
      for (auto& item : *group) all.push_back(std::move(item));
    }
    return all;
  }
};

class differ {
 public:
  differ(const model::schema& from, const model::schema& to, const dialect::dialect& target,
         const change_options& options)
      : from_(from),
        to_(to),
        target_(target),
        options_(options),
        postgres_(target.flavour() == base::sql_flavour::postgresql) {}

  std::vector<change> run() && {
    drop_what_is_gone();
    put_in_rows();
    alter_tables();
    alter_objects();
    create_what_is_new();
    return std::move(groups_).joined();
  }

 private:
  // ---- drops, each before what it needs

  void drop_what_is_gone() {
    auto order = creation(from_, target_);
    std::ranges::reverse(order);
    for (const auto& op : order) {
      if (const auto* table = std::get_if<model::create_table>(&op.what)) {
        drop_table(table->table.name);
      } else if (const auto* object = std::get_if<model::create_object>(&op.what)) {
        drop_object(object->object, object->body);
      }
    }
  }

  void drop_table(const model::qualified_name& name) {
    if (to_.find(name) != nullptr || goes_with_parent(name)) return;
    if (old_partitions_.contains(name)) return;
    groups_.last_drops.push_back(drop_of(*from_.find(name), target_, options_));
  }

  /// No table changes the server that its rows are on.
  static std::string server_of(const model::table& table) {
    for (const auto& line : table.opaque) {
      if (line.starts_with("SERVER ")) return sql_name_behind(line, "SERVER ");
    }
    return {};
  }

  void make_anew(const model::table& from, const model::table& to) {
    auto whole = drop_of(from, target_, options_);
    whole.ways.front().push_back(op(model::create_table{to}));
    groups_.alterations.push_back(std::move(whole));
  }

  /// A partition of a table that goes, too.
  bool goes_with_parent(const model::qualified_name& name) const {
    for (const auto& line : from_.find(name)->opaque) {
      if (!line.starts_with("PARTITION OF ")) continue;
      for (const auto& [parent, table] : from_.tables) {
        if (to_.find(parent) == nullptr && line.starts_with(model::partition_line(parent, {}))) {
          return true;
        }
      }
    }
    return false;
  }

  /// By its definition: a key holds more than its name.
  const std::pair<const std::string, model::object>* find(const model::schema& in,
                                                          const model::object_name& name,
                                                          const std::string& definition) const {
    for (const auto& entry : in.objects) {
      const auto& object = entry.second;
      if (object.kind == name.kind && object.name == name.name && object.table == name.table &&
          object.definition == definition) {
        return &entry;
      }
    }
    return nullptr;
  }

  /// A trigger, policy or the like of a table or a view that goes.
  bool goes_with_table(const model::object& object) const {
    if (object.table.name.empty()) return false;
    if (from_.find(object.table) != nullptr) return to_.find(object.table) == nullptr;
    return std::ranges::any_of(from_.objects, [&](const auto& entry) {
      const auto& [key, other] = entry;
      return other.kind.ends_with("view") && other.name == object.table &&
             !to_.objects.contains(key);
    });
  }

  /// What is a part of another object to the server.
  bool goes_with_whole(const keyed_object& what) const {
    const auto is_gone = [&](std::string_view kind) {
      const auto key = fmt::format("{}{}", kind, what.key.substr(what.object.kind.size()));
      return std::ranges::none_of(to_.objects, [&](const auto& entry) {
        return entry.second.kind == kind && (key + " ").starts_with(entry.first + " ");
      });
    };
    const auto& kind = what.object.kind;
    return (kind == "text search mapping" && is_gone("text search configuration")) ||
           (kind == "operator family member" && is_gone("operator family")) ||
           (kind == "statistics target" && is_gone("statistics")) ||
           (kind == "domain constraint" && is_gone("domain"));
  }

  void drop_object(const model::object_name& name, const std::string& definition) {
    const auto* entry = find(from_, name, definition);
    if (entry == nullptr || to_.objects.contains(entry->first)) return;
    const keyed_object what{entry->first, entry->second};
    if (to_.objects.contains(as_other_kind(what.key, what.object))) return;
    if (is_of_privileges(what.object)) return push_grants(what.object.definition, {});
    if (goes_with_table(what.object) || goes_with_whole(what)) return;
    const bool owns = what.object.kind == "sequence owner";
    if (owns && !to_.objects.contains("sequence " + what.object.name.display())) return;
    for (const auto& [table, ignored] : from_.tables) {
      if (to_.find(table) == nullptr && model::is_owned_by(what.object, table, from_)) return;
    }
    auto drop = drop_operation(what, target_);
    if (!drop) return;
    auto change = one(std::move(*drop));
    change.probe = drop_probe(what, target_);
    change.loss = loss_with(what.object);
    const bool is_late = is_made_first(what.object.kind) || what.object.kind == "comment";
    (is_late ? groups_.last_drops : groups_.drops).push_back(std::move(change));
  }

  void push_grants(const std::string& from, const std::string& to) {
    for (auto& line : regrant(from, to)) {
      groups_.late.push_back(one(model::execute{std::move(line)}));
    }
  }

  // ---- what stays

  void put_in_rows() {
    auto made = stand_ins_for({from_, to_}, target_, options_);
    append(groups_.rows, std::move(made.to_choose));
    append(groups_.foreign_keys, std::move(made.referred));
  }

  static void append(std::vector<change>& to, std::vector<change>&& more) {
    for (auto& item : more) to.push_back(std::move(item));
  }

  void alter_tables() {
    for (const auto& [name, table] : to_.tables) {
      const auto* old = from_.find(name);
      if (old == nullptr || *old == table) continue;
      if (make_index_anew(*old, table)) continue;
      // A partition that is one anew is looked at when it is there.
      if (old_partitions_.contains(name) || new_partitions_.contains(name)) continue;
      if (postgres_ && is_repartitioned(*old, table, {from_, to_})) {
        groups_.alterations.push_back(repartitioned(*old, {from_, to_}, target_));
        continue;
      }
      if (server_of(*old) != server_of(table)) {
        make_anew(*old, table);
        continue;
      }
      if (postgres_ && must_be_remade(*old, table, {from_, to_}, target_)) {
        remake(*old, table);
        continue;
      }
      alter_table(*old, table);
    }
  }

  /// What has to come first does so, and the rest is the next look's.
  void remake(const model::table& from, const model::table& to) {
    auto whole = remade_table(from, {from_, to_}, target_);
    if (whole.ways.empty()) return alter_table(from, with_old_origin(to, from));
    groups_.alterations.push_back(std::move(whole));
  }

  void alter_table(const model::table& from, const model::table& to) {
    auto made = changes_of(from, to, {from_, to_}, target_, options_);
    append(groups_.constraint_drops, std::move(made.drops));
    append(groups_.alterations, std::move(made.alterations));
    append(groups_.additions, std::move(made.additions));
    append(groups_.foreign_keys, std::move(made.foreign_keys));
    append(groups_.online, std::move(made.online));
  }

  /// A type that is a domain on the other side, or the other way; empty: it is neither.
  static std::string as_other_kind(const std::string& key, const model::object& object) {
    if (object.kind == "type") return "domain" + key.substr(4);
    return object.kind == "domain" ? "type" + key.substr(6) : std::string();
  }

  std::string key_before(const std::string& key, const model::object& object) const {
    return from_.objects.contains(key) ? key : as_other_kind(key, object);
  }

  static bool is_same(const model::object& a, const model::object& b) {
    return a == b || (a.kind == b.kind && a.name == b.name && a.table == b.table &&
                      definition_of(a) == definition_of(b));
  }

  void alter_objects() {
    // Where a type is made anew, so are those made of it, as they are before their own changes.
    for (const auto& key : keys_behind_parts(from_, to_, target_)) {
      const auto& object = to_.objects.at(key);
      const auto old = from_.objects.find(key_before(key, object));
      if (old == from_.objects.end() || is_same(old->second, object)) continue;
      const keyed_object before{old->first, old->second};
      if (is_of_privileges(object)) {
        push_grants(before.object.definition, object.definition);
        continue;
      }
      auto altered = alter_object(before, object, {from_, to_}, target_, options_);
      if (!altered.ways.empty()) {
        auto& group = is_left(before.object) ? groups_.left_types : groups_.types;
        group.push_back(std::move(altered));
      } else {
        replace(before, object);
      }
    }
  }

  /// Whether it is an enumeration that a column leaves.
  bool is_left(const model::object& type) const {
    if (enum_values(type.definition).empty()) return false;
    const auto name = target_.quote(type.name);
    return std::ranges::any_of(from_.tables, [&](const auto& entry) {
      const auto* now = to_.find(entry.first);
      if (now == nullptr) return false;
      return std::ranges::any_of(entry.second.columns, [&](const model::column& column) {
        if (element_of(column.type.raw) != name) return false;
        const auto* kept = now->find_column(column.name);
        return kept == nullptr || kept->type != column.type;
      });
    });
  }

  /// Whether a table that the definition may speak of loses a column or has another type for one.
  bool is_disturbed(const std::string& definition) const {
    return std::ranges::any_of(from_.tables, [&](const auto& entry) {
      const auto& [name, table] = entry;
      const auto* now = to_.find(name);
      if (definition.find(name.name) == std::string::npos) return false;
      return now == nullptr || std::ranges::any_of(table.columns, [&](const model::column& column) {
               const auto* kept = now->find_column(column.name);
               return kept == nullptr || kept->type != column.type;
             });
    });
  }

  /// In place where the database can, else out and in again.
  void replace(const keyed_object& from, const model::object& to) {
    change whole;
    if (model::is_routine(to.kind)) {
      whole.ways.push_back({{create_operation(to), {}}});
    } else if (to.kind == "comment" || to.kind == "sequence owner" || to.kind == "column default" ||
               to.kind == "statistics target" || to.kind == "view setting") {
      whole.ways.push_back({{create_operation(to), {}}});
      if (to.kind == "sequence owner") hand_over(to.name, to.definition, whole.ways.front());
      groups_.late.push_back(std::move(whole));
      return;
    } else if (to.kind == "view" && postgres_) {
      auto sql = to.definition;
      sql.insert(sql.find(' '), " OR REPLACE");
      whole.ways.push_back({{model::execute{std::move(sql)}, {}}});
    }
    const auto drop = drop_operation(from, target_);
    if (!drop) return;
    whole.probe = drop_probe(from, target_);
    // A view keeps columns as they are, so where its own change goes with theirs it goes first.
    if (to.kind == "view" && is_disturbed(from.object.definition)) whole.ways.clear();
    const bool apart = whole.ways.empty() && !is_made_first(to.kind);
    if (apart) {
      groups_.drops.push_back({{{model::operation{*drop, {}}}}, {}, whole.probe});
      groups_.late.push_back(one(create_operation(to)));
      return;
    }
    whole.ways.push_back({{*drop, {}}, {create_operation(to), {}}});
    (is_made_first(to.kind) ? groups_.early : groups_.late).push_back(std::move(whole));
  }

  // ---- what is new, each behind what it needs

  bool is_new(const model::operation& op) const {
    const auto is_new_table = [&](const model::qualified_name& name) {
      return from_.find(name) == nullptr && !new_partitions_.contains(name);
    };
    if (const auto* table = std::get_if<model::create_table>(&op.what)) {
      return is_new_table(table->table.name);
    }
    if (const auto* index = std::get_if<model::create_index>(&op.what)) {
      return is_new_table(index->table);
    }
    if (const auto* added = std::get_if<model::add_constraint>(&op.what)) {
      return is_new_table(added->table);
    }
    if (const auto* attached = std::get_if<model::attach_partition>(&op.what)) {
      return is_new_table(attached->partition);
    }
    const auto* object = std::get_if<model::create_object>(&op.what);
    const auto* entry = object == nullptr ? nullptr : find(to_, object->object, object->body);
    return entry != nullptr && !from_.objects.contains(key_before(entry->first, entry->second));
  }

  void create_what_is_new() {
    auto fresh = creation(to_, target_);
    std::erase_if(fresh, [&](const model::operation& op) { return !is_new(op); });
    for (auto& op : with_serials(std::move(fresh))) {
      if (const auto* table = std::get_if<model::create_table>(&op.what)) {
        create_table(*table);
      } else if (std::holds_alternative<model::create_index>(op.what)) {
        groups_.additions.push_back(one(op.what));
      } else if (std::holds_alternative<model::attach_partition>(op.what)) {
        groups_.early.push_back(one(op.what));
      } else if (std::holds_alternative<model::add_constraint>(op.what)) {
        groups_.foreign_keys.push_back(one(op.what));
      } else {
        create_object(std::get<model::create_object>(op.what));
      }
    }
  }

  void create_table(const model::create_table& op) {
    auto bare = op;
    // SQLite names indexes for the whole file: one may have to go first.
    if (!postgres_) bare.table.indexes.clear();
    const bool is_over_another = !target_.content_of(op.table).empty();
    (is_over_another ? groups_.late : groups_.early).push_back(one(bare));
    if (is_over_another) index_content(op.table);
    if (postgres_) return;
    for (const auto& index : op.table.indexes) {
      groups_.additions.push_back(one(model::create_index{op.table.name, index}));
    }
  }

  void index_content(const model::table& table) {
    groups_.late.push_back(one(model::execute{target_.index_content(table)}));
  }

  /// A full-text index over another table's rows holds none: it goes before that table changes, and
  /// is made and filled anew behind it.
  bool make_index_anew(const model::table& from, const model::table& to) {
    if (target_.content_of(from).empty() || target_.content_of(to).empty()) return false;
    groups_.drops.push_back(one(model::drop_table{from.name}));
    groups_.late.push_back(one(model::create_table{to}));
    index_content(to);
    return true;
  }

  void create_object(const model::create_object& op) {
    if (op.object.kind.starts_with("grants")) return push_grants({}, op.body);
    auto made = one(op);
    if (op.object.kind == "sequence owner") hand_over(op.object.name, op.body, made.ways.front());
    if (op.object.kind == "user mapping") {
      made.review = "what options the user mapping has is not read, for they hold passwords";
    }
    if (is_made_with_column(op.object)) return;
    (is_made_first(op.object.kind) ? groups_.early : groups_.late).push_back(std::move(made));
    if (op.object.kind == "sequence") count_on(op.object.name);
  }

  /// A sequence can belong to no column of somebody else's table.
  void hand_over(const model::qualified_name& sequence, const std::string& owned_by,
                 std::vector<model::operation>& way) const {
    const model::object owner{"sequence owner", sequence, {}, owned_by};
    for (const auto& [name, table] : to_.tables) {
      const bool is_its = std::ranges::any_of(table.columns, [&, &of = name](const auto& column) {
        return is_owner(owner, of, column.name, target_);
      });
      const auto clause = is_its ? owner_clause(name, from_) : std::string();
      if (clause.empty()) continue;
      way.insert(way.begin(),
                 execute(fmt::format("ALTER SEQUENCE {} {}", target_.quote(sequence), clause)));
    }
  }

  bool is_made_with_column(const model::object_name& object) const {
    if (object.kind != "sequence") return false;
    return std::ranges::any_of(from_.tables, [&](const auto& entry) {
      const auto* now = to_.find(entry.first);
      if (now == nullptr) return false;
      return std::ranges::any_of(entry.second.columns, [&](const model::column& column) {
        const auto* same = now->find_column(column.name);
        if (same == nullptr) return false;
        const auto* made = sequence_for_identity(column, *same, {from_, to_}, target_);
        return made != nullptr && made->name == object.name;
      });
    });
  }

  /// A sequence that is new to a column with rows goes on behind their largest number.
  void count_on(const model::qualified_name& sequence) {
    const auto literal = target_.literal(target_.quote(sequence));
    for (const auto& [name, table] : from_.tables) {
      const auto* now = to_.find(name);
      if (now == nullptr) continue;
      for (const auto& column : now->columns) {
        if (column.default_sql != fmt::format("nextval({}::regclass)", literal)) continue;
        if (table.find_column(column.name) == nullptr) continue;
        groups_.late.push_back(
            one_sql(count_on_sql(literal, target_.quote(column.name), target_.quote(name))));
      }
    }
  }

  const model::schema& from_;
  const model::schema& to_;
  const dialect::dialect& target_;
  const change_options& options_;
  bool postgres_;
  /// Of tables that are partitioned otherwise.
  std::set<model::qualified_name> old_partitions_ = moved_partitions({from_, to_}, from_);
  std::set<model::qualified_name> new_partitions_ = moved_partitions({from_, to_}, to_);
  groups groups_;
};

}  // namespace

std::vector<change> changes(const model::schema& from, const model::schema& to,
                            const dialect::dialect& target, const change_options& options) {
  if (from == to) return {};
  return differ(from, to, target, options).run();
}

}  // namespace retort::diff
