#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace retort::command {

/// The bytes of a file. Throws `error` where it cannot be read.
std::string read_text_file(const std::filesystem::path& path);

/// Whole or not at all: written beside its place, then moved there; an existing file is never
/// replaced. Throws `error` where it is there already or cannot be written.
void write_new_file(const std::filesystem::path& path, std::string_view content);

}  // namespace retort::command
