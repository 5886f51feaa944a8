#include "history/graph.h"

#include <algorithm>

namespace retort::history {

adjacency adjacency::reversed() const {
  adjacency result;
  const std::size_t nodes = first_.size() - 1;
  result.first_.assign(nodes + 1, 0);
  for (const node target : targets_) ++result.first_[target + 1];
  for (std::size_t i = 0; i < nodes; ++i) result.first_[i + 1] += result.first_[i];
  result.targets_.resize(targets_.size());
  std::vector<node> free(result.first_.begin(), result.first_.end() - 1);
  for (node from = 0; from < nodes; ++from) {
    for (const node target : (*this)[from]) result.targets_[free[target]++] = from;
  }
  return result;
}

bool graph::has_label(node n, std::string_view label) const {
  const auto place = std::lower_bound(label_names.begin(), label_names.end(), label);
  return place != label_names.end() && *place == label &&
         labels.has(n, static_cast<std::size_t>(place - label_names.begin()));
}

node_set reach(const adjacency& edges, std::size_t nodes, std::span<const node> starts) {
  node_set seen(nodes);
  std::vector<node> unvisited;
  const auto visit = [&](node n) {
    if (!seen[n]) {
      seen[n] = true;
      unvisited.push_back(n);
    }
  };
  for (const node start : starts) visit(start);
  while (!unvisited.empty()) {
    const node n = unvisited.back();
    unvisited.pop_back();
    for (const node target : edges[n]) visit(target);
  }
  return seen;
}

node_set lineage(const graph& g, std::span<const node> nodes) {
  node_set result = reach(g.parents, g.size(), nodes);
  unite(result, reach(g.children, g.size(), nodes));
  return result;
}

node_set lineage(const graph& g, node n) { return lineage(g, {&n, 1}); }

node_set lineage_with_dependencies(const graph& g, std::span<const node> nodes) {
  node_set result = reach(g.needs, g.size(), nodes);
  unite(result, reach(g.needed_by, g.size(), nodes));
  return result;
}

node_set strictly_below(const graph& g, std::span<const node> nodes) {
  std::vector<node> lower;
  for (const node n : nodes) lower.insert(lower.end(), g.needs[n].begin(), g.needs[n].end());
  return reach(g.needs, g.size(), lower);
}

void unite(node_set& into, const node_set& other) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = into[i] || other[i];
}

std::vector<node> members(const node_set& set) {
  std::vector<node> result;
  for (node n = 0; n < set.size(); ++n) {
    if (set[n]) result.push_back(n);
  }
  return result;
}

}  // namespace retort::history
