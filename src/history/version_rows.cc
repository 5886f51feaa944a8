#include "history/version_rows.h"

#include <algorithm>

namespace retort::history {

version_rows::version_rows(const graph& g, std::span<const node> current)
    : graph_(g), is_row_(g.size()), needed_by_(g.size()) {
  for (const node n : current) is_row_[n] = true;
  const node_set applied = reach(g.needs, g.size(), current);
  for (node n = 0; n < g.size(); ++n) {
    if (!applied[n]) continue;
    for (const node needed : g.needs[n]) ++needed_by_[needed];
  }
}

/// The rows among what lies directly below are replaced by the revision itself. What lies below and
/// is no row is implied by another row, which stays.
step version_rows::upgrade(node n) {
  std::vector<node> replaced;
  for (const node below : graph_.below[n]) {
    if (is_row_[below]) replaced.push_back(below);
  }
  for (const node needed : graph_.needs[n]) ++needed_by_[needed];
  return change(step_kind::upgrade, n, replaced, {&n, 1});
}

/// What lies directly below becomes a row unless another applied revision implies it.
step version_rows::downgrade(node n) {
  for (const node needed : graph_.needs[n]) --needed_by_[needed];
  std::vector<node> exposed;
  for (const node below : graph_.below[n]) {
    if (needed_by_[below] == 0 && !is_row_[below]) exposed.push_back(below);
  }
  return change(step_kind::downgrade, n, {&n, 1}, exposed);
}

step version_rows::stamp(std::optional<node> to, std::span<const node> removed,
                         std::span<const node> added) {
  return change(step_kind::stamp, to, removed, added);
}

/// At most one UPDATE a step: the last of what goes becomes the last of what comes.
step version_rows::change(step_kind kind, std::optional<node> n, std::span<const node> removed,
                          std::span<const node> added) {
  step result;
  result.kind = kind;
  if (n) result.revision = *n;
  const bool update = !removed.empty() && !added.empty();
  for (const node gone : removed.first(removed.size() - (update ? 1 : 0))) {
    result.changes.push_back({std::string(graph_.id(gone)), {}});
  }
  for (const node come : added.first(added.size() - (update ? 1 : 0))) {
    result.changes.push_back({{}, std::string(graph_.id(come))});
  }
  if (update)
    result.changes.push_back(
        {std::string(graph_.id(removed.back())), std::string(graph_.id(added.back()))});
  for (const node gone : removed) is_row_[gone] = false;
  for (const node come : added) is_row_[come] = true;
  return result;
}

rows rows_after(rows table, const step& s) {
  for (const row_change& change : s.changes) {
    const auto at = [&](const std::string& row) {
      return std::lower_bound(table.begin(), table.end(), row);
    };
    if (!change.from.empty()) {
      const auto gone = at(change.from);
      if (gone != table.end() && *gone == change.from) table.erase(gone);
    }
    if (!change.to.empty()) table.insert(at(change.to), change.to);
  }
  return table;
}

rows plan::after() const {
  rows table = before;
  for (const step& s : steps) table = rows_after(std::move(table), s);
  return table;
}

}  // namespace retort::history
