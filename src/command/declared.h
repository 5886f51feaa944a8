#pragma once

#include <filesystem>
#include <string>

#include "script/template.h"

namespace retort::command {

/// The id that a migration's file declares, read as CMake reads it; empty: none.
std::string declared_id(const std::filesystem::path& path);

/// Throws `error` where the new migration's file, as its template and the post-write hooks have
/// made it, does not say what it was made to say: its id, parents, dependencies or branch labels.
/// Of C++ it is only seen that each id stands in it.
void require_declared(const script::new_migration& made, script::file_format format,
                      const std::filesystem::path& path);

}  // namespace retort::command
