#include "command/verbs.h"

namespace retort::command {

std::vector<engine::journal_entry> journal(environment& env) {
  const auto connection = env.connect(true);
  if (connection == nullptr) return {};
  env.store(env.database_backend()).require_schema(*connection);
  const auto log = env.journal(env.database_backend());
  log.require_readable(*connection);
  return log.read(*connection);
}

}  // namespace retort::command
