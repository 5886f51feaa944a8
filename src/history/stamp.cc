#include <algorithm>

#include <fmt/format.h>

#include "history/messages.h"
#include "history/plan.h"
#include "history/version_rows.h"

namespace retort::history {
namespace {

/// What a list of symbols asks a stamp for.
struct stamp_request {
  /// Each once, and all that the symbols name, branches too.
  std::vector<node> destinations;
  std::vector<node> named;
  /// What shares lineage with one of the symbols, along dependencies too: the rows in it are moved.
  node_set line;
  /// The same along down_revision alone.
  node_set own_line;
  /// `base` alone names every line there is.
  bool everything = false;
};

class stamp_planner {
 public:
  stamp_planner(const graph& g, std::vector<node> at, std::span<const std::string> targets)
      : graph_(g), at_(std::move(at)) {
    for (const std::string& target : targets) ask(target);
    if (targets.empty()) ask("base");
    node_set seen(g.size());
    std::erase_if(request_.destinations, [&](node n) {
      const bool again = seen[n];
      seen[n] = true;
      return again;
    });
    request_.line = lineage_with_dependencies(g, request_.named);
    request_.own_line = lineage(g, request_.named);
  }

  std::vector<step> steps() const {
    std::vector<node> kept;
    std::vector<node> moved;
    for (const node row : at_) {
      (request_.everything || request_.line[row] ? moved : kept).push_back(row);
    }
    return steps_to(rows_after(kept, moved));
  }

 private:
  void ask(std::string_view target) {
    const symbol s = parse_known_symbol(graph_, target);
    const std::vector<node> found = destinations(s);
    if (!s.branch.empty()) {
      request_.named.push_back(resolve_branch(graph_, s.branch));
    } else if (found.empty()) {
      request_.everything = true;
    }
    request_.named.insert(request_.named.end(), found.begin(), found.end());
    request_.destinations.insert(request_.destinations.end(), found.begin(), found.end());
  }

  std::vector<node> destinations(const symbol& s) const {
    if (!s.is_relative()) return resolve_absolute(graph_, s);
    if (s.name.empty() && s.steps < 0 && at_.empty()) {
      std::vector<node> result;
      for (const place_in_history& p : down_from_heads(graph_, s, false)) {
        if (p) result.push_back(*p);
      }
      return result;
    }
    throw error(fmt::format("{} is relative, and a stamp takes none", quoted(s.text)))
        .help("name the revision");
  }

  node_set below(std::span<const node> nodes) const {
    return reach(graph_.needs, graph_.size(), nodes);
  }

  /// Whether a destination lies above or below a row: then the rows of its lines move to it.
  bool moves(std::span<const node> moved) const {
    node_set near = below(moved);
    unite(near, reach(graph_.needed_by, graph_.size(), moved));
    for (const node row : moved) near[row] = false;
    const auto& all = request_.destinations;
    return all.empty() || std::any_of(all.begin(), all.end(), [&](node n) { return near[n]; });
  }

  /// What the stamp says is not applied: the destinations' descendants, and the line of each row
  /// that moves because it is in a destination's own line. A row that is there only through a
  /// dependency loses nothing but what needs the former.
  node_set unstamped(std::span<const node> moved) const {
    if (request_.everything) return below(moved);
    std::vector<node> own;
    std::copy_if(moved.begin(), moved.end(), std::back_inserter(own),
                 [&](node n) { return request_.own_line[n]; });
    node_set result = reach(graph_.parents, graph_.size(), own);
    if (request_.destinations.empty()) {
      unite(result, request_.own_line);
    } else {
      unite(result, reach(graph_.needed_by, graph_.size(), request_.destinations));
    }
    return result;
  }

  /// The revisions that are rows afterwards.
  std::vector<node> rows_after(const std::vector<node>& kept,
                               const std::vector<node>& moved) const {
    node_set applied = below(request_.destinations);
    unite(applied, below(kept));
    if (moves(moved)) {
      const node_set staying = applied;
      node_set gone = unstamped(moved);
      for (node n = 0; n < gone.size(); ++n) gone[n] = gone[n] && !staying[n];
      gone = reach(graph_.needed_by, graph_.size(), members(gone));
      const node_set before = below(moved);
      for (node n = 0; n < gone.size(); ++n) applied[n] = applied[n] || (before[n] && !gone[n]);
    } else {
      unite(applied, below(moved));
    }
    std::vector<node> result;
    for (node n = 0; n < applied.size(); ++n) {
      const auto above = graph_.needed_by[n];
      if (applied[n] &&
          std::none_of(above.begin(), above.end(), [&](node a) { return applied[a]; })) {
        result.push_back(n);
      }
    }
    return result;
  }

  /// One step for each destination that is new; the first takes out what has to go.
  std::vector<step> steps_to(const std::vector<node>& after) const {
    node_set to_come(graph_.size());
    for (const node n : after) to_come[n] = true;
    std::vector<node> removed;
    std::vector<node> reached;
    for (const node n : at_) {
      if (!to_come[n]) removed.push_back(n);
      to_come[n] = false;
    }
    for (const node n : request_.destinations) {
      if (!to_come[n]) continue;
      reached.push_back(n);
      to_come[n] = false;
    }
    std::vector<node> implied = members(to_come);
    version_rows table(graph_, at_);
    std::vector<step> steps;
    if (request_.destinations.empty() && implied.empty()) {
      for (const node& n : removed) steps.push_back(table.stamp({}, {&n, 1}, {}));
      return steps;
    }
    std::optional<node> first;
    if (!request_.destinations.empty()) first = request_.destinations[0];
    if (!reached.empty()) {
      first = reached[0];
      implied.push_back(reached[0]);
    }
    if (!removed.empty() || !implied.empty()) steps.push_back(table.stamp(first, removed, implied));
    for (std::size_t i = 1; i < reached.size(); ++i) {
      steps.push_back(table.stamp(reached[i], {}, {&reached[i], 1}));
    }
    return steps;
  }

  const graph& graph_;
  std::vector<node> at_;
  stamp_request request_;
};

/// Deletes every row, known or not.
step purge_step(const rows& current) {
  step result;
  result.kind = step_kind::stamp;
  for (const std::string& row : current) result.changes.push_back({row, {}});
  return result;
}

}  // namespace

plan plan_stamp(const graph& g, const rows& current, std::span<const std::string> targets,
                bool purge) {
  const stamp_planner planner(g, purge ? std::vector<node>() : row_nodes(g, current), targets);
  plan result{current, {}};
  if (purge && !current.empty()) result.steps.push_back(purge_step(current));
  std::ranges::move(planner.steps(), std::back_inserter(result.steps));
  return result;
}

}  // namespace retort::history
