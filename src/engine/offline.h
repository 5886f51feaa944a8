#pragma once

#include <string>
#include <vector>

#include "engine/planner.h"
#include "engine/structure.h"
#include "engine/version_store.h"

namespace retort::engine {

/// What a step does, in Alembic's words: "upgrade PARENTS -> REVISION", "downgrade REVISION ->
/// PARENTS" ("base" for none); of a stamp the rows before and after it.
std::string step_title(const history::step& step, const migration_set& set);

/// The script that does what `executor::run` would do with these steps, for `sqlite3 FILE < script`
/// or `psql -f script`. Each migration has a transaction of its own, with `transaction_mode::run`
/// all have one, which stops unless the database is where the plan expects it. Throws what
/// `planner` throws, `error` where the plan cannot be one transaction, where a statement depends on
/// a structure that is not known (`structure`; `source` is its), and what `on_version_apply`
/// throws.
std::string offline_script(std::vector<history::step> steps, const migration_set& set,
                           const dialect::dialect& target, const version_store& store,
                           const dialect::script_settings& settings = {},
                           transaction_mode mode = transaction_mode::migration,
                           structure_source source = {});

/// The script that creates the version table where there is none.
std::string version_table_script(const dialect::dialect& target, const version_store& store,
                                 const dialect::script_settings& settings);

}  // namespace retort::engine
