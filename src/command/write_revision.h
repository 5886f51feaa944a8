#pragma once

#include <string>
#include <vector>

#include "command/verbs.h"
#include "script/template.h"

namespace retort::command {

// What `revision` and `merge` share: a new migration's file.

/// Resolves symbols to the revisions that a new one has as parents. Throws `error` for one that is
/// no head without `splice`, for one named twice, and for one that is an ancestor of another.
std::vector<std::string> new_parents(const engine::migration_set& set,
                                     const std::vector<std::string>& symbols, bool splice);

/// The form of a new file: what was asked for, else the configuration's, else that of the others.
script::file_format chosen_format(const environment& env, const std::string& asked);

/// Writes the file of a migration that has its parents and dependencies, with what `how` says,
/// whole or not at all, and runs the post-write hooks on it; where one fails the file is gone
/// again. Throws `error` where the folder holds revisions that this program does not have.
revision_result write_revision(environment& env, script::new_migration made,
                               const new_file_request& how);

}  // namespace retort::command
