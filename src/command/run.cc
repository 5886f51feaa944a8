#include "command/run.h"

#include "command/backup.h"
#include "command/read_rows.h"
#include "engine/guard.h"

namespace retort::command {

bool is_relative(std::string_view target) {
  const auto at = target.find('@');
  const std::string_view symbol = at == std::string_view::npos ? target : target.substr(at + 1);
  return !symbol.empty() && (symbol.front() == '+' || symbol.front() == '-');
}

revision_range split_range(std::string_view target) {
  const auto colon = target.find(':');
  if (colon == std::string_view::npos) return {std::nullopt, std::string(target)};
  if (target.find(':', colon + 1) != std::string_view::npos) {
    throw error("a range has one colon: FROM:TO", failure::usage)
        .help("write the revision that the database is at, a colon, and where to go");
  }
  const std::string_view from = target.substr(0, colon);
  const std::string_view to = target.substr(colon + 1);
  if (from.empty() || to.empty()) {
    throw error("a range for --sql names both ends: FROM:TO", failure::usage)
        .help("write `base` for the beginning and `head` for the end");
  }
  return {std::string(from), std::string(to)};
}

run_result run(environment& env, const engine::run_request& request, engine::observer& watcher,
               const std::function<void(db::connection&)>& before_run,
               const backup_request& backup) {
  const auto& set = env.migrations();
  const auto& backend = env.database_backend();
  const auto store = env.store(backend);
  auto connection = env.connect_existing();
  if (connection == nullptr) {
    // What cannot be done must not leave an empty database behind.
    if (engine::planner(set, backend.dialect()).plan(request.plan({}).steps).empty()) return {};
    connection = env.connect(false);
  }
  run_result result;
  result.before = store.read(*connection);
  refuse_unknown_rows(env, *connection, result.before);
  for (const auto& changed : engine::changed_migrations(*connection, set, backend.dialect(),
                                                        env.journal(backend), result.before)) {
    auto problem = engine::explain(changed, set);
    if (env.config().checksums == checksum_policy::error) throw problem;
    result.warnings.push_back(std::move(problem));
  }
  if (before_run) before_run(*connection);
  auto wanted = request;
  if (backup) {
    wanted.before_first = [&] {
      result.backup = back_up(env, *connection, *backup);
      for (const auto& line : lines_of(result.backup)) watcher.tell(line);
    };
  }
  engine::executor executor(*connection, backend.dialect(), set, store, watcher, env.journaling());
  try {
    result.made = executor.run(wanted);
  } catch (error& problem) {
    for (auto& line : lines_of(result.backup)) problem.note(std::move(line));
    throw;
  }
  result.after = store.read(*connection);
  return result;
}

void write_script(environment& env, engine::script_request request,
                  const engine::script_sink& sink) {
  const auto& backend = env.offline_backend();
  request.settings = env.scripting();
  engine::write_script(std::move(request), env.migrations(), backend.dialect(), env.store(backend),
                       sink);
}

}  // namespace retort::command
