#include "sqlite/row_key.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>
#include <utility>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/dialect.h"
#include "sqlite/parse_table.h"
#include "sqlite/tokens.h"
#include "sqlite/types.h"

namespace retort::sqlite {
namespace {

/// Names and texts of what a table has of one type in sqlite_master; `table`: itself.
std::vector<std::vector<db::cell>> entries(db::connection& connection, std::string_view type,
                                           const model::qualified_name& table) {
  const db::parameter parameters[] = {type, table.name};
  const auto master = table.schema.empty() ? "" : dialect::quote_identifier(table.schema) + ".";
  return connection
      .query(fmt::format("SELECT name, sql FROM {}sqlite_master WHERE type = $1 AND "
                         "lower(tbl_name) = lower($2) AND sql IS NOT NULL ORDER BY name",
                         master),
             parameters)
      .rows;
}

/// The text that the table was declared with. Throws `error` where there is none.
std::string declaration_of(db::connection& connection, const model::qualified_name& table) {
  const auto found = entries(connection, "table", table);
  if (found.empty()) throw error(fmt::format("there is no table {}", table.display()));
  return found[0][1].value();
}

bool has_words(std::string_view sql, std::initializer_list<std::string_view> wanted) {
  tokens all;
  for (const auto& one : tokenise(sql)) {
    if (!is_symbol(one, "(")) all.push_back(one);
  }
  return std::search(all.begin(), all.end(), wanted.begin(), wanted.end(), is_word) != all.end();
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
  const auto known = parse_table(declaration_of(connection, table));
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

/// "RAISE()": IGNORE in a BEFORE trigger leaves the row as it is. "ON CONFLICT": a constraint's own
/// IGNORE does so where the new values would violate it.
std::vector<std::string> sqlite_dialect::what_skips_updates(
    db::connection& connection, const model::qualified_name& table) const {
  std::vector<std::string> names;
  for (const auto& row : entries(connection, "trigger", table)) {
    if (!has_words(row[1].value(), {"RAISE", "IGNORE"})) continue;
    names.push_back(fmt::format("trigger {} of {}", row[0].value(), table.display()));
  }
  if (has_words(declaration_of(connection, table), {"ON", "CONFLICT", "IGNORE"})) {
    names.push_back(fmt::format("an ON CONFLICT clause of {}", table.display()));
  }
  return names;
}

}  // namespace retort::sqlite
