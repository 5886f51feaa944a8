#pragma once

#include <map>
#include <string>
#include <vector>

#include "db/connection.h"
#include "dialect/dialect.h"

namespace retort::verify {

/// The rows of one table, each cell as the exact text of a constant, sorted.
struct table_contents {
  std::vector<std::string> columns;
  std::vector<db::row> rows;
};

using contents = std::map<model::qualified_name, table_contents>;

/// Reads every row of every table of a schema. For scratch databases: it holds them all in memory.
contents read_contents(db::connection& connection, const dialect::dialect& target,
                       const model::schema& schema);

/// The rows of `all` but for those of `taken`, as often as they stand there. Both are of the same
/// tables and columns.
contents without_rows(const contents& all, const contents& taken);

/// What a round trip did to rows and values.
struct data_verdict {
  /// Rows or values lost or changed that should not have been; a line each.
  std::vector<std::string> failures;
  /// "table" or "table.column": gone because the upgrade removes it, or because the migration says
  /// so.
  std::vector<std::string> losses;
  /// Rows that are there afterwards and were not before; a line each. Nothing is lost by them.
  std::vector<std::string> additions;
};

/// Compares rows before an upgrade with those after the downgrade. A table or column that is not in
/// `upgraded` may lose its values, as may what `declared` names ("table" or "table.column").
data_verdict compare_contents(const contents& before, const contents& after,
                              const model::schema& upgraded,
                              const std::vector<std::string>& declared);

}  // namespace retort::verify
