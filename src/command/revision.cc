#include <algorithm>

#include "command/migration_body.h"
#include "command/verbs.h"
#include "command/write_revision.h"

namespace retort::command {
namespace {

/// Labels stay as they are written; a partial id becomes the whole one.
std::vector<std::string> dependencies(const engine::migration_set& set,
                                      const revision_request& request) {
  std::vector<std::string> result;
  for (const auto& symbol : request.depends_on) {
    for (const std::size_t index : set.graph().resolve(symbol, {})) {
      const auto& declared = set.at(index).revision.branch_labels;
      const bool label = std::find(declared.begin(), declared.end(), symbol) != declared.end();
      result.push_back(label ? symbol : std::string(set.at(index).revision.id));
    }
  }
  return result;
}

}  // namespace

revision_result revision(environment& env, const revision_request& request) {
  const auto& set = env.migrations();
  script::new_migration made;
  const bool first = set.files().empty() && request.heads == std::vector<std::string>{"head"};
  if (!first) made.down_revision = new_parents(set, request.heads, request.splice);
  made.depends_on = dependencies(set, request);
  if (!request.autogenerate) return write_revision(env, std::move(made), request);
  const auto format = chosen_format(env, request.format);
  auto comparison = request.comparison;
  comparison.in_cpp = format == script::file_format::cpp;
  const auto found = compare_models(env, comparison, true);
  if (found.differences.empty()) return {};
  const auto& naming = env.config().naming_convention;
  made.upgrades = migration_body(found.upgrade.steps, *found.target, format, naming);
  made.downgrades = migration_body(found.downgrade.steps, *found.target, format, naming);
  auto result = write_revision(env, std::move(made), request);
  result.reviews = reviews_in(found.upgrade.steps);
  return result;
}

}  // namespace retort::command
