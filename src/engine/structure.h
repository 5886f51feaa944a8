#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/connection.h"
#include "dialect/dialect.h"
#include "engine/migration_set.h"
#include "history/revision_map.h"
#include "model/schema.h"

namespace retort::engine {

class planner;

/// Fills an empty database in memory with the structure that a script finds.
using structure_source = std::function<void(db::connection& memory)>;

/// The structure of the database that a script is written for, kept in memory while the script is
/// written: some statements depend on it. It is made when the first of them comes; a script without
/// them costs nothing.
class structure {
 public:
  /// `steps` are the script's, in order; none has run where the source leaves off. Without a source
  /// the history up to the first step is replayed. All arguments outlive the object.
  structure(const migration_set& set, const dialect::dialect& target, const planner& plans,
            const std::vector<history::step>& steps, structure_source source);

  /// The statement as a script has it, one or several; they have run in memory, too, if it was
  /// needed so far. `index`: of its migration's step. Throws `error` at the statement's origin
  /// where its SQL depends on a structure that is not known.
  std::vector<std::string> written(const dialect::statement& statement, std::size_t index);

  /// The structure before a migration, with what raw SQL has made of it: its ancestors are run in
  /// memory. None where there is no such memory, or where something cannot be run without rows.
  static std::optional<model::schema> before(const migration_set& set,
                                             const dialect::dialect& target, const planner& plans,
                                             std::size_t index);

 private:
  void start(std::size_t index);
  void replay(const history::step& step);
  void run(const dialect::statement& statement);
  std::vector<std::string> carry_out(const dialect::statement& statement);

  const migration_set& set_;
  const dialect::dialect& target_;
  const planner& plans_;
  const std::vector<history::step>& steps_;
  structure_source source_;
  /// What the migration at `written_index_` has had so far, for `start`.
  std::vector<dialect::statement> written_;
  std::size_t written_index_ = 0;
  std::unique_ptr<db::connection> memory_;
  /// What could not be run in memory: from there on the structure is a guess.
  std::optional<error> lost_;
};

}  // namespace retort::engine
