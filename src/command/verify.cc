#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text_tools.h"
#include "command/verbs.h"
#include "process/postgres_server.h"

namespace retort::command {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

bool is_set(const char* name) {
  const std::string value = variable(name);
  return !value.empty() && value != "0";
}

/// The test server that the build's fixture started, or that the user named.
std::string test_server_url() {
  const std::string url = variable("RETORT_TEST_POSTGRES_URL");
  if (!url.empty()) return url;
  const std::string path = variable("RETORT_TEST_POSTGRES_URL_FILE");
  std::string line;
  if (!path.empty()) {
    std::ifstream file(path);
    std::getline(file, line);
  }
  return line;
}

error unavailable(const std::string& why) {
  const bool skip = is_set("RETORT_SKIP_UNAVAILABLE") && !is_set("RETORT_REQUIRE_POSTGRES");
  return error(fmt::format("postgresql is not available: {}", why),
               skip ? failure::unavailable : failure::failed)
      .help(
          "install PostgreSQL's server programs, or name a server with --scratch-url or "
          "RETORT_TEST_POSTGRES_URL");
}

/// Where scratch databases of one dialect are made; keeps a server alive that was started for it.
class scratch_place {
 public:
  scratch_place(const environment& env, const backend& database, const std::string& scratch_url) {
    const auto dialect = database.dialect().name();
    if (dialect == "postgresql") {
      scratch_ = database.open_scratch(postgres_address(env, scratch_url));
    } else {
      scratch_ = database.open_scratch(db::url{std::string(dialect), {}, {}, {}, {}, {}, {}});
    }
  }

  dialect::scratch& get() { return *scratch_; }

 private:
  db::url postgres_address(const environment& env, const std::string& scratch_url) {
    for (const auto& said : {scratch_url, env.options().url}) {
      if (said.empty()) continue;
      auto address = db::parse_url(said);
      if (address.dialect == "postgresql") return address;
    }
    // Before RETORT_URL: whoever runs a test suite with that set does not mean to test there.
    const std::string test_server = test_server_url();
    if (!test_server.empty()) return db::parse_url(test_server);
    // A test that belongs to a fixture must not start a server of its own for each revision.
    if (!variable("RETORT_TEST_POSTGRES_URL_FILE").empty()) {
      throw unavailable("the fixture has started no server");
    }
    if (env.names_database() && env.database().url.dialect == "postgresql") {
      return env.database().url;
    }
    try {
      process::sweep_stale_servers();
      server_.emplace();
    } catch (const error& problem) {
      throw unavailable(problem.what());
    }
    return db::parse_url(server_->url());
  }

  std::optional<process::postgres_server> server_;
  std::unique_ptr<dialect::scratch> scratch_;
};

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
