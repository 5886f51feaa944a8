#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/interrupt.h"
#include "base/passwords.h"
#include "base/sha256.h"
#include "engine/execution.h"
#include "engine/executor.h"
#include "engine/failure.h"
#include "engine/outside_steps.h"
#include "engine/transaction_guard.h"

// A migration outside a transaction, statement by statement. What can run in a transaction runs in
// one with the record that it has run. What cannot is recorded before and after: between the two it
// is in doubt, and the next run asks the catalogue what became of it.

namespace retort::engine {
namespace {

using dialect::evidence;

error doubtful(const dialect::statement& statement, const unfinished_migration& now) {
  error problem(
      "an earlier run was stopped at this statement, and nothing in the database tells whether it "
      "has run");
  locate(problem, statement);
  problem.note(fmt::format("of {}, {} {} done", now.revision, now.part,
                           now.part == 1 ? "statement is" : "statements are"));
  return problem.help(
      "look whether it has, and say so: `repair --done` goes on behind it, `repair --not-done` "
      "runs it again");
}

}  // namespace

executor::outcome executor::run_outside(const planned_migration& migration,
                                        dialect::session& session) {
  const auto lock = lock_migration();
  unfinished_migration start;
  {
    begin(migration);
    transaction_guard transaction(connection_);
    if (store_.rows(connection_) != rows_) return outcome::moved;
    start = where_it_stands(migration);
    transaction.commit();
  }
  const auto steps = outside_steps(migration.statements, target_);
  require_no_session_memory(migration, steps, target_);
  const bool has_alone = std::ranges::any_of(steps, [](const outside_step& step) {
    return step.kind != dialect::outside::wrapped && step.kind != dialect::outside::setting;
  });
  if (has_alone) target_.require_own_session(connection_);
  session.take_whole_baseline();
  limit_alone(migration);
  outside_run run{migration, session, std::move(start)};
  auto& now = run.now;
  require_no_lost_tables(migration, now.part, target_);
  bool is_reached = now.part == migration.statements.size();
  for (const auto& step : steps) {
    if (step.first == now.part) {
      is_reached = true;
      require_unchanged(migration, now.in_doubt ? step.last : step.first, now);
    }
    if (step.kind == dialect::outside::setting) {
      // Also where it has run: what it set ended with the connection.
      send(migration, step.first);
      if (now.part == step.first) now = behind(run, step);
    } else if (step.first >= now.part && run_step(run, step) == outcome::moved) {
      return outcome::moved;
    }
  }
  // It has fewer statements than have run.
  if (!is_reached) throw changed(migration, migration.statements.size(), now);
  session.before_bookkeeping();
  record_outside(run);
  return outcome::done;
}

/// A statement that refuses a transaction may take long: only who knows it sets a limit.
void executor::limit_alone(const planned_migration& migration) {
  const auto limits = limits_of(migration);
  const auto seconds =
      limits.own.statement_timeout ? limits.own.statement_timeout : limits.said.statement_timeout;
  if (!seconds) return;
  const auto sql = target_.statement_limit_statement(fmt::format("{}s", *seconds), false);
  if (!sql.empty()) connection_.execute(sql);
}

executor::outcome executor::run_step(outside_run& run, outside_step step) {
  base::stop_if_interrupted();
  if (step.kind == dialect::outside::wrapped && !run.now.in_doubt) {
    try {
      return run_wrapped(run, step);
    } catch (const statement_failure& failed) {
      // Only the server knows all that it refuses in a transaction.
      const auto kind = target_.refused_as(failed.problem);
      if (!kind) throw;
      step.kind = *kind;
    }
  }
  return run_alone(run, step);
}

executor::outcome executor::run_wrapped(outside_run& run, const outside_step& step) {
  const auto* current = &run.migration;
  return patiently(current, [&] {
    run.session.pause();
    begin(run.migration);
    transaction_guard transaction(connection_);
    if (store_.rows(connection_) != rows_) return outcome::moved;
    require_own_place(run);
    run.session.resume();
    try {
      finish_wrapped(run, step, transaction);
    } catch (...) {
      connection_.rollback();
      run.session.rolled_back();
      throw;
    }
    return outcome::done;
  });
}

/// The statement, and the record that it has run.
void executor::finish_wrapped(outside_run& run, const outside_step& step,
                              transaction_guard& transaction) {
  const auto started = clock::now();
  send(run.migration, step.first);
  pause_behind(run, step.first);
  require_undisturbed(run);
  auto next = behind(run, step);
  unfinished_.write(connection_, next);
  journal_.add(connection_, entry_of(run.migration, step, "done"), seconds_since(started));
  transaction.commit();
  run.now = run.recorded = std::move(next);
  run.session.resume();
}

executor::outcome executor::run_alone(outside_run& run, const outside_step& step) {
  const auto started = clock::now();
  if (fate_of(run, step) == evidence::not_done) {
    if (step.kind == dialect::outside::alone) {
      target_.clear_remains(connection_, run.migration.statements[step.first].sql, remembered(run));
    }
    run.session.pause();
    if (mark(run, step) == outcome::moved) return outcome::moved;
    run.session.resume();
    try {
      send_alone(run, step);
    } catch (const statement_failure&) {
      forget_doubt(run, step);
      throw;
    } catch (const error&) {
      forget_doubt(run, step);
      throw;
    }
  }
  pause_behind(run, step.last - 1);
  begin(run.migration);
  transaction_guard transaction(connection_);
  require_undisturbed(run);
  auto next = behind(run, step);
  unfinished_.write(connection_, next);
  journal_.end_statement(connection_, "done", seconds_since(started));
  transaction.commit();
  run.now = run.recorded = std::move(next);
  run.session.resume();
  return outcome::done;
}

/// Behind a statement, which may have given up the lock of the run.
void executor::pause_behind(outside_run& run, std::size_t index) {
  try {
    run.session.pause();
  } catch (const error& problem) {
    throw statement_failure{problem, &run.migration.statements[index]};
  }
}

/// Throws `error` unless the migration stands where this run has brought it: another run may have
/// come where a statement gave up the lock of the run, or where the two have no lock in common. A
/// transaction is open.
void executor::require_own_place(outside_run& run) {
  require_place(run, run.session.was_unlocked());
}

void executor::require_place(outside_run& run, bool was_unlocked) {
  const auto found = where_it_stands(run.migration);
  const auto& now = run.recorded;
  if (found.revision == now.revision && found.upgrade == now.upgrade && found.part == now.part &&
      found.in_doubt == now.in_doubt && store_.rows(connection_) == rows_) {
    if (was_unlocked) journal_.go_on(connection_);
    return;
  }
  if (was_unlocked) {
    throw error("the migration gave up the lock of its run, and another run has gone on with it",
                failure::try_again)
        .help("leave pg_advisory_unlock_all() and DISCARD ALL out of the migration");
  }
  throw error("another run has gone on with the migration: the two share no lock",
              failure::try_again)
      .help(
          "let both use one address: on PostgreSQL a direct one and no transaction pooler's, on "
          "SQLite one path, beside which a file can be made");
}

/// The same where a statement of this transaction may have given up the lock of the run: as long as
/// that is held nobody else has come.
void executor::require_undisturbed(outside_run& run) {
  if (run.session.was_unlocked()) require_place(run, true);
}

/// What an earlier attempt at the statement that comes next has noted before it; empty: nothing.
std::string executor::remembered(const outside_run& run) {
  return run.now.key.empty() ? std::string() : run.now.key.front();
}

/// What became of a step in an earlier run. Throws `error` where nobody can know.
evidence executor::fate_of(const outside_run& run, const outside_step& step) {
  // A transaction of the author's own has written the record before its COMMIT.
  if (!run.now.in_doubt || step.kind == dialect::outside::opens) return evidence::not_done;
  const auto& statement = run.migration.statements[step.first];
  const auto fate = step.kind == dialect::outside::piecemeal
                        ? evidence::none
                        : target_.settle(connection_, statement.sql, remembered(run));
  if (fate == evidence::none) throw doubtful(statement, run.now);
  return fate;
}

/// Records that a step begins, and what it is about to change.
executor::outcome executor::mark(outside_run& run, const outside_step& step) {
  const auto& first = run.migration.statements[step.first];
  run.session.resume();
  const auto noted = target_.remember(connection_, first.sql);
  run.session.pause();
  begin(run.migration);
  transaction_guard transaction(connection_);
  if (store_.rows(connection_) != rows_) return outcome::moved;
  require_own_place(run);
  auto next = behind(run, step);
  next.part = step.first;
  next.in_doubt = true;
  if (!noted.empty()) next.key = {noted};
  unfinished_.write(connection_, next);
  journal_.add(connection_, entry_of(run.migration, step, "running"));
  transaction.commit();
  run.now = run.recorded = std::move(next);
  return outcome::done;
}

/// A statement, or the statements of a transaction of the author's own with the record that they
/// have run as the last of them before its COMMIT.
void executor::send_alone(outside_run& run, const outside_step& step) {
  for (std::size_t index = step.first; index < step.last; ++index) {
    if (step.kind == dialect::outside::opens && index + 1 == step.last) {
      close(run, step, index);
    } else {
      // Once it is marked, it is not stopped before it was sent.
      if (index != step.first) base::stop_if_interrupted();
      deliver_limited(run.migration, index, step.kind);
    }
  }
  if (!connection_.in_transaction()) return;
  throw statement_failure{
      error("one of its statements opened a transaction and none ended it, so what came after was "
            "given up")
          .help("end it with COMMIT in the migration itself"),
      &run.migration.statements[step.first]};
}

/// What the server refuses in a transaction may wait for everybody else's.
void executor::deliver_limited(const planned_migration& migration, std::size_t index,
                               dialect::outside kind) {
  const int seconds = limits_of(migration).concurrently_wait;
  if (kind != dialect::outside::alone || seconds == 0) return deliver(migration, index);
  const auto limit = target_.limit_concurrent_waiting(connection_, seconds);
  try {
    deliver(migration, index);
  } catch (statement_failure& failed) {
    const auto holders = limit ? limit->exceeded() : std::vector<std::string>();
    if (holders.empty()) throw;
    failed.problem =
        error(fmt::format("it has waited for others for {} s", seconds), failure::try_again)
            .help(
                "try again when they are done, or wait longer: --concurrently-wait "
                "SECONDS");
    failed.problem.notes = holders;
    throw;
  }
}

/// The COMMIT of the author's own transaction.
void executor::close(outside_run& run, const outside_step& step, std::size_t index) {
  const auto& statement = run.migration.statements[index];
  if (target_.classify(statement) != dialect::outside::closes) return deliver(run.migration, index);
  watcher_.begin_statement(run.migration, index);
  bool is_recorded = false;
  try {
    // What wrote nothing can as well be run again.
    if (connection_.in_transaction() && run.session.can_write()) {
      run.session.pause();
      require_undisturbed(run);
      unfinished_.write(connection_, behind(run, step));
      is_recorded = true;
      run.session.resume();
    }
    connection_.execute(statement.sql);
  } catch (const error& problem) {
    throw statement_failure{problem, &statement};
  }
  if (is_recorded) run.recorded = behind(run, step);
  watcher_.end_statement(run.migration, index);
}

/// A statement that failed, or was not sent any more, is not in doubt, unless it may have committed
/// something on the way.
void executor::forget_doubt(outside_run& run, const outside_step& step) {
  connection_.rollback();
  if (step.kind == dialect::outside::piecemeal) return;
  try {
    run.session.pause();
    begin(run.migration);
    transaction_guard transaction(connection_);
    require_undisturbed(run);
    run.now.in_doubt = false;  // What was noted before it tells what it has left.
    run.now.done = text_of(run.migration.statements, step.first);
    unfinished_.write(connection_, run.now);
    journal_.end_statement(connection_, "failed", 0);
    transaction.commit();
    run.recorded = run.now;
  } catch (const error&) {
    // The connection is lost, or another run goes on with the migration: in doubt it is.
  }
}

/// Where the migration stands when a step is done.
unfinished_migration executor::behind(const outside_run& run, const outside_step& step) const {
  auto next = run.now;
  next.part = step.last;
  next.done = text_of(run.migration.statements, step.last);
  next.in_doubt = false;
  next.key.clear();
  return next;
}

journal_entry executor::entry_of(const planned_migration& migration, const outside_step& step,
                                 const char* how) const {
  auto entry = entry_named(migration.step, "statement");
  const auto& statement = migration.statements[step.first];
  entry.statement = static_cast<std::int64_t>(step.first) + 1;
  entry.sql = base::without_passwords(statement.sql, target_.flavour());
  entry.checksum = "sha256:" + base::sha256(statement.sql);
  entry.outcome = how;
  return entry;
}

/// Moves the version rows behind a migration that is done. Throws `error` where they are not where
/// the migration found them.
void executor::record_outside(outside_run& run) {
  const auto& migration = run.migration;
  begin(migration);
  transaction_guard transaction(connection_);
  const auto rows = store_.rows(connection_);
  if (rows != rows_) {
    throw error(fmt::format("its statements have run, but somebody has moved the database to {} "
                            "meanwhile, so its version row is not written",
                            display(rows)))
        .help("see what is there, and set the version table right with `stamp`");
  }
  require_undisturbed(run);
  unfinished_.clear(connection_);
  move_rows(migration);
  transaction.commit();
}

}  // namespace retort::engine
