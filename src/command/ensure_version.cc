#include "command/verbs.h"

namespace retort::command {

bool ensure_version(environment& env) {
  const auto store = env.store(env.database_backend());
  const auto connection = env.connect(false);
  if (store.exists(*connection)) return false;
  store.create(*connection);
  return true;
}

}  // namespace retort::command
