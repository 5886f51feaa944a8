#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dialect/backend.h"
#include "engine/migration_set.h"

namespace retort::verify {

/// Where a walk's own rows come from: the user's folder of `<revision>.sql` or
/// `<revision>.<dialect>.sql`, run when the walk reaches that revision. Empty: none.
struct user_data {
  std::string folder;
};

/// Brings scratch databases to the state before a revision: all its ancestors, and nothing else.
/// One walk over a linear history serves every revision, so the cost is linear in their number; on
/// a branched one it starts again from a snapshot where it must.
class stage {
 public:
  stage(const engine::migration_set& set, const backend& database, dialect::scratch& scratch,
        std::string version_table, user_data data);
  ~stage();
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  /// A database of its own at the state before `revision`. The caller drops it. Throws `error`
  /// where an ancestor's upgrade fails.
  db::url before(std::size_t revision);

  /// Walks over the whole history and keeps a snapshot every few revisions in `folder`. Returns why
  /// it ended early, if it did: a migration that fails is its own test's business.
  std::optional<error> keep_snapshots(const std::string& folder);
  /// From now on, starts from the snapshots of `folder`.
  void use_snapshots(const std::string& folder);

 private:
  void restart(std::size_t revision);
  void advance(std::size_t revision, bool with_itself);
  void insert_user_data(db::connection& connection, std::string_view revision) const;
  std::unique_ptr<db::connection> open() const;

  const engine::migration_set& set_;
  const backend& backend_;
  dialect::scratch& scratch_;
  std::string version_table_;
  user_data data_;
  std::string snapshot_folder_;
  /// Revisions that have a snapshot.
  std::vector<std::size_t> kept_;
  /// The walk's database and what it holds.
  std::optional<db::url> walk_;
  history::rows rows_;
};

}  // namespace retort::verify
