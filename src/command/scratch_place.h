#pragma once

#include <memory>
#include <optional>
#include <string>

#include "command/environment.h"
#include "dialect/scratch.h"
#include "process/postgres_server.h"

namespace retort::command {

/// Where scratch databases of one dialect are made; keeps a server alive that was started for it.
class scratch_place {
 public:
  /// For proofs of migrations: `scratch_url`, else --url, else the test server that the build's
  /// fixture or the user names, else the environment's database, else a server of its own. Throws
  /// `error`, of kind unavailable where that is to be skipped, when there is none.
  scratch_place(const environment& env, const backend& database, const std::string& scratch_url);

  /// Beside a database.
  scratch_place(const backend& database, const db::url& near);

  dialect::scratch& get() { return *scratch_; }

 private:
  db::url postgres_address(const environment& env, const std::string& scratch_url);

  std::optional<process::postgres_server> server_;
  std::unique_ptr<dialect::scratch> scratch_;
};

}  // namespace retort::command
