#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <retort/bundle.h>
#include <retort/error.h>

#include "engine/context.h"
#include "engine/limits.h"
#include "engine/text_store.h"
#include "history/revision_map.h"
#include "script/sql_file.h"

namespace retort::engine {

/// Where the rest of a migration is, beside its revision.
struct migration_content {
  /// The C++ definition; null: SQL.
  const migration* code = nullptr;
  /// The SQL file's bytes.
  std::string_view sql;
  /// What was compiled in: the folder of its path.
  std::string_view directory;
  /// Of C++: the SHA-256 of its file as the build read it.
  std::string_view source_hash;
  /// What it says of the limits of its statements, in either direction.
  time_limits limits = {};
  /// The oldest revision whose programs still work after this one; empty: none says so.
  std::string_view compatible_with;
};

/// One loaded migration.
struct migration_file : migration_content {
  /// Of the set's graph.
  const history::revision& revision;

  /// Where the file is on this machine, if it is.
  std::string full_path() const;

  std::string_view created() const;
  std::vector<std::string> loses() const;
  /// The strongest lock that its upgrade may take, as `model::lock_strength` knows it; empty: none
  /// says so. Throws `error` where C++ names no lock.
  std::string max_lock() const;

  /// Of an SQL file. They are read only now, for most commands need no more than its header. Throws
  /// `error` where it is wrong and neither the build nor `load` has checked it.
  std::vector<script::sql_section> sections() const;
};

/// The migrations of a program with their graph. Index i of `files` is index i of the graph's
/// revisions.
class migration_set {
 public:
  const std::vector<migration_file>& files() const { return files_; }
  const history::revision_map& graph() const { return *graph_; }
  const migration_file& at(std::size_t index) const { return files_[index]; }

  /// What their replay depends on beside themselves, and the hooks. Empty until `use`.
  const engine::context& context() const { return context_; }
  void use(engine::context given) { context_ = std::move(given); }

 private:
  friend struct loader;
  std::vector<migration_file> files_;
  /// What was read, and the files and the graph hold views of.
  std::shared_ptr<const text_store> texts_;
  std::shared_ptr<const history::revision_map> graph_;
  engine::context context_;
};

/// A text from a journal, and the revision that it is for: see engine/stored.h.
struct stored_migration {
  std::string revision;
  std::string text;
};

/// Loads compiled-in sets, in their order; what they point to outlives the result. The bodies of
/// SQL files are taken as they are, for the build has checked them. With the `stored` ones behind
/// them. Throws the first problem.
migration_set load(std::span<const bundle::set* const> sets,
                   std::span<const stored_migration> stored = {});

/// The part of compiled-in sets that tells all about one revision: itself, its parents without
/// theirs, and its children with it alone. The time it takes does not grow with the history, but
/// for a look at each C++ declaration. None where the revision or a parent is missing, and where
/// labels or dependencies may reach it from further away: then `load` has to.
std::optional<migration_set> load_around(std::span<const bundle::set* const> sets,
                                         std::string_view id);

/// Loads `*.sql` of folders, each in the order of its names; with `recursive`, of the folders below
/// too. A C++ migration there is an error: only a runner can hold one. Throws the first problem.
migration_set load(std::span<const std::string> folders, bool recursive,
                   std::span<const stored_migration> stored = {});

}  // namespace retort::engine
