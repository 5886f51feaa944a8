#include "sqlite/row_key.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <set>
#include <utility>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/dialect.h"
#include "sqlite/parse_table.h"
#include "sqlite/types.h"

namespace retort::sqlite {
namespace {

/// The table as it was declared. Throws `error` where there is none.
model::table declared(db::connection& connection, const model::qualified_name& table) {
  const db::parameter name[] = {table.name};
  const auto master = table.schema.empty() ? "" : dialect::quote_identifier(table.schema) + ".";
  const auto found =
      connection.query(fmt::format("SELECT sql FROM {}sqlite_master WHERE type = 'table' AND "
                                   "lower(name) = lower($1)",
                                   master),
                       name);
  if (found.rows.empty() || !found.rows[0][0]) {
    throw error(fmt::format("there is no table {}", table.display()));
  }
  return parse_table(*found.rows[0][0]);
}

/// What a value has to be so that it is found again by its text ("Datatypes", 3.1 and 4.2): a blob
/// never is, and a number only where the column makes a number of the text.
std::string lost_values(const model::table& table, const std::string& name,
                        const std::string& quoted) {
  bool has_affinity = false;
  for (const auto& column : table.columns) {
    if (!base::equals_ignoring_case(column.name, name)) continue;
    has_affinity = affinity_of(column.type.raw) != affinity::blob;
  }
  return fmt::format("{0} IS NULL OR typeof({0}) {1}", quoted,
                     has_affinity ? "= 'blob'" : "<> 'text'");
}

}  // namespace

bool has_rowid_alias(const model::table& table) {
  const auto& key = table.primary_key;
  if (table.without_rowid || !key || key->columns.size() != 1 || key->descending) return false;
  for (const auto& column : table.columns) {
    if (base::equals_ignoring_case(column.name, key->columns[0])) {
      return base::equals_ignoring_case(column.type.raw, "INTEGER");
    }
  }
  return false;
}

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
                                                 const model::qualified_name& table,
                                                 std::vector<std::string> wanted) const {
  const auto known = declared(connection, table);
  if (wanted.empty()) {
    if (has_rowid_alias(known)) return known.primary_key->columns;
    const auto rowid = known.without_rowid ? "" : rowid_name(connection, table.name);
    if (!rowid.empty()) return {rowid};
    if (known.primary_key) wanted = known.primary_key->columns;
    if (wanted.empty()) return wanted;
  }
  std::vector<std::string> lost;
  for (const auto& name : wanted) lost.push_back(lost_values(known, name, quote(name)));
  const auto unreached = connection.query(
      fmt::format("SELECT 1 FROM {} WHERE {} LIMIT 1", quote(table), base::join(lost, " OR ")));
  if (unreached.rows.empty()) return wanted;
  throw error(fmt::format("a row of table {} has NULL, a blob or a value without a type in the key "
                          "that the backfill walks by",
                          table.display()))
      .help("walk by other columns: .by({\"column\"})");
}

}  // namespace retort::sqlite
