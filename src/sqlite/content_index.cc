#include "sqlite/content_index.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_tools.h"
#include "sqlite/tokens.h"
#include "sqlite/virtual_table.h"

namespace retort::sqlite {
namespace {

/// `CREATE VIRTUAL TABLE name USING module`, in lower case.
std::string module_of(const std::string& sql) {
  const auto all = tokenise(sql);
  const auto by = std::ranges::find_if(all, [](const token& t) { return is_word(t, "USING"); });
  return by == all.end() || by + 1 == all.end() ? std::string() : base::lower(name_of(by[1]));
}

bool has_one_of(db::connection& connection, const std::string& index,
                const std::vector<std::string>& columns) {
  const db::parameter parameters[] = {index};
  const auto own = connection.query("SELECT name FROM pragma_table_info(?1)", parameters).rows;
  return std::ranges::any_of(own, [&](const auto& row) {
    return std::ranges::any_of(columns, [&](const std::string& column) {
      return base::equals_ignoring_case(*row[0], column);
    });
  });
}

}  // namespace

std::vector<content_index> indexes_over(db::connection& connection, const reach& part,
                                        const std::string& table,
                                        const std::vector<std::string>& columns) {
  std::vector<content_index> found;
  if (columns.empty()) return found;
  const auto all = connection.query(
      "SELECT name, sql FROM main.sqlite_master WHERE rootpage = 0 AND type = 'table' AND " +
      part.holds_mention("name") + " ORDER BY name");
  for (const auto& row : all.rows) {
    const auto& sql = row[1].value_or("");
    content_index one{*row[0], module_of(sql), virtual_option(sql, "content").value_or("")};
    if (!one.module.starts_with("fts") || one.content.empty()) continue;
    const bool is_over_it = base::equals_ignoring_case(one.content, table);
    const bool counts =
        is_over_it ? has_one_of(connection, one.name, columns) : part.is_one(one.content);
    if (counts) found.push_back(std::move(one));
  }
  return found;
}

/// FTS5: "The Document Sizes Table"; FTS3 and FTS4: "Shadow Tables".
std::string indexed_rows(db::connection& connection, const sqlite_dialect& target,
                         const content_index& index) {
  const auto sizes = index.name + "_docsize";
  const db::parameter parameters[] = {sizes};
  const auto found = connection.query(
      "SELECT 1 FROM main.sqlite_master WHERE lower(name) = lower($1)", parameters);
  if (found.rows.empty()) return {};
  return fmt::format("SELECT {} FROM {}", index.module == "fts5" ? "id" : "docid",
                     target.quote(sizes));
}

std::string is_whole(const sqlite_dialect& target, const content_index& index,
                     const std::string& rows) {
  return fmt::format(
      "NOT EXISTS (SELECT rowid FROM {0} EXCEPT {1}) AND NOT EXISTS ({1} EXCEPT SELECT rowid FROM "
      "{0})",
      target.quote(index.name), rows);
}

}  // namespace retort::sqlite
