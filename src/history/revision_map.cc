#include "history/revision_map.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "history/graph.h"
#include "history/messages.h"
#include "history/plan.h"
#include "history/resolve.h"

namespace retort::history {
namespace {

std::vector<std::size_t> indices(std::span<const node> nodes) {
  return {nodes.begin(), nodes.end()};
}

/// Nothing may depend on the order in which a database gives its rows.
rows sorted(rows table) {
  std::sort(table.begin(), table.end());
  return table;
}

std::vector<std::size_t> oldest_first(const graph& g, const node_set& selected,
                                      std::span<const node> tops) {
  std::vector<std::size_t> result = indices(newest_first(g, selected, tops));
  std::reverse(result.begin(), result.end());
  return result;
}

void sort_by_place(std::vector<error>& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const error& a, const error& b) {
    return std::tie(a.where.file, a.where.line) < std::tie(b.where.file, b.where.line);
  });
}

}  // namespace

revision_map::revision_map(std::vector<revision> revisions) {
  std::vector<error> problems;
  graph_ = std::make_unique<const graph>(build_graph(std::move(revisions), problems));
  if (problems.empty()) return;
  sort_by_place(problems);
  throw first_of(std::move(problems));
}

revision_map::revision_map(revision_map&&) noexcept = default;
revision_map& revision_map::operator=(revision_map&&) noexcept = default;
revision_map::~revision_map() = default;

std::vector<error> revision_map::problems(const std::vector<revision>& revisions) {
  std::vector<error> result;
  build_graph(revisions, result);
  sort_by_place(result);
  return result;
}

error revision_map::first_of(std::vector<error> problems) {
  auto first = std::move(problems.front());
  if (problems.size() > 1) {
    first.note(fmt::format("the first of {}: `check graph` names them all", problems.size()));
  }
  return first;
}

const std::vector<revision>& revision_map::revisions() const { return graph_->revisions; }

std::optional<std::size_t> revision_map::find(std::string_view exact_id) const {
  const auto found = graph_->names.find(exact_id);
  if (found == graph_->names.end() || graph_->id(found->second) != exact_id) return std::nullopt;
  return found->second;
}

std::span<const node> revision_map::parents(std::size_t i) const {
  return graph_->parents[static_cast<node>(i)];
}

std::span<const node> revision_map::children(std::size_t i) const {
  return graph_->children[static_cast<node>(i)];
}

std::span<const node> revision_map::dependencies(std::size_t i) const {
  return graph_->dependencies[static_cast<node>(i)];
}

std::vector<std::string_view> revision_map::labels(std::size_t i) const {
  std::vector<std::string_view> result;
  for (const std::size_t label : graph_->labels[static_cast<node>(i)]) {
    result.push_back(graph_->label_names[label]);
  }
  return result;
}

bool revision_map::is_head(std::size_t i) const { return children(i).empty(); }
bool revision_map::is_branch_point(std::size_t i) const { return children(i).size() > 1; }
bool revision_map::is_merge_point(std::size_t i) const { return parents(i).size() > 1; }

bool revision_map::is_real_head(std::size_t i) const {
  return graph_->needed_by[static_cast<node>(i)].empty();
}

std::vector<std::size_t> revision_map::heads() const { return indices(graph_->heads); }
std::vector<std::size_t> revision_map::real_heads() const { return indices(graph_->real_heads); }
std::vector<std::size_t> revision_map::bases() const { return indices(graph_->bases); }

std::vector<std::size_t> revision_map::branch_points() const {
  std::vector<std::size_t> result = history("", {});
  std::erase_if(result, [&](std::size_t i) { return !is_branch_point(i); });
  return result;
}

std::vector<std::size_t> revision_map::topological_order() const {
  return oldest_first(*graph_, node_set(graph_->size(), true), graph_->real_heads);
}

std::vector<std::size_t> revision_map::ancestors_and_self(std::size_t i) const {
  const auto n = static_cast<node>(i);
  return oldest_first(*graph_, reach(graph_->needs, graph_->size(), {&n, 1}), {&n, 1});
}

std::vector<std::size_t> revision_map::history(std::string_view range, const rows& current) const {
  return indices(list_history(*graph_, range, current));
}

std::vector<std::size_t> revision_map::resolve(std::string_view text, const rows& current) const {
  if (text == "current") return indices(row_nodes(*graph_, current));
  const symbol s = parse_known_symbol(*graph_, text);
  if (!s.is_relative()) return indices(resolve_absolute(*graph_, s, true));
  if (!s.name.empty() || s.steps >= 0) {
    throw error(
        fmt::format("{} cannot be used here: only -N, counted from the heads, can", quoted(text)))
        .help("name the revision");
  }
  std::vector<std::size_t> result;
  for (const place_in_history& at : down_from_heads(*graph_, s, false)) {
    if (at) result.push_back(*at);
  }
  return result;
}

std::optional<std::size_t> revision_map::resolve_one(std::string_view text,
                                                     const rows& current) const {
  const std::vector<std::size_t> found = resolve(text, current);
  if (found.empty()) return std::nullopt;
  if (found.size() == 1) return found[0];
  throw several_heads(*graph_, text, std::vector<node>(found.begin(), found.end()));
}

rows revision_map::rows_at(std::string_view start) const {
  const symbol s = parse_known_symbol(*graph_, start);
  if (s.is_relative()) {
    throw error(fmt::format("a script cannot start at {}", quoted(start)))
        .help("name the revision that the database is at, or 'base'");
  }
  // A head of the branch may be what another one depends on: then it is no row.
  const std::vector<node> named = resolve_absolute(*graph_, s);
  const node_set below = strictly_below(*graph_, named);
  rows result;
  for (const node n : named) {
    if (!below[n]) result.emplace_back(graph_->id(n));
  }
  return sorted(std::move(result));
}

plan revision_map::plan_upgrade(const rows& current, std::string_view target) const {
  return history::plan_upgrade(*graph_, sorted(current), target);
}

plan revision_map::plan_downgrade(const rows& current, std::string_view target) const {
  return history::plan_downgrade(*graph_, sorted(current), target);
}

plan revision_map::plan_stamp(const rows& current, std::span<const std::string> targets,
                              bool purge) const {
  return history::plan_stamp(*graph_, sorted(current), targets, purge);
}

std::vector<std::size_t> revision_map::effective_current(const rows& current) const {
  return indices(tips(*graph_, reach(graph_->needs, graph_->size(), row_nodes(*graph_, current))));
}

void revision_map::require_known(const rows& current) const { row_nodes(*graph_, current); }

std::vector<std::size_t> revision_map::applied(const rows& current) const {
  const std::vector<node> at = row_nodes(*graph_, current);
  return oldest_first(*graph_, reach(graph_->needs, graph_->size(), at), at);
}

bool revision_map::at_heads(const rows& current) const {
  rows wanted;
  for (const node n : graph_->real_heads) wanted.emplace_back(graph_->id(n));
  std::sort(wanted.begin(), wanted.end());
  return wanted == current;
}

bool names_current(std::string_view symbol_or_range) {
  const auto colon = symbol_or_range.find(':');
  const auto is_current = [](std::string_view side) { return base::trim(side) == "current"; };
  if (colon == std::string_view::npos) return is_current(symbol_or_range);
  return is_current(symbol_or_range.substr(0, colon)) ||
         is_current(symbol_or_range.substr(colon + 1));
}

}  // namespace retort::history
