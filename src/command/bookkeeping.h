#pragma once

#include <functional>
#include <memory>
#include <string>

#include "command/environment.h"

namespace retort::command {

/// Keeps runs away from the database while its bookkeeping is set right by hand; the locks go with
/// the object. Throws `error` of kind try_again where one goes on for longer than the user waits.
struct bookkeeping_locks {
  bookkeeping_locks(const environment& env, db::connection& connection);
  std::unique_ptr<dialect::run_lock> run;
  std::unique_ptr<dialect::run_lock> migration;
};

/// Does work in a transaction in which the version table is locked, as a run of the journal. What
/// it throws rolls back, is entered, and passes through.
void keep_books(db::connection& connection, const engine::version_store& store,
                engine::journal& log, const std::string& direction,
                const std::function<void()>& work);

}  // namespace retort::command
