#pragma once

#include <string>
#include <vector>

#include "diff/changes.h"

namespace retort::diff {

// PostgreSQL: tables that have columns and checks from those that they INHERIT.

/// Those of the side that it inherits directly; not the one whose partition it is.
std::vector<const model::table*> parents_of(const model::table& table, const model::schema& side,
                                            const dialect::dialect& target);

/// Those of the side that inherit it directly.
std::vector<const model::table*> heirs_of(const model::table& table, const model::schema& side,
                                          const dialect::dialect& target);

/// Whether the column of such a table is its parents' alone.
bool is_inherited(const model::table& table, const std::string& column,
                  const dialect::dialect& target);

/// Whether a table that inherits the column keeps it where this one loses it.
bool is_kept_below(const model::table& table, const std::string& column, const schema_pair& all,
                   const dialect::dialect& target);

/// Whether ALTER TABLE cannot say what the table has of its own: INHERIT takes columns and checks
/// that are there already, which stay the table's own as well.
bool inherits_otherwise(const model::table& from, const model::table& to, const schema_pair& all,
                        const dialect::dialect& target);

}  // namespace retort::diff
