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

/// `people:users`, `users.email:mail` or `users.email:users.mail`, each perhaps with a schema
/// before the table. Throws `error` (usage) for another form.
renaming parse_renaming(const std::string& text, const model::schema& from);

/// What the user has said, each column with its table's new name where that is renamed, too. Throws
/// `error` (usage) for what is not there, or would take a name that is.
std::vector<renaming> said_renamings(const std::vector<std::string>& texts,
                                     const model::schema& from, const model::schema& to);

/// The tables that have another name in `to`: those that the rules name, those to which the foreign
/// keys of others have gone over, and those whose columns are the same as those of the one table
/// that is new.
std::vector<change> table_renames(const model::schema& from, const model::schema& to,
                                  const dialect::dialect& target, const rename_rules& rules);

/// The same for columns of tables that stay, and for the sequences that belong to them. A column is
/// taken for another one that is defined alike and stands in its place.
std::vector<change> column_renames(const model::schema& from, const model::schema& to,
                                   const dialect::dialect& target, const rename_rules& rules);

}  // namespace retort::diff
