#pragma once

#include <vector>

#include "diff/changes.h"
#include "diff/column_changes.h"

namespace retort::diff {

/// Rows for tables that are new, without which no row of a table that stays could refer to them as
/// it has to.
struct stand_ins {
  /// Before columns are added: one row for what a new NOT NULL column is to refer to.
  std::vector<change> to_choose;
  /// Before foreign keys are: a row for each value that rows have.
  std::vector<change> referred;
};

/// What the tables of `all.from` need to become those of `all.to`; each change has its review mark.
/// Empty where no table is new, or nothing that stays refers to one.
stand_ins stand_ins_for(const schema_pair& all, const dialect::dialect& target,
                        const change_options& options);

}  // namespace retort::diff
