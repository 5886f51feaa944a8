#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/executor.h"

namespace retort::verify {

/// What one statement of an upgrade did to others.
struct statement_locks {
  /// Its text; of C++ code: what it is.
  std::string statement;
  model::origin where;
  /// Outside a transaction nothing is held any more when it has ended, and nothing is known.
  bool is_measured = false;
  dialect::taken_locks taken;
};

/// Measures the statements of a run, where the database has locks of relations.
class lock_watch final : public engine::observer {
 public:
  lock_watch(db::connection& connection, const dialect::dialect& target)
      : connection_(connection), target_(target), meter_(target.meter_locks(connection)) {}

  bool wants_each() const override { return meter_ != nullptr; }
  void begin_statement(const engine::planned_migration& migration, std::size_t index) override;
  void end_statement(const engine::planned_migration& migration, std::size_t index) override;

  /// Of each statement, in order; none where there is nothing to measure.
  const std::vector<statement_locks>& found() const { return found_; }

 private:
  db::connection& connection_;
  const dialect::dialect& target_;
  std::unique_ptr<dialect::lock_meter> meter_;
  std::vector<statement_locks> found_;
};

/// Which statements have taken a stronger lock than they may; lines. `max_lock`: as
/// `engine::migration_file::max_lock` says it; empty: they may take any.
std::vector<std::string> too_strong(const std::vector<statement_locks>& found,
                                    const std::string& max_lock);

/// Which statements could not be held against it; lines.
std::vector<std::string> not_measured(const std::vector<statement_locks>& found,
                                      const std::string& max_lock);

}  // namespace retort::verify
