#include <fmt/format.h>

#include "base/text_tools.h"
#include "command/verbs.h"
#include "command/write_revision.h"

namespace retort::command {

revision_result merge(environment& env, const merge_request& request) {
  script::new_migration made;
  made.down_revision = new_parents(env.migrations(), request.revisions, request.splice);
  if (request.message.empty()) {
    made.message = made.down_revision.empty()
                       ? "merge"
                       : fmt::format("merge {}", base::join(made.down_revision, " and "));
  }
  return write_revision(env, std::move(made), request);
}

}  // namespace retort::command
