#include "diff/table_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text_tools.h"
#include "diff/object_changes.h"
#include "diff/partition_indexes.h"
#include "diff/rename_order.h"
#include "diff/steps.h"
#include "diff/whole_table.h"
#include "model/apply.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

model::constraint renamed(model::constraint item, const std::string& name) {
  std::visit([&](auto& what) { what.name = name; }, item);
  return item;
}

bool is_foreign_key(const model::constraint& item) {
  return std::holds_alternative<model::foreign_key>(item);
}

/// Whether they are the same but that only `from` has not seen every row.
bool only_unchecked(model::constraint from, const model::constraint& to) {
  if (auto* key = std::get_if<model::foreign_key>(&from)) key->not_valid = false;
  if (auto* check = std::get_if<model::check>(&from)) check->not_valid = false;
  return from == to;
}

class table_differ {
 public:
  table_differ(const model::table& from, const model::table& to, const schema_pair& all,
               const dialect::dialect& target, const change_options& options)
      : from_(from), to_(to), all_(all), target_(target), options_(options), name_(to.name) {}

  table_changes run() && {
    compare_constraints();
    compare_indexes();
    alter_columns(from_, to_, all_, target_, options_, out_.alterations);
    compare_settings();
    if (from_.comment != to_.comment) compare_comment();
    return std::move(out_);
  }

 private:
  std::string quoted() const { return target_.quote(name_); }

  void compare_comment() {
    if (!model::is_foreign(to_)) {
      out_.additions.push_back(one(model::comment_table{name_, to_.comment}));
      return;
    }
    out_.additions.push_back(
        one_sql(fmt::format("COMMENT ON FOREIGN TABLE {} IS {}", quoted(),
                            to_.comment.empty() ? "NULL" : target_.literal(to_.comment))));
  }

  // ---- constraints

  /// Without what the two sides have in common.
  static std::vector<model::constraint> only(const model::table& here, const model::table& there) {
    auto mine = model::constraints_of(here);
    const auto theirs = model::constraints_of(there);
    // The rest of what there is to say about it stands in a line of its own.
    const auto* verbose = here.verbose_key();
    const auto* other = there.verbose_key();
    const bool same_key =
        (verbose == nullptr) == (other == nullptr) && (verbose == nullptr || *verbose == *other);
    std::erase_if(mine, [&](const model::constraint& item) {
      const bool is_key = std::holds_alternative<model::primary_key>(item);
      return std::ranges::find(theirs, item) != theirs.end() && (!is_key || same_key);
    });
    return mine;
  }

  void compare_constraints() {
    auto gone = only(from_, to_);
    auto fresh = only(to_, from_);
    std::erase_if(gone, [&](const model::constraint& item) {
      const auto found = std::ranges::find_if(
          fresh, [&](const model::constraint& other) { return is_kept_as(item, other); });
      if (found == fresh.end()) return false;
      fresh.erase(found);
      return true;
    });
    for (const auto& item : gone) drop(item);
    for (const auto& item : fresh) add(item);
  }

  /// Renames it, or looks at the rows, where that is all.
  bool is_kept_as(const model::constraint& from, const model::constraint& to) {
    const auto& old_name = model::name_of(from);
    const auto& new_name = model::name_of(to);
    if (old_name.empty() || new_name.empty() || from == to) return false;
    if (only_unchecked(from, to)) {
      auto& list = options_.online ? out_.online : out_.additions;
      list.push_back(one(model::validate_constraint{name_, new_name}));
      list.back().is_online = options_.online;
      return true;
    }
    if (renamed(from, new_name) != to) return false;
    auto rename = one(model::rename_constraint{name_, old_name, new_name});
    step_aside(rename, new_name, [&](const std::string& name) {
      return model::rename_constraint{name_, old_name, name};
    });
    out_.drops.push_back(std::move(rename));
    return true;
  }

  /// Where something has the new name, which is to have another one itself.
  template <class Rename>
  static void step_aside(change& rename, const std::string& name, const Rename& to) {
    const auto nothing = [](const std::string&) { return false; };
    rename.ways.push_back({op(to(name_between(name, nothing)))});
  }

  void drop(const model::constraint& item) {
    const auto& name = model::name_of(item);
    auto change = one(model::drop_constraint{name_, name, model::kind_of(item),
                                             name.empty() ? std::optional(item) : std::nullopt});
    if (!name.empty()) {
      change.probe =
          fmt::format("ALTER TABLE {} DROP CONSTRAINT {} CASCADE", quoted(), target_.quote(name));
    }
    out_.drops.push_back(std::move(change));
  }

  void add(const model::constraint& item) {
    auto& list = is_foreign_key(item) ? out_.foreign_keys : out_.additions;
    const auto* verbose =
        std::holds_alternative<model::primary_key>(item) ? to_.verbose_key() : nullptr;
    if (is_made_only(to_, model::name_of(item), target_)) {
      list.push_back(one_sql(add_only_sql(name_, item, target_)));
      return;
    }
    if (verbose == nullptr && options_.online && add_unchecked(item)) return;
    if (verbose == nullptr) {
      list.push_back(one(model::add_constraint{name_, item}));
    } else {
      list.push_back(one_sql(fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {}", quoted(),
                                         target_.quote(model::name_of(item)), *verbose)));
    }
  }

  /// Without a look at the rows, which is the next difference. False where it cannot be put off.
  bool add_unchecked(model::constraint item) {
    auto* key = std::get_if<model::foreign_key>(&item);
    auto* check = std::get_if<model::check>(&item);
    if (key == nullptr && check == nullptr) return false;
    if (key != nullptr ? key->not_valid : check->not_valid) return false;
    (key != nullptr ? key->not_valid : check->not_valid) = true;
    out_.foreign_keys.push_back(one(model::add_constraint{name_, std::move(item)}));
    return true;
  }

  // ---- indexes

  bool is_same(const model::index& from, const model::index& to) const {
    return from == to &&
           is_made_only(from_, from.name, target_) == is_made_only(to_, to.name, target_);
  }

  /// Whether a foreign key may be in need of it, which goes and comes with it.
  bool is_referred_to(const model::index& index) const {
    if (!index.unique) return false;
    return std::ranges::any_of(all_.from.tables, [&](const auto& entry) {
      return std::ranges::any_of(entry.second.foreign_keys, [&](const model::foreign_key& key) {
        return key.table == from_.name && key.referenced_columns.size() == index.keys.size();
      });
    });
  }

  /// A comment, CLUSTER ON or the like, which would go with it.
  bool has_settings(const model::index& index) const {
    const auto name = target_.quote(index.name);
    const auto is_comment = [&](const auto& entry) {
      const auto& object = entry.second;
      return object.kind == "comment" && object.name.name.starts_with("index ") &&
             object.name.name.ends_with("." + name);
    };
    const auto speaks_of_it = [&](const std::string& line) {
      return (line + " ").find(" " + name + " ") != std::string::npos;
    };
    return std::ranges::any_of(all_.from.objects, is_comment) ||
           std::ranges::any_of(from_.opaque, speaks_of_it);
  }

  /// The new one is built beside the old one, which serves until then.
  change exchanged(const model::index& to) const {
    const model::qualified_name full{name_.schema, to.name};
    const auto between = name_between(full, all_);
    auto made = to;
    made.name = between.name;
    change steps{{{op(model::create_index{name_, made}), op(model::drop_index{full, name_}),
                   op(model::rename_index{between, to.name})}}};
    steps.probe = fmt::format("DROP INDEX {} CASCADE", target_.quote(full));
    steps.is_online = true;
    return steps;
  }

  void compare_indexes() {
    std::vector<const model::index*> fresh;
    for (const auto& index : to_.indexes) {
      const auto* old = from_.find_index(index.name);
      if (old == nullptr || !is_same(*old, index)) fresh.push_back(&index);
    }
    std::vector<change> gone;
    for (const auto& index : from_.indexes) {
      const auto* now = to_.find_index(index.name);
      if (now != nullptr && is_same(index, *now)) continue;
      // It goes with the one that it is attached to.
      if (is_attached(from_, index.name, target_)) continue;
      const bool serves = options_.online && now != nullptr && !is_referred_to(index) &&
                          !has_settings(index) && !is_made_only(to_, now->name, target_);
      if (serves) {
        out_.online.push_back(exchanged(*now));
        std::erase(fresh, now);
        continue;
      }
      const auto same = std::ranges::find_if(fresh, [&](const model::index* other) {
        auto moved = index;
        moved.name = other->name;
        return now == nullptr && from_.find_index(other->name) == nullptr && moved == *other;
      });
      if (same != fresh.end()) {
        const model::qualified_name old_name{name_.schema, index.name};
        auto rename = one(model::rename_index{old_name, (*same)->name});
        step_aside(rename, (*same)->name, [&](const std::string& name) {
          return model::rename_index{old_name, name};
        });
        out_.drops.push_back(std::move(rename));
        fresh.erase(same);
      } else {
        auto drop = one(model::drop_index{{name_.schema, index.name}, name_});
        // Its name is free for another one, or else nothing waits for it.
        drop.is_online = options_.online && now == nullptr;
        if (target_.flavour() == base::sql_flavour::postgresql) {
          const auto full = target_.quote(model::qualified_name{name_.schema, index.name});
          drop.probe = fmt::format("DROP INDEX {} CASCADE", full);
        }
        (drop.is_online ? gone : out_.drops).push_back(std::move(drop));
      }
    }
    for (const auto* index : fresh) {
      if (is_made_only(to_, index->name, target_)) {
        out_.additions.push_back(one_sql(create_only_sql(name_, *index, target_)));
        continue;
      }
      const bool later = options_.online && from_.find_index(index->name) == nullptr;
      auto& list = later ? out_.online : out_.additions;
      list.push_back(one(model::create_index{name_, *index}));
      list.back().is_online = later;
    }
    // What a new index replaces serves until then.
    for (auto& drop : gone) out_.online.push_back(std::move(drop));
  }

  // ---- what the model has no words for

  static std::string kind_of_line(const std::string& line) {
    if (is_partition_index(line)) {
      const auto name = sql_name_behind(line, "INDEX ");
      return line.substr(6 + name.size(), line.find(" INSTEAD OF ") - 6 - name.size());
    }
    if (line.starts_with("ALTER COLUMN ") && line.ends_with(')')) {
      const auto at = line.find(" OPTIONS (");
      if (at != std::string::npos) return line.substr(0, at + 9);
    }
    if (line.starts_with("ALTER COLUMN ") || line.starts_with("INDEX ")) {
      const auto at = line.find(" SET ");
      const auto rest = line.substr(at == std::string::npos ? line.size() : at);
      return line.substr(0, at) + rest.substr(0, rest.find_first_of(" (", 5));
    }
    if (line.starts_with("CONSTRAINT ")) return line;
    if (is_trigger_state(line)) return line.substr(line.find(" TRIGGER "));
    return line.substr(0, line.find(' '));
  }

  static std::string same_kind(const model::table& in, const std::string& line) {
    for (const auto& other : in.opaque) {
      if (kind_of_line(other) == kind_of_line(line)) return other;
    }
    return {};
  }

  void compare_settings() {
    for (const auto& line : from_.opaque) set(line, to_, false);
    for (const auto& line : to_.opaque) set(line, from_, true);
  }

  void set(const std::string& line, const model::table& other, bool add) {
    if (std::ranges::find(other.opaque, line) != other.opaque.end()) return;
    // Told with the primary key.
    if (line.starts_with("PRIMARY KEY ")) return;
    if (line.starts_with("CONSTRAINT ")) {
      const auto name = sql_name_behind(line, "CONSTRAINT ");
      auto& list = add ? out_.foreign_keys : out_.drops;
      list.push_back(one_sql(fmt::format("ALTER TABLE {} {} {}", quoted(), add ? "ADD" : "DROP",
                                         add ? line : "CONSTRAINT " + name)));
      return;
    }
    auto sql = setting_sql(to_, line, same_kind(other, line), add, target_);
    if (sql.empty()) return;
    auto& list = add ? out_.additions : out_.drops;
    list.push_back(one_sql(std::move(sql)));
    list.back().loss = loss_by_setting(line, add);
  }

  std::string loss_by_setting(const std::string& line, bool add) const {
    if (add && line == "UNLOGGED") {
      return fmt::format("{} becomes unlogged: a crash empties it", name_.display());
    }
    const bool protects = line == "ENABLE ROW LEVEL SECURITY" || line == "FORCE ROW LEVEL SECURITY";
    if (add || !protects) return {};
    const auto* whom = line.starts_with("FORCE") ? "its owner" : "everybody";
    return fmt::format("row level security of {} ends: {} sees all rows", name_.display(), whom);
  }

  const model::table& from_;
  const model::table& to_;
  const schema_pair& all_;
  const dialect::dialect& target_;
  const change_options& options_;
  const model::qualified_name& name_;
  table_changes out_;
};

}  // namespace

std::string loss_by(const model::operation_variant& what, const change_options& options) {
  const auto lost = model::loss_of(what);
  if (lost.empty()) return {};
  return fmt::format("drops {}: what is in it is lost{}", lost, how_to_keep({lost}, options));
}

change drop_of(const model::table& table, const dialect::dialect& target,
               const change_options& options) {
  const auto name = target.quote(table.name);
  if (model::is_foreign(table)) {
    auto drop = one_sql("DROP FOREIGN TABLE " + name);
    drop.probe = fmt::format("DROP FOREIGN TABLE {} CASCADE", name);
    return drop;
  }
  auto drop = one(model::drop_table{table.name});
  drop.loss = loss_by(model::drop_table{table.name}, options);
  if (target.flavour() == base::sql_flavour::postgresql) {
    drop.probe = fmt::format("DROP TABLE {} CASCADE", name);
  }
  return drop;
}

std::string how_to_keep(const std::vector<std::string>& lost, const change_options& options) {
  std::vector<std::string> ways;
  bool is_any_open = false;
  for (const auto& name : lost) {
    const auto found = options.kept_by.find(name);
    if (found == options.kept_by.end()) continue;
    ways.push_back(found->second);
    is_any_open = is_any_open || found->second.find(" or ") != std::string::npos;
  }
  const auto all = base::join(ways, is_any_open ? ", " : " ");
  return all.empty() ? all : fmt::format(" (kept with {})", all);
}

table_changes changes_of(const model::table& from, const model::table& to, const schema_pair& all,
                         const dialect::dialect& target, const change_options& options) {
  if (target.flavour() == base::sql_flavour::postgresql) {
    return table_differ(from, to, all, target, options).run();
  }
  auto bare_from = from;
  auto bare_to = to;
  for (auto* table : {&bare_from, &bare_to}) {
    const auto indexes = std::move(table->indexes);
    const auto name = table->name;
    *table = {};
    table->name = name;
    table->indexes = indexes;
  }
  auto out = table_differ(bare_from, bare_to, all, target, options).run();
  compare_as_a_whole(from, to, all, target, options, out);
  return out;
}

}  // namespace retort::diff
