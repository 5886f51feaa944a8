#include "command/read_rows.h"

namespace retort::command {

history::rows read_rows(const environment& env) {
  const auto connection = env.connect(true);
  if (connection == nullptr) return {};
  return env.store(env.database_backend()).read(*connection);
}

}  // namespace retort::command
