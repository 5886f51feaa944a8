#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/backfill.h"
#include "engine/journal.h"
#include "engine/outside_steps.h"
#include "engine/planner.h"
#include "engine/transaction_guard.h"
#include "engine/version_store.h"

namespace retort::engine {

/// Told what happens while it happens. Every function may be left out.
class observer {
 public:
  virtual ~observer() = default;
  /// What people are to know at once, whatever comes: one line.
  virtual void tell(const std::string& /*line*/) {}
  /// The plan, before the first migration; once more when another runner made a new plan necessary.
  virtual void begin_run(const std::vector<planned_migration>&) {}
  /// `index` counts from 0 in the plan.
  virtual void begin_migration(const planned_migration&, std::size_t /*index*/) {}
  /// Before a statement is sent; `index` counts from 0 in the migration.
  virtual void begin_statement(const planned_migration&, std::size_t /*index*/) {}
  /// After it, where it has not failed; in the migration's transaction, if it has one.
  virtual void end_statement(const planned_migration&, std::size_t /*index*/) {}
  /// Whether it has to be told of each statement while it runs, so that they cannot be sent
  /// together.
  virtual bool wants_each() const { return false; }
  /// Before each of the statements that the one begun last has become: one with a `change`.
  virtual void send_statement(const std::string& /*sql*/) {}
  /// After each batch of the backfill that was begun last; `rows`: how many it has updated so far.
  virtual void end_batch(const planned_migration&, std::int64_t /*rows*/) {}
  /// Before a migration's transaction is tried again, `milliseconds` from now: others hold locks.
  virtual void retry(const planned_migration&, const error& /*why*/, int /*milliseconds*/) {}
  /// When its work is committed; with `transaction_mode::run` for all at the end.
  virtual void end_migration(const planned_migration&, double /*seconds*/) {}
};

/// Runs a planned statement: its SQL, or what its `change` comes to on this database, in a
/// transaction of its own where none is open. Throws what the database says, and what
/// `table_change` throws.
void run_statement(db::connection& connection, const dialect::dialect& target,
                   const dialect::statement& statement, observer& watcher);

/// What to run: where to from a set of rows.
struct run_request {
  std::function<history::plan(const history::rows&)> plan;
  transaction_mode mode = transaction_mode::migration;
  /// Whether `plan` may be asked again when another runner moved the database meanwhile. False for
  /// relative targets, which would then mean something else.
  bool may_replan = true;
  /// Called once when the run's lock is held and something is to be run, before anything is; what
  /// it throws stops the run.
  std::function<void()> before_first = {};
};

/// What a run leaves in the journal.
struct journal_settings {
  bool on = false;
  /// As `journal_entry::program`.
  std::string program = {};
};

/// Carries plans out. Each migration commits together with its version row, or leaves nothing.
class executor {
 public:
  executor(db::connection& connection, const dialect::dialect& target, const migration_set& set,
           const version_store& store, observer& watcher, const journal_settings& kept = {})
      : connection_(connection),
        target_(target),
        set_(set),
        store_(store.in_place(connection)),
        unfinished_(target, store_.resolved()),
        journal_(target, store_.resolved(), kept.program, kept.on),
        watcher_(watcher) {}

  /// Runs to the request's end and returns what this call ran: a plan for each stretch in which no
  /// other runner moved the database. Throws `error` with the
  /// place of the statement that failed, the database's words and the state in which the database
  /// is now.
  std::vector<history::plan> run(const run_request& request);

 private:
  std::vector<history::plan> run_to_end(const run_request& request);
  std::string begin(const planned_migration& migration);
  wait_limits limits_of(const planned_migration& migration) const {
    return store_.limits().with(migration.limits);
  }
  void enter_run(const std::string& direction, bool alone);
  std::unique_ptr<dialect::run_lock> lock_migration();
  enum class outcome { done, moved };

  outcome run_one(const planned_migration& migration, std::size_t index);
  outcome patiently(const planned_migration* const& current,
                    const std::function<outcome()>& attempt);
  outcome attempt(const planned_migration& migration, dialect::session& session);

  /// A migration as one message, and where its parts begin in it.
  struct batch {
    std::vector<std::string> statements;
    std::size_t body = 0;
    std::size_t reset = 0;
    std::size_t changes = 0;
    std::size_t rows = 0;
    /// Where it asks which transaction is open, behind BEGIN and at the end.
    std::size_t begun_in = 0;
    std::size_t ended_in = 0;
  };
  bool can_be_batched(const planned_migration& migration);
  batch batch_of(const planned_migration& migration);
  outcome attempt_batched(const planned_migration& migration);

  /// A migration outside a transaction, on its way.
  struct outside_run {
    const planned_migration& migration;
    dialect::session& session;
    unfinished_migration now;
    /// What the database was last seen to have of it: settings move `now` alone.
    unfinished_migration recorded = now;
  };
  outcome run_outside(const planned_migration& migration, dialect::session& session);
  outcome run_step(outside_run& run, outside_step step);
  outcome run_wrapped(outside_run& run, const outside_step& step);
  void finish_wrapped(outside_run& run, const outside_step& step, transaction_guard& transaction);
  outcome run_alone(outside_run& run, const outside_step& step);
  void limit_alone(const planned_migration& migration);
  static std::string remembered(const outside_run& run);
  dialect::evidence fate_of(const outside_run& run, const outside_step& step);
  outcome mark(outside_run& run, const outside_step& step);
  void send_alone(outside_run& run, const outside_step& step);
  void deliver_limited(const planned_migration& migration, std::size_t index,
                       dialect::outside kind);
  void close(outside_run& run, const outside_step& step, std::size_t index);
  void forget_doubt(outside_run& run, const outside_step& step);
  unfinished_migration behind(const outside_run& run, const outside_step& step) const;
  void pause_behind(outside_run& run, std::size_t index);
  void require_own_place(outside_run& run);
  void require_place(outside_run& run, bool was_unlocked);
  void require_undisturbed(outside_run& run);
  void record_outside(outside_run& run);

  outcome persistently(const planned_migration* const& current, dialect::session& session,
                       const std::function<outcome()>& attempt);
  outcome run_in_parts(const planned_migration& migration);
  outcome run_part(const planned_migration& migration, std::size_t first, std::size_t last,
                   unfinished_migration& now, dialect::session& session);
  outcome run_backfill(const planned_migration& migration, std::size_t index,
                       unfinished_migration& now);
  unfinished_migration where_it_stands(const planned_migration& migration);
  static void require_may_replan(const run_request& request);
  outcome refuse_unfinished(const planned_migration& next);
  outcome run_plan(const std::vector<planned_migration>& plan, std::vector<history::step>& made);
  outcome run_together(const std::vector<planned_migration>& plan,
                       std::vector<history::step>& made);
  outcome attempt_together(const std::vector<planned_migration>& plan, dialect::session& session,
                           const planned_migration*& current);
  void send(const planned_migration& migration, dialect::phase phase);
  void send(const planned_migration& migration, std::size_t index);
  void deliver(const planned_migration& migration, std::size_t index);
  void send(const dialect::statement& statement);
  void move_rows(const planned_migration& migration);
  void require_rows(const history::rows& rows, const history::rows& expected) const;
  journal_entry entry_named(const history::step& step, const char* kind) const;
  journal_entry entry_of(const planned_migration& migration) const;
  journal_entry entry_of(const planned_migration& migration, const outside_step& step,
                         const char* how) const;
  [[noreturn]] void fail(const planned_migration& migration, const error& problem,
                         const dialect::statement* statement);
  std::string name_of(const history::step& step) const;
  std::string state_after(const planned_migration& migration, const error& problem,
                          const dialect::statement* statement) const;
  error explain(const error& problem, const planned_migration& migration,
                const dialect::statement* statement, const std::string& state) const;

  db::connection& connection_;
  const dialect::dialect& target_;
  const migration_set& set_;
  const planner plans_{set_, target_};
  version_store store_;
  unfinished_store unfinished_;
  journal journal_;
  observer& watcher_;
  /// For migrations that are sent as one message: once for all of them.
  std::unique_ptr<dialect::session> batch_session_;
  version_store::usual_limits batch_limits_;
  std::vector<std::string> batch_reset_;
  /// What the version table holds where the run has come to, as the plan has it.
  history::rows rows_;
  /// Committed, and not only made by a transaction that may be rolled back.
  bool has_version_table_ = false;
  /// When the migration at work was begun.
  std::chrono::steady_clock::time_point started_ = {};
  /// Of the last `on_version_apply`; a failure points into it.
  std::vector<dialect::statement> hook_statements_;
};

}  // namespace retort::engine
