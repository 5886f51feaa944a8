#include "engine/view_columns.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "dialect/quoting.h"

namespace retort::engine {
namespace {

struct view_column {
  std::string name;
  std::string type;
  /// Whether its type has a length or the like, which `pg_typeof` does not show.
  bool has_modifier = false;
};

bool is_query(const std::string& sql) {
  const auto first = base::words(sql, base::sql_flavour::postgresql, 1);
  constexpr std::array<std::string_view, 5> beginnings = {"select", "with", "values", "table", "("};
  return !first.empty() && std::ranges::find(beginnings, first.front()) != beginnings.end();
}

std::vector<view_column> columns_of(db::connection& connection, const dialect::dialect& target,
                                    const model::qualified_name& view) {
  const auto found = connection.query(fmt::format(
      "SELECT a.attname, a.atttypid::pg_catalog.regtype, a.atttypmod, a.attnum FROM "
      "pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON {} WHERE {} AND {} ORDER BY "
      "a.attnum",
      target.equal("c.oid", "a.attrelid"), target.equal("c.relkind", "'v'"),
      target.equal("c.oid",
                   fmt::format("pg_catalog.to_regclass({})", target.literal(target.quote(view))))));
  std::vector<view_column> columns;
  for (const auto& row : found.rows) {
    if (std::stoi(row[3].value()) < 1) continue;  // The system's.
    columns.push_back({row[0].value(), row[1].value(), row[2] != "-1"});
  }
  return columns;
}

/// `LIMIT 0`: nothing is computed.
std::vector<view_column> columns_of(db::connection& connection, const dialect::dialect& target,
                                    const std::string& query) {
  const auto rows = fmt::format("(SELECT * FROM {} AS retort_query LIMIT 0)",
                                dialect::in_parentheses(query, target.flavour()));
  const auto names = connection.query(fmt::format("SELECT * FROM {} AS retort_none", rows)).columns;
  std::vector<std::string> types;
  for (const auto& name : names) {
    types.push_back(
        fmt::format("pg_catalog.pg_typeof(retort_none.{})::pg_catalog.text", target.quote(name)));
  }
  const auto found = connection.query(
      fmt::format("SELECT {} FROM (SELECT 1) AS retort_one LEFT JOIN {} AS retort_none ON true",
                  base::join(types, ", "), rows));
  std::vector<view_column> columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    columns.push_back({names[i], found.rows.at(0).at(i).value()});
  }
  return columns;
}

std::optional<bool> compared(const std::vector<view_column>& now,
                             const std::vector<view_column>& then) {
  if (now.empty()) return std::nullopt;
  if (then.size() < now.size()) return false;
  const auto is_same = [](const view_column& a, const view_column& b) {
    return a.name == b.name && a.type == b.type;
  };
  if (!std::equal(now.begin(), now.end(), then.begin(), is_same)) return false;
  if (std::ranges::any_of(now, &view_column::has_modifier)) return std::nullopt;
  return true;
}

}  // namespace

std::optional<bool> keeps_columns(db::connection& connection, const dialect::dialect& target,
                                  const model::qualified_name& view, const std::string& query) {
  if (target.flavour() != base::sql_flavour::postgresql || !is_query(query)) return std::nullopt;
  connection.begin();
  std::optional<bool> answer;
  try {
    connection.execute("SET TRANSACTION READ ONLY");
    answer = compared(columns_of(connection, target, view), columns_of(connection, target, query));
  } catch (const error&) {
    // What the query mentions may come with the migration.
  }
  connection.rollback();
  return answer;
}

}  // namespace retort::engine
