#include "diff/stand_ins.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text_tools.h"
#include "diff/fill.h"
#include "diff/serials.h"
#include "diff/steps.h"

namespace retort::diff {
namespace {

using names = std::vector<std::string>;

bool has_own_value(const model::column& column) {
  return has_default_value(column) || column.identity || column.generated;
}

class stand_in_maker {
 public:
  stand_in_maker(const schema_pair& all, const dialect::dialect& target,
                 const change_options& options)
      : all_(all), target_(target), options_(options) {}

  stand_ins run() && {
    for (const auto& [name, table] : all_.to.tables) {
      const auto* old = all_.from.find(name);
      if (old == nullptr) continue;
      for (const auto& key : table.foreign_keys) look_at(key, *old, table);
    }
    for (const auto& name : chosen_) push_choice(*all_.to.find(name), choices_.at(name));
    for (const auto& [key, rows] : rows_) push_rows(*all_.to.find(key.first), key.second, rows);
    return std::move(out_);
  }

 private:
  struct needed_rows {
    /// Queries for the values.
    names values;
    /// The tables that have them.
    std::set<std::string> tables;
  };

  /// A row that is there if one of several tables has rows which have to refer to it.
  struct choice {
    /// The columns by which they do.
    names referred;
    /// Queries that find such rows.
    names queries;
    std::set<std::string> tables;
  };

  /// The table of a key if it is new, and thus empty.
  const model::table* new_table(const model::foreign_key& key) const {
    return all_.from.find(key.table) == nullptr ? all_.to.find(key.table) : nullptr;
  }

  static names referred_columns(const model::foreign_key& key, const model::table& parent) {
    if (!key.referenced_columns.empty() || !parent.primary_key) return key.referenced_columns;
    return parent.primary_key->columns;
  }

  void look_at(const model::foreign_key& key, const model::table& old, const model::table& now) {
    const auto* parent = new_table(key);
    if (parent == nullptr || key.not_valid) return;
    const auto referred = referred_columns(key, *parent);
    if (referred.size() != key.columns.size()) return;
    if (auto query = values_of(key, referred, old, now); !query.empty()) {
      choose_for(*parent, now, query);
      auto& rows = rows_[{parent->name, referred}];
      rows.values.push_back(std::move(query));
      rows.tables.insert(now.name.display());
    } else if (must_choose(key, old, now)) {
      choose_from(*parent, referred, now, "SELECT 1 FROM " + target_.quote(now.name));
    }
  }

  /// The values that its rows refer with, also those that a new column's default gives them. Empty:
  /// there are none yet.
  std::string values_of(const model::foreign_key& key, const names& referred,
                        const model::table& old, const model::table& now) const {
    names values;
    names conditions;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const auto* column = now.find_column(key.columns[i]);
      if (column == nullptr || column->generated) return {};
      const bool is_there = old.find_column(column->name) != nullptr;
      const auto value = is_there ? target_.quote(column->name) : constant_default(*column);
      if (value.empty()) return {};
      values.push_back(value + " AS " + target_.quote(referred[i]));
      if (is_there) conditions.push_back(value + " IS NOT NULL");
    }
    auto query =
        fmt::format("SELECT {} FROM {}", base::join(values, ", "), target_.quote(now.name));
    if (!conditions.empty()) query += " WHERE " + base::join(conditions, " AND ");
    return query;
  }

  /// Whether a new column of it has to refer to a row, of whatever value.
  static bool must_choose(const model::foreign_key& key, const model::table& old,
                          const model::table& now) {
    return std::ranges::any_of(key.columns, [&](const std::string& name) {
      const auto* column = now.find_column(name);
      return column != nullptr && !column->nullable && !has_own_value(*column) &&
             old.find_column(name) == nullptr;
    });
  }

  void push_rows(const model::table& parent, const names& referred, const needed_rows& rows) {
    names columns;
    for (const auto& name : referred) columns.push_back(target_.quote(name));
    auto given = columns;
    names values = columns;
    if (!append_others(parent, referred, true, given, values)) return;
    const auto list = base::join(columns, ", ");
    change steps;
    steps.ways.push_back({execute(fmt::format(
        "INSERT INTO {0} ({1}){2} SELECT {3} FROM ({4} EXCEPT SELECT {5} FROM {0}) referred",
        target_.quote(parent.name), base::join(given, ", "), overriding(parent, referred),
        base::join(values, ", "), base::join(rows.values, " UNION "), list))});
    for (const auto& name : referred) append_count(parent, name, steps.ways.front());
    const names tables(rows.tables.begin(), rows.tables.end());
    steps.review =
        fmt::format("{} gets the rows that those of {} refer to, with guesses for the rest",
                    parent.name.display(), base::join(tables, ", "));
    out_.referred.push_back(std::move(steps));
  }

  /// A row of a new table may itself have to refer to one of another.
  void choose_for(const model::table& parent, const model::table& child, const std::string& query) {
    for (const auto& key : parent.foreign_keys) {
      const auto* other = new_table(key);
      if (other == nullptr || other == &parent || !must_choose(key, {}, parent)) continue;
      choose_from(*other, referred_columns(key, *other), child, query);
    }
  }

  /// A row for those of `child`, if the query finds any of them.
  void choose_from(const model::table& parent, const names& referred, const model::table& child,
                   const std::string& query) {
    const auto [found, is_new] = choices_.try_emplace(parent.name);
    auto& wanted = found->second;
    for (const auto& column : referred) add_once(wanted.referred, column);
    wanted.tables.insert(child.name.display());
    if (!add_once(wanted.queries, query)) return;
    choose_for(parent, child, query);
    if (is_new) chosen_.push_back(parent.name);
  }

  static bool add_once(names& list, const std::string& text) {
    if (std::ranges::find(list, text) != list.end()) return false;
    list.push_back(text);
    return true;
  }

  void push_choice(const model::table& parent, const choice& wanted) {
    names given;
    names values;
    if (!append_others(parent, {}, false, given, values)) return;
    for (const auto& name : wanted.referred) {
      const auto column = target_.quote(name);
      if (std::ranges::find(given, column) != given.end()) continue;
      given.push_back(column);
      values.push_back(next_value(parent, name));
    }
    const auto name = target_.quote(parent.name);
    auto needed = fmt::format("EXISTS ({})", base::join(wanted.queries, ") OR EXISTS ("));
    if (wanted.queries.size() > 1) needed = "(" + needed + ")";
    auto step = one_sql(fmt::format(
        "INSERT INTO {0} ({1}){2} SELECT {3} WHERE {4} AND NOT EXISTS (SELECT 1 FROM {0})", name,
        base::join(given, ", "), overriding(parent, wanted.referred), base::join(values, ", "),
        needed));
    const names tables(wanted.tables.begin(), wanted.tables.end());
    step.review = fmt::format(
        "{} gets a row for those of {} to refer to, with guesses for what is "
        "in it",
        parent.name.display(), base::join(tables, ", "));
    out_.to_choose.push_back(std::move(step));
  }

  filler filler_for(const model::table& table) const {
    return {table, all_.to, target_, options_.holds, &all_.from};
  }

  /// What else a row must have. False where nothing is known to fit.
  bool append_others(const model::table& table, const names& besides, bool of_many, names& columns,
                     names& values) const {
    const auto fill = filler_for(table);
    for (const auto& column : table.columns) {
      const bool is_free = column.nullable && !fill.must_have_value(column);
      if (is_free || has_own_value(column)) continue;
      if (std::ranges::find(besides, column.name) != besides.end()) continue;
      auto value = of_many ? fill.value_of_many(column) : fill.value(column);
      if (value.empty()) return false;
      columns.push_back(target_.quote(column.name));
      values.push_back(std::move(value));
    }
    return true;
  }

  std::string counter(const model::table& table, const std::string& column) const {
    return fmt::format("pg_catalog.pg_get_serial_sequence({}, {})",
                       target_.literal(target_.quote(table.name)), target_.literal(column));
  }

  /// SQLite numbers rows by itself.
  bool is_postgres() const { return target_.flavour() == base::sql_flavour::postgresql; }

  /// What a row gets that is to be referred to, which it cannot be by NULL.
  std::string next_value(const model::table& table, const std::string& name) const {
    const auto* column = table.find_column(name);
    if (column == nullptr) return "NULL";
    if (column->identity) {
      return is_postgres() ? fmt::format("pg_catalog.nextval({})", counter(table, name)) : "NULL";
    }
    if (has_default_value(*column)) return *column->default_sql;
    const auto value = filler_for(table).value(*column);
    return value.empty() ? "NULL" : value;
  }

  std::string overriding(const model::table& table, const names& columns) const {
    if (!is_postgres()) return {};
    const bool any = std::ranges::any_of(columns, [&](const std::string& name) {
      const auto* column = table.find_column(name);
      return column != nullptr && column->identity;
    });
    return any ? " OVERRIDING SYSTEM VALUE" : "";
  }

  /// Behind the numbers that rows have been given.
  void append_count(const model::table& table, const std::string& name,
                    std::vector<model::operation>& way) const {
    const auto* column = table.find_column(name);
    if (column == nullptr || !is_postgres()) return;
    const bool counts =
        column->identity || (column->default_sql && column->default_sql->starts_with("nextval("));
    if (!counts) return;
    way.push_back(execute(
        count_on_sql(counter(table, name), target_.quote(name), target_.quote(table.name))));
  }

  const schema_pair& all_;
  const dialect::dialect& target_;
  const change_options& options_;
  std::map<std::pair<model::qualified_name, names>, needed_rows> rows_;
  std::map<model::qualified_name, choice> choices_;
  /// In the order in which their rows can come.
  std::vector<model::qualified_name> chosen_;
  stand_ins out_;
};

}  // namespace

stand_ins stand_ins_for(const schema_pair& all, const dialect::dialect& target,
                        const change_options& options) {
  return stand_in_maker(all, target, options).run();
}

}  // namespace retort::diff
