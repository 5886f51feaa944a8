#include <algorithm>

#include "command/autogenerate.h"
#include "command/bookkeeping.h"
#include "command/protection.h"
#include "command/read_rows.h"
#include "command/run.h"
#include "command/stamp_rows.h"
#include "command/verbs.h"
#include "engine/execution.h"
#include "engine/executor.h"
#include "engine/failure.h"

namespace retort::command {
namespace {

/// Sends what `on_version_apply` wants; a failure is told where it was written.
void send(db::connection& connection, const dialect::dialect& target,
          const dialect::statement& statement) {
  engine::observer nobody;
  try {
    engine::run_statement(connection, target, statement, nobody);
  } catch (error& problem) {
    engine::locate(problem, statement);
    throw;
  }
}

/// Whether the database is what it would be said to be, or somebody wants it said all the same.
bool is_confirmed(environment& env, const stamp_request& request, const history::rows& rows) {
  stamp_doubt doubt;
  doubt.rows = rows;
  comparison_request how;
  how.scratch_url = request.scratch_url;
  try {
    doubt.differences = compare_with_history(env, how, rows);
  } catch (const error& problem) {
    doubt.unknown = problem;
  }
  return (doubt.differences.empty() && !doubt.unknown) || request.confirm(doubt);
}

}  // namespace

history::rows stamp_rows(const environment& env, db::connection& connection, engine::journal& log,
                         const history::plan& plan) {
  const auto& target = env.database_backend().dialect();
  const auto store = env.store(env.database_backend());
  const engine::planner plans(env.migrations(), target);
  auto now = plan.before;
  for (const auto& step : plan.steps) {
    store.apply(connection, step);
    const auto before = std::exchange(now, rows_after(now, step));
    for (const auto& statement : plans.after_version_change(step, {before, now}, false)) {
      send(connection, target, statement);
    }
  }
  // Whoever says where the database is has finished what was begun, or given it up.
  engine::unfinished_store(target, store.table()).clear(connection);
  auto rows = store.read(connection);
  engine::journal_entry entry;
  entry.kind = "migration";
  entry.direction = "stamp";
  entry.revision = engine::display(rows);
  entry.outcome = "done";
  log.add(connection, std::move(entry));
  return rows;
}

std::optional<run_result> stamp(environment& env, const stamp_request& request) {
  const auto& targets = request.targets;
  const bool purge = request.purge;
  const auto& graph = env.some_migrations().graph();
  const auto& backend = env.database_backend();
  const auto store = env.store(backend);
  auto connection = env.connect_existing();
  if (connection == nullptr) {
    // What cannot be done must not leave an empty database behind.
    graph.plan_stamp({}, targets, purge);
    connection = env.connect(false);
  }
  const bool forgets = purge || std::ranges::find(targets, "base") != targets.end();
  if (forgets) refuse_on_protected(env, *connection, purge ? "stamp --purge" : "stamp base");
  if (!purge) refuse_unknown_rows(env, *connection, store.read(*connection));
  if (request.confirm) {
    const auto plan = graph.plan_stamp(store.read(*connection), targets, purge);
    if (!plan.empty() && !is_confirmed(env, request, plan.after())) return std::nullopt;
  }
  const bookkeeping_locks locks(env, *connection);
  auto log = env.journal(backend);
  run_result result;
  keep_books(*connection, store, log, "stamp", [&] {
    result.before = store.read(*connection);
    auto plan = graph.plan_stamp(result.before, targets, purge);
    result.after = stamp_rows(env, *connection, log, plan);
    result.made.clear();
    if (!plan.empty()) result.made.push_back(std::move(plan));
  });
  return result;
}

void stamp_script(environment& env, const std::vector<std::string>& targets,
                  const engine::script_sink& sink) {
  std::optional<std::string> from;
  std::vector<std::string> to;
  for (const auto& target : targets) {
    const auto range = split_range(target);
    if (range.from && from && *from != *range.from) {
      throw error("stamp --sql starts at one revision, and two are given", failure::usage)
          .help("write the same A in each A:B, or leave it out where that is the base");
    }
    if (range.from) from = range.from;
    to.push_back(range.to);
  }
  const auto& graph = env.some_migrations().graph();
  const history::rows start = from ? graph.rows_at(*from) : history::rows();
  write_script(env, {.plan = graph.plan_stamp(start, to, false)}, sink);
}

}  // namespace retort::command
