#include "command/verbs.h"

namespace retort::command {

revision_info describe(const engine::migration_set& set, std::size_t index) {
  const auto& graph = set.graph();
  const auto& file = set.at(index);
  revision_info info;
  info.revision = file.revision.id;
  info.down_revision = file.revision.down_revision;
  info.branch_labels = graph.labels(index);
  info.depends_on = file.revision.depends_on;
  info.message = file.revision.message;
  info.created = file.created();
  info.file = file.revision.file;
  for (const auto child : graph.children(index)) info.children.emplace_back(graph.id(child));
  info.is_head = graph.is_head(index);
  info.is_effective_head = graph.is_effective_head(index);
  info.is_branch_point = graph.is_branch_point(index);
  info.is_merge_point = graph.is_merge_point(index);
  return info;
}

}  // namespace retort::command
