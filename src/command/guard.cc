#include "engine/guard.h"
#include "command/protection.h"
#include "command/verbs.h"

namespace retort::command {

guard_result guard(environment& env) {
  const auto& set = env.migrations();
  const auto& backend = env.database_backend();
  const auto connection = env.connect(true);
  if (connection == nullptr) return engine::guard_of_nothing(set);
  const auto store = env.store(backend);
  const engine::unfinished_store unfinished(backend.dialect(), store.table());
  return engine::guard(*connection, set, env.journal(backend), store.read(*connection),
                       unfinished.read(*connection));
}

void protect(environment& env, bool on) {
  const auto connection = env.connect_existing();
  if (connection == nullptr) {
    throw error(env.database().url.display() + " does not exist yet, so it cannot be protected")
        .help("make it first: `upgrade head`");
  }
  env.store(env.database_backend()).require_schema(*connection);
  set_protection(env, *connection, on);
}

}  // namespace retort::command
