#include <fmt/format.h>

#include <algorithm>

#include "command/protection.h"
#include "command/run.h"
#include "command/sum.h"
#include "command/verbs.h"
#include "engine/folder.h"
#include "engine/guard.h"
#include "engine/stored.h"

namespace retort::command {
namespace {

/// SQL out of a table is a way to rise in rights: whoever may write to the journal could choose
/// what the next administrator runs.
void require_trust(const environment& env, const engine::stored_migration& stored,
                   const stored_request& how) {
  if (how.trust) return;
  std::vector<std::string> sums;
  for (const auto& file : sum_files(env)) sums.push_back(file.text);
  if (!how.sum.empty()) sums.push_back(engine::read_file(how.sum));
  const bool known = std::ranges::any_of(
      sums, [&](const std::string& sum) { return engine::is_released(stored, sum); });
  if (known) return;
  throw error(fmt::format("the stored downgrade of {} is not the released one, as far as a "
                          "retort.sum tells",
                          stored.revision))
      .help(
          "give the newer program's retort.sum: --sum FILE; or look at it (`journal --json`) and "
          "write --trust-stored");
}

/// Adds what the database has and this program does not have, out of the journal.
void add_stored(environment& env, const stored_request& how) {
  const auto connection = env.connect(true);
  if (connection == nullptr) return;
  std::vector<engine::stored_migration> found;
  for (const auto& entry : engine::standing(*connection, env.journal(env.database_backend()))) {
    if (env.migrations().graph().find(entry.revision)) continue;
    engine::stored_migration one{entry.revision, entry.sql};
    if (one.text.empty()) {
      throw error(fmt::format("the journal has no downgrade of {} in SQL", one.revision))
          .help("run the program that has it");
    }
    require_trust(env, one, how);
    found.push_back(std::move(one));
  }
  env.add_stored(std::move(found));
}

}  // namespace

run_result downgrade(environment& env, const std::string& target, engine::transaction_mode mode,
                     engine::observer& watcher, const stored_request& stored) {
  if (stored.use) add_stored(env, stored);
  const auto& graph = env.some_migrations().graph();
  engine::run_request request;
  request.mode = mode;
  request.may_replan = !is_relative(target);
  request.plan = [&](const history::rows& rows) { return graph.plan_downgrade(rows, target); };
  return run(env, request, watcher, [&](db::connection& connection) {
    refuse_on_protected(env, connection, "a downgrade");
  });
}

void downgrade_script(environment& env, const std::string& target, engine::transaction_mode mode,
                      const engine::script_sink& sink) {
  const auto range = split_range(target);
  if (!range.from) {
    throw error("downgrade --sql needs a range, for the script cannot ask where the database is",
                failure::usage)
        .help("write `downgrade FROM:TO --sql`, for example `downgrade head:base --sql`");
  }
  const auto& graph = env.some_migrations().graph();
  auto plan = graph.plan_downgrade(graph.rows_at(*range.from), range.to);
  write_script(env, {.plan = std::move(plan), .mode = mode}, sink);
}

}  // namespace retort::command
