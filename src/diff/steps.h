#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "dialect/dialect.h"
#include "diff/changes.h"

namespace retort::diff {

// Operations that no author wrote, and changes of one.

inline model::operation op(model::operation_variant what) { return {std::move(what), {}}; }
inline model::operation execute(std::string sql) { return op(model::execute{std::move(sql)}); }
inline change one(model::operation_variant what) { return {{{op(std::move(what))}}}; }
inline change one_sql(std::string sql) { return {{{execute(std::move(sql))}}}; }

/// A change of a column that does not say yet what changes.
inline model::alter_column altered(const model::qualified_name& table, const std::string& column) {
  model::alter_column op;
  op.table = table;
  op.column = column;
  return op;
}

/// `ALTER TABLE t ALTER COLUMN c what`, where no operation says it.
inline std::string alter_sql(const dialect::dialect& target, const model::qualified_name& table,
                             const std::string& column, std::string_view what) {
  return fmt::format("ALTER TABLE {} ALTER COLUMN {} {}", target.quote(table), target.quote(column),
                     what);
}

}  // namespace retort::diff
