#include "command/read_rows.h"

#include "engine/backfill.h"
#include "engine/guard.h"

namespace retort::command {

history::rows read_rows(const environment& env) {
  const auto connection = env.connect(true);
  if (connection == nullptr) return {};
  auto rows = env.store(env.database_backend()).read(*connection);
  refuse_unknown_rows(env, *connection, rows);
  return rows;
}

void refuse_unknown_rows(const environment& env, db::connection& connection,
                         const engine::migration_set& set, const history::rows& rows) {
  const auto log = env.journal(env.database_backend());
  if (const auto problem = engine::unknown_rows(connection, set, log, rows)) throw *problem;
}

void refuse_unknown_rows(const environment& env, db::connection& connection,
                         const history::rows& rows) {
  refuse_unknown_rows(env, connection, env.migrations(), rows);
}

std::optional<error> unfinished(const environment& env, db::connection& connection) {
  const auto& backend = env.database_backend();
  const engine::unfinished_store store(backend.dialect(), env.store(backend).table());
  const auto left = store.read(connection);
  return left ? std::optional(engine::explain(*left)) : std::nullopt;
}

}  // namespace retort::command
