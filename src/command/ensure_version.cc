#include "command/verbs.h"
#include "engine/offline.h"

namespace retort::command {

bool ensure_version(environment& env) {
  const auto store = env.store(env.database_backend());
  const auto connection = env.connect(false);
  if (store.exists(*connection)) return false;
  store.begin(*connection);
  connection->commit();
  return true;
}

std::string ensure_version_script(environment& env) {
  const auto& backend = env.offline_backend();
  return engine::version_table_script(backend.dialect(), env.store(backend), env.scripting());
}

}  // namespace retort::command
