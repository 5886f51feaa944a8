#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "verify/lock_watch.h"
#include "verify/stage.h"

namespace retort::verify {

/// What the round trip of one revision over one parent showed.
struct pair_result {
  std::string revision;
  /// "sqlite" or "postgresql".
  std::string backend;
  /// "PARENT..REVISION"; the parent of a base is `base`.
  std::string pair;
  bool ok = true;
  bool irreversible = false;
  /// Why it does not hold; lines.
  std::string reason;
  std::vector<std::string> losses;
  std::vector<std::string> notes;
  /// Of the upgrade's statements, where they were asked for; of a merge with its first parent.
  std::vector<statement_locks> locks;
};

struct options {
  /// Revisions to check; empty: all.
  std::vector<std::size_t> revisions;
  /// "generated", "none", or a folder of the user's own rows.
  std::string data = "generated";
  /// Undeclared losses of raw SQL, and what is otherwise a note, fail the pair.
  bool strict = false;
  /// Whether the result has the locks of the upgrade's statements, too. Where the migration says
  /// which it may take, they are measured anyway.
  bool locks = false;
  std::string version_table = "retort_version";
  /// Snapshots made before; empty: none.
  std::string snapshots;
  /// Told of each result as soon as it is known.
  std::function<void(const pair_result&)> on_result;
};

/// Proves revisions: for each and each of its parents up, down and up again, in scratch databases.
/// Throws only where no scratch database can be had.
std::vector<pair_result> verify(const engine::migration_set& set, const backend& database,
                                dialect::scratch& scratch, const options& options);

}  // namespace retort::verify
