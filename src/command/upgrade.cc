#include "command/run.h"
#include "command/verbs.h"
#include "engine/offline.h"

namespace retort::command {

run_result upgrade(environment& env, const std::string& target, engine::transaction_mode mode,
                   engine::observer& watcher) {
  const auto& graph = env.some_migrations().graph();
  engine::run_request request;
  request.mode = mode;
  request.may_replan = !is_relative(target);
  request.plan = [&](const history::rows& rows) { return graph.plan_upgrade(rows, target); };
  return run(env, request, watcher);
}

std::string upgrade_script(environment& env, const std::string& target) {
  const auto range = split_range(target);
  const auto& graph = env.some_migrations().graph();
  const history::rows start = range.from ? graph.rows_at(*range.from) : history::rows();
  return script(env, graph.plan_upgrade(start, range.to));
}

}  // namespace retort::command
