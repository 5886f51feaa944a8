#include "command/init_from.h"

#include <ctime>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "command/autogenerate.h"
#include "command/local_time.h"
#include "command/migration_body.h"
#include "command/schema_text.h"
#include "script/function_field.h"

namespace retort::command {
namespace {

/// A table's rows as an operation, each value as the database writes it.
model::bulk_insert rows_of(const model::table& table, db::connection& connection,
                           const dialect::dialect& target) {
  model::bulk_insert op;
  op.table = table.name;
  std::vector<std::string> values;
  for (const auto& column : table.columns) {
    if (column.generated) continue;
    op.columns.push_back(column.name);
    values.push_back(target.exact_text(target.quote(column.name)));
  }
  const auto key =
      table.primary_key ? table.primary_key->columns : std::vector<std::string>{op.columns.front()};
  std::vector<std::string> order;
  for (const auto& column : key) order.push_back(target.quote(column));
  const auto found =
      connection.query(fmt::format("SELECT {} FROM {} ORDER BY {}", base::join(values, ", "),
                                   target.quote(table.name), base::join(order, ", ")));
  for (const auto& row : found.rows) {
    std::vector<model::value> cells;
    for (const auto& cell : row) {
      cells.push_back({retort::value::kind::sql, cell.value_or("NULL")});
    }
    op.rows.push_back(std::move(cells));
  }
  return op;
}

/// Numbers go on behind those of the rows.
std::vector<std::string> counter_statements(const model::table& table,
                                            const dialect::dialect& target) {
  std::vector<std::string> statements;
  if (target.flavour() == base::sql_flavour::sqlite) return statements;
  const auto name = target.quote(table.name);
  for (const auto& column : table.columns) {
    const bool counts =
        column.identity || (column.default_sql && column.default_sql->starts_with("nextval("));
    if (!counts) continue;
    statements.push_back(fmt::format(
        "SELECT setval(pg_get_serial_sequence({}, {}), max({})) FROM {} HAVING max({}) > 0",
        target.literal(name), target.literal(column.name), target.quote(column.name), name,
        target.quote(column.name)));
  }
  return statements;
}

const model::table& table_called(const model::schema& all, const std::string& name) {
  for (const auto& [known, table] : all.tables) {
    if (known.display() == name) return table;
  }
  throw error(fmt::format("there is no table {} whose rows could be taken over", name),
              failure::usage)
      .help("write --rows with the name of a table of the database");
}

void append_rows(environment& env, const std::vector<std::string>& names,
                 std::vector<diff::done_step>& steps) {
  if (names.empty()) return;
  const auto& backend = env.database_backend();
  const auto& target = backend.dialect();
  const auto connection = env.connect(true);
  const auto shown = target.introspect(*connection, env.store(backend).table().name);
  for (const auto& name : names) {
    const auto& table = table_called(shown, name);
    diff::done_step step;
    step.operations.push_back({rows_of(table, *connection, target), {}});
    for (auto& sql : counter_statements(table, target)) {
      step.operations.push_back({model::execute{std::move(sql)}, {}});
    }
    for (const auto& op : step.operations) {
      for (auto& sql : statements_of(op, target)) step.statements.push_back(std::move(sql));
    }
    steps.push_back(std::move(step));
  }
}

std::string models_text(const model_comparison& found, const std::string& name,
                        script::file_format format, const model::naming_convention& naming) {
  std::vector<model::operation> operations;
  for (const auto& step : found.upgrade.steps) {
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
  auto found = whole_schema(env, request);
  const model::naming_convention no_names;
  taken_over result;
  const bool cpp = format == script::file_format::cpp;
  result.models_name = cpp ? "models.cc" : "models.sql";
  result.models = models_text(found, name, format, no_names);
  append_rows(env, rows, found.upgrade.steps);
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
