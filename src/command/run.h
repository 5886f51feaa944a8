#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "command/verbs.h"
#include "engine/offline.h"

namespace retort::command {

// What `upgrade`, `downgrade` and `stamp` share.

/// Whether a target counts from where the database is (`+1`, `-2`, `label@+1`).
bool is_relative(std::string_view target);

/// `A:B` taken apart; without a colon there is no `from`.
struct revision_range {
  std::optional<std::string> from;
  std::string to;
};
revision_range split_range(std::string_view target);

/// Connects and runs a request. `before_run` is called on the connection, where there is a
/// database, before anything is done; what it throws stops the run. `backup` is made when there is
/// something to run.
run_result run(environment& env, const engine::run_request& request, engine::observer& watcher,
               const std::function<void(db::connection&)>& before_run = {},
               const backup_request& backup = {});

/// The offline script of steps; see `engine::write_script`. The request's settings are the
/// environment's.
void write_script(environment& env, engine::script_request request,
                  const engine::script_sink& sink);

}  // namespace retort::command
