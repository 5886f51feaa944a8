#include "engine/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text_tools.h"
#include "engine/failure.h"

namespace retort::engine {
namespace {

std::string display(const history::rows& rows) {
  return rows.empty() ? "base" : base::join(rows, ", ");
}

/// Two runners that create the version table at once: PostgreSQL tells the later one by a unique
/// violation in its catalogue (IF NOT EXISTS looks before the other has committed).
bool is_creation_race(const error& problem) {
  return problem.sqlstate == "23505" || problem.sqlstate == "42P07";
}

/// Gives the transaction up unless it was committed.
class transaction_guard {
 public:
  explicit transaction_guard(db::connection& connection) : connection_(connection) {}
  transaction_guard(const transaction_guard&) = delete;
  transaction_guard& operator=(const transaction_guard&) = delete;
  ~transaction_guard() {
    if (!committed_) connection_.rollback();
  }
  void commit() {
    connection_.commit();
    committed_ = true;
  }

 private:
  db::connection& connection_;
  bool committed_ = false;
};

/// A statement's failure, on its way to `explain`.
struct statement_failure {
  error problem;
  const dialect::statement* statement;
};

}  // namespace

std::vector<history::step> executor::run(const run_request& request) {
  const planner plans(set_, target_);
  std::vector<history::step> made;
  while (true) {
    const auto plan = plans.plan(request.plan(store_.read(connection_)));
    if (plan.empty()) return made;
    if (request.mode == transaction_mode::run) {
      for (const auto& migration : plan) {
        if (migration.transaction) continue;
        const auto& revision = set_.at(migration.step.revision.value()).revision;
        throw error(
            fmt::format("{} runs outside a transaction, so the run cannot be one transaction",
                        revision.id))
            .at(revision.file, revision.line)
            .help("leave out --transaction run");
      }
    }
    watcher_.begin_run(plan);
    if (request.mode == transaction_mode::run) {
      run_together(plan);
      for (const auto& migration : plan) made.push_back(migration.step);
      return made;
    }
    bool moved = false;
    for (std::size_t index = 0; index < plan.size() && !moved; ++index) {
      moved = run_one(plan[index], index) == outcome::moved;
      if (!moved) made.push_back(plan[index].step);
    }
    if (!moved) return made;
    if (!request.may_replan) {
      throw error("another runner has moved the database meanwhile", failure::try_again)
          .help("run `current` to see where it is, and repeat the command if it is still meant");
    }
  }
}

executor::outcome executor::run_one(const planned_migration& migration, std::size_t index) {
  using clock = std::chrono::steady_clock;
  const auto started = clock::now();
  watcher_.begin_migration(migration, index);
  outcome result = outcome::done;
  try {
    const auto session = target_.open_session(connection_, migration.foreign_keys);
    if (migration.transaction) {
      result = attempt(migration, *session);
      if (session->wants_baseline()) {
        session->take_baseline();
        result = attempt(migration, *session);
      }
    } else {
      result = run_unwrapped(migration);
    }
  } catch (const statement_failure& failed) {
    throw explain(failed.problem, migration, failed.statement);
  } catch (const error& problem) {
    throw explain(problem, migration, nullptr);
  }
  if (result == outcome::done) {
    watcher_.end_migration(migration,
                           std::chrono::duration<double>(clock::now() - started).count());
  }
  return result;
}

executor::outcome executor::attempt(const planned_migration& migration, dialect::session& session) {
  send(migration, dialect::phase::before_transaction);
  begin_as_only_runner();
  transaction_guard transaction(connection_);
  if (store_.read(connection_) != migration.step.before) return outcome::moved;
  send(migration, dialect::phase::in_transaction);
  session.before_bookkeeping();
  if (session.wants_baseline()) return outcome::done;
  store_.apply(connection_, migration.step);
  transaction.commit();
  send(migration, dialect::phase::after_transaction);
  return outcome::done;
}

executor::outcome executor::run_unwrapped(const planned_migration& migration) {
  {
    begin_as_only_runner();
    transaction_guard transaction(connection_);
    if (store_.read(connection_) != migration.step.before) return outcome::moved;
    transaction.commit();
  }
  for (const auto phase : {dialect::phase::before_transaction, dialect::phase::in_transaction,
                           dialect::phase::after_transaction}) {
    send(migration, phase);
  }
  begin_as_only_runner();
  transaction_guard transaction(connection_);
  store_.apply(connection_, migration.step);
  transaction.commit();
  return outcome::done;
}

void executor::run_together(const std::vector<planned_migration>& plan) {
  const bool foreign_keys = plan.front().foreign_keys;
  const planned_migration* current = &plan.front();
  try {
    const auto session = target_.open_session(connection_, foreign_keys);
    begin_as_only_runner();
    transaction_guard transaction(connection_);
    if (store_.read(connection_) != plan.front().step.before) {
      throw error("another runner has moved the database meanwhile", failure::try_again)
          .help("repeat the command");
    }
    for (std::size_t index = 0; index < plan.size(); ++index) {
      current = &plan[index];
      if (current->foreign_keys != foreign_keys) {
        throw error(
            "one migration wants foreign keys enforced and another does not, so the run "
            "cannot be one transaction")
            .help("leave out --transaction run");
      }
      watcher_.begin_migration(*current, index);
      send(*current, dialect::phase::in_transaction);
      session->before_bookkeeping();
      store_.apply(connection_, current->step);
      watcher_.end_migration(*current, 0);
    }
    transaction.commit();
  } catch (const statement_failure& failed) {
    throw explain(failed.problem, *current, failed.statement);
  } catch (const error& problem) {
    throw explain(problem, *current, nullptr);
  }
}

/// Opens a transaction in which the version table is there and nobody else can move its rows.
void executor::begin_as_only_runner() {
  for (int round = 0;; ++round) {
    connection_.begin();
    try {
      store_.create(connection_);
      const std::string lock = target_.lock_table_statement(store_.table());
      if (!lock.empty()) connection_.execute(lock);
      return;
    } catch (const error& problem) {
      connection_.rollback();
      constexpr int rounds = 50;
      if (!is_creation_race(problem) || round == rounds) throw;
    }
  }
}

void executor::send(const planned_migration& migration, dialect::phase phase) {
  for (std::size_t index = 0; index < migration.statements.size(); ++index) {
    const auto& statement = migration.statements[index];
    if (statement.phase != phase) continue;
    watcher_.begin_statement(migration, index);
    try {
      connection_.execute(statement.sql);
    } catch (const error& problem) {
      throw statement_failure{problem, &statement};
    }
  }
}

error executor::explain(const error& problem, const planned_migration& migration,
                        const dialect::statement* statement) const {
  const auto& step = migration.step;
  const std::string id = step.revision ? set_.at(*step.revision).revision.id : display(step.after);
  const char* verb = step.kind == history::step_kind::upgrade     ? "upgrade to"
                     : step.kind == history::step_kind::downgrade ? "downgrade of"
                                                                  : "stamp of";
  error result(fmt::format("{} {} failed: {}", verb, id, problem.what()), problem.kind);
  result.where = problem.where;
  result.notes = problem.notes;
  result.hint = problem.hint;
  result.sqlstate = problem.sqlstate;
  result.position = problem.position;
  if (statement != nullptr) locate(result, *statement);
  if (!problem.sqlstate.empty()) {
    result.notes.push_back(fmt::format("{}, SQLSTATE {}", connection_.server(), problem.sqlstate));
  }
  if (migration.transaction) {
    result.notes.push_back(
        fmt::format("the database is at {}; nothing of {} remains", display(step.before), id));
  } else {
    result.notes.push_back(
        fmt::format("the database is at {}; {} runs outside a transaction: its statements before "
                    "this one remain",
                    display(step.before), id));
  }
  return result;
}

}  // namespace retort::engine
