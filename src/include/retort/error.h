#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace retort {
inline namespace abi_1 {

/// A place in a file. `line` and `column` count from 1, in characters; 0 means unknown.
struct source_location {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
  /// The line's text, where it is at hand: shown with a caret under `column`.
  std::string line_text;
};

/// What kind of answer an error is; each is an exit code of the command line.
enum class failure : int {
  failed = 1,
  usage = 2,
  negative = 3,     ///< nothing failed, but the answer is no
  try_again = 4,    ///< another runner holds the lock, or retries are used up
  unavailable = 77  ///< a backend is not available, where skipping is allowed
};

/// The one error type. `what()` is one line that names the object and the consequence; the rest are
/// attributes, and `render` puts them together: where, what the database said, what state things
/// are in now, and what to do. No text in it holds a password.
class error : public std::runtime_error {
 public:
  explicit error(const std::string& message, failure what_kind = failure::failed)
      : std::runtime_error(message), kind(what_kind) {}

  error& at(source_location location) { return where = std::move(location), *this; }
  error& at(std::string_view file, unsigned line, unsigned column = 0) {
    return where = {std::string(file), line, column, {}}, *this;
  }
  error& note(std::string line) { return notes.push_back(std::move(line)), *this; }
  error& help(std::string line) { return hint = std::move(line), *this; }

  failure kind = failure::failed;
  source_location where;
  /// What the database said, and what state things are in now: a line each.
  std::vector<std::string> notes;
  /// What to do; imperative. Empty: nothing useful can be said.
  std::string hint;
  /// Five characters on PostgreSQL (its "PostgreSQL Error Codes"), "SQLITE_…" on SQLite; or empty.
  std::string sqlstate;
  /// Of the SQL that failed: 1-based character, 0 where the database does not tell.
  unsigned position = 0;
};

}  // namespace abi_1
}  // namespace retort
