#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <retort/error.h>

#include "history/revision_map.h"

namespace retort::history {

using node_set = std::vector<bool>;

/// Edges of a graph, the targets of one node side by side.
class adjacency {
 public:
  std::span<const node> operator[](node from) const {
    return std::span(targets_).subspan(first_[from], first_[from + 1] - first_[from]);
  }

  /// Adds an edge from the node whose row is open: the rows are written from node 0 on.
  void add(node target) { targets_.push_back(target); }
  void end_row() { first_.push_back(static_cast<node>(targets_.size())); }
  void reserve(std::size_t nodes) { first_.reserve(nodes + 1), targets_.reserve(nodes); }

  /// The same edges the other way round; the targets of a node come in ascending order.
  adjacency reversed() const;

 private:
  std::vector<node> first_ = {0};
  std::vector<node> targets_;
};

/// For each node a set of numbers below a bound, a bit each: of ten thousand nodes and labels,
/// where every node has nearly all of them, a list each would fill the memory.
class number_sets {
 public:
  /// Empties them.
  void resize(std::size_t nodes, std::size_t bound) {
    width_ = (bound + 63) / 64;
    words_.assign(nodes * width_, 0);
  }
  void add(node n, std::size_t number) { words_[n * width_ + number / 64] |= bit(number); }
  void add_all(node to, node from) {
    for (std::size_t i = 0; i < width_; ++i) words_[to * width_ + i] |= words_[from * width_ + i];
  }
  bool has(node n, std::size_t number) const {
    return (words_[n * width_ + number / 64] & bit(number)) != 0;
  }
  /// In ascending order.
  std::vector<std::size_t> operator[](node n) const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < width_; ++i) {
      for (auto left = words_[n * width_ + i]; left != 0; left &= left - 1) {
        result.push_back(i * 64 + static_cast<std::size_t>(std::countr_zero(left)));
      }
    }
    return result;
  }

 private:
  static std::uint64_t bit(std::size_t number) { return std::uint64_t{1} << number % 64; }

  std::size_t width_ = 0;
  std::vector<std::uint64_t> words_;
};

/// The graph with every name resolved to a node, a node being an index in load order.
struct graph {
  std::vector<revision> revisions;
  /// Ids and branch labels; they share one name space.
  std::unordered_map<std::string_view, node> names;

  adjacency parents;       ///< down_revision
  adjacency children;      ///< the reverse of it
  adjacency dependencies;  ///< depends_on, labels resolved
  adjacency needs;         ///< parents and dependencies
  adjacency needed_by;     ///< the reverse of it
  /// Parents, and the dependencies that no ancestor (by down_revision) names already. What the rows
  /// of the version table are computed from. It reaches the same revisions as `needs`.
  adjacency below;

  std::vector<std::string_view> label_names;  ///< sorted
  number_sets labels;                         ///< indices of label_names, own and inherited

  std::vector<node> heads;       ///< without children, in load order
  std::vector<node> real_heads;  ///< which nothing needs, in load order
  std::vector<node> bases;       ///< without parents, in load order

  std::size_t size() const { return revisions.size(); }
  std::string_view id(node n) const { return revisions[n].id; }
  bool has_label(node n, std::string_view label) const;
};

/// Resolves and checks everything; adds each problem to `problems` (unordered). With a problem the
/// result is incomplete and good for nothing.
graph build_graph(std::vector<revision> revisions, std::vector<error>& problems);

/// Adds a problem for each cycle of `parents`, and for each cycle that only dependencies close.
void find_cycles(const graph& g, std::vector<error>& problems);

/// Everything that can be reached from `starts`, themselves included.
node_set reach(const adjacency& edges, std::size_t nodes, std::span<const node> starts);

/// Ancestors and descendants of each of `nodes`, themselves included. Along down_revision alone, or
/// along dependencies too.
node_set lineage(const graph& g, std::span<const node> nodes);
node_set lineage(const graph& g, node n);
node_set lineage_with_dependencies(const graph& g, std::span<const node> nodes);

/// What `nodes` need, not they themselves unless one needs another.
node_set strictly_below(const graph& g, std::span<const node> nodes);

void unite(node_set& into, const node_set& other);
std::vector<node> members(const node_set& set);

/// The selected revisions, each after everything that needs it: Alembic's order ("Traversal
/// order"). It goes down one line until it meets a revision that another line needs too, and
/// changes to that line; lines in load order. `selected` must hold, with a revision, each that
/// needs it and lies below `tops`.
std::vector<node> newest_first(const graph& g, const node_set& selected,
                               std::span<const node> tops);
/// The same for a selection with gaps: `between` holds what is selected and all between two of
/// those. A revision in a gap holds up what it needs, and is not walked.
std::vector<node> newest_first(const graph& g, const node_set& selected, const node_set& between,
                               std::span<const node> tops);

}  // namespace retort::history
