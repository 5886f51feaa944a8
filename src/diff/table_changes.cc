#include "diff/table_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "diff/fill.h"
#include "model/apply.h"

namespace retort::diff {
namespace {

model::operation op(model::operation_variant what) { return {std::move(what), {}}; }
model::operation execute(std::string sql) { return op(model::execute{std::move(sql)}); }

change one(model::operation_variant what) { return {{{op(std::move(what))}}}; }
change one_sql(std::string sql) { return {{{execute(std::move(sql))}}}; }

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
               const dialect::dialect& target)
      : from_(from), to_(to), all_(all), target_(target), name_(to.name) {}

  table_changes run() && {
    compare_constraints();
    compare_indexes();
    alter_columns(from_, to_, all_, target_, out_.alterations);
    compare_settings();
    if (from_.comment != to_.comment) {
      out_.additions.push_back(one(model::comment_table{name_, to_.comment}));
    }
    return std::move(out_);
  }

 private:
  std::string quoted() const { return target_.quote(name_); }

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
      out_.additions.push_back(one(model::validate_constraint{name_, new_name}));
      return true;
    }
    if (renamed(from, new_name) != to) return false;
    out_.drops.push_back(one(model::rename_constraint{name_, old_name, new_name}));
    return true;
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
    if (verbose == nullptr) {
      list.push_back(one(model::add_constraint{name_, item}));
    } else {
      list.push_back(one_sql(fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {}", quoted(),
                                         target_.quote(model::name_of(item)), *verbose)));
    }
  }

  // ---- indexes

  void compare_indexes() {
    std::vector<const model::index*> fresh;
    for (const auto& index : to_.indexes) {
      const auto* old = from_.find_index(index.name);
      if (old == nullptr || *old != index) fresh.push_back(&index);
    }
    for (const auto& index : from_.indexes) {
      const auto* now = to_.find_index(index.name);
      if (now != nullptr && *now == index) continue;
      const auto same = std::ranges::find_if(fresh, [&](const model::index* other) {
        auto moved = index;
        moved.name = other->name;
        return now == nullptr && from_.find_index(other->name) == nullptr && moved == *other;
      });
      if (same != fresh.end()) {
        out_.drops.push_back(one(model::rename_index{{name_.schema, index.name}, (*same)->name}));
        fresh.erase(same);
      } else {
        out_.drops.push_back(one(model::drop_index{{name_.schema, index.name}, name_}));
      }
    }
    for (const auto* index : fresh)
      out_.additions.push_back(one(model::create_index{name_, *index}));
  }

  // ---- what the model has no words for

  static std::string kind_of_line(const std::string& line) {
    if (line.starts_with("ALTER COLUMN ") || line.starts_with("INDEX ")) {
      const auto at = line.find(" SET ");
      const auto rest = line.substr(at == std::string::npos ? line.size() : at);
      return line.substr(0, at) + rest.substr(0, rest.find_first_of(" (", 5));
    }
    if (line.starts_with("CONSTRAINT ")) return line;
    if (line.find(" TRIGGER ") != std::string::npos) return line.substr(line.find(" TRIGGER "));
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
      const auto name = line.substr(11, line.find(' ', 11) - 11);
      auto& list = add ? out_.foreign_keys : out_.drops;
      list.push_back(one_sql(fmt::format("ALTER TABLE {} {} {}", quoted(), add ? "ADD" : "DROP",
                                         add ? line : "CONSTRAINT " + name)));
      return;
    }
    auto sql = setting_sql(to_, line, same_kind(other, line), add, target_);
    if (!sql.empty()) (add ? out_.additions : out_.drops).push_back(one_sql(std::move(sql)));
  }

  const model::table& from_;
  const model::table& to_;
  const schema_pair& all_;
  const dialect::dialect& target_;
  const model::qualified_name& name_;
  table_changes out_;
};

// ---- SQLite: one operation on a table is as dear as many, so they go together

std::map<std::string, std::string> values_of(const model::table& from, const model::table& to,
                                             const schema_pair& all,
                                             const dialect::dialect& target) {
  std::map<std::string, std::string> values;
  for (const auto& column : to.columns) {
    const auto* old = from.find_column(column.name);
    if (column.nullable || column.generated) continue;
    if (old != nullptr && !old->nullable) continue;
    const auto fill = fill_value(column, to, all.to, target);
    if (fill.empty()) continue;
    if (old != nullptr) {
      values[column.name] = fmt::format("coalesce({}, {})", target.quote(column.name), fill);
    } else if (!column.default_sql) {
      values[column.name] = fill;
    }
  }
  return values;
}

using value_map = std::map<std::string, std::string>;

/// A default can be no value of another row.
bool is_constant(const std::string& value) { return value != "rowid" && !value.starts_with("("); }

/// Whether an UPDATE of the table would fire something.
bool has_triggers(const model::table& table, const model::schema& all) {
  return std::ranges::any_of(all.objects, [&](const auto& entry) {
    return entry.second.kind == "trigger" && entry.second.table == table.name;
  });
}

/// Whether calls can bring the column about, with the value that rows without one get.
bool can_call(const model::column* old, const model::column& column, const value_map& values,
              bool may_update) {
  const auto value = values.find(column.name);
  if (old == nullptr) {
    if (column.identity) return false;
    return column.nullable || column.default_sql ||
           (may_update && value != values.end() && is_constant(value->second));
  }
  if (old->nullable && !column.nullable && !may_update) return false;
  auto same = *old;
  same.type = column.type;
  same.default_sql = column.default_sql;
  same.nullable = column.nullable;
  return same == column;
}

/// Whether the calls of a migration can say it all.
bool can_be_called(const model::table& from, const model::table& to, const value_map& values,
                   bool may_update) {
  if (from.strict != to.strict || from.without_rowid != to.without_rowid) return false;
  if (from.opaque != to.opaque || from.primary_key != to.primary_key) return false;
  return std::ranges::all_of(to.columns, [&](const model::column& column) {
    return can_call(from.find_column(column.name), column, values, may_update);
  });
}

/// A new column with a value for the rows that are there.
void call_column(const model::add_column& added, const value_map& values,
                 std::vector<model::operation>& calls) {
  const auto& column = added.column;
  const auto value = values.find(column.name);
  if (column.nullable || column.default_sql || value == values.end()) {
    calls.push_back(op(added));
    return;
  }
  auto with_default = added;
  with_default.column.default_sql = value->second;
  calls.push_back(op(std::move(with_default)));
  model::alter_column open;
  open.table = added.table;
  open.column = column.name;
  open.default_sql.emplace(std::nullopt);
  calls.push_back(op(std::move(open)));
}

/// Values for those that have none, before NOT NULL asks for them.
void call_update(const model::table& from, const model::table& to, const schema_pair& all,
                 const dialect::dialect& target, std::vector<model::operation>& calls) {
  for (const auto& column : to.columns) {
    const auto* old = from.find_column(column.name);
    if (old == nullptr || !old->nullable || column.nullable) continue;
    auto sql = fill_statement(column, to, all.to, target);
    if (!sql.empty()) calls.push_back(execute(std::move(sql)));
  }
}

std::vector<model::operation> table_calls(const model::table& from, const model::table& to,
                                          const value_map& values, const dialect::dialect& target) {
  std::vector<model::operation> calls;
  call_update(from, to, values, target, calls);
  const auto theirs = model::constraints_of(to);
  const auto mine = model::constraints_of(from);
  for (const auto& item : mine) {
    if (std::ranges::find(theirs, item) != theirs.end()) continue;
    const auto& name = model::name_of(item);
    calls.push_back(op(model::drop_constraint{to.name, name, model::kind_of(item),
                                              name.empty() ? std::optional(item) : std::nullopt}));
  }
  std::string previous;
  for (std::size_t i = 0; i < to.columns.size(); ++i) {
    const auto& column = to.columns[i];
    if (const auto* old = from.find_column(column.name)) {
      if (auto altered = alteration(to.name, *old, column)) calls.push_back(op(*altered));
    } else {
      model::add_column added{.table = to.name, .column = column};
      const bool is_last = std::none_of(
          to.columns.begin() + static_cast<std::ptrdiff_t>(i), to.columns.end(),
          [&](const model::column& other) { return from.find_column(other.name) != nullptr; });
      if (!is_last) (previous.empty() ? (added.first = true, added.after) : added.after) = previous;
      call_column(added, values, calls);
    }
    previous = column.name;
  }
  for (const auto& column : from.columns) {
    if (to.find_column(column.name) == nullptr) {
      calls.push_back(op(model::drop_column{to.name, column.name}));
    }
  }
  for (const auto& item : theirs) {
    if (std::ranges::find(mine, item) == mine.end()) {
      calls.push_back(op(model::add_constraint{to.name, item}));
    }
  }
  return calls;
}

bool differs_but_for_indexes(model::table from, model::table to) {
  from.indexes.clear();
  to.indexes.clear();
  const auto by_name = [](const model::column& a) { return a.name; };
  std::ranges::sort(from.columns, {}, by_name);
  std::ranges::sort(to.columns, {}, by_name);
  return from != to;
}

std::string review_of(const model::table& from, const model::table& to) {
  std::string gone;
  for (const auto& column : from.columns) {
    if (to.find_column(column.name) != nullptr) continue;
    gone += (gone.empty() ? "" : ", ") + to.name.display() + "." + column.name;
  }
  if (!gone.empty()) return fmt::format("drops {}: what is in it is lost", gone);
  return {};
}

void compare_whole(const model::table& from, const model::table& to, const schema_pair& all,
                   const dialect::dialect& target, const change_options& options,
                   table_changes& out) {
  if (!differs_but_for_indexes(from, to)) return;
  change whole{{}, review_of(from, to), {}};
  const auto values = values_of(from, to, all, target);
  const bool may_update = options.prefers_calls && !has_triggers(from, all.from);
  if (!options.replaces_tables && can_be_called(from, to, values, may_update)) {
    whole.ways.push_back(table_calls(from, to, values, all, target));
  }
  std::vector<model::operation> anew;
  for (auto& sql : target.rebuild_table(from, to, values)) anew.push_back(execute(std::move(sql)));
  for (const auto& index : to.indexes) anew.push_back(op(model::create_index{to.name, index}));
  if (whole.ways.empty()) out.additions.clear();
  whole.ways.push_back(std::move(anew));
  for (const auto& [column, value] : values) {
    if (from.find_column(column) == nullptr && whole.review.empty()) {
      whole.review =
          fmt::format("rows that are there get {} in {}.{}", value, to.name.display(), column);
    }
  }
  out.alterations.push_back(std::move(whole));
}

}  // namespace

std::string review_of_loss(const model::operation_variant& what) {
  const auto lost = model::loss_of(what);
  return lost.empty() ? lost : fmt::format("drops {}: what is in it is lost", lost);
}

table_changes changes_of(const model::table& from, const model::table& to, const schema_pair& all,
                         const dialect::dialect& target, const change_options& options) {
  if (target.flavour() == base::sql_flavour::postgresql) {
    return table_differ(from, to, all, target).run();
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
  auto out = table_differ(bare_from, bare_to, all, target).run();
  compare_whole(from, to, all, target, options, out);
  return out;
}

}  // namespace retort::diff
