#include "command/scratch_place.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

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

/// What it is that a backend is not available.
failure absence() {
  const bool skip = is_set("RETORT_SKIP_UNAVAILABLE") && !is_set("RETORT_REQUIRE_POSTGRES");
  return skip ? failure::unavailable : failure::failed;
}

error unavailable(const std::string& why) {
  return error(fmt::format("postgresql is not available: {}", why), absence())
      .help(
          "install PostgreSQL's server programs, or name a server with --scratch-url or "
          "RETORT_TEST_POSTGRES_URL");
}

}  // namespace

scratch_place::scratch_place(const environment& env, const backend& database,
                             const std::string& scratch_url) {
  const auto dialect = database.dialect().name();
  if (dialect == "postgresql") {
    const auto address = postgres_address(env, scratch_url);
    try {
      scratch_ = database.open_scratch(address);
    } catch (error& problem) {
      // No connection was to be had.
      if (problem.sqlstate == "08001") problem.kind = absence();
      throw;
    }
  } else {
    scratch_ = database.open_scratch(db::url{std::string(dialect), {}, {}, {}, {}, {}, {}});
  }
}

scratch_place::scratch_place(const backend& database, const db::url& near)
    : scratch_(database.open_scratch(near)) {}

db::url scratch_place::postgres_address(const environment& env, const std::string& scratch_url) {
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

}  // namespace retort::command
