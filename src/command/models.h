#pragma once

#include <string>
#include <vector>

#include "command/environment.h"

namespace retort::command {

/// A part of the desired schema: a file of SQL, or calls in C++.
struct model_source {
  /// For messages: the file.
  std::string name;
  /// Of a SQL file: its text.
  std::string sql;
  /// Of C++: what makes the schema; null for SQL.
  void (*define)(operations& schema) = nullptr;
};

/// Where the desired schema stands: the file that the command line names, or else those of the
/// configuration, or else what was compiled in; in their order. Empty: nowhere. Throws `error` for
/// a file that cannot be read.
std::vector<model_source> find_models(const environment& env, const std::string& named_file);

}  // namespace retort::command
