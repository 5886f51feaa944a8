#include "process/postgres_server.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"
#include "process/identity.h"
#include "process/postgres_programs.h"
#include "process/spawn.h"

namespace retort::process {
namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;

constexpr std::string_view prefix = "retort-pg-";
constexpr auto start_limit = std::chrono::seconds(60);
constexpr auto stop_limit = std::chrono::seconds(10);

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Where Linux has files in memory.
constexpr const char* memory_folder = "/dev/shm";

/// A new database is some three hundred small files, which a disk takes ten times as long for.
bool has_room_in_memory() {
  constexpr std::uintmax_t enough = std::uintmax_t{4} << 30;
  std::error_code problem;
  const auto room = fs::space(memory_folder, problem);
  if (problem || room.available < enough || ::access(memory_folder, W_OK | X_OK) != 0) return false;
  constexpr std::string_view key = "MemAvailable:";
  const auto memory = text_of("/proc/meminfo");
  const auto at = memory.find(key);
  if (at == std::string::npos) return false;
  return std::strtoull(memory.c_str() + at + key.size(), nullptr, 10) * 1024 >= enough;
}

/// Where servers may have been put, the one for new ones first.
std::vector<std::string> temporary_folders() {
  const char* named = std::getenv("TMPDIR");
  if (named == nullptr || *named != '/') {
    return has_room_in_memory() ? std::vector<std::string>{memory_folder, "/tmp"}
                                : std::vector<std::string>{"/tmp", memory_folder};
  }
  std::string folder = named;
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  // A socket's path has at most 103 bytes on macOS and 107 on Linux (sockaddr_un), of which
  // "/retort-pg-XXXXXX/.s.PGSQL.5432" takes 32.
  if (folder.size() > 70) folder = "/tmp";
  return {folder};
}

/// Whom the server runs as: nobody else than we are, except for root.
std::optional<account> server_account() {
  if (::geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = ::getpwnam(name)) return account{entry->pw_uid, entry->pw_gid};
  }
  throw error("no user 'postgres' or 'nobody' to run a PostgreSQL server as: it refuses root")
      .help("run as an ordinary user, or set RETORT_TEST_POSTGRES_URL to a server's address");
}

/// Gives a path to the server's account where that is another than ours.
void hand_over(const std::string& path, const std::optional<account>& who, bool with_user,
               unsigned mode) {
  const auto keep = static_cast<uid_t>(-1);
  if (who && ::chown(path.c_str(), with_user ? who->user : keep, who->group) != 0) {
    throw error(fmt::format("cannot give {} to the server: {}", path, std::strerror(errno)));
  }
  if (::chmod(path.c_str(), mode) != 0) {
    throw error(fmt::format("cannot protect {}: {}", path, std::strerror(errno)));
  }
}

std::string make_folder() {
  const auto parent = temporary_folders().front();
  auto path = fmt::format("{}/{}XXXXXX", parent, prefix);
  if (::mkdtemp(path.data()) == nullptr) {
    throw error(fmt::format("cannot make a folder in {} for a PostgreSQL server: {}", parent,
                            std::strerror(errno)))
        .help("set TMPDIR to a folder that can be written to");
  }
  return path;
}

/// The last lines of the server's log, as notes.
error with_log(error problem, const std::string& folder) {
  auto lines = base::split_list(text_of(folder + "/log"), '\n');
  const auto first = lines.size() > 5 ? lines.end() - 5 : lines.begin();
  for (auto line = first; line != lines.end(); ++line) problem.note(base::printable(*line));
  return problem;
}

/// The number in the first line of postmaster.pid; 0 without one.
int postmaster_of(const std::string& folder) {
  return std::atoi(text_of(folder + "/data/postmaster.pid").c_str());
}

/// Whether that process is the server of this folder: PostgreSQL's working directory is its
/// cluster. Without /proc a process of that number has to be enough.
bool is_server_of(int pid, const std::string& folder) {
  if (pid <= 0 || !is_alive(identify(pid))) return false;
  std::error_code problem;
  const auto working = fs::read_symlink(fmt::format("/proc/{}/cwd", pid), problem);
  if (problem) return !fs::exists("/proc/self", problem);
  return working == fs::canonical(folder + "/data", problem);
}

/// SIGQUIT is "immediate shutdown": the postmaster ends its children and itself without a
/// checkpoint.
template <typename Ended>
void quit(int pid, Ended ended) {
  ::kill(pid, SIGQUIT);
  const auto deadline = clock::now() + stop_limit;
  while (!ended()) {
    if (clock::now() > deadline) ::kill(pid, SIGKILL);
    ::poll(nullptr, 0, 2);
  }
}

/// The folders of servers in `parent` whose processes are gone.
std::vector<std::string> stale_in(const std::string& parent) {
  std::error_code problem;
  std::vector<std::string> stale;
  for (fs::directory_iterator entry(parent, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    const auto path = entry->path().string();
    struct stat info = {};
    if (!entry->path().filename().string().starts_with(prefix)) continue;
    if (::lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) continue;
    if (info.st_uid != ::geteuid()) continue;
    // Without a legible owner it is being made just now, or its maker died just then.
    const auto owner = identity_from_text(text_of(path + "/owner"));
    const bool is_new = std::time(nullptr) - info.st_mtime < 600;
    if (owner ? !is_alive(*owner) : !is_new) stale.push_back(path);
  }
  return stale;
}

}  // namespace

postgres_server::postgres_server() {
  const auto programs = find_postgres_programs();
  if (programs.empty()) {
    throw error("PostgreSQL is not installed: no 'initdb' and 'postgres' found",
                failure::unavailable)
        .help("install the server package, or set RETORT_TEST_POSTGRES_URL to a server's address");
  }
  folder_ = make_folder();
  try {
    std::ofstream(folder_ + "/owner") << to_text(identify(::getpid())) << '\n';
    create_cluster(programs);
    start(programs);
    wait_until_ready();
  } catch (...) {
    stop();
    throw;
  }
  url_ = fmt::format("postgresql:///postgres?host={}&user=retort", folder_);
}

postgres_server::~postgres_server() { stop(); }

void postgres_server::create_cluster(const std::string& programs) {
  const auto who = server_account();
  const auto data = folder_ + "/data";
  fs::create_directory(data);
  hand_over(data, who, true, 0700);
  // The server makes its socket here, and clients other than it are ours: no business of others.
  hand_over(folder_, who, false, who ? 0770 : 0700);

  const auto nothing = open_file("/dev/null", O_RDONLY);
  const auto log = open_file(folder_ + "/log", O_WRONLY | O_CREAT | O_APPEND);
  spawn_options options{.program = programs + "/initdb",
                        .arguments = {"--pgdata=" + data, "--no-sync", "--auth=trust",
                                      "--encoding=UTF8", "--locale=C", "--username=retort"},
                        // What a caller has set for its own server must not reach this one.
                        .environment = {{"PGDATA", {}}, {"LC_ALL", "C"}},
                        .directory = data,
                        .input = nothing.get(),
                        .output = log.get(),
                        .errors = log.get(),
                        .run_as = who,
                        .death_signal = SIGKILL};
  if (const auto utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    ::freelocale(utf8);
    options.arguments.push_back("--lc-ctype=C.UTF-8");
    options.environment.back() = {"LC_ALL", {}};
  }
  const int status = wait_for(spawn(options));
  if (status != 0) {
    throw with_log(error(fmt::format("initdb failed with exit status {}", status)), folder_);
  }
}

void postgres_server::start(const std::string& programs) {
  const auto nothing = open_file("/dev/null", O_RDONLY);
  const auto log = open_file(folder_ + "/log", O_WRONLY | O_CREAT | O_APPEND);
  const auto data = folder_ + "/data";
  std::vector<std::string> arguments = {"-D", data, "-k", folder_, "-p", "5432"};
  // No autovacuum: it would take locks that tests count. Shared memory as files in the cluster's
  // folder, so that a killed server leaves nothing in /dev/shm.
  for (const char* setting :
       {"listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off",
        "max_connections=100", "shared_buffers=16MB", "wal_level=minimal", "max_wal_senders=0",
        "autovacuum=off", "jit=off", "max_wal_size=128MB", "dynamic_shared_memory_type=mmap",
        "timezone=UTC", "log_timezone=UTC", "lc_messages=C", "logging_collector=off"}) {
    arguments.insert(arguments.end(), {"-c", setting});
  }
  pid_ = spawn({.program = programs + "/postgres",
                .arguments = std::move(arguments),
                .environment = {{"PGDATA", {}}, {"PGPORT", {}}, {"LC_ALL", {}}},
                .directory = data,
                .input = nothing.get(),
                .output = log.get(),
                .errors = log.get(),
                .run_as = server_account(),
                .own_group = true,
                .death_signal = SIGQUIT});
}

/// The eighth line of postmaster.pid is the server's state (PostgreSQL: utils/pidfile.h,
/// LOCK_FILE_LINE_PM_STATUS).
void postgres_server::wait_until_ready() {
  const auto deadline = clock::now() + start_limit;
  while (true) {
    const auto lines = base::split_list(text_of(folder_ + "/data/postmaster.pid"), '\n');
    if (!lines.empty() && lines.back() == "ready") return;
    if (const auto status = try_wait(pid_)) {
      pid_ = 0;
      throw with_log(
          error(fmt::format("PostgreSQL ended with exit status {} instead of starting", *status)),
          folder_);
    }
    if (clock::now() > deadline) {
      throw with_log(error("PostgreSQL did not start within 60 seconds"), folder_);
    }
    ::poll(nullptr, 0, 5);
  }
}

bool postgres_server::is_running() {
  if (pid_ != 0 && try_wait(pid_)) pid_ = 0;
  return pid_ != 0;
}

void postgres_server::stop() noexcept {
  if (is_running()) quit(pid_, [this] { return !is_running(); });
  if (!folder_.empty()) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  folder_.clear();
}

void remove_server_folder(const std::string& folder) noexcept {
  try {
    const int pid = postmaster_of(folder);
    if (is_server_of(pid, folder)) {
      quit(pid, [&] { return !is_server_of(pid, folder); });
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  } catch (...) {  // What cannot be removed now is swept by a later start.
  }
}

void sweep_stale_servers() {
  for (const auto& parent : temporary_folders()) {
    for (const auto& path : stale_in(parent)) remove_server_folder(path);
  }
}

}  // namespace retort::process
