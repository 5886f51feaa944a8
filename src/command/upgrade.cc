#include <fmt/format.h>

#include "command/protection.h"
#include "command/run.h"
#include "command/verbs.h"

namespace retort::command {

run_result upgrade(environment& env, const std::string& target, engine::transaction_mode mode,
                   engine::observer& watcher, const backup_request& backup) {
  const auto& graph = env.some_migrations().graph();
  engine::run_request request;
  request.mode = mode;
  request.may_replan = !is_relative(target);
  request.plan = [&](const history::rows& rows) { return graph.plan_upgrade(rows, target); };
  return run(
      env, request, watcher,
      [&](db::connection& connection) {
        if (env.options().on_protected || !is_protected(env, connection)) return;
        const auto& set = env.migrations();
        const auto& backend = env.database_backend();
        const engine::planner plans(set, backend.dialect());
        for (const auto& step : request.plan(env.store(backend).read(connection)).steps) {
          if (!plans.irreversible(step.revision.value())) continue;
          const auto& revision = set.at(step.revision.value()).revision;
          refuse_on_protected(env, connection,
                              fmt::format("{}, which cannot be downgraded,", revision.id));
        }
      },
      backup);
}

void upgrade_script(environment& env, const std::string& target, engine::transaction_mode mode,
                    const engine::script_sink& sink) {
  const auto range = split_range(target);
  const auto& graph = env.some_migrations().graph();
  const history::rows start = range.from ? graph.rows_at(*range.from) : history::rows();
  auto plan = graph.plan_upgrade(start, range.to);
  if (range.from && plan.empty() && graph.plan_upgrade({}, range.to).after() != start) {
    throw error(fmt::format("there is no upgrade from {0} to {1}: {1} is not above {0}",
                            *range.from, range.to))
        .help(fmt::format("write the older end first, or `downgrade {}:{} --sql`", *range.from,
                          range.to));
  }
  write_script(env, {.plan = std::move(plan), .mode = mode}, sink);
}

}  // namespace retort::command
