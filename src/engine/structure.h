#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "db/connection.h"
#include "dialect/dialect.h"
#include "engine/memory_database.h"
#include "engine/migration_set.h"
#include "history/revision_map.h"

namespace retort::engine {

class planner;

/// Fills an empty database in memory with the structure that a script finds.
using structure_source = std::function<void(db::connection& memory)>;

/// The structure of the database that a script is written for, kept in memory while the script is
/// written: some statements depend on it. It is made when the first of them comes; a script without
/// them costs nothing.
class structure {
 public:
  /// No step of `plan`, the script's, has run where the source leaves off. Without a source
  /// the history up to the first step is replayed. All arguments outlive the object.
  structure(const migration_set& set, const dialect::dialect& target, const planner& plans,
            const history::plan& plan, structure_source source);

  /// The statement as a script has it, one or several; they have run in memory, too, if it was
  /// needed so far. `index`: of its migration's step. Throws `error` at the statement's origin
  /// where its SQL depends on a structure that is not known.
  std::vector<std::string> written(const dialect::statement& statement, std::size_t index);

  /// What a script has behind a migration's statements (`dialect::script_follow_up`).
  std::vector<std::string> follow_up();

 private:
  std::vector<std::string> written_as_it_is(const dialect::statement& statement, std::size_t index);
  void start(std::size_t index);
  void replay(const history::step& step);

  const migration_set& set_;
  const dialect::dialect& target_;
  const planner& plans_;
  const history::plan& plan_;
  structure_source source_;
  /// What the migration at `written_index_` has had so far, for `start`.
  std::vector<dialect::statement> written_;
  std::size_t written_index_ = 0;
  std::unique_ptr<memory_database> memory_;
  bool is_followed_up_ = false;
};

}  // namespace retort::engine
