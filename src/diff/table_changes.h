#pragma once

#include <vector>

#include "diff/changes.h"
#include "diff/column_changes.h"

namespace retort::diff {

/// The changes of one table that stays, by when they are due among those of all tables.
struct table_changes {
  std::vector<change> drops;
  std::vector<change> alterations;
  std::vector<change> additions;
  std::vector<change> foreign_keys;
  std::vector<change> online;
};

/// What rows lose by an operation, for people; empty: nothing.
std::string loss_by(const model::operation_variant& what, const change_options& options);

/// Drops a table, and what that loses.
change drop_of(const model::table& table, const dialect::dialect& target,
               const change_options& options);

/// How to keep one of those things that are dropped, for behind the words that say so; empty:
/// nobody knows.
std::string how_to_keep(const std::vector<std::string>& lost, const change_options& options);

table_changes changes_of(const model::table& from, const model::table& to, const schema_pair& all,
                         const dialect::dialect& target, const change_options& options);

/// Whether an opaque line says how a trigger of the table is enabled that has no object of its own.
bool is_trigger_state(const std::string& line);

/// What sets or takes away an opaque line of a table (`model::table::opaque`), as far as ALTER can;
/// empty: it cannot. `other`: the line of the same kind on the other side, or empty.
std::string setting_sql(const model::table& table, const std::string& line,
                        const std::string& other, bool add, const dialect::dialect& target);

}  // namespace retort::diff
