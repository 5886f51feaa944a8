#pragma once

#include "command/environment.h"

namespace retort::command {

/// The version rows of the database, sorted; none where there is no database yet. Changes nothing.
history::rows read_rows(const environment& env);

/// Throws `error` where the database is at a revision that `set`, or else the program, does not
/// have, and the journal tells more about it.
void refuse_unknown_rows(const environment& env, db::connection& connection,
                         const engine::migration_set& set, const history::rows& rows);
void refuse_unknown_rows(const environment& env, db::connection& connection,
                         const history::rows& rows);

/// A migration that was stopped between its parts, and what to do about it; none where there is
/// none.
std::optional<error> unfinished(const environment& env, db::connection& connection);

}  // namespace retort::command
