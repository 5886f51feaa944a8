#include <fmt/format.h>

#include <filesystem>

#include "command/scratch_place.h"
#include "command/verbs.h"

namespace retort::command {
namespace {

void require_data(const std::string& data) {
  std::error_code ignored;
  if (data == "generated" || data == "none" || std::filesystem::is_directory(data, ignored)) return;
  throw error(fmt::format("there is no folder {} to take rows from", data), failure::usage)
      .help("write --data generated, --data none, or the folder of REVISION.sql files");
}

std::vector<const backend*> chosen_backends(const environment& env, const verify_request& request) {
  std::vector<const backend*> result;
  for (const auto& name : request.backends) result.push_back(&env.backend_named(name));
  if (!result.empty()) return result;
  if (!request.scratch_url.empty()) {
    return {&env.backend_named(db::parse_url(request.scratch_url).dialect)};
  }
  if (env.names_database()) return {&env.database_backend()};
  if (!env.script_folders().empty()) return {*env.program().backends.begin()};
  return env.program().backends;
}

/// What is proven are the migrations: on_version_apply may want tables that only real databases
/// have.
engine::migration_set migrations_alone(engine::migration_set set) {
  auto context = set.context();
  context.on_version_apply = nullptr;
  set.use(std::move(context));
  return set;
}

}  // namespace

std::vector<verify::pair_result> verify(environment& env, const verify_request& request) {
  const auto set = migrations_alone(env.some_migrations());
  require_data(request.data);
  verify::options options;
  options.data = request.data;
  options.strict = request.strict;
  options.locks = request.locks;
  options.version_table = env.version_table().name;
  options.snapshots = request.snapshots;
  options.on_result = request.on_result;
  for (const auto& symbol : request.revisions) {
    for (const std::size_t index : set.graph().resolve(symbol, {})) {
      options.revisions.push_back(index);
    }
  }
  std::vector<verify::pair_result> results;
  for (const auto* database : chosen_backends(env, request)) {
    scratch_place place(env, *database, request.scratch_url);
    auto found = verify::verify(set, *database, place.get(), options);
    results.insert(results.end(), found.begin(), found.end());
  }
  return results;
}

std::vector<verify::crash_result> verify_crashes(environment& env, const verify_request& request) {
  const auto set = migrations_alone(env.some_migrations());
  verify::options options;
  options.version_table = env.version_table().name;
  std::vector<verify::crash_result> results;
  for (const auto* database : chosen_backends(env, request)) {
    scratch_place place(env, *database, request.scratch_url);
    auto found = verify::verify_crashes(set, *database, place.get(), options);
    results.insert(results.end(), found.begin(), found.end());
  }
  return results;
}

void prepare_snapshots(environment& env, const verify_request& request) {
  const auto set = migrations_alone(env.migrations());
  require_data(request.data);
  for (const auto* database : chosen_backends(env, request)) {
    scratch_place place(env, *database, request.scratch_url);
    verify::user_data data;
    if (request.data != "generated" && request.data != "none") data.folder = request.data;
    verify::stage walk(set, *database, place.get(), env.version_table().name, data);
    walk.keep_snapshots(request.snapshots);
  }
}

void drop_snapshots(environment& env, const verify_request& request) {
  for (const auto* database : chosen_backends(env, request)) {
    scratch_place(env, *database, request.scratch_url).get().drop_snapshots(request.snapshots);
  }
}

}  // namespace retort::command
