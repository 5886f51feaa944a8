#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text_tools.h"
#include "diff/fill.h"
#include "model/mentions.h"

namespace retort::diff {
namespace {

using texts = std::vector<std::string>;

/// A person reads the checks faster than a longer search ends.
constexpr std::size_t most_fill_trials = 400;
/// Of what a column may hold; each trial looks at all that several hold together.
constexpr std::size_t most_fill_samples = 10;
constexpr std::size_t most_fill_kept = 3;

/// What is far from all that comes to mind; a column takes those of its type.
constexpr std::array extremes = {"-30000",       "30000",        "-999999999", "999999999",
                                 "'2999-12-31'", "'1001-01-01'", "'~~~'"};

/// A column and what comes to mind for it, as SQL.
struct column_values {
  std::string column;
  /// Quoted.
  std::string name;
  std::string type;
  texts values;
};

/// The same, and a little more or less.
void append_neighbours(const std::string& value, const std::string& type, texts& out) {
  const auto typed = value.starts_with('\'') ? value + "::" + type : value;
  out.push_back(value);
  for (const char* step : {"1", "interval '1 day'"}) {
    out.push_back(fmt::format("({} + {})", typed, step));
    out.push_back(fmt::format("({} - {})", typed, step));
  }
}

/// Gives one column after the other a value, as long as no row speaks against it.
class searcher {
 public:
  /// `rows`: SQL of the rows as they are without these columns; `row`: by what name the conditions
  /// may call one; `kept`: names of what rows have. The arguments outlive it.
  searcher(const std::vector<column_values>& columns, const texts& conditions, const texts& kept,
           const std::string& rows, const std::string& row, const trial& holds)
      : columns_(columns),
        conditions_(conditions),
        kept_(kept),
        rows_(rows),
        row_(row),
        holds_(holds) {}

  /// One for each column; empty: none were found.
  texts run() { return search() ? chosen_ : texts(); }

 private:
  bool search() {
    const auto at = chosen_.size();
    if (at == columns_.size()) return true;
    for (auto& value : values_at(at)) {
      if (trials_ == most_fill_trials) return false;
      chosen_.push_back(std::move(value));
      if (may_be() && search()) return true;
      chosen_.pop_back();
    }
    return false;
  }

  /// What comes to mind for the column alone, for all its own, and then with the others.
  texts values_at(std::size_t at) const {
    auto values = columns_[at].values;
    for (std::size_t i = 0; i < at; ++i) append_neighbours(chosen_[i], columns_[i].type, values);
    for (const auto& name : kept_) {
      append_neighbours(name, "", values);
      for (const auto& other : columns_[at].values) {
        values.push_back(fmt::format("coalesce({}, {})", name, other));
      }
    }
    return values;
  }

  /// Whether the conditions hold that are about none of the columns that have no value yet.
  bool may_be() {
    ++trials_;
    texts due;
    texts cells = {"retort_rows.*"};
    for (const auto& condition : conditions_) {
      if (is_due(condition)) due.push_back(fmt::format("({}) IS NOT FALSE", condition));
    }
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      due.push_back(columns_[i].name + " IS DISTINCT FROM NULL");
      cells.push_back(
          fmt::format("({})::{} AS {}", chosen_[i], columns_[i].type, columns_[i].name));
    }
    return holds_(fmt::format("SELECT bool_and({}) FROM (SELECT {} FROM {} AS retort_rows) AS {}",
                              base::join(due, " AND "), base::join(cells, ", "), rows_, row_));
  }

  bool is_due(const std::string& condition) const {
    for (auto i = chosen_.size(); i < columns_.size(); ++i) {
      if (model::mentions(condition, columns_[i].column)) return false;
    }
    return true;
  }

  const std::vector<column_values>& columns_;
  const texts& conditions_;
  const texts& kept_;
  const std::string& rows_;
  const std::string& row_;
  const trial& holds_;
  texts chosen_;
  std::size_t trials_ = 0;
};

}  // namespace

/// Whether it is new, and gets one value in all rows.
bool filler::is_open(const model::column& column) const {
  const auto* old = old_table();
  const bool is_new = old != nullptr && old->find_column(column.name) == nullptr;
  const bool has_own = column.generated || column.identity || has_default_value(column);
  return is_new && !has_own && (!column.nullable || must_have_value(column)) &&
         referred_row(column).empty() && keys_of(column).empty();
}

/// The checks that share open columns with this one.
filler::joint_group filler::group_of(const model::column& column) const {
  joint_group found{{&column}, {}, {}};
  for (std::size_t i = 0; i < found.open.size(); ++i) {
    for (const auto& check : table_.checks) {
      if (!model::mentions(check.expression, found.open[i]->name)) continue;
      if (std::ranges::find(found.checks, &check) != found.checks.end()) continue;
      found.checks.push_back(&check);
      for (const auto& other : table_.columns) {
        if (!model::mentions(check.expression, other.name)) continue;
        auto& side = is_open(other) ? found.open : found.kept;
        if (std::ranges::find(side, &other) == side.end()) side.push_back(&other);
      }
    }
  }
  return found;
}

/// What comes to mind and what the checks of this column alone let pass.
std::vector<std::string> filler::values_for(const model::column& column,
                                            const joint_group& all) const {
  auto rules = rules_of(column);
  for (const auto* check : all.checks) rules.conditions.push_back(check->expression);
  auto values = constant_candidates(rules);
  std::erase_if(values, [&](const std::string& value) { return !passes(column, value); });
  return values;
}

/// Rows that may be there, with the columns that the checks are about and that stay. What a new one
/// has is its default.
std::string filler::rows_of(const joint_group& all) const {
  texts sources;
  const auto* old = old_table();
  for (const auto* column : all.kept) {
    texts values;
    if (old->find_column(column->name) != nullptr) {
      std::ranges::copy_if(extremes, std::back_inserter(values),
                           [&](const char* value) { return passes(*column, value); });
      for (auto& value : values_for(*column, all)) values.push_back(std::move(value));
      if (values.size() > most_fill_samples) values.resize(most_fill_samples);
      if (column->nullable) values.emplace_back("NULL");
    } else {
      values.push_back(column->default_sql.value_or("NULL"));
    }
    if (values.empty()) return {};
    for (auto& value : values) value = fmt::format("({})::{}", value, column->type.raw);
    sources.push_back(fmt::format("(VALUES ({})) AS v{}({})", base::join(values, "), ("),
                                  sources.size(), target_.quote(column->name)));
  }
  if (sources.empty()) return "(SELECT)";
  texts conditions;
  for (const auto& check : old->checks) {
    const bool is_known = std::ranges::all_of(old->columns, [&](const model::column& column) {
      const auto is_it = [&](const auto* kept) { return kept->name == column.name; };
      return !model::mentions(check.expression, column.name) ||
             std::ranges::any_of(all.kept, is_it);
    });
    if (is_known) conditions.push_back(fmt::format("({}) IS NOT FALSE", check.expression));
  }
  return fmt::format("(SELECT * FROM (SELECT * FROM {}) AS {}{})", base::join(sources, ", "),
                     target_.quote(table_.name.name),
                     conditions.empty() ? "" : " WHERE " + base::join(conditions, " AND "));
}

bool filler::find_jointly(const model::column& column) const {
  if (is_sqlite() || !holds_ || !is_open(column)) return false;
  const auto all = group_of(column);
  const bool is_computed = std::ranges::any_of(
      all.kept, [](const auto* one) { return one->generated || one->identity; });
  if (all.open.size() + all.kept.size() < 2 || all.kept.size() > most_fill_kept || is_computed) {
    return false;
  }
  std::vector<column_values> columns;
  for (const auto* one : all.open) {
    columns.push_back({one->name, target_.quote(one->name), one->type.raw, values_for(*one, all)});
  }
  texts conditions;
  for (const auto* check : all.checks) conditions.push_back(check->expression);
  texts kept;
  for (const auto* one : all.kept) kept.push_back(target_.quote(one->name));
  const auto rows = rows_of(all);
  if (rows.empty()) return false;
  const auto found =
      searcher(columns, conditions, kept, rows, target_.quote(table_.name.name), holds_).run();
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool is_of_row = std::ranges::any_of(
        all.kept, [&](const auto* one) { return model::mentions(found[i], one->name); });
    chosen(*all.open[i]).constant = {found[i], true, is_of_row};
  }
  if (found.empty()) {
    auto alone = find_constant(column);
    alone.fits = false;
    chosen(column).constant = std::move(alone);
  }
  return true;
}

}  // namespace retort::diff
