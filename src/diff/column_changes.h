#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diff/changes.h"

namespace retort::diff {

/// What ALTER COLUMN changes of a column: its type, whether it may be NULL, its default; none:
/// nothing of that.
std::optional<model::alter_column> alteration(const model::qualified_name& table,
                                              const model::column& from, const model::column& to);

/// PostgreSQL: the changes of a table's columns, each as small as it can be.
void alter_columns(const model::table& from, const model::table& to, const schema_pair& all,
                   const dialect::dialect& target, const change_options& options,
                   std::vector<change>& out);

}  // namespace retort::diff
