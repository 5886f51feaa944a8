#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort::process {

/// A program to run, without a shell in between.
struct command {
  /// A path, or a name that is looked up in PATH.
  std::string program;
  std::vector<std::string> arguments = {};
  /// Changes of the environment; no value: unset.
  std::vector<std::pair<std::string, std::optional<std::string>>> environment = {};
  /// Text on standard input; none: nothing to read.
  std::optional<std::string> input = {};
  /// Working directory; empty: this program's.
  std::string directory = {};
  /// The program has this program's standard input, output and error (an editor), and nothing is
  /// captured.
  bool interactive = false;
  /// Of an interactive one: what it writes to standard output goes to standard error, for the
  /// output is this program's own answer.
  bool output_to_errors = false;
  /// Of an interactive one: a signal that asks this program to stop is passed on, a second one
  /// kills that program, and neither ends this one (base/interrupt.h). `limit` does not hold then.
  bool passes_signals = false;
  /// The program is killed after this time; zero: never.
  std::chrono::milliseconds limit{0};
};

struct outcome {
  /// The exit status, or 128 + the number of the signal that ended it.
  int status = 0;
  bool timed_out = false;
  std::string output;
  std::string errors;
};

/// Runs a program to its end. Throws `error` where it is not found or cannot be started; what its
/// status means is for the caller to know.
outcome run(const command& what);

/// The path of a program: `name` itself where it holds a slash, else the first executable of that
/// name in PATH. Empty: there is none.
std::string find_program(std::string_view name);

}  // namespace retort::process
