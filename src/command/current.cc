#include "command/read_rows.h"
#include "command/verbs.h"

namespace retort::command {

current_result current(environment& env) {
  const auto& set = env.migrations();
  const auto& graph = set.graph();
  const auto& backend = env.database_backend();
  current_result result;
  result.database = env.database().url.display();
  const auto connection = env.connect(true);
  result.database_exists = connection != nullptr;
  const auto rows = connection == nullptr ? history::rows() : env.store(backend).read(*connection);
  if (connection != nullptr) result.unfinished = unfinished(env, *connection);
  if (connection != nullptr) refuse_unknown_rows(env, *connection, rows);
  result.at_heads = graph.at_heads(rows) && !result.unfinished;
  for (const std::size_t index : graph.effective_current(rows)) {
    result.revisions.push_back(describe(set, index));
    result.revisions.back().is_current = true;
  }
  return result;
}

}  // namespace retort::command
