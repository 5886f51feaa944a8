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
  /// PostgreSQL: that of a table which goes to another one.
  std::optional<std::string> to_schema = {};

  /// "users.email -> users.mail".
  std::string display() const;
  /// "users.email:mail", as the option has it.
  std::string argument() const;
  /// Of a table.
  model::qualified_name new_name() const { return {to_schema.value_or(table.schema), to}; }
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
/// and nobody has answered. Of one thing there may be several.
struct found_renames {
  std::vector<change> changes;
  std::vector<renaming> open;
  /// The tables that go to another schema: no operation but SQL says so.
  std::vector<renaming> moves;
};

/// Whether two tables could be one under two names: columns of the same names and types in the same
/// order, and no partition. Defaults may name a sequence that has the table's name in its own.
bool has_same_columns(const model::table& a, const model::table& b);

/// The tables that have another name in `to`: those that the rules name, also where they take each
/// other's, those to which the foreign keys of others have gone over, and those whose columns are
/// the same as those of the one table that is new. Open: those that share most columns with a table
/// that is new, or all with one of several, also with one of their name in another schema.
found_renames table_renames(const model::schema& from, const model::schema& to,
                            const dialect::dialect& target, const rename_rules& rules);

/// The same for columns of tables that stay. A column is taken for another one that is defined
/// alike and stands in its place. Open: others that are defined alike.
found_renames column_renames(const model::schema& from, const model::schema& to,
                             const dialect::dialect& target, const rename_rules& rules);

/// PostgreSQL: the sequences that belong to a column which has one of another name in `to`: so they
/// keep their place.
std::vector<change> sequence_renames(const model::schema& from, const model::schema& to,
                                     const dialect::dialect& target);

}  // namespace retort::diff
