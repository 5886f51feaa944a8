#pragma once

#include <set>

#include "diff/changes.h"

namespace retort::diff {

// PostgreSQL: a table that is partitioned on one side only, or by another key, which it is, too,
// where a column of the key has another type.

bool is_repartitioned(const model::table& from, const model::table& to, const schema_pair& all);

/// Makes it anew beside the old one with the partitions that are wanted, moves the rows over, and
/// gives it the name. What hangs on the old one is another look's.
change repartitioned(const model::table& from, const schema_pair& all,
                     const dialect::dialect& target);

/// The partitions of such tables on one side: they come and go with the rows.
std::set<model::qualified_name> moved_partitions(const schema_pair& all, const model::schema& side);

}  // namespace retort::diff
