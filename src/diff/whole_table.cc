#include "diff/whole_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "diff/fill.h"
#include "diff/joint_checks.h"
#include "diff/steps.h"
#include "diff/type_losses.h"
#include "model/apply.h"

namespace retort::diff {
namespace {

/// Where a stand-in waits for what the column's default says (`stand_ins`).
bool refers_to_new_table(const model::table& table, const model::column& column,
                         const schema_pair& all) {
  return std::ranges::any_of(table.foreign_keys, [&](const model::foreign_key& key) {
    return std::ranges::find(key.columns, column.name) != key.columns.end() &&
           all.from.find(key.table) == nullptr;
  });
}

/// SQLite, "ROWIDs and the INTEGER PRIMARY KEY": never NULL, declared so or not.
bool is_rowid(const model::table& table, const model::column& column) {
  const auto& key = table.primary_key;
  return !table.without_rowid && key && !key->descending && key->columns.size() == 1 &&
         key->columns.front() == column.name && column.type.raw == "INTEGER";
}

/// Whether a column becomes the key that numbers the rows, which takes integers alone, and may hold
/// something else yet.
bool becomes_rowid(const model::table& from, const model::table& to, const model::column& column) {
  const auto* old = from.find_column(column.name);
  if (old == nullptr || !is_rowid(to, column)) return false;
  // "Determination Of Column Affinity", the first rule.
  return base::upper(old->type.raw).find("INT") == std::string::npos;
}

value_map values_of(const model::table& from, const model::table& to, const schema_pair& all,
                    const filler& fills, const dialect::dialect& target) {
  value_map values;
  for (const auto& column : to.columns) {
    const auto* old = from.find_column(column.name);
    const bool is_key = is_rowid(to, column);
    if (becomes_rowid(from, to, column)) {
      values[column.name] = fills.integer(column);
      continue;
    }
    if ((column.nullable && !is_key) || column.generated) continue;
    if (old != nullptr && (!old->nullable || is_rowid(from, *old))) continue;
    // A new one gets the rowid that the row has.
    if (old == nullptr && is_key) continue;
    if (old == nullptr && column.default_sql && refers_to_new_table(to, column, all)) continue;
    const auto fill = fills.value(column, old != nullptr);
    if (fill.empty()) continue;
    if (old != nullptr) {
      values[column.name] = fmt::format("coalesce({}, {})", target.quote(column.name), fill);
    } else if (!column.default_sql || fill != "(" + *column.default_sql + ")") {
      values[column.name] = fill;
    }
  }
  return values;
}

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
    if (column.nullable || (column.default_sql && value == values.end())) return true;
    return !column.default_sql &&
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
                   const filler& fills, bool may_update) {
  if (from.strict != to.strict || from.without_rowid != to.without_rowid) return false;
  if (from.opaque != to.opaque || from.primary_key != to.primary_key) return false;
  return std::ranges::all_of(to.columns, [&](const model::column& column) {
    const auto* old = from.find_column(column.name);
    // An UPDATE counts rows, and knows no other numbers.
    const bool may_fill =
        may_update && (!fills.is_numbered(column) || fills.is_plain_number(column));
    return !becomes_rowid(from, to, column) && can_call(old, column, values, may_fill);
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
void call_update(const model::table& from, const model::table& to, const filler& fills,
                 std::vector<model::operation>& calls) {
  for (const auto& column : to.columns) {
    const auto* old = from.find_column(column.name);
    if (old == nullptr || !old->nullable || column.nullable) continue;
    auto sql = fills.statement(column);
    if (!sql.empty()) calls.push_back(execute(std::move(sql)));
  }
}

std::vector<model::operation> table_calls(const model::table& from, const model::table& to,
                                          const value_map& values, const filler& fills) {
  std::vector<model::operation> calls;
  call_update(from, to, fills, calls);
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

std::string names_of(const model::table& of, const std::vector<std::string>& columns) {
  std::string names;
  for (const auto& column : columns) {
    names += (names.empty() ? "" : ", ") + of.name.display() + "." + column;
  }
  return names;
}

/// What the old table is called while the new one is made: nothing's name begins so.
std::string free_name(const model::table& table, const schema_pair& all) {
  std::vector<std::string> taken;
  for (const auto* schema : {&all.from, &all.to}) {
    for (const auto& [name, other] : schema->tables) {
      taken.push_back(base::lower(name.name));
      for (const auto& index : other.indexes) taken.push_back(base::lower(index.name));
    }
    for (const auto& [key, object] : schema->objects) {
      taken.push_back(base::lower(object.name.name));
    }
  }
  for (int attempt = 0;; ++attempt) {
    const auto name = fmt::format("retort_old_{}{}", table.name.name,
                                  attempt == 0 ? "" : std::to_string(attempt));
    const auto begins_so = [&](const std::string& other) {
      return other.starts_with(base::lower(name));
    };
    if (std::ranges::none_of(taken, begins_so)) return name;
  }
}

bool numbers_rows(const model::table& table) {
  return std::ranges::any_of(table.columns,
                             [](const model::column& one) { return one.identity.has_value(); });
}

/// To SQLite a name in other letters is the same one.
const model::column* find_spelled(const model::table& table, const std::string& name) {
  const auto found = std::ranges::find_if(table.columns, [&](const model::column& one) {
    return base::equals_ignoring_case(one.name, name);
  });
  return found == table.columns.end() ? nullptr : &*found;
}

std::string loss_of(const model::table& from, const model::table& to,
                    const dialect::dialect& target, const change_options& options) {
  std::vector<std::string> gone;
  std::vector<std::string> losses;
  for (const auto& column : from.columns) {
    const auto* now = find_spelled(to, column.name);
    if (now == nullptr || (now->generated && !column.generated)) {
      gone.push_back(column.name);
    } else if (from.strict && !to.strict && base::equals_ignoring_case(now->type.raw, "ANY")) {
      // "STRICT Tables": elsewhere ANY is a name like others, and has numeric affinity.
      losses.push_back(fmt::format("{}.{}: texts that look like numbers become numbers",
                                   to.name.display(), column.name));
    } else if (column.type != now->type && !column.generated && !now->generated) {
      auto loss = loss_by_type(to.name, column, *now, target.flavour());
      if (!loss.empty()) losses.push_back(std::move(loss));
    }
  }
  if (!gone.empty()) {
    std::vector<std::string> lost;
    for (const auto& name : gone) lost.push_back(to.name.display() + "." + name);
    losses.insert(losses.begin(), fmt::format("drops {}: what is in it is lost{}",
                                              names_of(to, gone), how_to_keep(lost, options)));
  }
  if (numbers_rows(from) && !numbers_rows(to)) {
    losses.push_back(fmt::format(
        "{} is no longer AUTOINCREMENT: numbers of deleted rows come again", to.name.display()));
  }
  return base::join(losses, "; ");
}

/// What is a guess, and what is not even guessed.
std::string review_of(const model::table& from, const model::table& to, const value_map& values,
                      const joint_values& joint, const filler& fills) {
  std::vector<std::string> reviews;
  for (const auto& [name, value] : values) {
    const auto display = to.name.display() + "." + name;
    const auto* column = to.find_column(name);
    if (column != nullptr && becomes_rowid(from, to, *column)) {
      reviews.push_back(fmt::format("what is no integer gets a new number in {}", display));
    } else if (column == nullptr || joint.values.contains(name)) {
      reviews.push_back(guess_text(value, display));
    } else {
      reviews.push_back(fills.told(*column));
    }
  }
  for (const auto& check : joint.unsolved) {
    reviews.push_back(fmt::format("rows of {} may break CHECK ({}), which stops the migration",
                                  to.name.display(), check));
  }
  return base::join(reviews, "; ");
}

/// Where a name in double quotes has been a string, for want of such a column, and may become the
/// one that comes ("Double-quoted String Literals Are Accepted").
std::vector<std::string> strings_that_change(const model::table& from, const model::table& to,
                                             const schema_pair& all) {
  std::vector<std::string> told;
  for (const auto& column : to.columns) {
    if (find_spelled(from, column.name) != nullptr) continue;
    const auto quoted = base::in_quotes('"', column.name);
    const auto look = [&](const std::string& what, const std::string& sql) {
      if (base::lower(sql).find(base::lower(quoted)) == std::string::npos) return;
      told.push_back(fmt::format("{} in {} may be a string, and becomes column {} of {}", quoted,
                                 what, column.name, to.name.display()));
    };
    for (const auto& check : from.checks) look("a check of " + to.name.display(), check.expression);
    for (const auto& index : from.indexes) {
      look("index " + index.name, index.where);
      for (const auto& key : index.keys) look("index " + index.name, key.what);
    }
    for (const auto& [key, object] : all.from.objects) {
      look(fmt::format("{} {}", object.kind, object.name.display()), object.definition);
    }
  }
  return told;
}

/// The full-text tables over the rows of a table which have words of what its values were before a
/// conversion, and stay themselves.
std::vector<const model::table*> stale_indexes(const model::table& from, const model::table& to,
                                               const value_map& values, const schema_pair& all,
                                               const dialect::dialect& target) {
  const bool converts = std::ranges::any_of(to.columns, [&](const model::column& column) {
    const auto* old = find_spelled(from, column.name);
    return old != nullptr && (old->type != column.type || values.contains(column.name));
  });
  std::vector<const model::table*> stale;
  for (const auto& [name, index] : all.to.tables) {
    const auto* old = all.from.find(name);
    if (!converts || old == nullptr || *old != index) continue;
    if (base::equals_ignoring_case(target.content_of(index), to.name.name)) stale.push_back(&index);
  }
  return stale;
}

}  // namespace

void compare_as_a_whole(const model::table& from, const model::table& to, const schema_pair& all,
                        const dialect::dialect& target, const change_options& options,
                        table_changes& out) {
  if (!differs_but_for_indexes(from, to)) return;
  const filler fills(to, all.to, target, options.holds, &all.from);
  auto values = values_of(from, to, all, fills, target);
  const auto joint = solve_joint_checks(from, to, values, fills, target, options.holds);
  for (const auto& [column, value] : joint.values) values[column] = value;
  change whole{{}, review_of(from, to, values, joint, fills)};
  whole.loss = loss_of(from, to, target, options);
  if (!to.opaque.empty() && to.opaque.front().find("content='',") != std::string::npos) {
    whole.loss =
        fmt::format("drops what {} has indexed: it keeps no rows to index anew", to.name.display());
  }
  for (const auto& one : strings_that_change(from, to, all)) {
    whole.review += (whole.review.empty() ? "" : "; ") + one;
  }
  const bool may_update = options.prefers_calls && !has_triggers(from, all.from);
  const bool may_call = !options.replaces_tables && joint.values.empty();
  if (may_call && can_be_called(from, to, values, fills, may_update)) {
    whole.ways.push_back(table_calls(from, to, values, fills));
    for (const auto& added : out.additions) {
      whole.ways.back().push_back(added.ways.front().front());
    }
  }
  out.additions.clear();
  std::vector<model::operation> anew;
  for (auto& sql : target.rebuild_table(from, to, values, free_name(from, all))) {
    anew.push_back(execute(std::move(sql)));
  }
  for (const auto& index : to.indexes) anew.push_back(op(model::create_index{to.name, index}));
  for (const auto* index : stale_indexes(from, to, values, all, target)) {
    anew.push_back(execute(target.index_content(*index)));
    whole.review +=
        fmt::format("{}full-text table {} gets all rows of {}, as they are then",
                    whole.review.empty() ? "" : "; ", index->name.display(), to.name.display());
  }
  whole.ways.push_back(std::move(anew));
  out.alterations.push_back(std::move(whole));
}

}  // namespace retort::diff
