#include "command/protection.h"
#include "command/run.h"
#include "command/verbs.h"

namespace retort::command {

run_result downgrade(environment& env, const std::string& target, engine::transaction_mode mode,
                     engine::observer& watcher) {
  const auto& graph = env.some_migrations().graph();
  engine::run_request request;
  request.mode = mode;
  request.may_replan = !is_relative(target);
  request.plan = [&](const history::rows& rows) { return graph.plan_downgrade(rows, target); };
  return run(env, request, watcher, [&](db::connection& connection) {
    refuse_on_protected(env, connection, "a downgrade");
  });
}

std::string downgrade_script(environment& env, const std::string& target,
                             engine::transaction_mode mode) {
  const auto range = split_range(target);
  if (!range.from) {
    throw error("downgrade --sql needs a range, for the script cannot ask where the database is",
                failure::usage)
        .help("write `downgrade FROM:TO --sql`, for example `downgrade head:base --sql`");
  }
  const auto& graph = env.some_migrations().graph();
  return script(env, graph.plan_downgrade(graph.rows_at(*range.from), range.to), mode);
}

}  // namespace retort::command
