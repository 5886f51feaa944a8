#include "diff/converge.h"

#include "diff/privileges.h"
#include "diff/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace retort::diff {
namespace {

/// A schema that needs more looks than this comes no nearer.
constexpr int most_rounds = 8;

/// What another change may have to do without, and which is made anew where it is wanted: no rows.
bool is_obstacle(const model::operation& op, const model::schema& before) {
  if (const auto* altered = std::get_if<model::alter_column>(&op.what)) {
    return altered->default_sql && !*altered->default_sql;
  }
  if (std::holds_alternative<model::drop_constraint>(op.what)) return true;
  if (std::holds_alternative<model::drop_index>(op.what)) return true;
  if (const auto* drop = std::get_if<model::drop_object>(&op.what)) {
    const auto& kind = drop->object.kind;
    return kind != "type" && kind != "domain" && kind != "sequence" && kind != "schema" &&
           kind != "extension";
  }
  if (const auto* drop = std::get_if<model::drop_column>(&op.what)) {
    const auto* table = before.find(drop->table);
    const auto* column = table == nullptr ? nullptr : table->find_column(drop->column);
    return column != nullptr && column->generated.has_value();
  }
  const auto* sql = std::get_if<model::execute>(&op.what);
  // Nobody knows the options of a user mapping.
  if (sql == nullptr || sql->sql.starts_with("DROP USER MAPPING ")) return false;
  const auto has = [&](std::string_view words) {
    return sql->sql.find(words) != std::string::npos;
  };
  return sql->sql.starts_with("DROP ") || has(" DROP CONSTRAINT ") || has(" DROP MAPPING ") ||
         sql->sql.starts_with("ALTER OPERATOR FAMILY ") || sql->sql.ends_with(" DROP DEFAULT");
}

class converger {
 public:
  converger(db::connection& scratch, const look_function& look, const model::schema& wanted,
            const dialect::dialect& target, const change_options& options)
      : scratch_(scratch), look_(look), wanted_(wanted), target_(target), options_(options) {
    options_.holds = [this](const std::string& query) { return holds(query); };
  }
  converger(const converger&) = delete;
  converger& operator=(const converger&) = delete;

  /// As near as it gets, in a transaction that is left open.
  void run(const rename_rules& rules) {
    scratch_.begin();
    try {
      carry_out(table_renames(shown(), wanted_, target_, rules), rules, table_renames);
      carry_out(column_renames(shown(), wanted_, target_, rules), rules, column_renames);
      carry_out(sequence_renames(shown(), wanted_, target_));
      if (options_.keeps_privileges) keep_privileges();
      approach();
    } catch (...) {
      scratch_.rollback();
      throw;
    }
  }

  /// Whether it came no nearer, where what is online may still be due.
  bool is_stuck() const { return is_stuck_; }
  bool must_remake_types() const { return must_remake_types_; }
  void remake_types() { options_.remakes_types = true; }

  /// Behind the transaction.
  convergence finish() {
    if (!is_stuck_) go_online();
    result_.left = compare_but_for_order(wanted_, shown());
    if (result_.left.empty()) result_.problem.reset();
    return std::move(result_);
  }

 private:
  using rename_finder = found_renames (*)(const model::schema&, const model::schema&,
                                          const dialect::dialect&, const rename_rules&);

  void carry_out(found_renames found, const rename_rules& rules, rename_finder find) {
    if (!carry_out(std::move(found.changes))) require_said(rules, find);
    for (const auto& one : found.open) {
      auto& ways = options_.kept_by[one.lost()];
      ways += (ways.empty() ? "--rename " : " or --rename ") + one.argument();
    }
    for (auto& one : found.moves) result_.moves.push_back(std::move(one));
  }

  /// What is said to be renamed, and cannot be, must not end as a drop.
  void require_said(const rename_rules& rules, rename_finder find) {
    for (const auto& one : rules.said) {
      const rename_rules alone{.said = {one}, .guesses = false};
      if (find(shown(), wanted_, target_, alone).changes.empty()) continue;
      throw error(fmt::format("{} cannot be renamed here, and nothing is to be lost by a drop{}",
                              one.display(),
                              result_.problem ? ": " + std::string(result_.problem->what()) : ""))
          .help("rename it in a migration of its own, or leave out --rename");
    }
  }

  /// What is there now: looked at again only when a step has changed it.
  const model::schema& shown() {
    if (!seen_) seen_ = look();
    return *seen_;
  }
  model::schema look() const {
    auto seen = spelled_like(look_(), wanted_, target_);
    if (knows_privileges_) leave_out_other_privileges(seen, wanted_);
    return seen;
  }

  void keep_privileges() {
    diff::keep_privileges(wanted_, shown(), target_);
    knows_privileges_ = true;
    seen_.reset();
  }

  void approach() {
    for (int round = 0; round < most_rounds; ++round) {
      auto due = changes(shown(), wanted_, target_, options_);
      auto online = without_online(due);
      is_stuck_ = !due.empty();
      if (due.empty()) break;
      const auto before = result_.steps.size();
      carry_out(due);
      if (result_.steps.size() == before && !make_way(due, online)) carry_out(std::move(online));
      if (result_.steps.size() == before) {
        if (options_.replaces_tables) break;
        options_.replaces_tables = true;
      }
      options_.replaces_tables = options_.replaces_tables || round > 1;
    }
  }

  /// What cannot be done before something that is online keeps that from being so.
  bool make_way(const std::vector<change>& due, const std::vector<change>& online) {
    const auto before = static_cast<std::ptrdiff_t>(result_.steps.size());
    return std::ranges::any_of(online, [&](const change& one) {
      auto pending = due;
      scratch_.execute("SAVEPOINT retort_way");
      const bool helps = attempt(one, 0) && first_ways(pending);
      if (!helps) scratch_.execute("ROLLBACK TO SAVEPOINT retort_way");
      scratch_.execute("RELEASE SAVEPOINT retort_way");
      seen_.reset();
      if (!helps) result_.steps.erase(result_.steps.begin() + before, result_.steps.end());
      return helps;
    });
  }

  /// Takes what is online out of the list, and returns it as if it were not.
  static std::vector<change> without_online(std::vector<change>& due) {
    std::vector<change> online;
    std::erase_if(due, [&](change& one) {
      if (!one.is_online) return false;
      online.push_back(std::move(one));
      online.back().is_online = false;
      return true;
    });
    return online;
  }

  /// Outside of any transaction: what is told so has been done so.
  void go_online() {
    auto due = changes(shown(), wanted_, target_, options_);
    auto pending = without_online(due);
    if (pending.empty()) return;
    result_.before_online = shown();
    const auto first = result_.steps.size();
    const auto attempt_all = [&] {
      return std::erase_if(
          pending, [&](const change& one) { return would_work(one) && attempt_online(one); });
    };
    while (attempt_all() != 0) {
    }
    for (auto& one : pending) {
      one.review = "the database cannot do this CONCURRENTLY: writers wait for it";
    }
    if (!pending.empty()) {
      scratch_.begin();
      carry_out(std::move(pending));
      scratch_.commit();
    }
    for (auto i = first; i < result_.steps.size(); ++i) result_.steps[i].is_online = true;
  }

  /// Outside of a transaction nothing takes the first of several steps back where a later one
  /// fails.
  bool would_work(const change& one) {
    if (one.ways.front().size() == 1) return true;
    scratch_.begin();
    const auto before = static_cast<std::ptrdiff_t>(result_.steps.size());
    const bool works = attempt(one, 0);
    scratch_.rollback();
    seen_.reset();
    result_.steps.erase(result_.steps.begin() + before, result_.steps.end());
    return works;
  }

  bool attempt_online(const change& one) {
    done_step step{one.ways.front(), {}, one.review, one.loss};
    for (auto& op : step.operations) {
      if (auto* made = std::get_if<model::create_index>(&op.what)) made->concurrently = true;
      if (auto* gone = std::get_if<model::drop_index>(&op.what)) gone->concurrently = true;
    }
    try {
      carry_out(step);
    } catch (const error& problem) {
      if (!result_.problem) result_.problem = problem;
      return false;
    }
    seen_.reset();
    result_.steps.push_back(std::move(step));
    return true;
  }

  /// As much of it as can be done, in its order as far as the database lets it. Whether that was
  /// all.
  bool carry_out(std::vector<change> pending) {
    while (!pending.empty()) {
      if (first_ways(pending)) continue;
      if (other_way(pending)) continue;
      if (out_of_the_way(pending)) continue;
      if (!unseen_bodies(pending)) return false;
    }
    return true;
  }

  bool first_ways(std::vector<change>& pending) {
    const auto before = pending.size();
    std::erase_if(pending, [&](const change& one) { return attempt(one, 0); });
    return pending.size() != before;
  }

  bool other_way(std::vector<change>& pending) {
    for (auto one = pending.begin(); one != pending.end(); ++one) {
      for (std::size_t way = 1; way < one->ways.size(); ++way) {
        if (!attempt(*one, way)) continue;
        pending.erase(one);
        return true;
      }
    }
    return false;
  }

  using group = std::vector<const change*>;

  /// Drops what keeps changes from being made, as far as it is made again later. Those of one kind
  /// are looked at together: a look at the whole schema for each would be quadratic. What only one
  /// of them would take along, and another one with the whole of its table, shows by itself.
  bool out_of_the_way(const std::vector<change>& pending) {
    return std::ranges::any_of(groups_of(pending), [&](const group& some) {
      return drop_obstacles(some) ||
             (some.size() > 1 &&
              std::ranges::any_of(some, [&](const change* one) { return drop_obstacles({one}); }));
    });
  }

  bool drop_obstacles(const group& of) {
    bool progress = false;
    std::vector<change> left;
    for (auto& other : obstacles_of(of)) {
      if (attempt(other, 0)) {
        progress = true;
      } else {
        left.push_back(std::move(other));
      }
    }
    while (!left.empty() && first_ways(left)) progress = true;
    return progress;
  }

  /// By the first two words of their probes, in the order of the first ones. What may keep one of a
  /// kind is no other kind's affair: it may be gone when that one's turn comes.
  static std::vector<group> groups_of(const std::vector<change>& pending) {
    std::vector<group> groups;
    const auto kind = [](const change& one) {
      return std::string_view(one.probe).substr(0, one.probe.find(' ', one.probe.find(' ') + 1));
    };
    for (const auto& one : pending) {
      const auto same = std::ranges::find_if(
          groups, [&](const group& some) { return kind(*some.front()) == kind(one); });
      (same == groups.end() ? groups.emplace_back() : *same).push_back(&one);
    }
    return groups;
  }

  std::vector<change> obstacles_of(const group& some) {
    const auto before = shown();
    const auto after = without(some, before);
    if (!after) return {};
    std::set<std::string> own;
    for (const auto* one : some) {
      for (const auto& way : one->ways) own.insert(first_statement(way.front()));
    }
    own.erase("");
    std::vector<change> result;
    for (auto& fallen : changes(before, *after, target_, options_)) {
      const auto& way = fallen.ways.front();
      if (!own.contains(first_statement(way.front())) &&
          std::ranges::all_of(
              way, [&](const model::operation& op) { return is_obstacle(op, before); })) {
        fallen.review.clear();
        fallen.loss.clear();
        fallen.is_online = false;
        result.push_back(std::move(fallen));
      }
    }
    return result;
  }

  /// What is there when everything that may stand in the way is gone; none: nothing is.
  std::optional<model::schema> without(const group& some, const model::schema& before) {
    if (target_.flavour() == base::sql_flavour::sqlite) {
      auto bare = before;
      std::erase_if(bare.objects, [](const auto& entry) { return entry.second.kind != "pragma"; });
      if (bare == before) return std::nullopt;
      return bare;
    }
    scratch_.execute("SAVEPOINT retort_probe");
    std::optional<model::schema> after;
    bool any = false;
    for (const auto* one : some) any = probe(*one) || any;
    if (any) after = look();
    scratch_.execute("ROLLBACK TO SAVEPOINT retort_probe");
    scratch_.execute("RELEASE SAVEPOINT retort_probe");
    return after;
  }

  /// False where it is not what can be taken away that keeps the change.
  bool probe(const change& one) {
    if (one.probe.empty()) return false;
    scratch_.execute("SAVEPOINT retort_probe_one");
    bool done = true;
    try {
      scratch_.execute(one.probe);
    } catch (const error&) {
      done = false;
      scratch_.execute("ROLLBACK TO SAVEPOINT retort_probe_one");
    }
    scratch_.execute("RELEASE SAVEPOINT retort_probe_one");
    return done;
  }

  bool holds(const std::string& query) {
    bool yes = false;
    scratch_.execute("SAVEPOINT retort_trial");
    try {
      const auto found = scratch_.query(query);
      const auto& cell = found.rows.at(0).at(0);
      yes = cell == "1" || cell == "t";
    } catch (const error&) {
      // The database does not take it.
    }
    scratch_.execute("ROLLBACK TO SAVEPOINT retort_trial");
    scratch_.execute("RELEASE SAVEPOINT retort_trial");
    return yes;
  }

  std::string first_statement(const model::operation& op) const {
    std::vector<dialect::statement> written;
    target_.write(op, written);
    return written.empty() ? std::string() : std::move(written.front().sql);
  }

  /// Routines that speak of each other can only be made unseen.
  bool unseen_bodies(const std::vector<change>& pending) {
    const bool any = std::ranges::any_of(pending, [](const change& one) {
      const auto* made = std::get_if<model::create_object>(&one.ways.front().front().what);
      return made != nullptr && model::is_routine(made->object.kind);
    });
    if (bodies_unseen_ || !any) return false;
    bodies_unseen_ = true;
    return attempt({{{{model::execute{"SET LOCAL check_function_bodies = off"}, {}}}}}, 0);
  }

  bool attempt(const change& one, std::size_t way) {
    done_step step{one.ways.at(way), {}, one.review, one.loss};
    scratch_.execute("SAVEPOINT retort_step");
    try {
      carry_out(step);
    } catch (const error& problem) {
      scratch_.execute("ROLLBACK TO SAVEPOINT retort_step");
      scratch_.execute("RELEASE SAVEPOINT retort_step");
      // unsafe_new_enum_value_usage
      if (problem.sqlstate == "55P04") must_remake_types_ = true;
      if (!result_.problem && way == 0) result_.problem = problem;
      return false;
    }
    scratch_.execute("RELEASE SAVEPOINT retort_step");
    seen_.reset();
    result_.steps.push_back(std::move(step));
    return true;
  }

  void carry_out(done_step& step) {
    std::vector<dialect::statement> statements;
    for (const auto& op : step.operations) target_.write(op, statements);
    for (const auto& statement : statements) {
      if (statement.change.empty()) {
        send(statement.sql, step);
        continue;
      }
      for (auto change = target_.prepare(scratch_, statement); change; change = change->next()) {
        for (const auto& sql : change->statements()) send(sql, step);
        change->confirm();
      }
    }
  }

  void send(const std::string& sql, done_step& step) {
    scratch_.execute(sql);
    step.statements.push_back(sql);
  }

  db::connection& scratch_;
  const look_function& look_;
  model::schema wanted_;
  const dialect::dialect& target_;
  change_options options_;
  convergence result_;
  std::optional<model::schema> seen_;
  bool is_stuck_ = false;
  bool must_remake_types_ = false;
  bool bodies_unseen_ = false;
  bool knows_privileges_ = false;
};

}  // namespace

std::string done_step::mark() const {
  return loss + (loss.empty() || review.empty() ? "" : "; ") + review;
}

convergence converge(db::connection& scratch, const look_function& look,
                     const model::schema& wanted, const dialect::dialect& target,
                     const rename_rules& rules, const change_options& options) {
  target.ready_for_changes(scratch);
  std::optional<converger> way(std::in_place, scratch, look, wanted, target, options);
  way->run(rules);
  if (way->is_stuck() && way->must_remake_types()) {
    scratch.rollback();
    way.emplace(scratch, look, wanted, target, options);
    way->remake_types();
    way->run(rules);
  }
  scratch.commit();
  return way->finish();
}

}  // namespace retort::diff
