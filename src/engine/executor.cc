#include "engine/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string_view>

#include <retort/data.h>

#include "base/interrupt.h"
#include "base/text_tools.h"
#include "engine/checksum.h"
#include "engine/execution.h"
#include "engine/failure.h"
#include "engine/stored.h"
#include "engine/transaction_guard.h"

namespace retort::engine {
namespace {

/// "Class 08": transaction_resolution_unknown, the connection was lost in COMMIT.
constexpr std::string_view unknown_outcome = "08007";

const char* direction_of(const history::step& step) {
  return step.kind == history::step_kind::upgrade     ? "upgrade"
         : step.kind == history::step_kind::downgrade ? "downgrade"
                                                      : "stamp";
}

/// An author's C++. What it throws that is no error of Retort's becomes one.
void run_code(db::connection& connection, const dialect::dialect& target,
              void (*code)(retort::connection& db)) {
  retort::connection db(connection, target);
  try {
    code(db);
  } catch (const error&) {
    throw;
  } catch (const std::exception& problem) {
    throw error(problem.what());
  } catch (...) {
    throw error("its C++ code has thrown something that is no std::exception");
  }
}

/// In a transaction of its own where none is open.
void run_change(db::connection& connection, const dialect::dialect& target,
                const dialect::statement& statement, observer& watcher) {
  std::optional<transaction_guard> transaction;
  if (!connection.in_transaction()) {
    connection.begin();
    transaction.emplace(connection);
  }
  for (auto change = target.prepare(connection, statement); change; change = change->next()) {
    for (const auto& sql : change->statements()) {
      watcher.send_statement(sql);
      connection.execute(sql);
    }
    change->confirm();
  }
  if (transaction) transaction->commit();
}

}  // namespace

void run_statement(db::connection& connection, const dialect::dialect& target,
                   const dialect::statement& statement, observer& watcher) {
  const bool has_transaction = connection.in_transaction();
  if (statement.code != nullptr) {
    run_code(connection, target, statement.code);
  } else if (!statement.rows.empty()) {
    connection.copy(statement.sql, statement.rows);
  } else if (statement.change.empty()) {
    connection.execute(statement.sql);
  } else {
    run_change(connection, target, statement, watcher);
  }
  // "ON CONFLICT Clause", ROLLBACK; and whatever else gets past the look at the words.
  if (has_transaction && !connection.in_transaction()) throw ended_early("it");
}

std::vector<history::plan> executor::run(const run_request& request) {
  try {
    auto made = run_to_end(request);
    batch_session_.reset();
    journal_.end_run(connection_, nullptr);
    return made;
  } catch (const error& problem) {
    batch_session_.reset();
    journal_.end_run(connection_, &problem);
    throw;
  }
}

std::vector<history::plan> executor::run_to_end(const run_request& request) {
  std::vector<history::plan> made;
  std::unique_ptr<dialect::run_lock> lock;
  std::optional<history::rows> planned_for;
  bool is_begun = false;
  std::optional<base::at_work> working;
  for (int fruitless = 0;;) {
    auto rows = store_.read(connection_);
    // What a transaction reads may go on differing from what is read outside it.
    fruitless = planned_for == rows ? fruitless + 1 : 0;
    constexpr int patience = 5;
    if (fruitless == patience) {
      throw error(fmt::format("{} holds other rows inside a transaction than outside, so that no "
                              "plan fits the database",
                              store_.table().display()))
          .help("look for a second table of this name that the connection sees");
    }
    const auto plan = plans_.plan(request.plan(rows).steps);
    planned_for = rows_ = std::move(rows);
    if (plan.empty()) {
      if (const auto left = made.empty() ? unfinished_.read(connection_) : std::nullopt) {
        throw engine::explain(*left);
      }
      return made;
    }
    if (request.mode == transaction_mode::run) require_one_transaction(set_, plan);
    // Where the database is now, the first migration's transaction looks.
    if (!lock) lock = target_.lock_run(connection_, store_.table(), store_.lock_wait());
    if (refuse_unfinished(plan.front()) == outcome::moved) {
      require_may_replan(request);
      continue;
    }
    if (!working) working.emplace(&connection_);
    if (!is_begun && request.before_first) request.before_first();
    base::stop_if_interrupted();
    if (!is_begun) enter_run(direction_of(plan.front().step), lock != nullptr);
    is_begun = true;
    watcher_.begin_run(plan);
    history::plan stretch{rows_, {}};
    const auto ended = request.mode == transaction_mode::run ? run_together(plan, stretch.steps)
                                                             : run_plan(plan, stretch.steps);
    if (!stretch.empty()) {
      planned_for.reset();
      made.push_back(std::move(stretch));
    }
    if (ended == outcome::done) return made;
    require_may_replan(request);
  }
}

/// A plan that was made of what the command says holds for the rows that it was said of.
void executor::require_may_replan(const run_request& request) {
  if (request.may_replan) return;
  throw error("another runner has moved the database meanwhile", failure::try_again)
      .help("run `current` to see where it is, and repeat the command if it is still meant");
}

/// `version_store::begin`. Who only waits for others is not at work: a signal ends it at once.
std::string executor::begin(const planned_migration& migration) {
  const base::at_work nothing(nullptr);
  return store_.begin(connection_, limits_of(migration), has_version_table_);
}

/// The same for the run's entry in the journal, for which SQLite may wait, too.
void executor::enter_run(const std::string& direction, bool alone) {
  const base::at_work nothing(nullptr);
  journal_.begin_run(connection_, direction, alone);
}

/// The same for the lock of a migration that is no single transaction.
std::unique_ptr<dialect::run_lock> executor::lock_migration() {
  const base::at_work nothing(nullptr);
  return target_.lock_migration(connection_, store_.lock_wait());
}

executor::outcome executor::run_plan(const std::vector<planned_migration>& plan,
                                     std::vector<history::step>& made) {
  for (std::size_t index = 0; index < plan.size(); ++index) {
    base::stop_if_interrupted();
    if (run_one(plan[index], index) == outcome::moved) return outcome::moved;
    made.push_back(plan[index].step);
  }
  return outcome::done;
}

executor::outcome executor::run_one(const planned_migration& migration, std::size_t index) {
  started_ = clock::now();
  watcher_.begin_migration(migration, index);
  outcome result = outcome::done;
  try {
    // What commits more than once relies on the lock of the run.
    if (migration.is_in_parts() || !migration.transaction) target_.refuse_shared(connection_);
    if (migration.is_in_parts()) {
      result = run_in_parts(migration);
    } else if (can_be_batched(migration)) {
      const auto* current = &migration;
      result = patiently(current, [&] { return attempt_batched(migration); });
    } else if (const auto session = target_.open_session(connection_, migration.foreign_keys);
               migration.transaction) {
      const auto* current = &migration;
      result = persistently(current, *session, [&] { return attempt(migration, *session); });
    } else {
      result = run_outside(migration, *session);
    }
  } catch (const statement_failure& failed) {
    fail(migration, failed.problem, failed.statement);
  } catch (const error& problem) {
    fail(migration, problem, nullptr);
  }
  if (result == outcome::done) {
    rows_ = rows_after(std::move(rows_), migration.step);
    watcher_.end_migration(migration, seconds_since(started_));
  }
  return result;
}

/// The session is closed, so that the journal is written with nothing of the migration's set.
void executor::fail(const planned_migration& migration, const error& problem,
                    const dialect::statement* statement) {
  connection_.rollback();
  journal_.add_failure(connection_, entry_of(migration), problem, seconds_since(started_));
  auto told = explain(problem, migration, statement, state_after(migration, problem, statement));
  if (problem.kind == failure::try_again) {
    for (auto& line : journal_.holders(connection_)) told.note(std::move(line));
  }
  throw told;
}

/// Tries a transaction again where others hold locks that it needs, a little later each time. It
/// was rolled back: nobody waits for it meanwhile.
/// `current` is the migration that `attempt` is at.
executor::outcome executor::patiently(const planned_migration* const& current,
                                      const std::function<outcome()>& attempt) {
  constexpr int longest = 5000;
  for (int tried = 0, pause = 100;; ++tried, pause = std::min(2 * pause, longest)) {
    try {
      return attempt();
    } catch (statement_failure& failed) {
      auto& problem = failed.problem;
      if (!target_.is_lock_conflict(problem)) throw;
      for (auto& line : target_.lock_holders(connection_, failed.statement->sql)) {
        problem.note(std::move(line));
      }
      if (tried == store_.limits().lock_retries) {
        problem.kind = failure::try_again;
        problem.help("try again when they are done, or wait longer: --lock-timeout SECONDS");
        throw;
      }
      // Two that got into each other's way are not to meet again.
      std::random_device random;
      const int milliseconds =
          pause / 2 + static_cast<int>(random() % static_cast<unsigned>(pause));
      watcher_.retry(*current, problem, milliseconds);
      base::wait(std::chrono::milliseconds(milliseconds));
    }
  }
}

/// The same, again for each baseline that the session wants.
executor::outcome executor::persistently(const planned_migration* const& current,
                                         dialect::session& session,
                                         const std::function<outcome()>& attempt) {
  auto result = patiently(current, attempt);
  while (session.wants_baseline()) {
    session.take_baseline();
    result = patiently(current, attempt);
  }
  return result;
}

executor::outcome executor::attempt(const planned_migration& migration, dialect::session& session) {
  send(migration, dialect::phase::before_transaction);
  begin(migration);
  transaction_guard transaction(connection_);
  const transaction_proof proof(connection_, target_);
  if (store_.rows(connection_) != rows_) return outcome::moved;
  send(migration, dialect::phase::in_transaction);
  base::stop_if_interrupted();
  proof.require_same();
  session.before_bookkeeping();
  if (session.wants_baseline()) return outcome::done;
  move_rows(migration);
  transaction.commit();
  has_version_table_ = true;
  send(migration, dialect::phase::after_transaction);
  return outcome::done;
}

journal_entry executor::entry_named(const history::step& step, const char* kind) const {
  journal_entry entry;
  entry.kind = kind;
  entry.revision = name_of(step);
  entry.direction = direction_of(step);
  entry.outcome = "done";
  return entry;
}

journal_entry executor::entry_of(const planned_migration& migration) const {
  const auto& step = migration.step;
  auto entry = entry_named(step, "migration");
  if (journal_.is_on() && step.kind == history::step_kind::upgrade) {
    const auto index = step.revision.value();
    entry.checksum = checksum_of(set_, target_, migration);
    entry.compatible_with = set_.at(index).compatible_with;
    entry.sql = stored_text(plans_, set_, target_, index);
  }
  return entry;
}

/// The last act of a migration's transaction: the version rows, the journal, and what the
/// environment adds.
void executor::move_rows(const planned_migration& migration) {
  store_.apply(connection_, migration.step);
  const auto after = rows_after(rows_, migration.step);
  require_rows(store_.rows(connection_), after);
  journal_.add(connection_, entry_of(migration), seconds_since(started_));
  hook_statements_ = plans_.after_version_change(migration.step, {rows_, after}, false);
  for (const auto& statement : hook_statements_) send(statement);
}

void executor::require_rows(const history::rows& rows, const history::rows& expected) const {
  if (rows == expected) return;
  throw error(fmt::format("it leaves {} in {}, where {} belongs", display(rows),
                          store_.table().display(), display(expected)))
      .help("leave the version table to Retort");
}

executor::outcome executor::run_together(const std::vector<planned_migration>& plan,
                                         std::vector<history::step>& made) {
  const planned_migration* current = &plan.front();
  const auto start = rows_;
  const std::string at = display(start);
  const auto state = [&](const error& problem) {
    return problem.sqlstate == unknown_outcome
               ? fmt::format("the database was at {}; whether this run is committed is unknown", at)
               : fmt::format("the database is at {}; nothing of this run remains", at);
  };
  const auto failed_with = [&](const error& problem, const dialect::statement* statement) {
    journal_.add_failure(connection_, entry_of(*current), problem, seconds_since(started_));
    return explain(problem, *current, statement, state(problem));
  };
  try {
    const auto session = target_.open_session(connection_, plan.front().foreign_keys);
    const auto result = persistently(current, *session, [&] {
      rows_ = start;
      return attempt_together(plan, *session, current);
    });
    if (result == outcome::done) {
      for (const auto& migration : plan) made.push_back(migration.step);
    }
    return result;
  } catch (const statement_failure& failed) {
    throw failed_with(failed.problem, failed.statement);
  } catch (const error& problem) {
    throw failed_with(problem, nullptr);
  }
}

/// `current` is the migration that is running, for the caller to name where this throws.
executor::outcome executor::attempt_together(const std::vector<planned_migration>& plan,
                                             dialect::session& session,
                                             const planned_migration*& current) {
  std::vector<double> seconds;
  const auto usual = begin(plan.front());
  transaction_guard transaction(connection_);
  const transaction_proof proof(connection_, target_);
  if (store_.rows(connection_) != rows_) return outcome::moved;
  for (std::size_t index = 0; index < plan.size(); ++index) {
    started_ = clock::now();
    current = &plan[index];
    watcher_.begin_migration(*current, index);
    // What the session has put back behind the last one are the limits outside of transactions.
    if (index > 0) store_.limit(connection_, usual, limits_of(*current));
    send(*current, dialect::phase::in_transaction);
    proof.require_same();
    session.before_bookkeeping();
    if (session.wants_baseline()) return outcome::done;
    move_rows(*current);
    rows_ = rows_after(std::move(rows_), current->step);
    seconds.push_back(seconds_since(started_));
  }
  transaction.commit();
  // Nothing is done before all is.
  for (std::size_t index = 0; index < plan.size(); ++index) {
    watcher_.end_migration(plan[index], seconds[index]);
  }
  return outcome::done;
}

std::string executor::name_of(const history::step& step) const {
  return std::string(set_.at(step.revision.value()).revision.id);
}

/// What a failed migration leaves, for the last line of its message.
std::string executor::state_after(const planned_migration& migration, const error& problem,
                                  const dialect::statement* statement) const {
  const auto& step = migration.step;
  const std::string id = name_of(step);
  const bool down = step.kind == history::step_kind::downgrade;
  auto rows = rows_;
  if (problem.sqlstate == unknown_outcome) {
    return fmt::format("the database was at {}; whether {} is committed is unknown", display(rows),
                       down ? "the downgrade of " + id : id);
  }
  if (!migration.transaction) {
    try {
      rows = store_.read(connection_);
    } catch (const error&) {
      // A connection that is lost tells nothing more.
    }
    return fmt::format("the database is at {}; {} runs outside a transaction: {}", display(rows),
                       id,
                       statement != nullptr ? "its statements before this one remain"
                                            : "what its statements have committed remains");
  }
  if (migration.is_in_parts()) {
    return fmt::format(
        "the database is at {}; what {} had committed before remains, and the next "
        "run goes on behind it",
        display(rows), down ? "the downgrade of " + id : id);
  }
  if (down) {
    return fmt::format("the database is at {}; the downgrade of {} changed nothing", display(rows),
                       id);
  }
  return fmt::format("the database is at {}; nothing of {} remains", display(rows), id);
}

void executor::send(const planned_migration& migration, dialect::phase phase) {
  for (std::size_t index = 0; index < migration.statements.size(); ++index) {
    if (migration.statements[index].phase == phase) send(migration, index);
  }
}

void executor::send(const planned_migration& migration, std::size_t index) {
  base::stop_if_interrupted();
  deliver(migration, index);
}

void executor::deliver(const planned_migration& migration, std::size_t index) {
  watcher_.begin_statement(migration, index);
  send(migration.statements[index]);
  watcher_.end_statement(migration, index);
}

void executor::send(const dialect::statement& statement) {
  try {
    run_statement(connection_, target_, statement, watcher_);
  } catch (const error& problem) {
    throw statement_failure{problem, &statement};
  }
}

error executor::explain(const error& problem, const planned_migration& migration,
                        const dialect::statement* statement, const std::string& state) const {
  const auto& step = migration.step;
  const std::string id = name_of(step);
  const char* verb = step.kind == history::step_kind::upgrade     ? "upgrade to"
                     : step.kind == history::step_kind::downgrade ? "downgrade of"
                                                                  : "stamp of";
  error result(fmt::format("{} {} failed: {}", verb, id, problem.what()), problem.kind);
  result.where = problem.where;
  result.notes = problem.notes;
  result.hint = problem.hint;
  result.sqlstate = problem.sqlstate;
  result.position = problem.position;
  if (statement != nullptr) {
    locate(result, *statement);
  } else if (result.where.file.empty() && step.revision && problem.kind == failure::failed) {
    // COMMIT, or a check after the last statement: the migration as a whole.
    const auto& revision = set_.at(*step.revision).revision;
    result.at(revision.file, revision.line);
  }
  if (!problem.sqlstate.empty()) {
    result.notes.push_back(fmt::format("{}, SQLSTATE {}", connection_.server(), problem.sqlstate));
  }
  result.notes.push_back(state);
  return result;
}

}  // namespace retort::engine
