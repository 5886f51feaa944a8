#pragma once

#include <cstddef>
#include <vector>

#include "dialect/dialect.h"
#include "engine/planner.h"

namespace retort::engine {

/// Statements of a migration outside a transaction that are done or not done as one: from `first`
/// up to `last`, which is not among them. Several: a transaction of the author's own, whose kind is
/// `opens`.
struct outside_step {
  std::size_t first = 0;
  std::size_t last = 0;
  dialect::outside kind = dialect::outside::wrapped;
};

/// The steps in order; each statement is in one.
std::vector<outside_step> outside_steps(const std::vector<dialect::statement>& statements,
                                        const dialect::dialect& target);

/// Throws `error` at a statement, behind the first, that asks the session what it did before: that
/// was Retort's record of the statement before it. Within a transaction of the author's own it
/// stands at the end.
void require_no_session_memory(const planned_migration& migration,
                               const std::vector<outside_step>& steps,
                               const dialect::dialect& target);

/// A temporary table goes with the connection that made it. Throws `error` at the first of the
/// statements from `part` on that means one which those before it have made: in a run that goes on
/// from there it would fail, or mean another table of that name.
void require_no_lost_tables(const planned_migration& migration, std::size_t part,
                            const dialect::dialect& target);

}  // namespace retort::engine
