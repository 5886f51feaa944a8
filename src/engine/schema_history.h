#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

#include "dialect/dialect.h"
#include "engine/memory_database.h"
#include "engine/migration_set.h"
#include "model/apply.h"

namespace retort::engine {

class planner;

/// The schemas that migrations find, by what their ancestors' operations mean. Asked for one
/// migration after the other, up or down a history, it follows each ancestor a few times at most,
/// and keeps about twice the square root of the history's length of schemas.
class schema_history {
 public:
  /// The arguments outlive the object.
  schema_history(const migration_set& set, const dialect::dialect& target)
      : set_(set), target_(target) {}

  /// The schema before a migration. Behind raw SQL it is what a database in memory shows, and
  /// hidden only where there is none, or something cannot be run there. `plans`: of the same set
  /// and dialect. Throws what `planner::operations_of` throws of an ancestor.
  model::tracked_schema before(const planner& plans, std::size_t index);

 private:
  /// Where a path of migrations has led.
  struct point {
    std::vector<std::size_t> path;
    model::tracked_schema state;
    /// Of a mark on the way, and of where the last one asked for has led; else null.
    std::unique_ptr<memory_database> memory;
  };

  /// The furthest one on the path; null: none.
  const point* nearest(const std::vector<std::size_t>& path) const;
  const model::tracked_schema& follow(const planner& plans, const std::vector<std::size_t>& path);
  void begin_at(const std::vector<std::size_t>& path);
  void advance(const planner& plans, std::size_t revision);

  const migration_set& set_;
  const dialect::dialect& target_;
  /// One a block, to go on from.
  std::deque<point> marks_;
  /// Of the block that was asked for last, each.
  std::deque<point> near_;
  /// Where the last one asked for has led.
  point last_;
  /// Whether raw SQL has hidden something, so that memory has to follow, too.
  bool has_memory_ = false;
};

}  // namespace retort::engine
