#include <algorithm>

#include <fmt/format.h>

#include "history/messages.h"
#include "history/plan.h"

namespace retort::history {
namespace {

/// The lower end of a range.
struct range_start {
  std::vector<node> nodes;
  /// `BRANCH@…` leaves only the upper ends that belong to the branch.
  std::string_view branch;
};

range_start resolve_start(const graph& g, std::string_view text, std::span<const node> current) {
  range_start result;
  if (text.empty()) return result;
  if (text == "current") {
    result.nodes.assign(current.begin(), current.end());
    return result;
  }
  const symbol s = parse_known_symbol(g, text);
  result.branch = s.branch;
  if (!s.is_relative()) {
    result.nodes = resolve_absolute(g, s);
  } else if (s.name.empty() && s.steps < 0) {
    for (const place_in_history& at : down_from_heads(g, s, true)) {
      if (at && std::find(result.nodes.begin(), result.nodes.end(), *at) == result.nodes.end()) {
        result.nodes.push_back(*at);
      }
    }
  } else if (!s.name.empty()) {
    result.nodes = upgrade_targets(g, {}, text, true);
  } else {
    throw error(fmt::format("a range cannot begin at {}", quoted(text)))
        .help("write a revision, or -N to count down from the heads");
  }
  return result;
}

/// Whether a revision belongs to the branch that a range's start names: it carries the label, own
/// or inherited. A revision stands for the one label that it carries, otherwise for its lineage.
class branch_filter {
 public:
  branch_filter(const graph& g, std::string_view branch) : graph_(g) {
    const node n = resolve_branch(g, branch);
    const auto labels = g.labels[n];
    const auto own = std::find_if(g.label_names.begin(), g.label_names.end(),
                                  [&](std::string_view label) { return label == branch; });
    if (own != g.label_names.end()) {
      label_ = *own;
    } else if (labels.size() == 1) {
      label_ = g.label_names[labels[0]];
    } else {
      line_ = lineage(g, n);
    }
  }

  bool operator()(node n) const { return line_ ? (*line_)[n] : graph_.has_label(n, label_); }

 private:
  const graph& graph_;
  std::string_view label_;
  std::optional<node_set> line_;
};

std::vector<node> resolve_end(const graph& g, std::string_view text, const range_start& start,
                              std::span<const node> current) {
  std::vector<node> result;
  if (text.empty() || (text == "current" && current.empty())) {
    result = g.real_heads;
  } else if (text == "current") {
    result.assign(current.begin(), current.end());
  } else {
    const symbol s = parse_known_symbol(g, text);
    if (s.is_relative() && s.name.empty() && s.steps <= 0) {
      throw error(
          fmt::format("a range cannot end at {}: its end lies above its beginning", quoted(text)))
          .help("write a revision, +N to count up from the beginning, or ID-N");
    }
    result = upgrade_targets(g, start.nodes, text, true);
  }
  if (!start.branch.empty()) {
    const branch_filter belongs(g, start.branch);
    std::erase_if(result, [&](node n) { return !belongs(n); });
  }
  refuse_overlap(g, result);
  return result;
}

/// What lies above all of `selected` takes no part: it would change the order.
std::vector<node> in_order(const graph& g, const node_set& selected) {
  const std::vector<node> listed = members(selected);
  node_set between = reach(g.needed_by, g.size(), listed);
  const node_set below = reach(g.needs, g.size(), listed);
  for (node n = 0; n < g.size(); ++n) between[n] = between[n] && below[n];
  std::vector<node> tops = listed;
  std::erase_if(tops, [&](node n) {
    const auto above = g.needed_by[n];
    return std::any_of(above.begin(), above.end(), [&](node a) { return selected[a]; });
  });
  return newest_first(g, selected, between, tops);
}

}  // namespace

std::vector<node> list_history(const graph& g, std::string_view range, const rows& current) {
  const symbol_range ends = range.empty() ? symbol_range{} : parse_range(range);
  std::vector<node> at;
  if (ends.start == "current" || ends.end == "current") {
    at = row_nodes(g, current);
    refuse_rows_below_rows(g, at);
  }
  const range_start start = resolve_start(g, ends.start, at);
  const std::vector<node> tops = resolve_end(g, ends.end, start, at);
  const node_set reached = reach(g.needs, g.size(), tops);
  node_set selected = reached;
  if (!start.nodes.empty()) {
    const node_set above = reach(g.children, g.size(), start.nodes);
    node_set below = reach(g.needs, g.size(), start.nodes);
    for (const node n : start.nodes) {
      if (!reached[n]) {
        throw error(fmt::format("the range {} is empty: {} is not below its end", quoted(range),
                                quoted(g.id(n))))
            .help("the start of a range must be an ancestor of its end");
      }
      below[n] = false;
    }
    for (node n = 0; n < g.size(); ++n) selected[n] = selected[n] && above[n] && !below[n];
  }
  return in_order(g, selected);
}

}  // namespace retort::history
