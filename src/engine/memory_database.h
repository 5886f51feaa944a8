#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <retort/error.h>

#include "db/connection.h"
#include "dialect/dialect.h"
#include "model/schema.h"

namespace retort::engine {

/// A database in memory in which migrations run without rows, for the structure that they make.
class memory_database {
 public:
  /// An empty one; null where the dialect has no such thing. `target` outlives it.
  static std::unique_ptr<memory_database> open(const dialect::dialect& target);

  /// With the same structure.
  std::unique_ptr<memory_database> copy() const;

  db::connection& connection() const { return *connection_; }
  /// The first statement that could not be run here: from there on the structure is a guess.
  const std::optional<error>& lost() const { return lost_; }
  void lose(const error& problem) { lost_ = problem; }

  /// A statement that is no `change`; what only moves rows may fail.
  void run(const dialect::statement& statement);
  /// A `change`; returns what a script has in its place. Throws `error` where it cannot be.
  std::vector<std::string> carry_out(const dialect::statement& change);
  /// A migration, up to the first statement that cannot be run.
  void replay(const std::vector<dialect::statement>& statements);
  /// None where something is lost.
  std::optional<model::schema> shown() const;

 private:
  memory_database(const dialect::dialect& target, std::unique_ptr<db::connection> connection)
      : target_(target), connection_(std::move(connection)) {}

  const dialect::dialect& target_;
  std::unique_ptr<db::connection> connection_;
  std::optional<error> lost_;
};

}  // namespace retort::engine
