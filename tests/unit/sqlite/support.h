#pragma once

#include <retort/error.h>
#include <retort/sqlite.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "dialect/backend.h"
#include "model/apply.h"
#include "sqlite/dialect.h"

namespace retort::test {

inline std::unique_ptr<db::connection> memory() {
  return sqlite_backend().open(db::parse_url("sqlite://"), {});
}

/// Runs a script, which its author split: one statement an element.
inline std::unique_ptr<db::connection> memory(std::initializer_list<const char*> statements) {
  auto connection = memory();
  for (const auto* sql : statements) connection->execute(sql);
  return connection;
}

/// Runs a planned statement as the executor does.
inline void run(db::connection& connection, const dialect::statement& planned) {
  if (planned.change.empty()) return connection.execute(planned.sql);
  connection.begin();
  try {
    for (auto change = sqlite_backend().dialect().prepare(connection, planned); change;
         change = change->next()) {
      for (const auto& sql : change->statements()) connection.execute(sql);
      change->confirm();
    }
    connection.commit();
  } catch (...) {
    connection.rollback();
    throw;
  }
}

/// One value of a query with one row; "NULL" for NULL.
inline std::string scalar(db::connection& connection, std::string_view sql) {
  auto rows = connection.query(sql).rows;
  return rows.empty() ? "nothing" : rows[0][0].value_or("NULL");
}

/// The whole of the error that `call` throws, as a person sees it.
template <class Call>
std::string failure_of(Call&& call) {
  try {
    call();
  } catch (const error& problem) {
    return base::render(problem);
  }
  return "no error";
}

inline model::type type_of(model::type_kind kind, int size = -1, int scale = -1) {
  return {kind, size, scale, {}};
}

inline model::column column_of(std::string name, model::type type, bool nullable = true) {
  model::column column;
  column.name = std::move(name);
  column.type = std::move(type);
  column.nullable = nullable;
  return column;
}

inline model::foreign_key foreign_key_of(std::vector<std::string> columns, std::string table,
                                         std::vector<std::string> referenced) {
  model::foreign_key key;
  key.columns = std::move(columns);
  key.table.name = std::move(table);
  key.referenced_columns = std::move(referenced);
  return key;
}

inline model::primary_key primary_key_of(std::vector<std::string> columns, std::string name = {}) {
  return {std::move(name), std::move(columns), {}, false};
}

inline model::unique unique_of(std::vector<std::string> columns, std::string name = {}) {
  model::unique constraint;
  constraint.name = std::move(name);
  constraint.columns = std::move(columns);
  return constraint;
}

inline model::index_key key_of(std::string what, bool is_expression = false) {
  model::index_key key;
  key.what = std::move(what);
  key.is_expression = is_expression;
  return key;
}

inline model::index index_of(std::string name, std::vector<model::index_key> keys) {
  model::index index;
  index.name = std::move(name);
  index.keys = std::move(keys);
  return index;
}

inline model::operation at_line(model::operation_variant what, unsigned line = 7) {
  return {std::move(what), {"versions/1_x.cc", line, 0}};
}

/// The statements of an operation, each on lines of its own.
inline std::string sql_of(model::operation_variant what) {
  std::vector<dialect::statement> statements;
  sqlite::sqlite_dialect().write(at_line(std::move(what)), statements);
  std::string out;
  for (const auto& statement : statements) out += statement.sql + ";\n";
  return out;
}

}  // namespace retort::test
