#include "command/init_from.h"

#include <ctime>

#include <fmt/format.h>

#include "command/autogenerate.h"
#include "command/local_time.h"
#include "command/migration_body.h"
#include "command/schema_text.h"
#include "command/taken_rows.h"
#include "script/function_field.h"

namespace retort::command {
namespace {

std::string models_text(const model_comparison& found, const std::string& name,
                        script::file_format format, const model::naming_convention& naming) {
  std::vector<model::operation> operations;
  for (const auto& step : found.upgrade.steps) {
    if (carries_rows(step)) continue;
    operations.insert(operations.end(), step.operations.begin(), step.operations.end());
  }
  return format == script::file_format::cpp ? cpp_models(operations, *found.target, name, naming)
                                            : sql_text(operations, *found.target);
}

}  // namespace

taken_over take_over_database(environment& env, const std::string& name, script::file_format format,
                              const std::vector<std::string>& rows) {
  comparison_request request;
  request.in_cpp = format == script::file_format::cpp;
  row_function put_rows;
  if (!rows.empty()) {
    put_rows = [&](const auto& wanted, const auto& made, auto& scratch) {
      return put_taken_rows(env, rows, wanted, made, scratch);
    };
  }
  const auto found = whole_schema(env, request, put_rows);
  const model::naming_convention no_names;
  taken_over result;
  const bool cpp = format == script::file_format::cpp;
  result.models_name = cpp ? "models.cc" : "models.sql";
  result.models = models_text(found, name, format, no_names);
  script::new_migration made;
  made.revision = script::new_revision_id();
  made.message = "The database as it was taken over";
  made.created = time_in_zone(std::time(nullptr), "UTC").iso();
  const body_form form{format, script::body_column(script::default_template(format))};
  made.upgrades = migration_body(found.upgrade.steps, *found.target, form, no_names);
  made.downgrades = migration_body(found.downgrade.steps, *found.target, form, no_names);
  result.revision = made.revision;
  result.migration_name = made.revision + "_taken_over" + (cpp ? ".cc" : ".sql");
  result.migration = script::write_migration(made, format, script::default_template(format),
                                             std::string(script::template_name(format)));
  return result;
}

}  // namespace retort::command
