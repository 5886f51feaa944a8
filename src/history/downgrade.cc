#include <algorithm>

#include <fmt/format.h>

#include "history/messages.h"
#include "history/plan.h"
#include "history/version_rows.h"

namespace retort::history {
namespace {

struct downgrade_target {
  place_in_history to;
  /// Where the target has several children: only those below this revision are dropped.
  std::optional<node> branch;
};

/// Whether `ID@-N` has a meaning: the revision alone is current in its lineage, and there is one
/// way down from it, long enough.
bool can_leave(const graph& g, std::span<const node> current, node from, long steps) {
  const node_set line = lineage(g, from);
  if (std::count_if(current.begin(), current.end(), [&](node n) { return line[n]; }) != 1) {
    return false;
  }
  node at = from;
  for (; steps > 1; --steps) {
    if (g.parents[at].size() != 1) return false;
    at = g.parents[at][0];
  }
  return g.parents[at].size() < 2;
}

/// What to write where several of the current revisions could be the one to leave.
std::string way_to_leave(const graph& g, std::span<const node> current,
                         std::span<const node> possible, const symbol& s) {
  const auto found = std::find_if(possible.begin(), possible.end(),
                                  [&](node n) { return can_leave(g, current, n, -s.steps); });
  if (found == possible.end()) {
    return "name the revision to go down to; `history` lists what there is";
  }
  return fmt::format("say which one to go down from: {}@{}", g.id(*found), s.relative);
}

/// The revision that `-N` or `BRANCH@-N` counts from.
node current_to_leave(const graph& g, std::span<const node> current, const symbol& s) {
  if (s.branch.empty()) {
    if (current.empty()) throw too_far(s.relative, "the base", 0);
    if (current.size() == 1) return current[0];
    throw error(fmt::format("{} is ambiguous: the database is at {} revisions, {}", quoted(s.text),
                            current.size(), listed(g, current)))
        .help(way_to_leave(g, current, current, s));
  }
  const node_set line = lineage(g, resolve_branch(g, s.branch));
  const auto on_branch = [&](std::span<const node> nodes) {
    std::vector<node> result;
    std::copy_if(nodes.begin(), nodes.end(), std::back_inserter(result),
                 [&](node n) { return line[n]; });
    return result;
  };
  std::vector<node> found = on_branch(current);
  if (found.empty()) found = on_branch(tips(g, reach(g.needs, g.size(), current)));
  if (found.empty()) {
    throw error(fmt::format("branch {} is not in the database, so {} goes nowhere",
                            quoted(s.branch), quoted(s.text)))
        .help("`current` lists what is");
  }
  if (found.size() > 1) {
    throw error(fmt::format("{} is ambiguous: the database is at {} revisions of that branch, {}",
                            quoted(s.text), found.size(), listed(g, found)))
        .help(way_to_leave(g, current, found, s));
  }
  return found[0];
}

downgrade_target relative_target(const graph& g, std::span<const node> current, const symbol& s) {
  downgrade_target result;
  if (!s.branch.empty()) result.branch = resolve_branch(g, s.branch);
  walk_result walked;
  const long wanted = s.steps < 0 ? -s.steps : s.steps;
  std::string from = quoted(s.name);
  if (s.name.empty()) {
    if (s.steps == 0) throw no_step(s.text);
    if (s.steps > 0) {
      throw error(fmt::format("{} goes nowhere: it is relative to what the database is at, and a "
                              "downgrade does not go up",
                              quoted(s.text)))
          .help("write -N");
    }
    const node start = current_to_leave(g, current, s);
    if (s.branch.empty()) result.branch = start;
    from = quoted(g.id(start));
    walked = walk_down(g, start, wanted);
  } else if (s.steps < 0) {
    walked = walk_down(g, resolve_single(g, s), wanted);
  } else {
    symbol origin = s;
    origin.branch = {};
    std::optional<node_set> line;
    if (result.branch) line = lineage(g, *result.branch);
    walked = walk_up(g, resolve_single(g, origin), wanted, line ? &*line : nullptr);
  }
  if (walked.steps < wanted) throw too_far(s.relative, from, walked.steps);
  // No slip of the fingers may empty a database.
  if (wanted == 0 && !walked.at) {
    throw error(fmt::format("{} goes nowhere", quoted(s.text)))
        .help("write `base` to take everything back");
  }
  result.to = walked.at;
  return result;
}

downgrade_target parse_target(const graph& g, std::span<const node> current,
                              std::string_view target) {
  const symbol s = parse_known_symbol(g, target);
  if (s.is_relative()) return relative_target(g, current, s);
  downgrade_target result;
  // The branch says what to drop, not what the target is: the target may lie outside of it.
  if (!s.branch.empty()) result.branch = resolve_branch(g, s.branch);
  symbol plain = s;
  plain.branch = {};
  result.to = resolve_single(g, plain);
  return result;
}

/// The first revisions to drop: everything above them goes with them.
std::vector<node> roots_to_drop(const graph& g, const downgrade_target& target,
                                std::string_view typed) {
  const auto above = target.to ? g.children[*target.to] : std::span<const node>(g.bases);
  std::vector<node> roots(above.begin(), above.end());
  if (!target.branch || roots.size() < 2) return roots;
  const node_set line = reach(g.parents, g.size(), {&*target.branch, 1});
  std::erase_if(roots, [&](node root) { return !line[root]; });
  if (!roots.empty()) return roots;
  throw error(fmt::format("{} is not a valid downgrade target: {} does not lie above it",
                          quoted(typed), quoted(g.id(*target.branch))))
      .help(fmt::format("write REVISION@{}, REVISION being what to go down from",
                        target.to ? g.id(*target.to) : "base"));
}

error not_below(const graph& g, std::string_view typed, std::span<const node> current) {
  const std::string why =
      current.empty()
          ? "nothing is applied"
          : fmt::format("nothing above it is applied, the database is at {}", listed(g, current));
  return error(fmt::format("{} is not a valid downgrade target: {}", quoted(typed), why))
      .help("`current` lists what is applied, `history` what there is");
}

}  // namespace

plan plan_downgrade(const graph& g, const rows& current, std::string_view target) {
  const std::vector<node> at = row_nodes(g, current);
  const downgrade_target parsed = parse_target(g, at, target);
  node_set dropped = reach(g.needed_by, g.size(), roots_to_drop(g, parsed, target));
  const node_set applied = reach(g.needs, g.size(), at);
  bool any = false;
  for (node n = 0; n < g.size(); ++n) {
    dropped[n] = dropped[n] && applied[n];
    any = any || dropped[n];
  }
  if (!any && parsed.to && std::find(at.begin(), at.end(), *parsed.to) == at.end()) {
    throw not_below(g, target, at);
  }
  version_rows table(g, at);
  plan result{current, {}};
  for (const node n : newest_first(g, dropped, at)) result.steps.push_back(table.downgrade(n));
  return result;
}

}  // namespace retort::history
