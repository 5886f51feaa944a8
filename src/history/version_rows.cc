#include "history/version_rows.h"

#include <algorithm>

namespace retort::history {

version_rows::version_rows(const graph& g, std::span<const node> current)
    : graph_(g), is_row_(g.size()), needed_by_(g.size()) {
  for (const node n : current) insert(n);
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
  result.before = rows_;
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
  for (const node gone : removed) remove(gone);
  for (const node come : added) insert(come);
  result.after = rows_;
  return result;
}

void version_rows::insert(node n) {
  rows_.emplace(std::lower_bound(rows_.begin(), rows_.end(), graph_.id(n)), graph_.id(n));
  is_row_[n] = true;
}

void version_rows::remove(node n) {
  rows_.erase(std::lower_bound(rows_.begin(), rows_.end(), graph_.id(n)));
  is_row_[n] = false;
}

}  // namespace retort::history
