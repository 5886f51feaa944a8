#include "process/run.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/interrupt.h"
#include "base/text_tools.h"
#include "process/spawn.h"

namespace retort::process {
namespace {

using clock = std::chrono::steady_clock;

struct close_file {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using file = std::unique_ptr<std::FILE, close_file>;

/// Standard input as an unlinked file: unlike a pipe it needs no writer beside the reader, and a
/// child that does not read it ends nobody with SIGPIPE.
file input_file(const std::string& text) {
  file result(std::tmpfile());
  if (!result || std::fwrite(text.data(), 1, text.size(), result.get()) != text.size() ||
      std::fflush(result.get()) != 0) {
    throw error(fmt::format("cannot write a temporary file: {}", std::strerror(errno)));
  }
  std::rewind(result.get());
  return result;
}

/// Reads what is there; closes the descriptor at the end of the stream.
void drain(descriptor& from, std::string& into) {
  std::array<char, 1 << 16> buffer;
  const auto count = ::read(from.get(), buffer.data(), buffer.size());
  if (count > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(count));
  } else if (count == 0 || errno != EINTR) {
    from.close();
  }
}

/// Reads both streams until the child and whoever inherited them has closed them, or until
/// `deadline`. Returns whether the end came first.
bool drain_until(std::optional<clock::time_point> deadline, descriptor& output, descriptor& errors,
                 outcome& result) {
  while (output || errors) {
    int wait = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - clock::now());
      if (left.count() <= 0) return false;
      wait = static_cast<int>(left.count());
    }
    // poll(2) passes over negative descriptors.
    pollfd waiting[] = {{output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}};
    if (::poll(waiting, 2, wait) < 0) continue;
    if (waiting[0].revents != 0) drain(output, result.output);
    if (waiting[1].revents != 0) drain(errors, result.errors);
  }
  return true;
}

/// Waits for the child, and kills it at `deadline`.
void finish(int pid, std::optional<clock::time_point> deadline, outcome& result) {
  if (!deadline) {
    result.status = wait_for(pid);
    return;
  }
  while (clock::now() < *deadline) {
    if (const auto status = try_wait(pid)) {
      result.status = *status;
      return;
    }
    ::poll(nullptr, 0, 2);
  }
  result.timed_out = true;
  ::kill(pid, SIGKILL);
  result.status = wait_for(pid);
}

/// A second signal that asks to stop.
class insistence final : public base::cancellable {
 public:
  void cancel() noexcept override { is_there_ = true; }
  bool is_there() const { return is_there_; }

 private:
  std::atomic<bool> is_there_ = false;
};

/// Waits for the child, and passes signals on to it.
int wait_with_signals(int pid) {
  insistence second;
  const base::at_work here(&second);
  for (int passed = 0;;) {
    if (const auto status = try_wait(pid)) return *status;
    const int asked = second.is_there() ? SIGKILL : base::interrupt();
    if (asked != passed) ::kill(pid, passed = asked);
    ::poll(nullptr, 0, 2);
  }
}

std::string program_path(const std::string& name) {
  auto path = find_program(name);
  if (!path.empty()) return path;
  throw error(fmt::format("program '{}' is not found", name))
      .help("install it, or add its folder to PATH");
}

}  // namespace

std::string find_program(std::string_view name) {
  const auto is_program = [](const std::string& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.empty()) return {};
  if (name.find('/') != std::string_view::npos) {
    std::string path(name);
    return is_program(path) ? path : std::string();
  }
  const char* path = std::getenv("PATH");
  for (const auto& folder : base::split_list(path == nullptr ? "" : path, ':')) {
    auto candidate = fmt::format("{}/{}", folder, name);
    if (is_program(candidate)) return candidate;
  }
  return {};
}

outcome run(const command& what) {
  spawn_options options{.program = program_path(what.program),
                        .arguments = what.arguments,
                        .environment = what.environment,
                        .directory = what.directory};

  std::optional<clock::time_point> deadline;
  if (what.limit.count() > 0) deadline = clock::now() + what.limit;

  outcome result;
  if (what.interactive) {
    if (what.output_to_errors) options.output = options.errors;
    const int pid = spawn(options);
    if (what.passes_signals) {
      result.status = wait_with_signals(pid);
    } else {
      finish(pid, deadline, result);
    }
    return result;
  }
  file text;
  descriptor nothing;
  if (what.input) {
    text = input_file(*what.input);
    options.input = ::fileno(text.get());
  } else {
    nothing = open_file("/dev/null", O_RDONLY);
    options.input = nothing.get();
  }
  auto output = make_pipe();
  auto errors = make_pipe();
  options.output = output.write.get();
  options.errors = errors.write.get();
  const int pid = spawn(options);
  output.write.close();
  errors.write.close();
  drain_until(deadline, output.read, errors.read, result);
  finish(pid, deadline, result);
  return result;
}

}  // namespace retort::process
