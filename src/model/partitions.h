#pragma once

#include <vector>

#include "model/operation.h"

namespace retort::model {

// PostgreSQL ("Table Partitioning"): a partition has the keys, foreign keys and indexes of the
// partitioned table. As long as it is one they are shown at that table alone.

/// Puts what a partition has of the partitioned table among its own parts, where it stays when the
/// partition is detached, under the names that the server has given.
void keep_partition_parts(table& part, const table& parent);

/// Drops what the table is given when it becomes a partition, and would keep when it is detached.
std::vector<operation_variant> without_gains(const table& part, const table& parent);

}  // namespace retort::model
