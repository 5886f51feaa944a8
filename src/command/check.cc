#include "command/verbs.h"

namespace retort::command {

std::vector<error> check_graph(environment& env) {
  const auto folders = env.script_folders();
  if (!folders.empty()) return engine::problems(folders, env.config().recursive);
  const std::vector<const bundle::set*> sets(env.program().sets);
  return engine::problems(sets, env.program().single_head);
}

}  // namespace retort::command
