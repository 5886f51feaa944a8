#include "command/bookkeeping.h"

#include "engine/transaction_guard.h"

namespace retort::command {

bookkeeping_locks::bookkeeping_locks(const environment& env, db::connection& connection) {
  const auto& target = env.database_backend().dialect();
  run = target.lock_run(connection, env.store(env.database_backend()).table(), env.lock_wait());
  migration = target.lock_migration(connection, env.lock_wait());
}

void keep_books(db::connection& connection, const engine::version_store& store,
                engine::journal& log, const std::string& direction,
                const std::function<void()>& work) {
  log.begin_run(connection, direction, false);
  try {
    store.begin(connection);
    engine::transaction_guard transaction(connection);
    work();
    transaction.commit();
  } catch (const error& problem) {
    log.end_run(connection, &problem);
    throw;
  }
  log.end_run(connection, nullptr);
}

}  // namespace retort::command
