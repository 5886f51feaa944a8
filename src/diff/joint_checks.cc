#include "diff/joint_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/text_tools.h"
#include "diff/constants.h"
#include "diff/pattern.h"
#include "model/mentions.h"

namespace retort::diff {
namespace {

using names = std::vector<std::string>;

/// Beyond these a search takes too long, and a person reads the check faster than what it finds.
constexpr std::size_t most_wanted = 2;
constexpr std::size_t most_kept = 3;
constexpr std::size_t most_trials = 400;
/// Each trial looks at that many rows at most: one for each way to choose the samples.
constexpr std::size_t most_samples = 12;

bool contains(const names& all, const std::string& one) {
  return std::ranges::find(all, one) != all.end();
}

void add_once(names& all, std::string one) {
  if (!contains(all, one)) all.push_back(std::move(one));
}

/// What a column of the type may hold, one of each sort.
names samples_of_type(const std::string& type) {
  if (is_date(type)) return {"'2001-02-03 04:05:06'", "'2999-12-31 00:00:00'"};
  if (base::contains(type, "char") || base::contains(type, "text") || base::contains(type, "clob"))
    return {"''", "'x'", "'~~~'"};
  for (const char* number : {"int", "real", "num", "dec", "bool", "dou"}) {
    if (base::contains(type, number)) return {"0", "1", "-999999999", "999999999"};
  }
  return {"0", "999999999", "''", "'~~~'"};
}

/// Checks that share columns which get a value, those columns, and the others in them.
struct group {
  std::vector<const model::check*> checks;
  names wanted;
  names kept;
};

class solver {
 public:
  solver(const model::table& from, const model::table& to, const value_map& meant,
         const filler& fills, const dialect::dialect& target, const trial& holds)
      : from_(from), to_(to), meant_(meant), fills_(fills), target_(target), holds_(holds) {}

  joint_values solved() const {
    joint_values result;
    if (!holds_) return result;
    std::vector<const model::check*> done;
    for (const auto& check : to_.checks) {
      if (std::ranges::find(done, &check) != done.end()) continue;
      const auto all = grouped(check);
      done.insert(done.end(), all.checks.begin(), all.checks.end());
      if (!all.wanted.empty() && all.wanted.size() + all.kept.size() > 1) solve(all, result);
    }
    return result;
  }

 private:
  /// Whether the migration gives the column a value, in all rows or in those that have none.
  bool is_wanted(const model::column& column) const {
    if (column.generated) return false;
    return from_.find_column(column.name) == nullptr || meant_.contains(column.name);
  }

  std::vector<const model::column*> columns_of(const model::check& check) const {
    std::vector<const model::column*> found;
    for (const auto& column : to_.columns) {
      if (model::mentions(check.expression, column.name)) found.push_back(&column);
    }
    return found;
  }

  group grouped(const model::check& first) const {
    group found{{&first}, {}, {}};
    for (std::size_t i = 0; i < found.checks.size(); ++i) {
      for (const auto* column : columns_of(*found.checks[i])) {
        add_once(is_wanted(*column) ? found.wanted : found.kept, column->name);
      }
      for (const auto& other : to_.checks) {
        const bool shares = std::ranges::any_of(found.wanted, [&](const std::string& name) {
          return model::mentions(other.expression, name);
        });
        const bool is_new = std::ranges::find(found.checks, &other) == found.checks.end();
        if (shares && is_new) found.checks.push_back(&other);
      }
    }
    return found;
  }

  void solve(const group& all, joint_values& result) const {
    trials_ = 0;
    names patterns;
    for (const auto& name : all.wanted) patterns.push_back(meant_for(*to_.find_column(name)));
    if (can_be_tried(all)) {
      if (fits(all, patterns)) return;
      if (all.wanted.size() <= most_wanted && search(all, 0, patterns)) {
        for (std::size_t i = 0; i < patterns.size(); ++i) {
          const auto& column = *to_.find_column(all.wanted[i]);
          if (patterns[i] != meant_for(column)) {
            result.values[column.name] = final_value(column, patterns[i]);
          }
        }
        return;
      }
    }
    for (const auto* check : all.checks) {
      if (columns_of(*check).size() > 1) result.unsolved.push_back(check->expression);
    }
  }

  /// A generated column follows from others that the trial does not have.
  bool can_be_tried(const group& all) const {
    return all.kept.size() <= most_kept &&
           std::ranges::none_of(all.kept, [&](const std::string& name) {
             return to_.find_column(name)->generated.has_value();
           });
  }

  /// The first patterns from the column at `at` on that let every row pass.
  bool search(const group& all, std::size_t at, names& patterns) const {
    const auto before = patterns[at];
    const auto& column = *to_.find_column(all.wanted[at]);
    auto tried = patterns_of(column, all);
    if (at > 0 && !refers(column)) {
      const auto& other = *to_.find_column(all.wanted[at - 1]);
      const auto value = put(patterns[at - 1], fills_.value(other));
      const bool is_one = value.find(' ') == std::string::npos || value.front() == '(';
      for (auto& made : made_of(is_one ? value : "(" + value + ")", other))
        add_once(tried, std::move(made));
    }
    for (auto& pattern : tried) {
      if (trials_ == most_trials) break;
      patterns[at] = std::move(pattern);
      if (at + 1 < patterns.size() ? search(all, at + 1, patterns) : fits(all, patterns)) {
        return true;
      }
    }
    patterns[at] = before;
    return false;
  }

  bool refers(const model::column& column) const {
    return std::ranges::any_of(to_.foreign_keys, [&](const model::foreign_key& key) {
      return contains(key.columns, column.name);
    });
  }

  std::string meant_for(const model::column& column) const {
    if (meant_.contains(column.name)) return std::string(hole);
    if (from_.find_column(column.name) != nullptr) return target_.quote(column.name);
    return column.default_sql ? "(" + *column.default_sql + ")" : "NULL";
  }

  /// What comes to mind for a column, the least of it first.
  names patterns_of(const model::column& column, const group& all) const {
    names found = {meant_for(column)};
    if (fills_.is_numbered(column)) return found;
    const auto constants = constants_of(all);
    if (column.nullable) append_conditions(all, constants, found);
    add_once(found, std::string(hole));
    // Any other value may be none of those that it may refer to.
    if (refers(column)) return found;
    for (const auto& name : all.kept) {
      for (const auto& made : made_of(target_.quote(name), *to_.find_column(name))) {
        add_once(found, made);
        add_once(found, fmt::format("coalesce({}, {})", made, hole));
      }
    }
    for (const auto& constant : constants) add_once(found, constant);
    append_choices(all, constants, found);
    return found;
  }

  /// One of two values, as another column says.
  void append_choices(const group& all, names constants, names& out) const {
    for (const char* usual : {"0", "1"}) add_once(constants, usual);
    const auto values = constants;
    for (const auto& name : all.kept) {
      const auto other = target_.quote(name);
      names conditions = {other + " IS NULL"};
      for (const auto& constant : constants) conditions.push_back(other + " = " + constant);
      for (const auto& condition : conditions) {
        for (const auto& one : values) {
          for (const auto& two : values) {
            if (one != two) {
              out.push_back(fmt::format("CASE WHEN {} THEN {} ELSE {} END", condition, one, two));
            }
          }
        }
      }
    }
  }

  names constants_of(const group& all) const {
    names found;
    for (const auto* check : all.checks) {
      append_constants(check->expression, to_, target_.flavour(), found);
    }
    return found;
  }

  /// The value of a column like this one, and what is a little more or less.
  static names made_of(const std::string& value, const model::column& like) {
    if (is_date(base::lower(like.type.raw))) {
      return {value, fmt::format("datetime({}, '+1 second')", value),
              fmt::format("datetime({}, '-1 second')", value)};
    }
    return {value, value + " + 1", value + " - 1"};
  }

  /// A value where the others say so, and NULL elsewhere.
  void append_conditions(const group& all, const names& constants, names& out) const {
    const auto when = [&](const std::string& condition) {
      add_once(out, fmt::format("CASE WHEN {} THEN {} END", condition, hole));
    };
    names are_null;
    for (const auto& name : all.kept) {
      const auto other = target_.quote(name);
      are_null.push_back(other + " IS NULL");
      for (const auto& constant : constants) {
        when(other + " = " + constant);
        when(other + " <> " + constant);
      }
      when(other);
      when("NOT " + other);
    }
    for (const auto& condition : are_null) when(condition);
    for (const auto& name : all.kept) when(target_.quote(name) + " IS NOT NULL");
    when(base::join(are_null, " AND "));
  }

  /// Rows that are there keep what they have.
  std::string placed(const model::column& column, std::string value) const {
    const auto* old = from_.find_column(column.name);
    if (old == nullptr) return value;
    const auto name = target_.quote(column.name);
    return value == name ? value : fmt::format("coalesce({}, {})", name, value);
  }

  std::string final_value(const model::column& column, const std::string& pattern) const {
    return placed(column, put(pattern, fills_.value(column)));
  }

  /// A row that it refers to is none in the trial.
  std::string trial_value(const model::column& column, const std::string& pattern) const {
    const auto value = fills_.value(column);
    return placed(column, put(pattern, value.empty() || refers(column) ? "1" : value));
  }

  /// `(SELECT 0 AS a UNION ALL SELECT NULL …)`
  std::string samples_of(const model::column& column, const group& all) const {
    names found = samples_of_type(base::lower(column.type.raw));
    const auto append = [&](const model::check& check) {
      if (!model::mentions(check.expression, column.name)) return;
      for (auto& one : constants_in(check.expression, to_, target_.flavour())) {
        add_once(found, std::move(one));
      }
    };
    for (const auto& check : from_.checks) append(check);
    for (const auto* check : all.checks) append(*check);
    if (found.size() > most_samples) found.resize(most_samples);
    if (column.nullable) add_once(found, "NULL");
    found.front() += " AS " + target_.quote(column.name);
    return "(SELECT " + base::join(found, " UNION ALL SELECT ") + ")";
  }

  /// What rows that are there have in the columns that the checks are about.
  std::string rows_of(const group& all) const {
    names sources;
    names had = all.kept;
    for (const auto& name : all.wanted) {
      if (from_.find_column(name) != nullptr) had.push_back(name);
    }
    for (const auto& name : had) sources.push_back(samples_of(*from_.find_column(name), all));
    if (sources.empty()) sources.emplace_back("(SELECT 1 AS retort_row)");
    return fmt::format("(SELECT * FROM {}) AS {}{}", base::join(sources, ", "),
                       target_.quote(from_.name.name), old_conditions(had));
  }

  /// What the checks have let pass so far.
  std::string old_conditions(const names& had) const {
    names conditions;
    for (const auto& check : from_.checks) {
      const bool is_known = std::ranges::all_of(from_.columns, [&](const model::column& column) {
        return !model::mentions(check.expression, column.name) || contains(had, column.name);
      });
      if (is_known) conditions.push_back(fmt::format("({}) IS NOT 0", check.expression));
    }
    return conditions.empty() ? "" : " WHERE " + base::join(conditions, " AND ");
  }

  /// False, too, where the search has gone on for too long.
  bool fits(const group& all, const names& patterns) const {
    if (trials_ == most_trials) return false;
    ++trials_;
    names cells;
    names conditions;
    for (const auto& name : all.kept) cells.push_back(target_.quote(name));
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      const auto& column = *to_.find_column(all.wanted[i]);
      const auto name = target_.quote(column.name);
      cells.push_back(fmt::format("({}) AS {}", trial_value(column, patterns[i]), name));
      if (!column.nullable) conditions.push_back(name + " IS NOT NULL");
    }
    for (const auto* check : all.checks) {
      conditions.push_back(fmt::format("({}) IS NOT 0", check->expression));
    }
    return holds_(
        fmt::format("SELECT NOT EXISTS (SELECT 1 FROM (SELECT {} FROM {}) AS {} WHERE NOT ({}))",
                    base::join(cells, ", "), rows_of(all), target_.quote(to_.name.name),
                    base::join(conditions, " AND ")));
  }

  const model::table& from_;
  const model::table& to_;
  const value_map& meant_;
  const filler& fills_;
  const dialect::dialect& target_;
  const trial& holds_;
  /// Of the group that is being solved.
  mutable std::size_t trials_ = 0;
};

}  // namespace

joint_values solve_joint_checks(const model::table& from, const model::table& to,
                                const value_map& meant, const filler& fills,
                                const dialect::dialect& target, const trial& holds) {
  return solver(from, to, meant, fills, target, holds).solved();
}

}  // namespace retort::diff
