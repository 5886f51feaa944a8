#include <algorithm>

#include <fmt/format.h>

#include "history/messages.h"
#include "history/plan.h"
#include "history/version_rows.h"

namespace retort::history {
namespace {

/// Where `BRANCH@+N` counts from: the current revision on the branch; where there is none, the tip
/// of what is applied of it; where that is nothing, the base.
std::vector<node> starts_on_branch(const graph& g, std::span<const node> current,
                                   const node_set& line) {
  std::vector<node> result;
  std::copy_if(current.begin(), current.end(), std::back_inserter(result),
               [&](node n) { return line[n]; });
  if (!result.empty()) return result;
  const std::vector<node> applied = members(reach(g.needs, g.size(), current));
  node_set below(g.size());
  for (const node n : applied) {
    if (!line[n]) continue;
    for (const node lower : g.below[n]) below[lower] = true;
  }
  std::copy_if(applied.begin(), applied.end(), std::back_inserter(result),
               [&](node n) { return line[n] && !below[n]; });
  return result;
}

place_in_history up_from_current(const graph& g, std::span<const node> current, const symbol& s,
                                 bool stop_at_ends) {
  std::optional<node_set> line;
  std::vector<node> starts(current.begin(), current.end());
  if (!s.branch.empty()) {
    line = lineage(g, resolve_branch(g, s.branch));
    starts = starts_on_branch(g, current, *line);
  }
  if (starts.size() > 1) {
    throw error(fmt::format("{} is ambiguous: the database is at {} revisions, {}", quoted(s.text),
                            starts.size(), listed(g, starts)))
        .help("name a revision, or write BRANCH@ before the relative revision");
  }
  const place_in_history start = starts.empty() ? place_in_history() : starts[0];
  const walk_result walked = walk_up(g, start, s.steps, line ? &*line : nullptr);
  const bool nowhere = !walked.at && walked.steps < s.steps;
  if (nowhere || (walked.steps < s.steps && !stop_at_ends)) {
    throw too_far(s.relative, start ? quoted(g.id(*start)) : "the base", walked.steps);
  }
  return walked.at;
}

place_in_history from_symbol(const graph& g, const symbol& s, bool stop_at_ends) {
  symbol origin = s;
  walk_result walked;
  long wanted = s.steps;
  if (s.steps > 0) {
    origin.branch = {};
    std::optional<node_set> line;
    if (!s.branch.empty()) line = lineage(g, resolve_branch(g, s.branch));
    walked = walk_up(g, resolve_single(g, origin), s.steps, line ? &*line : nullptr);
  } else {
    wanted = -s.steps;
    walked = walk_down(g, resolve_single(g, origin), wanted);
  }
  if (walked.steps < wanted && !stop_at_ends) {
    throw too_far(s.relative, quoted(s.name), walked.steps);
  }
  return walked.at;
}

}  // namespace

std::vector<node> upgrade_targets(const graph& g, std::span<const node> current,
                                  std::string_view target, bool stop_at_ends) {
  const symbol s = parse_known_symbol(g, target);
  if (!s.is_relative()) return resolve_absolute(g, s);
  if (s.name.empty() && s.steps == 0) throw no_step(s.text);
  if (s.name.empty() && s.steps < 0) {
    throw error(fmt::format("{} goes nowhere: it is relative to what the database is at, and an "
                            "upgrade does not go down",
                            quoted(target)))
        .help("write +N");
  }
  const place_in_history found = s.name.empty() ? up_from_current(g, current, s, stop_at_ends)
                                                : from_symbol(g, s, stop_at_ends);
  return found ? std::vector<node>{*found} : std::vector<node>();
}

void refuse_overlap(const graph& g, std::span<const node> targets) {
  const node_set below = strictly_below(g, targets);
  for (const node n : targets) {
    if (!below[n]) continue;
    const node_set above = reach(g.needed_by, g.size(), {&n, 1});
    const auto other =
        std::find_if(targets.begin(), targets.end(), [&](node t) { return t != n && above[t]; });
    throw error(fmt::format("requested revision {} overlaps with requested revision {}, which "
                            "includes it",
                            quoted(g.id(n)), quoted(g.id(*other))))
        .help(fmt::format("ask for {} alone", quoted(g.id(*other))));
  }
}

plan plan_upgrade(const graph& g, const rows& current, std::string_view target) {
  const std::vector<node> at = row_nodes(g, current);
  refuse_rows_below_rows(g, at);
  const std::vector<node> targets = upgrade_targets(g, at, target, false);
  refuse_overlap(g, targets);
  node_set pending = reach(g.needs, g.size(), targets);
  const node_set applied = reach(g.needs, g.size(), at);
  for (node n = 0; n < g.size(); ++n) pending[n] = pending[n] && !applied[n];
  const std::vector<node> order = newest_first(g, pending, targets);
  version_rows table(g, at);
  plan result{current, {}};
  result.steps.reserve(order.size());
  for (auto n = order.rbegin(); n != order.rend(); ++n) result.steps.push_back(table.upgrade(*n));
  return result;
}

}  // namespace retort::history
