#include "verify/verify.h"

#include <utility>

#include "verify/round_trip.h"

namespace retort::verify {
namespace {

std::vector<std::string> parents_of(const history::revision& revision) {
  if (revision.down_revision.empty()) return {"base"};
  return {revision.down_revision.begin(), revision.down_revision.end()};
}

/// "Class 23", integrity constraint violation; SQLITE_CONSTRAINT_….
bool is_broken_rule(const error& problem) {
  return problem.sqlstate.starts_with("23") || problem.sqlstate.starts_with("SQLITE_CONSTRAINT");
}

/// One revision in a database of its own, which is dropped whatever comes.
round_trip_result prove(const engine::migration_set& set, const backend& database,
                        dialect::scratch& scratch, stage& walk, std::size_t revision,
                        const options& options) {
  round_trip_result found;
  std::optional<db::url> address;
  try {
    address = walk.before(revision);
    found = round_trip(set, database, *address, revision, options);
  } catch (const error& problem) {
    found.reasons = {lines_of(problem)};
    if (options.data == "generated" && is_broken_rule(problem)) {
      found.reasons.emplace_back(
          "(the rows are generated, and may break a rule that yours keep: give your own with "
          "--data DIR, in CMake with DATA)");
    }
  }
  if (address) scratch.drop(*address);
  return found;
}

}  // namespace

std::vector<pair_result> verify(const engine::migration_set& set, const backend& database,
                                dialect::scratch& scratch, const options& options) {
  user_data rows;
  if (options.data != "generated" && options.data != "none") rows.folder = options.data;
  stage walk(set, database, scratch, options.version_table, rows);
  if (!options.snapshots.empty()) walk.use_snapshots(options.snapshots);
  const auto revisions =
      options.revisions.empty() ? set.graph().topological_order() : options.revisions;
  std::vector<pair_result> results;
  for (const std::size_t revision : revisions) {
    auto found = prove(set, database, scratch, walk, revision, options);
    for (const auto& parent : parents_of(set.at(revision).revision)) {
      pair_result result;
      result.revision = set.at(revision).revision.id;
      result.backend = database.dialect().name();
      result.pair = parent + ".." + result.revision;
      result.ok = found.reasons.empty();
      result.irreversible = found.irreversible;
      for (const auto& line : found.reasons)
        result.reason += (result.reason.empty() ? "" : "\n") + line;
      result.losses = found.losses;
      result.notes = found.notes;
      result.locks = std::exchange(found.locks, {});
      if (options.on_result) options.on_result(result);
      results.push_back(std::move(result));
    }
  }
  return results;
}

}  // namespace retort::verify
