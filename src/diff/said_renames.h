#pragma once

#include <string>
#include <vector>

#include "diff/converge.h"
#include "diff/renames.h"
#include "model/rename_hint.h"

namespace retort::diff {

/// `people:users`, `users.email:mail` or `users.email:users.mail`, each perhaps with a schema
/// before the table. A table with another schema behind the colon goes there. Throws `error`
/// (usage) for another form.
renaming parse_renaming(const std::string& text, const model::schema& from);

/// What the user has said, each column with its table's new name where that is renamed, too; a
/// column's table is said by its old name where that is some table's. Throws `error` (usage) for
/// what is not there, or would take a name that something keeps.
std::vector<renaming> said_renamings(const std::vector<std::string>& texts,
                                     const model::schema& from, const model::schema& to);

/// Those hints that are still to be fulfilled, behind what the user has said, which goes before
/// them. A hint is fulfilled where nothing has the old name, or something that keeps it has the new
/// one; of hints that exchange names the definitions tell. Throws `error` at a hint whose old name
/// the models give to something else, and at those that exchange names of which nothing tells
/// whether they have been.
std::vector<renaming> with_hints(std::vector<renaming> said,
                                 const std::vector<model::rename_hint>& hints,
                                 const model::schema& from, const model::schema& to,
                                 base::sql_flavour flavour);

/// What was renamed on the way, as it is to be renamed on the way back.
std::vector<renaming> renamed_back(const convergence& way);

}  // namespace retort::diff
