#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <retort/bundle.h>
#include <retort/error.h>

namespace retort::engine {

/// Throws what `load` would for a file of a folder with this text.
void require_loadable(std::string_view text, std::string_view path);

/// Whether a file's name shows the id, as the build demands: between `_`, `-`, `.` or an end, so
/// that a reader of the folder finds a revision by its id. `path`: its last part counts.
bool shows_revision(std::string_view path, std::string_view id);

/// Everything that is wrong with compiled-in sets, in the order of files and lines; empty: nothing.
/// `single_head` makes several heads a problem.
std::vector<error> problems(std::span<const bundle::set* const> sets, bool single_head);

/// The same for folders of SQL files.
std::vector<error> problems(std::span<const std::string> folders, bool recursive);

}  // namespace retort::engine
