#include <algorithm>

#include "command/read_rows.h"
#include "command/verbs.h"

namespace retort::command {

revision_info revision_list::operator[](std::size_t i) const {
  auto info = describe(*set_, indexes_[i]);
  info.is_current = std::binary_search(current_.begin(), current_.end(), info.revision);
  return info;
}

revision_list revision_list::children(std::size_t i) const {
  const auto found = set_->graph().children(indexes_[i]);
  return {*set_, {found.begin(), found.end()}};
}

revision_list history(environment& env, const std::string& range, bool mark_current) {
  const auto& set = env.migrations();
  const auto& graph = set.graph();
  const bool ask = mark_current || history::names_current(range);
  const auto rows = ask ? read_rows(env) : history::rows();
  auto indexes = graph.history(range, rows);
  if (!mark_current) return {set, std::move(indexes)};
  graph.require_known(rows);
  return {set, std::move(indexes), rows};
}

revision_list heads(environment& env, bool resolve_dependencies) {
  const auto& set = env.migrations();
  const auto& graph = set.graph();
  return {set, resolve_dependencies ? graph.real_heads() : graph.heads()};
}

revision_list branches(environment& env) {
  const auto& set = env.migrations();
  return {set, set.graph().branch_points()};
}

revision_list show(environment& env, const std::string& symbol) {
  const auto& set = env.some_migrations();
  const auto rows = history::names_current(symbol) ? read_rows(env) : history::rows();
  return {set, set.graph().resolve(symbol, rows)};
}

}  // namespace retort::command
