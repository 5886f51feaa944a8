#include <fmt/format.h>

#include "base/interrupt.h"
#include "engine/execution.h"
#include "engine/executor.h"
#include "engine/failure.h"
#include "engine/transaction_guard.h"

// A migration with backfills: its statements between them are a transaction each, and a backfill is
// one a batch. How far it has come is written in the same transactions, so that a run after a kill
// goes on where the last one was committed.

namespace retort::engine {
namespace {

/// Where the part that begins with a statement ends. A backfill is a part by itself.
std::size_t end_of_part(const std::vector<dialect::statement>& statements, std::size_t first) {
  if (first < statements.size() && statements[first].backfill) return first + 1;
  while (first < statements.size() && !statements[first].backfill) ++first;
  return first;
}

}  // namespace

/// Throws where an earlier run has left something that has to be done first; `moved` where that
/// run has moved the rows, too, since they were read, so that the plan is no longer the right one.
executor::outcome executor::refuse_unfinished(const planned_migration& next) {
  const auto left = unfinished_.read(connection_);
  if (!left) return outcome::done;
  const bool up = next.step.kind == history::step_kind::upgrade;
  if ((next.is_in_parts() || !next.transaction) && name_of(next.step) == left->revision &&
      up == left->upgrade)
    return outcome::done;
  if (store_.read(connection_) != rows_) return outcome::moved;
  throw engine::explain(*left);
}

unfinished_migration executor::where_it_stands(const planned_migration& migration) {
  unfinished_migration fresh;
  fresh.revision = name_of(migration.step);
  fresh.upgrade = migration.step.kind == history::step_kind::upgrade;
  return unfinished_.read(connection_).value_or(fresh);
}

executor::outcome executor::run_in_parts(const planned_migration& migration) {
  const auto lock = lock_migration();
  auto now = where_it_stands(migration);
  const auto& statements = migration.statements;
  const auto* current = &migration;
  bool is_reached = false;
  std::size_t part = 0;
  for (std::size_t first = 0;; ++part) {
    const auto last = end_of_part(statements, first);
    // The version rows are moved with the last statements, or by themselves.
    const bool is_backfill = first < statements.size() && statements[first].backfill.has_value();
    if (part == now.part) {
      is_reached = true;
      require_unchanged(migration, now.key.empty() ? first : last, now);
      auto result = outcome::done;
      if (is_backfill) {
        // It goes on where `now` says.
        result = patiently(current, [&] { return run_backfill(migration, first, now); });
      } else {
        const auto session = target_.open_session(connection_, migration.foreign_keys);
        result = persistently(current, *session,
                              [&] { return run_part(migration, first, last, now, *session); });
      }
      if (result == outcome::moved) return result;
    }
    if (last == statements.size() && !is_backfill) break;
    first = last;
  }
  // It has fewer parts than are done.
  if (!is_reached) throw changed(migration, statements.size(), now);
  return outcome::done;
}

executor::outcome executor::run_part(const planned_migration& migration, std::size_t first,
                                     std::size_t last, unfinished_migration& now,
                                     dialect::session& session) {
  begin(migration);
  transaction_guard transaction(connection_);
  const transaction_proof proof(connection_, target_);
  if (store_.rows(connection_) != rows_) return outcome::moved;
  for (std::size_t index = first; index < last; ++index) send(migration, index);
  proof.require_same();
  session.before_bookkeeping();
  if (session.wants_baseline()) return outcome::done;
  auto next = now;
  ++next.part;
  next.done = text_of(migration.statements, last);
  if (last == migration.statements.size()) {
    unfinished_.clear(connection_);
    move_rows(migration);
  } else {
    unfinished_.write(connection_, next);
  }
  transaction.commit();
  now = std::move(next);
  return outcome::done;
}

/// With SQLite's foreign keys enforced: nothing changes a table's structure here, and a check of
/// the whole table behind each batch would cost more than the batch.
executor::outcome executor::run_backfill(const planned_migration& migration, std::size_t index,
                                         unfinished_migration& now) {
  const auto& statement = migration.statements[index];
  const auto session = target_.open_session(connection_, true);
  const auto done = text_of(migration.statements, index + 1);
  watcher_.begin_statement(migration, index);
  try {
    batch_walk walk(connection_, target_, *statement.backfill, now.key);
    while (!walk.is_done()) {
      base::stop_if_interrupted();
      begin(migration);
      transaction_guard transaction(connection_);
      if (store_.rows(connection_) != rows_) return outcome::moved;
      auto next = now;
      next.rows += walk.update();
      watcher_.send_statement(walk.sql());
      next.key = walk.key();
      const auto rows = next.rows;
      next.done = done;
      if (walk.is_done()) next = {now.revision, now.upgrade, now.part + 1, done, {}, 0};
      unfinished_.write(connection_, next);
      transaction.commit();
      now = std::move(next);
      watcher_.end_batch(migration, rows);
    }
  } catch (const error& problem) {
    throw statement_failure{problem, &statement};
  }
  return outcome::done;
}

}  // namespace retort::engine
