#include <fmt/format.h>

#include <algorithm>

#include "command/bookkeeping.h"
#include "command/foreign_table.h"
#include "command/read_rows.h"
#include "command/stamp_rows.h"
#include "command/verbs.h"
#include "engine/execution.h"

namespace retort::command {
namespace {

/// The rows that stand for what the other tool has applied.
history::rows rows_for(const engine::migration_set& set, const std::vector<std::string>& targets) {
  return set.graph().plan_stamp({}, targets, false).after();
}

error no_table(const environment& env, const adopt_request& request) {
  const std::string shown = env.database().url.display();
  if (!request.table.empty()) {
    return error(fmt::format("{} has no table {} of such a form, so nothing is taken over", shown,
                             request.table))
        .help("name the other tool's table with --table, and the tool with --from");
  }
  return error(fmt::format("{} has no table of {}, so nothing is taken over", shown,
                           request.from.empty() ? "another tool" : request.from))
      .help("a table of another name is named with --table, one in another schema with --schema");
}

/// Whether what the other tool has applied is applied: it was taken over once, and Retort has gone
/// on.
bool is_taken_over(const engine::migration_set& set, const history::rows& before,
                   const history::rows& wanted) {
  if (before.empty()) return wanted.empty();
  const auto here = set.graph().applied(before);
  return std::ranges::all_of(set.graph().applied(wanted), [&](std::size_t revision) {
    return std::ranges::find(here, revision) != here.end();
  });
}

void refuse_other_place(const environment& env, const engine::version_store& store,
                        const foreign_state& state, const history::rows& before,
                        const history::rows& wanted) {
  if (before.empty() || is_taken_over(env.migrations(), before, wanted)) return;
  throw error(fmt::format("{} has the database at {}, and {} at {}: it is not taken over",
                          store.table().display(), engine::display(before), state.table.display(),
                          wanted.empty() ? "base" : engine::display(wanted)))
      .help("where the other tool is right, say so with `stamp`; else there is nothing to do");
}

void refuse_own_table(const engine::version_store& store, const foreign_state& state) {
  if (state.table.name != store.table().name) return;
  throw error(
      fmt::format("{} is the version table itself, so it is not dropped", store.table().display()),
      failure::usage)
      .help("leave out --drop-table, or --version-table");
}

/// Reads the table, stamps and drops, in the caller's transaction.
void take_over(environment& env, db::connection& connection, engine::journal& log,
               const adopt_request& request, adopt_result& result) {
  const auto& set = env.migrations();
  const auto& backend = env.database_backend();
  const auto store = env.store(backend);
  const auto state = read_foreign_table(env, connection, request.from, request.table);
  if (!state) throw no_table(env, request);
  result.notes.clear();
  const auto targets = revisions_of(*state, set, result.notes);
  auto& run = result.run;
  run.before = store.read(connection);
  refuse_other_place(env, store, *state, run.before, rows_for(set, targets));
  if (run.before.empty() && !targets.empty()) {
    auto plan = set.graph().plan_stamp(run.before, targets, false);
    run.after = stamp_rows(env, connection, log, plan);
    run.made = {std::move(plan)};
  } else {
    run.after = run.before;
  }
  if (!request.drop_table) return;
  connection.execute("DROP TABLE " + backend.dialect().version_table(state->table));
  result.dropped = true;
}

/// What is there before anything is done; throws what `take_over` would. None where there is no
/// table any more, and Retort has taken over already.
std::optional<foreign_state> look(environment& env, db::connection& connection,
                                  const adopt_request& request, adopt_result& result) {
  const auto store = env.store(env.database_backend());
  const auto state = read_foreign_table(env, connection, request.from, request.table);
  if (!state) {
    result.already = true;
    result.run.before = result.run.after = store.read(connection);
    if (result.run.before.empty()) throw no_table(env, request);
    refuse_unknown_rows(env, connection, result.run.before);
    return std::nullopt;
  }
  if (request.drop_table && state->tool != "alembic") {
    throw error(fmt::format("--drop-table is for Alembic's table, and this is {} of {}",
                            state->table.display(), state->tool),
                failure::usage)
        .help("drop it by hand when nothing uses it any more");
  }
  if (request.drop_table) refuse_own_table(store, *state);
  const auto targets = revisions_of(*state, env.some_migrations(), result.notes);
  auto& run = result.run;
  run.before = run.after = store.read(connection);
  const auto wanted = rows_for(env.migrations(), targets);
  refuse_other_place(env, store, *state, run.before, wanted);
  result.already = is_taken_over(env.migrations(), run.before, wanted);
  return state;
}

}  // namespace

adopt_result adopt(environment& env, const adopt_request& request) {
  const auto& backend = env.database_backend();
  const auto connection = env.connect_existing();
  if (connection == nullptr) {
    throw error(fmt::format("there is no database {} to take over", env.database().url.display()))
        .help("name another with --url");
  }
  adopt_result result;
  const auto state = look(env, *connection, request, result);
  if (!state) return result;
  result.from = state->tool;
  result.table = state->table.display();
  if (result.already && !request.drop_table) return result;
  const bookkeeping_locks locks(env, *connection);
  auto log = env.journal(backend);
  keep_books(*connection, env.store(backend), log, "stamp",
             [&] { take_over(env, *connection, log, request, result); });
  return result;
}

}  // namespace retort::command
