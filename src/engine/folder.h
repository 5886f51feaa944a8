#pragma once

#include <string>
#include <vector>

namespace retort::engine {

/// The migrations of a folder: its files `*.sql`, `*.cc` and `*.cpp` whose names do not begin with
/// a point, in the order of their names; with `recursive` those of the folders below too. Throws
/// `error` where there is no folder.
std::vector<std::string> migrations_in(const std::string& folder, bool recursive);

/// A file's bytes. Throws `error` where it cannot be read.
std::string read_file(const std::string& path);

}  // namespace retort::engine
