#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace retort::process {

/// A file descriptor that closes itself.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int number) : number_(number) {}
  descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~descriptor() { close(); }

  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }
  void close();

 private:
  int number_ = -1;
};

/// Both ends of a pipe, closed on exec. Throws where the system has no more descriptors.
struct pipe_ends {
  descriptor read;
  descriptor write;
};
pipe_ends make_pipe();

/// Opens a file with open(2)'s flags, closed on exec. Throws `error` that names the file.
descriptor open_file(const std::string& path, int flags, unsigned mode = 0600);

/// A user to become, for a program that refuses to run as root.
struct account {
  unsigned user = 0;
  unsigned group = 0;
};

/// A change of one environment variable; no value: unset.
using environment_change = std::pair<std::string, std::optional<std::string>>;

struct spawn_options {
  /// Path of the program.
  std::string program;
  std::vector<std::string> arguments = {};
  std::vector<environment_change> environment = {};
  /// Working directory; empty: this program's.
  std::string directory = {};
  /// Descriptors that become standard input, output and error; every other one is closed.
  int input = 0;
  int output = 1;
  int errors = 2;
  std::optional<account> run_as = {};
  /// Out of reach of the terminal's Ctrl-C.
  bool own_group = false;
  /// Signal that the child gets when the thread that spawned it ends (Linux only); 0: none.
  int death_signal = 0;
};

/// Starts a program without a shell and returns its process number; the caller reaps it with
/// `wait_for` or `try_wait`. Throws `error` where it cannot be started.
int spawn(const spawn_options& options);

/// Waits for the end of a child: its exit status, or 128 + the signal's number.
int wait_for(int pid);
/// The same without waiting: none while it runs.
std::optional<int> try_wait(int pid);

}  // namespace retort::process
