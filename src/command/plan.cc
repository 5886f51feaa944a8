#include <optional>

#include "command/read_rows.h"
#include "command/run.h"
#include "command/verbs.h"
#include "engine/view_columns.h"
#include "model/views_over.h"

namespace retort::command {

plan_result plan(environment& env, const std::string& target, engine::transaction_mode mode,
                 const engine::script_sink& sink) {
  const auto& set = env.some_migrations();
  const auto& backend = env.database_backend();
  plan_result result;
  result.database = env.database().url.display();
  result.before = read_rows(env);
  // None where there is no database yet.
  const auto real = env.connect(true);
  if (real != nullptr) result.unfinished = unfinished(env, *real);
  const auto plan = set.graph().plan_upgrade(result.before, target);
  result.after = plan.after();
  const engine::planner plans(set, backend.dialect());
  result.migrations = plans.plan(plan.steps);
  for (const auto& step : plan.steps) {
    const auto index = step.revision.value();
    result.losses.push_back({plans.losses_of(index, engine::direction::upgrade),
                             plans.losses_of(index, engine::direction::downgrade)});
  }
  const auto copy = [&](db::connection& memory) {
    if (real != nullptr) backend.dialect().copy_structure(*real, memory);
  };
  std::optional<model::schema> now;
  const auto views_over = [&](const model::qualified_name& view) {
    if (!now) {
      now = real == nullptr ? model::schema() : backend.dialect().introspect(*real, "");
    }
    return model::views_over(*now, view);
  };
  const auto keeps_columns = [&](const model::qualified_name& view, const std::string& query) {
    return real == nullptr ? std::nullopt
                           : engine::keeps_columns(*real, backend.dialect(), view, query);
  };
  write_script(env,
               {.plan = plan,
                .mode = mode,
                .source = copy,
                .views_over = views_over,
                .keeps_columns = keeps_columns},
               sink);
  return result;
}

}  // namespace retort::command
