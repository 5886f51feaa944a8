#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/diagnostics.h"
#include "base/text_tools.h"
#include "process/postgres_server.h"
#include "process/run.h"
#include "process/spawn.h"
#include "process/supervisor.h"

// retort-postgres-server: a private PostgreSQL server for a test suite.

namespace {

using retort::error;
using retort::failure;
namespace process = retort::process;

constexpr std::string_view usage =
    "usage: retort-postgres-server start --state DIR --url-file FILE [--serve PID]\n"
    "       retort-postgres-server stop --state DIR [--serve PID]\n"
    "       retort-postgres-server run -- COMMAND [ARGUMENT...]\n"
    "\n"
    "A private PostgreSQL server for tests: on a Unix socket only, superuser retort without a\n"
    "password, in a folder of its own under TMPDIR. Without TMPDIR that is in memory, in "
    "/dev/shm,\n"
    "where there are 4 GiB to spare, else in /tmp.\n"
    "\n"
    "  start   starts one in the background and writes its address to FILE; ends it when the\n"
    "          process that it serves is gone, however that ended\n"
    "  stop    ends it and removes FILE, unless another process is still served\n"
    "  run     starts one, runs COMMAND with RETORT_TEST_POSTGRES_URL set to its address, ends "
    "it,\n"
    "          and exits as COMMAND did\n"
    "\n"
    "  --state DIR      where start and stop remember what they started\n"
    "  --url-file FILE  gets the address\n"
    "  --serve PID      the process to serve (default: the one that runs this program; 0: none,\n"
    "                   the server then runs until it is stopped)\n"
    "\n"
    "environment:\n"
    "  RETORT_TEST_POSTGRES_URL  address of a server to use: nothing is started\n"
    "  RETORT_REQUIRE_POSTGRES   exit 1 instead of 77 where PostgreSQL is not installed\n";

struct arguments {
  std::string state;
  std::string url_file;
  process::identity user;
};

arguments parse(const std::vector<std::string>& words) {
  static const std::vector<std::string> known = {"--state", "--url-file", "--serve"};
  arguments result;
  result.user = process::identify(::getppid());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& name = words[i];
    if (name != "--state" && name != "--url-file" && name != "--serve") {
      throw error(fmt::format("unknown argument '{}'", name), failure::usage)
          .help(retort::base::did_you_mean(name, known));
    }
    if (++i == words.size()) throw error(fmt::format("{} wants a value", name), failure::usage);
    const auto& value = words[i];
    if (name == "--state") {
      result.state = value;
    } else if (name == "--url-file") {
      result.url_file = value;
    } else if (value == "0") {
      result.user = {};
    } else if (const auto user = process::identity_from_text(value)) {
      result.user = process::identify(user->pid);
    } else {
      throw error(fmt::format("'{}' is no process number", value), failure::usage);
    }
  }
  if (result.state.empty()) throw error("--state is missing", failure::usage);
  return result;
}

int start(const std::vector<std::string>& words) {
  auto wanted = parse(words);
  if (wanted.url_file.empty()) throw error("--url-file is missing", failure::usage);
  process::start_supervised({wanted.state, wanted.url_file, wanted.user});
  return 0;
}

int stop(const std::vector<std::string>& words) {
  const auto wanted = parse(words);
  process::stop_supervised(wanted.state, wanted.user);
  return 0;
}

volatile std::sig_atomic_t command_pid = 0;
/// A signal that came before the command's number was known.
volatile std::sig_atomic_t early_signal = 0;

/// Ctrl-C reaches the command by itself; what is sent to this process alone is passed on.
void pass_on(int signal) {
  if (signal == SIGINT) return;
  if (command_pid > 0) {
    ::kill(static_cast<pid_t>(command_pid), signal);
  } else {
    early_signal = signal;
  }
}

int run(const std::vector<std::string>& words) {
  if (words.size() < 2 || words[0] != "--") {
    throw error("run wants a command: run -- COMMAND [ARGUMENT...]", failure::usage);
  }
  const char* given = std::getenv("RETORT_TEST_POSTGRES_URL");
  std::optional<process::postgres_server> server;
  process::spawn_options options{.program = process::find_program(words[1]),
                                 .arguments = {words.begin() + 2, words.end()}};
  if (options.program.empty()) throw error(fmt::format("program '{}' is not found", words[1]));
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, pass_on);
  if (given == nullptr || *given == '\0') {
    process::sweep_stale_servers();
    server.emplace();
    options.environment = {{"RETORT_TEST_POSTGRES_URL", server->url()}};
  }
  command_pid = process::spawn(options);
  if (early_signal != 0) ::kill(static_cast<pid_t>(command_pid), early_signal);
  return process::wait_for(static_cast<int>(command_pid));
}

int dispatch(const std::vector<std::string>& words) {
  static const std::vector<std::string> verbs = {"start", "stop", "run", "--help"};
  const auto verb = words.empty() ? std::string() : words[0];
  const std::vector<std::string> rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (verb == "start") return start(rest);
  if (verb == "stop") return stop(rest);
  if (verb == "run") return run(rest);
  if (verb == "--help" || verb == "-h") {
    std::fwrite(usage.data(), 1, usage.size(), stdout);
    return 0;
  }
  if (verb.empty()) throw error("no command: start, stop or run", failure::usage);
  throw error(fmt::format("unknown command '{}'", verb), failure::usage)
      .help(retort::base::did_you_mean(verb, verbs));
}

int exit_code(const error& problem) {
  if (problem.kind != failure::unavailable) return static_cast<int>(problem.kind);
  const char* required = std::getenv("RETORT_REQUIRE_POSTGRES");
  const bool is_required =
      required != nullptr && *required != '\0' && std::string_view(required) != "0";
  return static_cast<int>(is_required ? failure::failed : failure::unavailable);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch({argv + 1, argv + argc});
  } catch (const error& problem) {
    const auto text = retort::base::render(problem);
    std::fwrite(text.data(), 1, text.size(), stderr);
    return exit_code(problem);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "FAILED: {}\n", problem.what());
    return 1;
  }
}
