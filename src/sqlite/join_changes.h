#pragma once

#include <optional>
#include <span>
#include <vector>

#include "dialect/statement.h"

namespace retort::sqlite {

/// Operations on one table, so ordered that they cost one rebuild at most.
struct joined_change {
  /// First, each by an ALTER TABLE of its own.
  std::vector<model::operation> renames;
  /// What is left, in the names behind them; all of it sees the old rows.
  std::vector<model::operation> others;
};

/// The operations on one table, each in the names behind those before it, with renames brought to
/// the front; none: in one rebuild they would mean another thing, or not all of them are on it.
std::optional<joined_change> join_changes(const std::vector<model::operation>& operations);

/// From which statement on they and a further operation are one change of a table; none: it is a
/// change by itself. A rename or an index between two changes is no reason to copy the rows twice.
std::optional<std::size_t> place_to_join(std::span<const dialect::statement> statements,
                                         const model::operation& next);

/// That one change.
dialect::statement joined(std::span<const dialect::statement> statements,
                          const model::operation& next);

/// Whether an operation only renames a column or a table.
bool is_rename(const model::operation_variant& what);

}  // namespace retort::sqlite
