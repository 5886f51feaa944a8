#include <algorithm>

#include "command/read_rows.h"
#include "command/verbs.h"

namespace retort::command {
namespace {

std::vector<revision_info> describe_all(const engine::migration_set& set,
                                        const std::vector<std::size_t>& indexes) {
  std::vector<revision_info> result;
  result.reserve(indexes.size());
  for (const std::size_t index : indexes) result.push_back(describe(set, index));
  return result;
}

}  // namespace

std::vector<revision_info> history(environment& env, const std::string& range, bool mark_current) {
  const auto& set = env.migrations();
  const auto& graph = set.graph();
  const bool ask = mark_current || history::names_current(range);
  const auto rows = ask ? read_rows(env) : history::rows();
  auto result = describe_all(set, graph.history(range, rows));
  if (!mark_current) return result;
  graph.require_known(rows);
  for (auto& info : result) {
    info.is_current = std::binary_search(rows.begin(), rows.end(), info.revision);
  }
  return result;
}

std::vector<revision_info> heads(environment& env, bool resolve_dependencies) {
  const auto& set = env.migrations();
  const auto& graph = set.graph();
  return describe_all(set, resolve_dependencies ? graph.real_heads() : graph.heads());
}

std::vector<revision_info> branches(environment& env) {
  const auto& set = env.migrations();
  const auto& graph = set.graph();
  auto result = describe_all(set, graph.branch_points());
  for (auto& info : result) {
    for (const std::size_t child : graph.children(graph.find(info.revision).value())) {
      info.branches.push_back(describe(set, child));
    }
  }
  return result;
}

std::vector<revision_info> show(environment& env, const std::string& symbol) {
  const auto& set = env.some_migrations();
  const auto rows = history::names_current(symbol) ? read_rows(env) : history::rows();
  return describe_all(set, set.graph().resolve(symbol, rows));
}

}  // namespace retort::command
