#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace retort::engine {

/// The order in which the files of a folder are loaded, given by their paths: of each folder first
/// its files, then the folders in it, by their names (as Alembic does with
/// recursive_version_locations).
bool is_loaded_before(std::string_view a, std::string_view b);

/// The migrations of a folder in that order: its files `*.sql`, `*.cc` and `*.cpp` whose names do
/// not begin with a point; with `recursive` those of the folders below too. Throws `error` where
/// there is no folder.
std::vector<std::string> migrations_in(const std::string& folder, bool recursive);

/// A file's bytes. Throws `error` where it cannot be read.
std::string read_file(const std::string& path);

}  // namespace retort::engine
