#pragma once

#include <string>
#include <vector>

#include "verify/verify.h"

namespace retort::verify {

/// What killing a run at each of its calls to the database showed.
struct crash_result {
  /// "sqlite" or "postgresql".
  std::string backend;
  /// "upgrade" (from nothing to the heads) or "downgrade" (from there to the base).
  std::string direction;
  /// How many deaths there were: one a run, each one call later than the one before.
  long deaths = 0;
  bool ok = true;
  /// Why it does not hold; lines.
  std::string reason;
};

/// Kills runs over the whole history, after each call to the database and before each COMMIT, in
/// scratch databases. Holds where each death leaves the database at a whole revision (but for
/// migrations that are several transactions), and the next run ends where one does that was never
/// disturbed: the same rows, schema, and version rows, and nothing unfinished. The way down is
/// walked where every migration has one. Of `options` only the version table counts.
std::vector<crash_result> verify_crashes(const engine::migration_set& set, const backend& database,
                                         dialect::scratch& scratch, const options& options);

}  // namespace retort::verify
