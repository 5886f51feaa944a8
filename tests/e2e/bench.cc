#include "e2e/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

#include <unistd.h>

#include <retort/error.h>
#include <retort/postgres.h>
#include <retort/sqlite.h>

#include "base/text_tools.h"
#include "dialect/backend.h"
#include "process/postgres_server.h"

namespace retort::e2e {
namespace fs = std::filesystem;
namespace {

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' && std::string_view(value) != "0";
}

/// The one server of this program.
const db::url& server() {
  static const db::url address = [] {
    if (is_set("RETORT_TEST_POSTGRES_URL")) {
      return db::parse_url(std::getenv("RETORT_TEST_POSTGRES_URL"));
    }
    try {
      static process::postgres_server own;
      return db::parse_url(own.url());
    } catch (const error& problem) {
      if (problem.kind != failure::unavailable || is_set("RETORT_REQUIRE_POSTGRES")) throw;
      std::puts("skipped: PostgreSQL is not installed");
      std::fflush(stdout);
      std::_Exit(77);
    }
  }();
  return address;
}

void on_server(const std::string& sql) { postgres_backend().open(server(), {})->execute(sql); }

/// A private server syncs nothing, and copies a template's files faster than it logs their pages.
const char* strategy() {
  static const bool copies = [] {
    const auto connection = postgres_backend().open(server(), {});
    const auto version = connection->query("SHOW server_version_num").rows.at(0).at(0).value();
    return bench::has_private_server() && std::stoi(version) >= 150000;
  }();
  return copies ? " STRATEGY file_copy" : "";
}

std::string socket_url(const db::url& address, std::string_view secret) {
  return fmt::format("postgresql://{}:{}@/{}?host={}{}", address.user, secret, address.database,
                     address.host, address.port.empty() ? "" : "&port=" + address.port);
}

/// An address with its password, as libpq's options.
std::string url_of(const db::url& address) {
  std::string text = "postgresql:///?dbname=" + address.database;
  for (const auto& [name, value] :
       {std::pair{"host", address.host}, std::pair{"port", address.port},
        std::pair{"user", address.user}, std::pair{"password", address.password}}) {
    if (value.empty()) continue;
    text += fmt::format("&{}=", name);
    for (const char c : value) text += fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return text;
}

std::string new_folder() {
  std::string name = (fs::temp_directory_path() / "retort_e2e_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw error("cannot make a temporary folder");
  return fs::canonical(name).string();
}

void require_discreet(const outcome& result) {
  CHECK_MESSAGE(result.output.find(password) == std::string::npos, "a password on stdout");
  CHECK_MESSAGE(result.errors.find(password) == std::string::npos, "a password on stderr");
}

}  // namespace

bool bench::has_private_server() { return !is_set("RETORT_TEST_POSTGRES_URL"); }

bench::bench(std::string_view dialect) : dialect_(dialect), folder_(new_folder()) {
  if (is_sqlite()) {
    url_ = shown_url_ = "sqlite:///test.db";
    return;
  }
  static int count = 0;
  database_ = fmt::format("e2e_{}_{}", getpid(), ++count);
  on_server(fmt::format("CREATE DATABASE {} TEMPLATE template0{}", database_, strategy()));
  auto address = server().with_database(database_);
  // A server that trusts the socket ignores the password; it is there to be looked for in what
  // programs print.
  url_ = has_private_server() ? socket_url(address, password) : url_of(address);
  shown_url_ = db::parse_url(url_).display();
}

bench::~bench() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  if (database_.empty()) return;
  try {
    on_server(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", database_));
  } catch (const error& problem) {
    MESSAGE(problem.what());
  }
}

void bench::write(const std::string& name, std::string_view content) const {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream stream(path(name), std::ios::binary | std::ios::trunc);
  stream << content;
  stream.close();
  REQUIRE(stream);
}

std::string bench::read(const std::string& name) const {
  std::ifstream stream(path(name), std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  REQUIRE_MESSAGE(stream, name);
  return content.str();
}

bool bench::exists(const std::string& name) const { return fs::exists(path(name)); }

std::vector<std::string> bench::files(const std::string& name) const {
  std::vector<std::string> result;
  for (const auto& entry : fs::directory_iterator(path(name))) {
    result.push_back(entry.path().filename().string());
  }
  std::sort(result.begin(), result.end());
  return result;
}

void bench::migration(const std::string& id, const std::string& parent, std::string_view up,
                      const char* down) const {
  std::string text = fmt::format(
      "-- Step {0}\n--\n-- revision: {0}\n-- down_revision: {1}\n\n-- migrate:up\n{2}\n", id,
      parent, up);
  if (down != nullptr) text += fmt::format("-- migrate:down\n{}\n", down);
  write("migrations/" + id + "_step.sql", text);
}

outcome bench::run(const char* program, const arguments& what, const variables& environment) const {
  process::command command{program, what, {}, {}, folder_};
  command.environment = {{"RETORT_URL", std::nullopt},
                         {"REVIEWPOINT_DB_URL", std::nullopt},
                         {"DATABASE_URL", std::nullopt},
                         {"RETORT_TEST_POSTGRES_URL_FILE", std::nullopt},
                         {"TERM", "dumb"}};
  if (!is_sqlite()) command.environment.emplace_back("RETORT_TEST_POSTGRES_URL", url_);
  command.environment.insert(command.environment.end(), environment.begin(), environment.end());
  command.limit = std::chrono::minutes(5);
  const auto result = process::run(command);
  require_discreet(result);
  CHECK_MESSAGE(!result.timed_out, "the program did not end");
  return result;
}

void bench::outside(const std::string& id, const std::string& parent, std::string_view up) const {
  write("migrations/" + id + ".sql",
        fmt::format("-- Outside\n-- revision: {}\n{}-- migrate:up transaction:false\n{}\n"
                    "-- migrate:down\n",
                    id, parent.empty() ? "" : "-- down_revision: " + parent + "\n", up));
}

outcome bench::tool(const arguments& what, const variables& environment) const {
  return run(RETORT_TOOL, what, environment);
}

outcome bench::runner(const arguments& what, const variables& environment) const {
  return run(RETORT_RUNNER, what, environment);
}

outcome bench::retort(arguments what, const variables& environment) const {
  what.insert(what.end(), {"--url", url_, "--script-location", "migrations"});
  return tool(what, environment);
}

outcome bench::signalled(const std::string& signal, double seconds, arguments what) const {
  what.insert(what.begin(), {"--foreground", "--preserve-status", "-s", signal,
                             fmt::format("{}", seconds), RETORT_TOOL});
  what.insert(what.end(), {"--url", url_, "--script-location", "migrations"});
  return run("timeout", what, {});
}

outcome bench::reviewpoint(arguments what, const variables& environment) const {
  what.insert(what.end(), {"--url", url_});
  return runner(what, environment);
}

outcome bench::program(const std::string& name, const arguments& what,
                       const std::string& input) const {
  process::command command{name, what, {}, input, folder_};
  command.limit = std::chrono::minutes(5);
  return process::run(command);
}

outcome bench::shell(const std::string& script) const {
  write("script.sql", script);
  if (is_sqlite()) return program("sqlite3", {"test.db"}, script);
  return program("psql", {"-X", "-q", "-f", "script.sql", url_});
}

std::unique_ptr<db::connection> bench::connect() const {
  auto address = db::parse_url(url_);
  if (is_sqlite()) {
    address.database = path("test.db");
    return sqlite_backend().open(address, {});
  }
  return postgres_backend().open(address, {});
}

std::string bench::query(const std::string& sql) const {
  std::string text;
  for (const auto& row : connect()->query(sql).rows) {
    if (!text.empty()) text += '\n';
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : "|") + row[i].value_or("NULL");
    }
  }
  return text;
}

void bench::execute(const std::string& sql) const { connect()->execute(sql); }

bool bench::is_at(const std::string& statement) const {
  return query(
             "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
             "state = 'active' AND pid <> pg_backend_pid() AND strpos(query, '" +
             statement + "') > 0") != "0";
}

bool bench::has_table(const std::string& name) const {
  if (is_sqlite()) {
    return exists("test.db") &&
           query("SELECT 1 FROM sqlite_master WHERE name = '" + name + "'") == "1";
  }
  return query("SELECT 1 FROM pg_class WHERE relname = '" + name + "'") == "1";
}

std::string bench::versions(const std::string& table) const {
  if (!has_table(table)) return "none";
  std::string text = query("SELECT version_num FROM " + table + " ORDER BY 1");
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

bool comes_true(const std::function<bool()>& condition) {
  for (int tries = 0; tries < 1200; ++tries) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

nlohmann::json json(const outcome& result) {
  auto value = nlohmann::json::parse(result.output, nullptr, false);
  REQUIRE_MESSAGE(!value.is_discarded(), result.output << result.errors);
  return value;
}

std::string without_times(const std::string& output) {
  static const std::regex time("\\([0-9.]+ m?s\\)");
  return std::regex_replace(output, time, "(TIME)");
}

}  // namespace retort::e2e
