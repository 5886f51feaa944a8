#include "command/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "command/local_time.h"
#include "process/postgres_programs.h"
#include "process/run.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

error failed(const std::string& why) {
  return error(fmt::format("the backup failed, so nothing was run: {}", why));
}

std::string default_path(const db::url& url) {
  auto time = time_in_zone(std::time(nullptr), "UTC").iso();
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  const auto name =
      url.dialect == "sqlite" ? url.database : fs::path(url.database).filename().string();
  return fmt::format("{}.{}.{}", name, time, url.dialect == "sqlite" ? "backup" : "dump");
}

/// A file of this user's alone, there before anything is written to it, and gone again unless it is
/// kept.
class new_file {
 public:
  explicit new_file(std::string path) : path_(std::move(path)) {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
      const int reason = errno;
      throw failed(
          fmt::format("cannot make {}: {}", path_, std::generic_category().message(reason)))
          .help(reason == EEXIST ? "name a file that is not there yet: --backup=FILE"
                                 : "name a place that can be written to: --backup=FILE");
    }
    ::close(file);
  }
  ~new_file() {
    std::error_code ignored;
    if (!kept_) fs::remove(path_, ignored);
  }
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;
  void keep() { kept_ = true; }

 private:
  std::string path_;
  bool kept_ = false;
};

/// The number behind the first digit.
int major_version(std::string_view text) {
  const auto digit = text.find_first_of("0123456789");
  return digit == std::string_view::npos ? 0 : std::atoi(std::string(text.substr(digit)).c_str());
}

/// A client program of PostgreSQL that is not older than the server.
std::string client_program(const std::string& name, int server) {
  std::string found;
  for (const auto& path :
       {fmt::format("/usr/lib/postgresql/{}/bin/{}", server, name), process::find_program(name),
        process::find_postgres_programs() + "/" + name}) {
    std::error_code ignored;
    if (path.empty() || !fs::exists(path, ignored)) continue;
    const auto answer = process::run({.program = path, .arguments = {"--version"}});
    if (answer.status != 0) continue;
    if (major_version(answer.output) >= server) return path;
    found = std::string(base::trim(answer.output));
  }
  throw failed(found.empty()
                   ? fmt::format("there is no {}", name)
                   : fmt::format("{} is older than the server's version {}", found, server))
      .help(fmt::format("install PostgreSQL's client programs of version {}", server));
}

/// A connection string for another program's arguments, and the password for its environment.
process::command client(const std::string& program, db::url url) {
  process::command command{program, {"--no-password"}};
  std::string password = std::exchange(url.password, {});
  std::erase_if(url.options, [&](const auto& option) {
    if (option.first != "password") return false;
    password = option.second;
    return true;
  });
  // Nothing but its arguments tells libpq this one, and those are read by others.
  if (std::ranges::any_of(url.options,
                          [](const auto& one) { return one.first == "sslpassword"; })) {
    throw failed("pg_dump would show the address's sslpassword to everybody on this machine")
        .help("use a key without a passphrase, or make the backup by hand");
  }
  if (!password.empty()) command.environment.emplace_back("PGPASSWORD", password);
  command.arguments.push_back("--dbname=" + url.conninfo());
  return command;
}

void run_client(const process::command& command) {
  const auto ended = process::run(command);
  if (ended.status == 0) return;
  auto problem = failed(fmt::format("{} ended with status {}",
                                    fs::path(command.program).filename().string(), ended.status));
  for (auto& line : base::split_list(ended.errors, '\n')) problem.note(base::printable(line));
  throw problem;
}

void dump(const environment& env, db::connection& connection, const std::string& path) {
  const int server = major_version(connection.server());
  auto command = client(client_program("pg_dump", server), env.database().url);
  command.arguments.insert(command.arguments.end(),
                           {"--format=custom", "--file=" + path,
                            fmt::format("--lock-wait-timeout={}s", env.lock_wait())});
  if (const auto role = env.scripting().role; !role.empty()) {
    command.arguments.push_back("--role=" + role);
  }
  run_client(command);
  run_client({client_program("pg_restore", server), {"--list", path}});
}

void write_copy(const environment& env, db::connection& connection, const std::string& path) {
  try {
    if (!env.database_backend().back_up(connection, path)) dump(env, connection, path);
  } catch (const error& problem) {
    if (std::string_view(problem.what()).starts_with("the backup failed")) throw;
    auto told = failed(problem.what());
    told.notes = problem.notes;
    throw told;
  }
}

}  // namespace

namespace {

/// What makes the database again what the backup holds, and nothing else: what came after it would
/// stay, and be in the way, if the database itself were not made anew.
std::string restore_command(db::url url, const std::string& path) {
  if (url.dialect == "sqlite") {
    return fmt::format("sqlite3 {} {}", base::shell_word(url.database),
                       base::shell_word(fmt::format(".restore {}", base::in_quotes('\'', path))));
  }
  url.password.clear();
  std::erase_if(url.options, [](const auto& option) { return option.first == "password"; });
  url = url.with_database("postgres");
  return fmt::format("pg_restore --clean --if-exists --create --dbname={} {}",
                     base::shell_word(url.display()), base::shell_word(path));
}

}  // namespace

backup_info back_up(const environment& env, db::connection& connection, std::string path) {
  const auto url = env.database().url;
  if (url.dialect == "sqlite" && url.database.empty()) {
    throw failed("a database in memory has nothing to go back to");
  }
  if (path.empty()) path = default_path(url);
  // No option of the programs that it is given to.
  if (path.starts_with('-')) path = "./" + path;
  new_file file(path);
  write_copy(env, connection, path);
  backup_info made;
  made.path = path;
  made.bytes = fs::file_size(path);
  if (made.bytes == 0) throw failed(fmt::format("nothing was written to {}", path));
  file.keep();
  made.restore = restore_command(url, path);
  return made;
}

std::vector<std::string> lines_of(const backup_info& made) {
  if (made.path.empty()) return {};
  return {fmt::format("backup: {} ({} bytes, verified)", made.path, made.bytes),
          fmt::format("restore it with: {}", made.restore)};
}

void copy_into(const environment& env, db::connection& connection, const db::url& scratch) {
  if (env.database_backend().back_up(connection, scratch.database)) return;
  const auto folder = fs::temp_directory_path() / fmt::format("retort_rehearse_{}", ::getpid());
  const auto path = folder.string() + ".dump";
  const new_file file(path);
  dump(env, connection, path);
  auto command = client(client_program("pg_restore", major_version(connection.server())), scratch);
  command.arguments.insert(command.arguments.end(), {"--exit-on-error", path});
  run_client(command);
}

}  // namespace retort::command
