#include "command/read_rows.h"
#include "command/verbs.h"

namespace retort::command {

current_result current(environment& env, bool compare_with_heads) {
  // What is wrong with a folder is told before the database is looked for.
  if (compare_with_heads || !env.script_folders().empty()) env.migrations();
  current_result result;
  result.database = env.database().url.display();
  const auto connection = env.connect(true);
  result.database_exists = connection != nullptr;
  const auto rows =
      connection == nullptr ? history::rows() : env.store(env.database_backend()).read(*connection);
  const auto& set = env.migrations_around(rows);
  if (connection != nullptr) {
    result.unfinished = unfinished(env, *connection);
    refuse_unknown_rows(env, *connection, set, rows);
  }
  const auto& graph = set.graph();
  result.at_heads = compare_with_heads && graph.at_heads(rows) && !result.unfinished;
  for (const std::size_t index : graph.effective_current(rows)) {
    result.revisions.push_back(describe(set, index));
    result.revisions.back().is_current = true;
  }
  return result;
}

}  // namespace retort::command
