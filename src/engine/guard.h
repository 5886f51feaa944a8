#pragma once

#include <optional>
#include <string>
#include <vector>

#include <retort/retort.h>

#include "engine/backfill.h"
#include "engine/journal.h"
#include "engine/migration_set.h"

// What the journal tells of a database that a program has not upgraded itself.

namespace retort::engine {

/// An applied migration that is another one now than when it ran.
struct changed_migration {
  std::size_t index = 0;
  journal_entry applied;
  std::string checksum_now;
};

/// Those among what is applied, in the order of an upgrade. A row that the program does not have,
/// and a migration whose checksum nobody kept, are passed over.
std::vector<changed_migration> changed_migrations(db::connection& connection,
                                                  const migration_set& set,
                                                  const dialect::dialect& target,
                                                  const journal& log, const history::rows& rows);
/// "X has changed since it ran", at its file.
error explain(const changed_migration& changed, const migration_set& set);

/// What is wrong with rows that name revisions which the program does not have: the database is
/// newer, or a file is missing; none where it has them all.
std::optional<error> unknown_rows(db::connection& connection, const migration_set& set,
                                  const journal& log, const history::rows& rows);

/// The upgrades that the journal tells of and that are not taken back, in no order.
std::vector<journal_entry> standing(db::connection& connection, const journal& log);

/// Whether this program may work with the database; see `retort::guard`.
guard_result guard(db::connection& connection, const migration_set& set, const journal& log,
                   const history::rows& rows,
                   const std::optional<unfinished_migration>& unfinished);

/// The same for a database that is not there.
guard_result guard_of_nothing(const migration_set& set);

}  // namespace retort::engine
