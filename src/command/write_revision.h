#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "command/verbs.h"
#include "script/template.h"

namespace retort::command {

// What `revision`, `merge` and `import` share: new migrations' files.

/// The revisions that a symbol names in a new file, for which no database is asked: `current` is an
/// error.
std::vector<std::size_t> resolve_in_files(const engine::migration_set& set,
                                          const std::string& symbol);

/// Resolves symbols to the revisions that a new one has as parents. Throws `error` for one that is
/// no head without `splice`, for one named twice, and for one that is an ancestor of another.
std::vector<std::string> new_parents(const engine::migration_set& set,
                                     const std::vector<std::string>& symbols, bool splice);

/// The form of a new file: what was asked for, else the configuration's, else that of the others.
script::file_format chosen_format(const environment& env, const std::string& asked);

/// The folder that a new migration is written to: `version_path`, the only one there is, or that of
/// its first parent. Throws `error` where there is none.
std::filesystem::path choose_folder(const environment& env, const script::new_migration& made,
                                    const std::string& version_path);

/// A file's place in it. Where the file name's template has folders in it they are made, as far as
/// files in them are read.
std::filesystem::path place_for(const environment& env, const std::filesystem::path& folder,
                                const std::string& name);

/// Throws `error` where that folder, or one that migrations are read from, holds revisions that
/// this program does not have.
void require_known_folders(const environment& env, const std::filesystem::path& folder);

/// The column in which the bodies of a new file stand.
std::size_t new_body_column(const environment& env, script::file_format format);

/// Writes the file of a migration that has its parents and dependencies, with what `how` says,
/// whole or not at all, and runs the post-write hooks on it; where one fails the file is gone
/// again. Throws `error` where the folder holds revisions that this program does not have.
/// `parent`: a revision that was written just now, and is its only parent; empty: none was.
revision_result write_revision(environment& env, script::new_migration made,
                               const new_file_request& how, const std::string& parent = {});

}  // namespace retort::command
