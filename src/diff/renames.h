#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "diff/changes.h"

namespace retort::diff {

/// A table (then `column` is empty) or a column under another name.
struct renaming {
  model::qualified_name table;
  std::string column;
  std::string to;

  /// "users.email -> users.mail".
  std::string display() const;
  /// "users.email:mail", as the option has it.
  std::string argument() const;
  /// What is lost where it is dropped instead, as `model::loss_of` says.
  std::string lost() const { return table.display() + (column.empty() ? "" : "." + column); }
  bool operator==(const renaming&) const = default;
};

/// How to know a thing that has another name from one that went beside one that came.
struct rename_rules {
  /// What the user has said.
  std::vector<renaming> said = {};
  /// Asks a person; none: nobody is there. May be empty.
  std::function<std::optional<bool>(const renaming&)> ask = {};
  /// Whether what nobody answers is taken for renamed: nothing is lost by it.
  bool guesses = true;
};

/// What was renamed, and what may have been: alike enough to be asked for, but not to be guessed,
/// and nobody has answered.
struct found_renames {
  std::vector<change> changes;
  std::vector<renaming> open;
};

/// Whether two tables could be one under two names: columns of the same names and types in the same
/// order, and no partition. Defaults may name a sequence that has the table's name in its own.
bool has_same_columns(const model::table& a, const model::table& b);

/// The tables that have another name in `to`: those that the rules name, also where they take each
/// other's, those to which the foreign keys of others have gone over, and those whose columns are
/// the same as those of the one table that is new. Open: those that share most columns with the one
/// table that is new.
found_renames table_renames(const model::schema& from, const model::schema& to,
                            const dialect::dialect& target, const rename_rules& rules);

/// The same for columns of tables that stay. A column is taken for another one that is defined
/// alike and stands in its place. Open: the only two that are defined alike.
found_renames column_renames(const model::schema& from, const model::schema& to,
                             const dialect::dialect& target, const rename_rules& rules);

/// PostgreSQL: the sequences that belong to a column which has one of another name in `to`: so they
/// keep their place.
std::vector<change> sequence_renames(const model::schema& from, const model::schema& to,
                                     const dialect::dialect& target);

}  // namespace retort::diff
