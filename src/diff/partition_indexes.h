#pragma once

#include <string>

#include "dialect/dialect.h"
#include "diff/changes.h"

namespace retort::diff {

// PostgreSQL: the indexes of partitions that belong to one of the partitioned table, as lines of
// `model::table::opaque`:
//
//   INDEX c OF p INSTEAD OF u     the partition's index c belongs to p, and would be called u
//   INDEX c ATTACHED TO p         p is not valid, for it was made ON ONLY the partitioned table
//   INVALID INDEX p               the line of the partitioned table

/// Whether an index, perhaps of a constraint, is made ON ONLY its partitioned table, and has
/// partitions' indexes attached.
bool is_made_only(const model::table& table, const std::string& index,
                  const dialect::dialect& target);

/// Whether the partition's index goes with the one that it is attached to.
bool is_attached(const model::table& partition, const std::string& index,
                 const dialect::dialect& target);

/// CREATE INDEX … ON ONLY.
std::string create_only_sql(const model::qualified_name& table, const model::index& index,
                            const dialect::dialect& target);

/// ALTER TABLE ONLY … ADD CONSTRAINT.
std::string add_only_sql(const model::qualified_name& table, const model::constraint& item,
                         const dialect::dialect& target);

bool is_partition_index(const std::string& line);

/// What comes of such a line of a partition, or takes it away. `other`: the line about the same
/// index of the partitioned table on the other side, or empty.
std::string partition_index_sql(const model::table& partition, const std::string& line,
                                const std::string& other, bool add, const dialect::dialect& target);

}  // namespace retort::diff
