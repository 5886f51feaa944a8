#include "command/object_patterns.h"
#include "command/schema_text.h"
#include "command/verbs.h"
#include "diff/creation.h"
#include "diff/serials.h"
#include "model/filter.h"

namespace retort::command {
namespace {

std::vector<model::operation> shown_schema(environment& env, bool with_grants) {
  const auto& backend = env.database_backend();
  const auto connection = env.connect(true);
  if (connection == nullptr) {
    throw error(env.database().url.display() + " does not exist, so it has no schema");
  }
  auto shown = backend.dialect().introspect(*connection, env.store(backend).table().name);
  model::keep_only(shown, env.context().filter);
  if (!with_grants) {
    std::erase_if(shown.objects,
                  [](const auto& entry) { return entry.second.kind.starts_with("grants"); });
    leave_out_alembic(shown);
    if (!env.options().schema.empty()) leave_other_schemas(shown, {}, backend.dialect());
  }
  return diff::creation(shown, backend.dialect());
}

}  // namespace

std::string schema_script(environment& env) {
  return sql_text(shown_schema(env, true), env.database_backend().dialect());
}

std::string export_models(environment& env, script::file_format format) {
  const auto operations = diff::with_serials(shown_schema(env, false));
  const auto& target = env.database_backend().dialect();
  if (format == script::file_format::sql) return sql_text(operations, target);
  return cpp_models(operations, target, "exported", env.config().naming_convention);
}

}  // namespace retort::command
