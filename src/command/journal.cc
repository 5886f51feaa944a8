#include "command/verbs.h"

namespace retort::command {

std::vector<engine::journal_entry> journal(environment& env) {
  const auto connection = env.connect(true);
  if (connection == nullptr) return {};
  return env.journal(env.database_backend()).read(*connection);
}

}  // namespace retort::command
