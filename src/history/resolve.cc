#include "history/resolve.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "history/messages.h"

namespace retort::history {
namespace {

// Shorter names are never found by their beginning, as in Alembic.
constexpr std::size_t shortest_abbreviated = 4;

/// Every id and label that begins with `prefix`, in load order, labels last.
std::vector<std::string_view> names_beginning_with(const graph& g, std::string_view prefix) {
  std::vector<std::string_view> result;
  const auto add = [&](std::string_view name) {
    if (name.size() >= shortest_abbreviated && name.starts_with(prefix)) result.push_back(name);
  };
  for (const revision& r : g.revisions) add(r.id);
  for (const std::string_view label : g.label_names) add(label);
  return result;
}

error ambiguous_beginning(std::string_view prefix, const std::vector<std::string_view>& names) {
  constexpr std::size_t shown = 3;
  std::vector<std::string> first;
  for (std::size_t i = 0; i < std::min(shown, names.size()); ++i) first.push_back(quoted(names[i]));
  const std::string more =
      names.size() > shown ? fmt::format(" and {} more", names.size() - shown) : "";
  return error(fmt::format("{} is ambiguous: it begins {}{}", quoted(prefix),
                           base::join(first, ", "), more))
      .help("write more of it");
}

/// Heads in the lineage of the branch, all where none is given; by down_revision, so that a head
/// which another revision depends on counts.
std::vector<node> branch_heads(const graph& g, std::string_view branch) {
  if (branch.empty()) return g.heads;
  const node_set line = lineage(g, resolve_branch(g, branch));
  std::vector<node> result;
  std::copy_if(g.heads.begin(), g.heads.end(), std::back_inserter(result),
               [&](node head) { return line[head]; });
  return result;
}

std::string place_name(const graph& g, place_in_history at) {
  return at ? quoted(g.id(*at)) : "the base";
}

error several_ways_up(const graph& g, place_in_history from, std::span<const node> children) {
  return error(fmt::format("there are several ways up from {}: {}", place_name(g, from),
                           listed(g, children)))
      .help("name the revision to go to, or write BRANCH@ before the relative revision");
}

error several_ways_down(const graph& g, place_in_history from, std::span<const node> parents) {
  if (!from) {
    return error(fmt::format("there are several heads to count down from: {}", listed(g, parents)))
        .help("name the revision to count from");
  }
  return error(fmt::format("{} is a merge of {}: there is no single revision one step down",
                           quoted(g.id(*from)), listed(g, parents)))
      .help(fmt::format("name the revision to go down to: {}", listed(g, parents)));
}

}  // namespace

node resolve_name(const graph& g, std::string_view name, std::string_view branch, bool current) {
  if (name.empty()) throw error("the revision's name is empty").help("name a revision, or 'base'");
  const std::optional<node_set> line =
      branch.empty() ? std::nullopt : std::optional(lineage(g, resolve_branch(g, branch)));
  if (const auto exact = g.names.find(name); exact != g.names.end()) {
    if (!line || (*line)[exact->second]) return exact->second;
    throw error(
        fmt::format("revision {} is not on branch {}", quoted(g.id(exact->second)), quoted(branch)))
        .help("`history` lists what there is");
  }
  std::vector<std::string_view> names = names_beginning_with(g, name);
  if (line) {
    std::erase_if(names, [&](std::string_view n) { return !(*line)[g.names.at(n)]; });
  }
  if (names.empty()) throw no_such_revision(g, name, current && branch.empty());
  if (names.size() > 1) throw ambiguous_beginning(name, names);
  return g.names.at(names[0]);
}

node resolve_branch(const graph& g, std::string_view branch) {
  if (const auto exact = g.names.find(branch); exact != g.names.end()) return exact->second;
  const auto names = names_beginning_with(g, branch);
  if (names.empty()) throw no_such_branch(g, branch);
  if (names.size() > 1) throw ambiguous_beginning(branch, names);
  return g.names.at(names[0]);
}

std::vector<node> resolve_absolute(const graph& g, const symbol& s, bool current) {
  if (s.name == "base") {
    if (!s.branch.empty()) resolve_branch(g, s.branch);
    return {};
  }
  if (s.name == "heads") return s.branch.empty() ? g.real_heads : branch_heads(g, s.branch);
  if (s.name == "head") {
    std::vector<node> heads = branch_heads(g, s.branch);
    if (heads.size() > 1) throw several_heads(g, s.text, heads);
    return heads;
  }
  return {resolve_name(g, s.name, s.branch, current)};
}

place_in_history resolve_single(const graph& g, const symbol& s) {
  const auto found = resolve_absolute(g, s);
  if (found.size() > 1) throw several_heads(g, s.text, found);
  return found.empty() ? place_in_history() : found[0];
}

symbol parse_known_symbol(const graph& g, std::string_view text) {
  symbol s = parse_symbol(text);
  const std::string_view whole = s.branch.empty() ? text : text.substr(s.branch.size() + 1);
  if (s.is_relative() && g.names.contains(whole)) {
    s.name = whole;
    s.relative = {};
    s.steps = 0;
  }
  return s;
}

std::vector<node> row_nodes(const graph& g, const rows& current) {
  std::vector<node> result;
  for (const std::string& row : current) {
    const auto found = g.names.find(row);
    if (found == g.names.end() || g.id(found->second) != row) throw unknown_row(row);
    if (std::find(result.begin(), result.end(), found->second) == result.end()) {
      result.push_back(found->second);
    }
  }
  return result;
}

void refuse_rows_below_rows(const graph& g, std::span<const node> nodes) {
  const node_set below = strictly_below(g, nodes);
  for (const node n : nodes) {
    if (!below[n]) continue;
    const node_set above = reach(g.needed_by, g.size(), {&n, 1});
    const auto other = std::find_if(nodes.begin(), nodes.end(), [&](node candidate) {
      return candidate != n && above[candidate];
    });
    throw row_below_row(g, n, *other);
  }
}

walk_result walk_up(const graph& g, place_in_history start, long steps, const node_set* branch) {
  walk_result result{start, 0};
  std::vector<node> ways;
  for (; result.steps < steps; ++result.steps) {
    ways.clear();
    const auto children = result.at ? g.children[*result.at] : std::span<const node>(g.bases);
    std::copy_if(children.begin(), children.end(), std::back_inserter(ways),
                 [&](node child) { return branch == nullptr || (*branch)[child]; });
    if (ways.empty()) break;
    if (ways.size() > 1) throw several_ways_up(g, result.at, ways);
    result.at = ways[0];
  }
  return result;
}

walk_result walk_down(const graph& g, place_in_history start, long steps) {
  walk_result result{start, 0};
  for (; result.steps < steps; ++result.steps) {
    if (!result.at && result.steps > 0) break;
    const auto parents = result.at ? g.parents[*result.at] : std::span<const node>(g.heads);
    if (parents.size() > 1) throw several_ways_down(g, result.at, parents);
    result.at = parents.empty() ? place_in_history() : parents[0];
  }
  return result;
}

std::vector<place_in_history> down_from_heads(const graph& g, const symbol& s, bool stop_at_base) {
  const std::optional<node_set> line =
      s.branch.empty() ? std::nullopt : std::optional(lineage(g, resolve_branch(g, s.branch)));
  std::vector<place_in_history> result;
  for (const node head : g.real_heads) {
    if (line && !(*line)[head]) continue;
    const walk_result walked = walk_down(g, head, -s.steps);
    if (walked.steps < -s.steps && !stop_at_base) {
      throw too_far(s.relative, quoted(g.id(head)), walked.steps);
    }
    result.push_back(walked.at);
  }
  return result;
}

std::vector<node> tips(const graph& g, const node_set& applied) {
  std::vector<node> result;
  for (node n = 0; n < g.size(); ++n) {
    const auto children = g.children[n];
    if (applied[n] && std::none_of(children.begin(), children.end(),
                                   [&](node child) { return applied[child]; })) {
      result.push_back(n);
    }
  }
  return result;
}

symbol_range parse_range(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
    throw error(fmt::format("{} is not a range", quoted(text)), failure::usage)
        .help("a range is written [START]:[END]");
  }
  return {base::trim(text.substr(0, colon)), base::trim(text.substr(colon + 1))};
}

}  // namespace retort::history
