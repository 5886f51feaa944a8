#pragma once

#include <string>
#include <vector>

#include "command/environment.h"

namespace retort::command {

/// A retort.sum with the migrations that it is for.
struct sum_file {
  /// Where it is, or would be.
  std::string path;
  /// Whether it is there, or the build was told that it ought to be.
  bool is_kept = false;
  std::string text;
  /// In the order of an upgrade.
  std::vector<std::size_t> members;
};

/// Those of compiled-in sets, as the build has read them, or of the folders of SQL files.
std::vector<sum_file> sum_files(const environment& env);

}  // namespace retort::command
