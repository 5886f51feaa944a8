#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/planner.h"
#include "engine/structure.h"
#include "engine/version_store.h"

namespace retort::engine {

/// What a step that has a revision does, in Alembic's words: "upgrade PARENTS -> REVISION",
/// "downgrade REVISION -> PARENTS" ("base" for none).
std::string step_title(const history::step& step, const migration_set& set);

/// What a script is made from.
struct script_request {
  history::plan plan;
  dialect::script_settings settings = {};
  /// Each migration has a transaction of its own; with `transaction_mode::run` all have one.
  transaction_mode mode = transaction_mode::migration;
  /// Of `structure`.
  structure_source source = {};
  /// For a plan: the views over a view in the database as it is, each behind what it reads.
  std::function<std::vector<model::qualified_name>(const model::qualified_name& view)> views_over =
      {};
  /// For a plan: `engine::keeps_columns` of the database as it is.
  std::function<std::optional<bool>(const model::qualified_name& view, const std::string& query)>
      keeps_columns = {};
};

/// Takes the pieces of a script, in their order.
using script_sink = std::function<void(std::string_view)>;

/// Writes the script that does what `executor::run` would do with these steps, for `sqlite3 FILE <
/// script` or `psql -f script`. Each transaction stops unless the database is where the plan
/// expects it. A piece a migration, so that a long script is never in memory as a whole.
///
/// Throws what `planner` throws, `error` where the plan cannot be one transaction, where a
/// statement depends on a structure that is not known (`structure`), and what `on_version_apply`
/// and `sink` throw. Pieces may have been written by then: whoever shows them must wait for the
/// end.
void write_script(script_request request, const migration_set& set, const dialect::dialect& target,
                  const version_store& store, const script_sink& sink);

/// The script that creates the version table where there is none.
std::string version_table_script(const dialect::dialect& target, const version_store& store,
                                 const dialect::script_settings& settings);

}  // namespace retort::engine
