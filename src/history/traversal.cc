#include <algorithm>
#include <limits>

#include "history/graph.h"

namespace retort::history {
namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// Walks down several lines at a time. Each line is a slot; slots keep the order in which they were
/// made, and a line that ends gives the walk back to the slot before it.
class traversal {
 public:
  traversal(const graph& g, const node_set& selected, const node_set& between,
            std::span<const node> tops)
      : graph_(g),
        listed_(selected),
        open_(between),
        waiting_(g.size()),
        slot_of_(g.size(), none),
        seen_(g.size()),
        at_least_(g.size()),
        done_above_(g.size()) {
    for (node n = 0; n < g.size(); ++n) {
      if (!between[n]) continue;
      for (const node needed : g.needs[n]) ++waiting_[needed];
    }
    std::vector<node> starts(tops.begin(), tops.end());
    std::sort(starts.begin(), starts.end());
    starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
    for (const node start : starts) {
      if (selected[start]) append(start);
    }
  }

  std::vector<node> run() {
    std::vector<node> result;
    std::uint32_t at = first_;
    while (at != none) {
      const node candidate = slots_[at].at;
      if (waiting_[candidate] > 0) {
        const std::uint32_t blocking = first_slot_above(candidate);
        if (blocking != none) {
          at = blocking;
          continue;
        }
      }
      result.push_back(candidate);
      at = descend(at);
    }
    return result;
  }

 private:
  struct slot {
    node at;
    std::uint32_t before;
    std::uint32_t after;
  };

  void append(node n) {
    const auto added = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({n, last_, none});
    (last_ == none ? first_ : slots_[last_].after) = added;
    last_ = added;
    slot_of_[n] = added;
  }

  std::uint32_t remove(std::uint32_t s) {
    const slot gone = slots_[s];
    (gone.before == none ? first_ : slots_[gone.before].after) = gone.after;
    (gone.after == none ? last_ : slots_[gone.after].before) = gone.before;
    return gone.before == none ? first_ : gone.before;
  }

  /// Takes the slot's revision out of the walk; returns the slot to go on with.
  std::uint32_t descend(std::uint32_t s) {
    const node done = slots_[s].at;
    open_[done] = false;
    slot_of_[done] = none;
    for (const node needed : graph_.needs[done]) --waiting_[needed];
    bool moved = false;
    for (const node next : graph_.below[done]) {
      if (!listed_[next] || !open_[next] || slot_of_[next] != none) continue;
      if (moved) {
        append(next);
      } else {
        slots_[s].at = next;
        slot_of_[next] = s;
        moved = true;
      }
    }
    return moved ? s : remove(s);
  }

  /// The first slot whose revision needs `below`. Slots only move down and are only added at the
  /// end, so the answer for a revision never becomes smaller: `at_least_` remembers what is known.
  /// The search goes up the first line first, where the first slot is likely to be.
  std::uint32_t first_slot_above(node below) {
    ++epoch_;
    std::uint32_t found = none;
    const std::uint32_t other = first_ == slot_of_[below] ? slots_[first_].after : first_;
    const std::uint32_t best = std::max(at_least_[below], other);
    visited_.clear();
    way_up_.clear();
    enter(below);
    while (!way_up_.empty() && found != best) {
      auto& [n, next] = way_up_.back();
      const auto above_all = graph_.needed_by[n];
      if (next == above_all.size()) {
        way_up_.pop_back();
        continue;
      }
      const node above = above_all[next++];
      if (!open_[above] || seen_[above] == epoch_) continue;
      seen_[above] = epoch_;
      found = std::min(found, slot_of_[above]);
      if (at_least_[above] < found) enter(above);
    }
    for (const node n : visited_) at_least_[n] = std::max(at_least_[n], found);
    return found;
  }

  /// Makes the search go on above a revision.
  void enter(node n) {
    const auto above = graph_.needed_by[n];
    std::size_t& done = done_above_[n];
    while (done < above.size() && !open_[above[done]]) ++done;
    visited_.push_back(n);
    way_up_.push_back({n, done});
  }

  const graph& graph_;
  const node_set& listed_;
  /// What may still hold up a revision below it.
  node_set open_;
  /// How many open revisions need this one.
  std::vector<std::uint32_t> waiting_;
  std::vector<slot> slots_;
  std::vector<std::uint32_t> slot_of_;
  std::uint32_t first_ = none;
  std::uint32_t last_ = none;
  std::vector<std::uint32_t> seen_;
  std::uint32_t epoch_ = 0;
  std::vector<std::uint32_t> at_least_;
  /// How many of the first that need a revision are not open any more, as far as is known.
  std::vector<std::size_t> done_above_;
  /// The revisions above which a search has looked, and those from which it has to go on.
  std::vector<node> visited_;
  struct place {
    node n;
    std::size_t next;
  };
  std::vector<place> way_up_;
};

}  // namespace

std::vector<node> newest_first(const graph& g, const node_set& selected,
                               std::span<const node> tops) {
  return traversal(g, selected, selected, tops).run();
}

std::vector<node> newest_first(const graph& g, const node_set& selected, const node_set& between,
                               std::span<const node> tops) {
  return traversal(g, selected, between, tops).run();
}

}  // namespace retort::history
