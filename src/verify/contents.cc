#include "verify/contents.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text_tools.h"
#include "model/apply_objects.h"

namespace retort::verify {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& wanted) {
  return std::find(list.begin(), list.end(), wanted) != list.end();
}

std::string show(const db::cell& cell) { return cell ? *cell : "NULL"; }

std::string show(const db::row& row) {
  std::string text;
  for (const auto& cell : row) text += (text.empty() ? "" : ", ") + show(cell);
  return fmt::format("({})", text);
}

/// The rows cut down to some columns, sorted. A column that the table does not have reads as NULL.
std::vector<db::row> project(const table_contents& table, const std::vector<std::string>& columns) {
  std::vector<std::size_t> places;
  for (const auto& name : columns) {
    const auto found = std::find(table.columns.begin(), table.columns.end(), name);
    places.push_back(static_cast<std::size_t>(found - table.columns.begin()));
  }
  std::vector<db::row> result;
  for (const auto& row : table.rows) {
    db::row cut;
    for (const std::size_t place : places)
      cut.push_back(place < row.size() ? row[place] : db::cell());
    result.push_back(std::move(cut));
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// What of `from` is not in `other`; both sorted.
std::vector<db::row> only_in(const std::vector<db::row>& from, const std::vector<db::row>& other) {
  std::vector<db::row> result;
  std::set_difference(from.begin(), from.end(), other.begin(), other.end(),
                      std::back_inserter(result));
  return result;
}

/// Says which rows are gone: column by column where as many rows are there as before, so that a
/// changed value is called a changed value.
std::string explain_loss(const std::string& table, const std::vector<std::string>& columns,
                         const table_contents& before, const table_contents& after) {
  const auto gone = only_in(project(before, columns), project(after, columns));
  if (after.rows.size() < before.rows.size()) {
    return fmt::format("table {} had {} rows and has {}; gone is {}", table, before.rows.size(),
                       after.rows.size(), show(gone.front()));
  }
  std::string text;
  for (const auto& name : columns) {
    const auto was = only_in(project(before, {name}), project(after, {name}));
    const auto is = only_in(project(after, {name}), project(before, {name}));
    if (was.empty() || is.empty()) continue;
    text += fmt::format("{}{}.{} changed: {} became {}", text.empty() ? "" : "; ", table, name,
                        show(was.front().front()), show(is.front().front()));
  }
  if (!text.empty()) return text;
  return fmt::format("table {} lost the row {}", table, show(gone.front()));
}

/// Whether a column came back without its values: with NULL, or one default for every row.
bool is_blank(const table_contents& table, const std::string& column) {
  const auto values = project(table, {column});
  return values.empty() || values.front() == values.back();
}

/// Whether everything is as before, whatever the order of the rows.
bool same_rows(const table_contents& before, const table_contents& after) {
  return project(before, before.columns) == project(after, before.columns);
}

/// Judges one table that was there before and is there after the upgrade.
void compare_table(const std::string& name, const table_contents& before,
                   const table_contents& after, const model::table& upgraded,
                   const std::vector<std::string>& declared, data_verdict& verdict) {
  if (same_rows(before, after)) return;
  const std::size_t said = verdict.losses.size() + verdict.failures.size();
  std::vector<std::string> kept;
  for (const auto& column : before.columns) {
    const std::string path = fmt::format("{}.{}", name, column);
    const bool removed = upgraded.find_column(column) == nullptr;
    const bool may_go = contains(declared, path);
    if (!removed && !may_go) {
      kept.push_back(column);
    } else if (project(before, {column}) != project(after, {column})) {
      if (!may_go && !is_blank(after, column)) {
        verdict.failures.push_back(
            fmt::format("{} comes back with other values than it had", path));
      } else {
        verdict.losses.push_back(path);
      }
    }
  }
  const auto was = project(before, kept);
  const auto is = project(after, kept);
  if (!only_in(was, is).empty()) {
    verdict.failures.push_back(explain_loss(name, kept, before, after));
  } else if (is.size() > was.size()) {
    verdict.additions.push_back(
        fmt::format("table {} has {} more rows than before", name, is.size() - was.size()));
  } else if (verdict.losses.size() + verdict.failures.size() == said) {
    // Every column has its values, and yet the rows are not the same.
    verdict.failures.push_back(
        fmt::format("table {} has its values back in other rows than before", name));
  }
}

/// Judges a table that the upgrade removes: nothing, all or some of its rows may come back, and no
/// others.
void compare_removed_table(const std::string& name, const table_contents& before,
                           const table_contents& after, bool declared, data_verdict& verdict) {
  if (same_rows(before, after)) return;
  const auto strange = only_in(project(after, before.columns), project(before, before.columns));
  if (!strange.empty() && !declared) {
    verdict.failures.push_back(fmt::format(
        "table {} comes back with the row {}, which it did not have", name, show(strange.front())));
  } else {
    verdict.losses.push_back(name);
  }
}

}  // namespace

contents read_contents(db::connection& connection, const dialect::dialect& target,
                       const model::schema& schema) {
  contents result;
  for (const auto& [name, table] : schema.tables) {
    // Its rows are another server's.
    if (model::is_foreign(table)) continue;
    table_contents read;
    std::string list;
    for (const auto& column : table.columns) {
      read.columns.push_back(column.name);
      list += (list.empty() ? "" : ", ") + target.exact_text(target.quote(column.name));
    }
    if (list.empty()) continue;
    read.rows = connection.query(fmt::format("SELECT {} FROM {}", list, target.quote(name))).rows;
    std::sort(read.rows.begin(), read.rows.end());
    result.emplace(name, std::move(read));
  }
  return result;
}

contents without_rows(const contents& all, const contents& taken) {
  contents result = all;
  for (auto& [name, table] : result) {
    const auto found = taken.find(name);
    if (found != taken.end()) table.rows = only_in(table.rows, found->second.rows);
  }
  return result;
}

data_verdict compare_contents(const contents& before, const contents& after,
                              const model::schema& upgraded,
                              const std::vector<std::string>& declared) {
  data_verdict verdict;
  static const table_contents nothing;
  for (const auto& [name, rows] : before) {
    const auto found = after.find(name);
    const table_contents& now = found == after.end() ? nothing : found->second;
    const model::table* kept = upgraded.find(name);
    const std::string path = name.display();
    if (kept != nullptr && !contains(declared, path)) {
      compare_table(path, rows, now, *kept, declared, verdict);
    } else {
      compare_removed_table(path, rows, now, contains(declared, path), verdict);
    }
  }
  return verdict;
}

}  // namespace retort::verify
