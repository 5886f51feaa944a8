#include "process/spawn.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/default_launcher.hpp>
#include <boost/process/v2/process.hpp>

#include <retort/error.h>

extern "C" char** environ;  // NOLINT: POSIX declares it in no header

namespace retort::process {
namespace {

namespace bp = boost::process::v2;

/// Runs in the child between fork and exec, where nothing may allocate.
struct child_setup {
  const spawn_options& options;
  pid_t parent;

  template <typename Launcher>
  bp::error_code on_exec_setup(Launcher&, const bp::filesystem::path&, const char* const*&) const {
    if (redirect() && leave_group() && become() && arrange_death() && enter_directory()) return {};
    return {errno, bp::system_category()};
  }

  /// Without this the launcher calls exit(3), which would run this program's own exit handlers in
  /// the child. Variadic because Boost 1.81 and later releases pass different arguments.
  template <typename... Arguments>
  void on_exec_error(Arguments&&...) const {
    ::_exit(127);
  }

  bool redirect() const {
    const int sources[] = {options.input, options.output, options.errors};
    for (int target = 0; target < 3; ++target) {
      if (sources[target] != target && ::dup2(sources[target], target) < 0) return false;
    }
    return true;
  }

  bool leave_group() const { return !options.own_group || ::setpgid(0, 0) == 0; }

  bool become() const {
    if (!options.run_as) return true;
    const gid_t group = options.run_as->group;
    const uid_t user = options.run_as->user;
    return ::setgroups(1, &group) == 0 && ::setgid(group) == 0 && ::setuid(user) == 0;
  }

  /// After `become`, because a change of user clears the signal (prctl(2), PR_SET_PDEATHSIG).
  bool arrange_death() const {
#ifdef __linux__
    if (options.death_signal == 0) return true;
    if (::prctl(PR_SET_PDEATHSIG, options.death_signal) != 0) return false;
    // A parent that died before the call above would never be told of.
    if (::getppid() != parent) ::_exit(1);
#endif
    return true;
  }

  bool enter_directory() const {
    return options.directory.empty() || ::chdir(options.directory.c_str()) == 0;
  }
};

std::vector<std::string> changed_environment(const std::vector<environment_change>& changes) {
  const auto is_changed = [&](std::string_view entry) {
    const auto name = entry.substr(0, entry.find('='));
    for (const auto& change : changes) {
      if (change.first == name) return true;
    }
    return false;
  };
  std::vector<std::string> result;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (!is_changed(*entry)) result.emplace_back(*entry);
  }
  for (const auto& [name, value] : changes) {
    if (value) result.push_back(name + "=" + *value);
  }
  return result;
}

int exit_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Out of the way of 0, 1 and 2, which a program started without them would otherwise hand out.
descriptor keep(int number, std::string_view what) {
  if (number < 0) throw error(fmt::format("cannot open {}: {}", what, std::strerror(errno)));
  if (number > 2) return descriptor(number);
  const descriptor low(number);
  const int moved = ::fcntl(number, F_DUPFD_CLOEXEC, 3);
  if (moved < 0) throw error(fmt::format("cannot open {}: {}", what, std::strerror(errno)));
  return descriptor(moved);
}

}  // namespace

void descriptor::close() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

pipe_ends make_pipe() {
  int ends[2];
  if (::pipe(ends) != 0) throw error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
  auto read = keep(ends[0], "a pipe");
  auto write = keep(ends[1], "a pipe");
  return {std::move(read), std::move(write)};
}

descriptor open_file(const std::string& path, int flags, unsigned mode) {
  return keep(::open(path.c_str(), flags | O_CLOEXEC, mode), path);
}

int spawn(const spawn_options& options) {
  const auto environment = changed_environment(options.environment);
  std::vector<const char*> pointers;
  for (const auto& entry : environment) pointers.push_back(entry.c_str());
  pointers.push_back(nullptr);

  boost::asio::io_context context;
  bp::posix::default_launcher launcher;
  launcher.env = pointers.data();
  bp::error_code problem;
  auto child = launcher(context.get_executor(), problem, bp::filesystem::path(options.program),
                        options.arguments, child_setup{options, ::getpid()});
  if (problem) {
    // The launcher does not reap a child that never became the program.
    if (launcher.pid > 0) ::waitpid(launcher.pid, nullptr, 0);
    child.detach();
    throw error(fmt::format("cannot start {}: {}", options.program, problem.message()));
  }
  const auto pid = child.id();
  child.detach();
  return pid;
}

int wait_for(int pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  return exit_code(status);
}

std::optional<int> try_wait(int pid) {
  int status = 0;
  const auto ended = ::waitpid(pid, &status, WNOHANG);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return std::nullopt;
  return ended < 0 ? 127 : exit_code(status);
}

}  // namespace retort::process
