#include "sqlite/row_key.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <set>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/dialect.h"

namespace retort::sqlite {
namespace {

/// Values of such a column are compared as they are stored ("Datatypes", 3.1 and 4.2), so that a
/// number would never be found again by its text.
bool has_no_affinity(const std::string& type) {
  return type.empty() || base::lower(type).find("blob") != std::string::npos;
}

}  // namespace

std::string rowid_name(db::connection& connection, const std::string& table) {
  std::set<std::string> columns;
  for (const auto& row : connection
                             .query(fmt::format("SELECT name FROM pragma_table_xinfo({})",
                                                dialect::quote_literal(table)))
                             .rows) {
    columns.insert(base::lower(row[0].value_or("")));
  }
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    if (!columns.contains(name)) return name;
  }
  return {};
}

std::vector<std::string> sqlite_dialect::row_key(db::connection& connection,
                                                 const model::qualified_name& table) const {
  const auto columns =
      connection
          .query(
              fmt::format("SELECT name, type FROM pragma_table_info({}) WHERE pk > 0 ORDER BY pk",
                          literal(table.name)))
          .rows;
  const auto rowid = rowid_name(connection, table.name);
  connection.query(fmt::format("SELECT 1 FROM {} LIMIT 0", quote(table)));
  try {
    if (!rowid.empty()) {
      connection.query(fmt::format("SELECT {} FROM {} LIMIT 0", rowid, quote(table)));
      return {rowid};
    }
  } catch (const error&) {
    // WITHOUT ROWID, or a view.
  }
  std::vector<std::string> key;
  for (const auto& column : columns) {
    if (has_no_affinity(column[1].value_or(""))) {
      throw error(fmt::format("column {}.{} has no type to walk through the rows by",
                              table.display(), *column[0]))
          .help("give backfill another key: .by({\"column\"})");
    }
    key.push_back(quote(*column[0]));
  }
  return key;
}

}  // namespace retort::sqlite
