#include "command/taken_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text_tools.h"
#include "command/schema_text.h"
#include "model/apply_objects.h"

namespace retort::command {
namespace {

bool is_postgres(const dialect::dialect& target) {
  return target.flavour() == base::sql_flavour::postgresql;
}

/// Rows of tables that inherit from it are theirs; those of partitions are only seen through it.
std::string source_of(const model::table& table, const dialect::dialect& target) {
  const bool is_whole = is_postgres(target) && model::partition_key(table).empty();
  return (is_whole ? "ONLY " : "") + target.quote(table.name);
}

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
  if (op.columns.empty()) {
    throw error(
        fmt::format("table {} has no column that a row could be put into", table.name.display()),
        failure::usage)
        .help("leave it out of --rows");
  }
  const auto key =
      table.primary_key ? table.primary_key->columns : std::vector<std::string>{op.columns.front()};
  std::vector<std::string> order;
  for (const auto& column : key) order.push_back(target.quote(column));
  const auto found =
      connection.query(fmt::format("SELECT {} FROM {} ORDER BY {}", base::join(values, ", "),
                                   source_of(table, target), base::join(order, ", ")));
  for (const auto& row : found.rows) {
    std::vector<model::value> cells;
    for (const auto& cell : row) {
      cells.push_back({retort::value::kind::sql, cell.value_or("NULL")});
    }
    op.rows.push_back(std::move(cells));
  }
  return op;
}

/// The sequence that a column's numbers come from, as an SQL expression; empty: there is none.
std::string sequence_of(const model::table& table, const model::column& column,
                        const dialect::dialect& target) {
  if (column.identity) {
    return fmt::format("pg_catalog.pg_get_serial_sequence({}, {})::regclass",
                       target.literal(target.quote(table.name)), target.literal(column.name));
  }
  constexpr std::string_view lead = "nextval(";
  constexpr std::string_view end = "::regclass)";
  const auto sql = column.default_sql.value_or("");
  if (!sql.starts_with(lead) || sql.find(end) + end.size() != sql.size()) return {};
  return sql.substr(lead.size(), sql.size() - lead.size() - 1);
}

/// Numbers go on behind those of the rows; a sequence that several tables share, behind all.
std::vector<std::string> counter_statements(const model::table& table,
                                            const dialect::dialect& target) {
  std::vector<std::string> statements;
  if (!is_postgres(target)) return statements;
  for (const auto& column : table.columns) {
    const auto sequence = sequence_of(table, column, target);
    if (sequence.empty()) continue;
    statements.push_back(fmt::format(
        "SELECT pg_catalog.setval({0}, pg_catalog.max({1})) FROM {2} HAVING pg_catalog.max({1}) >= "
        "coalesce(pg_catalog.pg_sequence_last_value({0}), (SELECT seqstart FROM "
        "pg_catalog.pg_sequence WHERE seqrelid = {0}::oid))",
        sequence, target.quote(column.name), target.quote(table.name)));
  }
  return statements;
}

/// Those that were filled when they were made, before the rows came, in the order of the making.
std::vector<std::string> refresh_statements(const std::vector<diff::done_step>& made,
                                            const dialect::dialect& target) {
  std::vector<std::string> statements;
  for (const auto& step : made) {
    for (const auto& op : step.operations) {
      const auto* view = std::get_if<model::create_object>(&op.what);
      if (view == nullptr || view->object.kind != "materialized view" ||
          view->body.ends_with("WITH NO DATA")) {
        continue;
      }
      statements.push_back("REFRESH MATERIALIZED VIEW " + target.quote(view->object.name));
    }
  }
  return statements;
}

/// By its name, with the schema to work in or without.
const model::table& table_called(const model::schema& all, const std::string& name,
                                 const std::string& schema) {
  for (const auto& [known, table] : all.tables) {
    if (known.display() == name) return table;
    if (known.schema.empty() && schema + '.' + known.name == name) return table;
  }
  throw error(fmt::format("there is no table {} whose rows could be taken over", name),
              failure::usage)
      .help("write --rows with the name of a table of the database");
}

diff::done_step step_of(const model::table& table, model::bulk_insert rows,
                        const dialect::dialect& target) {
  diff::done_step step;
  step.operations.push_back({std::move(rows), {}});
  for (auto& sql : counter_statements(table, target)) {
    step.operations.push_back({model::execute{std::move(sql)}, {}});
  }
  return step;
}

void write_statements(diff::done_step& step, const dialect::dialect& target) {
  for (const auto& op : step.operations) {
    for (auto& sql : statements_of(op, target)) step.statements.push_back(std::move(sql));
  }
}

/// As a migration does it, which looks at SQLite's foreign keys in the end.
void carry_out(const std::vector<diff::done_step>& steps, db::connection& scratch,
               const dialect::dialect& target) {
  const auto session = target.open_session(scratch, false);
  do {
    if (session->wants_baseline()) session->take_baseline();
    scratch.begin();
    try {
      for (const auto& step : steps) {
        for (const auto& sql : step.statements) scratch.execute(sql);
      }
      session->before_bookkeeping();
    } catch (...) {
      scratch.rollback();
      throw;
    }
    session->wants_baseline() ? scratch.rollback() : scratch.commit();
  } while (session->wants_baseline());
}

std::vector<std::string> sorted_texts(const model::bulk_insert& rows) {
  std::vector<std::string> texts;
  for (const auto& row : rows.rows) {
    std::string text;
    for (const auto& value : row) text += value.text + ", ";
    texts.push_back(std::move(text));
  }
  std::ranges::sort(texts);
  return texts;
}

}  // namespace

std::vector<diff::done_step> put_taken_rows(environment& env, const std::vector<std::string>& names,
                                            const model::schema& wanted,
                                            const std::vector<diff::done_step>& made,
                                            db::connection& scratch) {
  const auto& target = env.database_backend().dialect();
  const auto real = env.connect(true);
  std::vector<const model::table*> tables;
  std::vector<diff::done_step> steps;
  for (const auto& name : names) {
    const auto& table = table_called(wanted, name, env.scripting().schema);
    if (std::ranges::find(tables, &table) != tables.end()) continue;
    tables.push_back(&table);
    steps.push_back(step_of(table, rows_of(table, *real, target), target));
  }
  for (auto& sql : refresh_statements(made, target)) {
    steps.back().operations.push_back({model::execute{std::move(sql)}, {}});
  }
  for (auto& step : steps) write_statements(step, target);
  try {
    carry_out(steps, scratch, target);
  } catch (const error& problem) {
    throw unfit_rows(problem);
  }
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto& given = std::get<model::bulk_insert>(steps[i].operations.front().what);
    if (sorted_texts(given) == sorted_texts(rows_of(*tables[i], scratch, target))) continue;
    throw unfit_rows(error(fmt::format("table {} changes them", tables[i]->name.display())));
  }
  return steps;
}

bool carries_rows(const diff::done_step& step) {
  return std::ranges::any_of(step.operations, [](const model::operation& op) {
    return std::holds_alternative<model::bulk_insert>(op.what);
  });
}

error unfit_rows(const error& why) {
  error problem("the rows that are taken over do not fit: " + std::string(why.what()));
  problem.notes = why.notes;
  return problem.help("name with --rows also the tables that they refer to, or leave these out");
}

}  // namespace retort::command
