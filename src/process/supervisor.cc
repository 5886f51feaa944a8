#include "process/supervisor.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"
#include "process/postgres_server.h"
#include "process/spawn.h"

namespace retort::process {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Writes beside the file and renames, so that a reader finds all of it or nothing.
void write_atomically(const fs::path& path, const std::string& text) {
  const auto beside = path.string() + fmt::format(".{}", ::getpid());
  {
    const auto file = open_file(beside, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw error(fmt::format("cannot write {}: {}", beside, std::strerror(errno)));
    }
  }
  fs::rename(beside, path);
}

/// What start, stop and the supervisor itself know of each other.
class state_folder {
 public:
  explicit state_folder(const std::string& path) : path_(fs::absolute(path)) {
    fs::create_directories(path_);
  }

  /// Held until the descriptor closes. Without waiting: an empty descriptor where another holds it.
  descriptor lock(bool wait = true) const {
    auto file = open_file((path_ / "lock").string(), O_RDWR | O_CREAT);
    while (::flock(file.get(), wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
      if (errno != EINTR) return {};
    }
    return file;
  }

  std::optional<identity> supervisor() const {
    return identity_from_text(text_of(path_ / "supervisor"));
  }
  std::string server_folder() const { return text_of(path_ / "folder"); }
  std::string url() const { return text_of(path_ / "url"); }

  void publish(const std::string& url, const std::string& folder, const std::string& url_file) {
    write_atomically(path_ / "url", url);
    write_atomically(path_ / "folder", folder);
    publish_file(url, url_file);
  }
  void publish_file(const std::string& url, const std::string& url_file) {
    write_atomically(path_ / "url_file", url_file);
    write_atomically(url_file, url + "\n");
  }
  void set_supervisor(const identity& who) { write_atomically(path_ / "supervisor", to_text(who)); }

  void add(const identity& user) { write_atomically(user_path(user), to_text(user)); }
  /// Whether it was on the list.
  bool remove(const identity& user) { return fs::remove(user_path(user)); }
  /// Whether any of the processes on the list still runs. Number 0 always does.
  bool has_users() const {
    for (const auto& entry : fs::directory_iterator(path_)) {
      if (!entry.path().filename().string().starts_with(user_prefix)) continue;
      const auto text = text_of(entry.path());
      const auto user = identity_from_text(text);
      if (text == to_text(identity{}) || (user && is_alive(*user))) return true;
    }
    return false;
  }

  /// Forgets everything, and removes the file with the address.
  void clear() {
    std::error_code ignored;
    if (const auto url_file = text_of(path_ / "url_file"); !url_file.empty()) {
      fs::remove(url_file, ignored);
    }
    for (const char* name : {"supervisor", "folder", "url", "url_file"}) {
      fs::remove(path_ / name, ignored);
    }
    std::vector<fs::path> users;
    for (const auto& entry : fs::directory_iterator(path_)) {
      if (entry.path().filename().string().starts_with(user_prefix)) users.push_back(entry.path());
    }
    for (const auto& user : users) fs::remove(user, ignored);
  }

 private:
  static constexpr std::string_view user_prefix = "user.";

  fs::path user_path(const identity& user) const {
    return path_ / fmt::format("{}{}.{}", user_prefix, user.pid, user.started);
  }

  fs::path path_;
};

volatile std::sig_atomic_t told_to_stop = 0;

/// Leaves the terminal and everything that was inherited: CTest waits for whoever holds its
/// streams.
void detach_from_caller(int keep) {
  ::setsid();
  if (::chdir("/") != 0) return;
  std::vector<int> inherited;
  for (const auto& entry : fs::directory_iterator("/dev/fd")) {
    inherited.push_back(std::atoi(entry.path().filename().c_str()));
  }
  for (const int number : inherited) {
    if (number > 2 && number != keep) ::close(number);
  }
  const auto nothing = open_file("/dev/null", O_RDWR);
  for (int standard = 0; standard < 3; ++standard) ::dup2(nothing.get(), standard);
  std::signal(SIGTERM, [](int) { told_to_stop = 1; });
  std::signal(SIGPIPE, SIG_IGN);
}

/// Returns when the server is no longer wanted or no longer there. The file with the address is
/// gone by then, or whoever asked for the end removes it.
void watch(postgres_server& server, state_folder& state) {
  while (told_to_stop == 0 && server.is_running()) {
    if (!state.has_users()) {
      // Under the lock nobody can join, so looking once more is conclusive.
      const auto lock = state.lock();
      if (!state.has_users()) return state.clear();
    }
    ::poll(nullptr, 0, 100);
  }
  if (const auto lock = state.lock(false)) state.clear();
}

void supervise(const start_request& request, state_folder& state, descriptor answer) {
  std::string text = "ok";
  try {
    state.set_supervisor(identify(::getpid()));
    sweep_stale_servers();
    postgres_server server;
    state.publish(server.url(), server.folder(), request.url_file);
    if (::write(answer.get(), text.data(), text.size()) > 0) {
      answer.close();
      watch(server, state);
    }
    return;
  } catch (const error& problem) {
    text = fmt::format("{}\n{}\n{}", static_cast<int>(problem.kind), problem.hint, problem.what());
    for (const auto& note : problem.notes) text += "\n" + note;
  } catch (const std::exception& problem) {
    text = fmt::format("1\n\n{}", problem.what());
  }
  if (::write(answer.get(), text.data(), text.size()) < 0) return;
}

std::string read_all(const descriptor& from) {
  std::string text;
  char buffer[4096];
  while (true) {
    const auto count = ::read(from.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
  }
}

[[noreturn]] void throw_answer(const std::string& answer) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin <= answer.size();) {
    const auto end = std::min(answer.find('\n', begin), answer.size());
    lines.push_back(answer.substr(begin, end - begin));
    begin = end + 1;
  }
  if (lines.size() < 3) throw error("the supervisor of the PostgreSQL server ended unexpectedly");
  error problem(lines[2], static_cast<failure>(std::atoi(lines[0].c_str())));
  problem.help(lines[1]);
  for (std::size_t i = 3; i < lines.size(); ++i) problem.note(lines[i]);
  throw problem;
}

/// Forks twice, so that the supervisor is nobody's child and nobody has to reap it.
void start_in_background(const start_request& request, state_folder& state) {
  auto answer = make_pipe();
  const auto child = ::fork();
  if (child < 0) throw error(fmt::format("cannot start a process: {}", std::strerror(errno)));
  if (child == 0) {
    if (::fork() == 0) {
      try {
        detach_from_caller(answer.write.get());
        supervise(request, state, std::move(answer.write));
      } catch (...) {  // The starter sees the pipe close.
      }
    }
    ::_exit(0);
  }
  answer.write.close();
  ::waitpid(child, nullptr, 0);
  if (const auto text = read_all(answer.read); text != "ok") throw_answer(text);
}

}  // namespace

void start_supervised(const start_request& request) {
  start_request absolute = request;
  absolute.url_file = fs::absolute(request.url_file).string();
  state_folder state(request.state);
  const auto lock = state.lock();
  const char* given = std::getenv("RETORT_TEST_POSTGRES_URL");
  if (given != nullptr && *given != '\0') return state.publish_file(given, absolute.url_file);

  const auto supervisor = state.supervisor();
  if (supervisor && is_alive(*supervisor)) {
    state.add(request.user);
    return state.publish_file(state.url(), absolute.url_file);
  }
  state.clear();
  state.add(request.user);
  try {
    start_in_background(absolute, state);
  } catch (...) {
    state.clear();
    throw;
  }
}

void stop_supervised(const std::string& state_path, const identity& user) {
  if (!fs::exists(state_path)) return;
  state_folder state(state_path);
  const auto lock = state.lock();
  if (state.remove(user) && state.has_users()) return;
  const auto supervisor = state.supervisor();
  if (supervisor && is_alive(*supervisor)) {
    ::kill(supervisor->pid, SIGTERM);
    for (int waited = 0; is_alive(*supervisor); ++waited) {
      if (waited == 15'000 / 5) ::kill(supervisor->pid, SIGKILL);
      ::poll(nullptr, 0, 5);
    }
  }
  if (const auto folder = state.server_folder(); !folder.empty()) remove_server_folder(folder);
  state.clear();
}

}  // namespace retort::process
