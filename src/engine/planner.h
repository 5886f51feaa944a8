#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dialect/dialect.h"
#include "engine/limits.h"
#include "engine/migration_set.h"

namespace retort::engine {

class schema_history;

enum class direction { upgrade, downgrade };

/// How many migrations share a transaction.
enum class transaction_mode { migration, run };

/// One step of a run, ready to be sent: pure data, made before anything touches the database.
struct planned_migration {
  history::step step;
  /// Empty for a stamp.
  std::vector<dialect::statement> statements;
  /// False: statement by statement, outside a transaction that spans them.
  bool transaction = true;
  /// SQLite: enforcement of foreign keys stays on.
  bool foreign_keys = false;
  /// What it says of its limits.
  time_limits limits = {};

  /// Whether it has backfills, and so is several transactions.
  bool is_in_parts() const;
};

/// The version rows around a step. Both outlive the object.
struct row_move {
  const history::rows& before;
  const history::rows& after;
};

/// Plans steps for a dialect: replays or splits each migration and turns its operations into SQL.
/// Throws `error` at `file:line` for what cannot be done: then nothing has run.
class planner {
 public:
  /// Both outlive the object. What it learns of the schemas it keeps: one planner for many steps
  /// takes much less time than one each, and is of one thread.
  planner(const migration_set& set, const dialect::dialect& target);

  std::vector<planned_migration> plan(std::vector<history::step> steps) const;
  planned_migration plan(history::step step) const;

  /// What a migration does in one direction, as operations. Throws `error` when it is irreversible.
  std::vector<model::operation> operations_of(std::size_t index, direction way) const;

  /// Whose values a migration throws away in one direction, as far as its operations tell
  /// (`model::loss_of`); none where it is irreversible.
  std::vector<std::string> losses_of(std::size_t index, direction way) const;

  /// Why a migration cannot be taken back, or nothing.
  std::optional<error> irreversible(std::size_t index) const;

  /// What `on_version_apply` wants to run after a step, in the transaction that moved the rows.
  std::vector<dialect::statement> after_version_change(const history::step& step,
                                                       const row_move& moved, bool offline) const;

 private:
  std::vector<model::operation> from_sql(const migration_file& file,
                                         std::span<const script::sql_section> sections,
                                         direction way) const;
  std::vector<model::operation> replayed(const std::function<void(operations&)>& body) const;
  std::vector<model::operation> derived_downgrade(std::size_t index) const;

  const migration_set& set_;
  const dialect::dialect& target_;
  std::shared_ptr<schema_history> schemas_;
};

/// Throws `error` where a plan cannot be one transaction (`transaction_mode::run`).
void require_one_transaction(const migration_set& set, const std::vector<planned_migration>& plan);

}  // namespace retort::engine
