#pragma once

#include <optional>
#include <string>
#include <vector>

#include "command/environment.h"

namespace retort::command {

/// What another tool's table says of a database.
struct foreign_state {
  /// "alembic", or one of `foreign::all_tools`.
  std::string tool;
  model::qualified_name table;
  /// What is applied, as the tool writes it.
  std::vector<std::string> versions;
  /// Applied with everything before it: all that golang-migrate keeps, and a baseline of Flyway.
  std::optional<std::string> up_to;
  /// Flyway's repeatable migrations that have run, as `foreign::migration::version`.
  std::vector<std::string> repeatable;
};

/// Reads the table of the tool that is named, or of the one whose table is there; `table` where it
/// has another name than the tool gives it. None where there is no such table. Throws `error` where
/// several tools have left one, and where the table says that something failed.
std::optional<foreign_state> read_foreign_table(const environment& env, db::connection& connection,
                                                const std::string& tool, const std::string& table);

/// The revisions that are applied by it and that no other applied one needs, as ids: what a stamp
/// is to be given. A sentence for each thing that is not taken over goes to `notes`. Throws `error`
/// for versions that the program does not have, and where one is applied and what it needs is not.
std::vector<std::string> revisions_of(const foreign_state& state, const engine::migration_set& set,
                                      std::vector<std::string>& notes);

}  // namespace retort::command
