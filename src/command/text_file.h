#pragma once

#include <filesystem>
#include <string_view>

namespace retort::command {

/// Whole or not at all: written beside its place, then moved there; an existing file is never
/// replaced. Throws `error` where it is there already or cannot be written.
void write_new_file(const std::filesystem::path& path, std::string_view content);

/// The same for a file that may be there: afterwards it holds the new content or still the old one.
void replace_file(const std::filesystem::path& path, std::string_view content);

}  // namespace retort::command
