#include "command/read_rows.h"

#include "engine/backfill.h"

namespace retort::command {

history::rows read_rows(const environment& env) {
  const auto connection = env.connect(true);
  if (connection == nullptr) return {};
  return env.store(env.database_backend()).read(*connection);
}

std::optional<error> unfinished(const environment& env, db::connection& connection) {
  const auto& backend = env.database_backend();
  const engine::unfinished_store store(backend.dialect(), env.store(backend).table());
  const auto left = store.read(connection);
  return left ? std::optional(engine::explain(*left)) : std::nullopt;
}

}  // namespace retort::command
