#include <algorithm>

#include "base/interrupt.h"
#include "base/sql_words.h"
#include "base/text_tools.h"
#include "engine/execution.h"
#include "engine/executor.h"
#include "engine/failure.h"
#include "engine/transaction_guard.h"

// A migration of which no statement needs the answer of another goes to the server as one message,
// from BEGIN to the journal's row, and COMMIT as a second one: two round trips, however long it is.
// Where it stands and what became of each statement is read from the answers, as if they had been
// sent one by one.

namespace retort::engine {
namespace {

/// What the server has to see done before it reads the next statement, or answers otherwise than
/// with rows.
bool stands_alone(const std::string& sql, base::sql_flavour flavour) {
  const auto words = base::words(sql, flavour, 1);
  const auto first = words.empty() ? std::string() : words[0];
  return first.empty() || first == "set" || first == "reset" || first == "copy" ||
         base::lower(sql).find("set_config") != std::string::npos;
}

bool is_plain(const dialect::statement& statement, base::sql_flavour flavour) {
  return statement.code == nullptr && statement.change.empty() && statement.rows.empty() &&
         !statement.backfill && statement.phase == dialect::phase::in_transaction &&
         !stands_alone(statement.sql, flavour);
}

}  // namespace

bool executor::can_be_batched(const planned_migration& migration) {
  if (!target_.sends_batches(connection_) || !migration.transaction || watcher_.wants_each() ||
      set_.context().on_version_apply != nullptr) {
    return false;
  }
  constexpr std::size_t most = 1'000'000;
  std::size_t size = 0;
  for (const auto& statement : migration.statements) {
    size += statement.sql.size();
    if (size > most || !is_plain(statement, target_.flavour())) return false;
  }
  // Where the version table has to be made, two runners may get into each other's way.
  has_version_table_ = has_version_table_ || store_.exists(connection_);
  return has_version_table_;
}

executor::batch executor::batch_of(const planned_migration& migration) {
  if (!batch_session_) {
    batch_session_ = target_.open_session(connection_, false);
    batch_limits_ = store_.usual(connection_);
    batch_reset_ = batch_session_->reset_statements();
  }
  batch made;
  made.statements = store_.begin_statements(batch_limits_, limits_of(migration));
  made.begun_in = made.statements.size();
  made.statements.push_back(target_.transaction_query());
  made.statements.push_back(target_.rows_guard(store_.resolved(), rows_));
  made.body = made.statements.size();
  for (const auto& statement : migration.statements) made.statements.push_back(statement.sql);
  made.reset = made.statements.size();
  for (const auto& sql : batch_reset_) made.statements.push_back(sql);
  made.changes = made.statements.size();
  for (const auto& change : migration.step.changes) {
    made.statements.push_back(store_.change_sql(change));
  }
  made.rows = made.statements.size();
  made.statements.push_back(store_.rows_query());
  if (journal_.is_on())
    made.statements.push_back(journal_.batched_sql(connection_, entry_of(migration)));
  made.ended_in = made.statements.size();
  made.statements.push_back(target_.transaction_query());
  return made;
}

executor::outcome executor::attempt_batched(const planned_migration& migration) {
  const auto made = batch_of(migration);
  for (std::size_t index = 0; index < migration.statements.size(); ++index) {
    watcher_.begin_statement(migration, index);
  }
  base::stop_if_interrupted();
  std::vector<db::result> answers;
  try {
    answers = connection_.query_all(made.statements);
  } catch (const db::batch_failure& failed) {
    connection_.rollback();
    constexpr const char* query_canceled = "57014";
    if (failed.problem.sqlstate == query_canceled) base::stop_if_interrupted();
    if (failed.problem.sqlstate == dialect::moved_state) return outcome::moved;
    if (failed.index < made.body) throw store_.explain_begin(failed.problem);
    if (failed.index >= made.reset) throw failed.problem;
    throw statement_failure{failed.problem, &migration.statements[failed.index - made.body]};
  }
  transaction_guard transaction(connection_);
  if (answers[made.begun_in].rows != answers[made.ended_in].rows) {
    throw ended_early("one of its statements");
  }
  batch_session_->end_reset(answers[made.changes - 1]);
  for (std::size_t index = 0; index < migration.step.changes.size(); ++index) {
    store_.require_one(migration.step.changes[index], answers[made.changes + index].affected);
  }
  require_rows(store_.sorted(answers[made.rows]), rows_after(rows_, migration.step));
  base::stop_if_interrupted();
  transaction.commit();
  for (std::size_t index = 0; index < migration.statements.size(); ++index) {
    watcher_.end_statement(migration, index);
  }
  return outcome::done;
}

}  // namespace retort::engine
