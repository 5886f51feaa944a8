#pragma once

#include <optional>
#include <string>
#include <vector>

#include "command/verbs.h"

namespace retort::cli {

/// A command line, taken apart.
struct arguments {
  /// The verb: "upgrade", "revision", …
  std::string command;
  command::global_options global;
  bool json = false;
  bool quiet = false;
  bool verbose = false;

  /// REV, or several.
  std::vector<std::string> targets;
  bool sql = false;
  bool purge = false;
  /// Whether `stamp` compares; none: where somebody is there to be asked.
  std::optional<bool> compare;
  bool check_heads = false;
  bool is_done = false;
  bool is_not_done = false;
  bool protect = false;
  bool unprotect = false;
  long last = 0;
  bool crash_points = false;
  command::stored_request stored;
  bool write_sum = false;
  bool rewrite_sum = false;
  /// "true": without a path.
  std::string backup;
  bool indicate_current = false;
  bool resolve_dependencies = false;
  std::string range;
  std::string transaction;
  command::revision_request revision;
  command::merge_request merge;
  command::init_request init;
  command::import_request import_from;
  command::adopt_request adoption;
  command::verify_request verification;
  std::string prepare_snapshots;
  std::string drop_snapshots;
  std::string source_root;
  bool for_build = false;
};

/// Reads a command line. Prints help or the version itself and then returns the exit code in its
/// place; a mistake is said on standard error with what was probably meant, and is exit code 2.
struct parsed {
  arguments what;
  std::optional<int> exit_code;
};
parsed parse_arguments(int argc, char** argv, const bundle::program& program);

}  // namespace retort::cli
