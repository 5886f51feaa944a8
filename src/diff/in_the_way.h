#pragma once

#include <vector>

#include "diff/changes.h"
#include "diff/renames.h"

namespace retort::diff {

/// The drops of tables, views and sequences which have a name that a table is said to get, and are
/// not to stay. They come before that table is renamed, or it could not be, and would be taken for
/// one that goes.
std::vector<change> tables_in_the_way(const std::vector<renaming>& said, const model::schema& from,
                                      const model::schema& to, const dialect::dialect& target);

/// The same for columns of a table, which is to be as `now`.
std::vector<change> columns_in_the_way(const std::vector<renaming>& said, const model::table& table,
                                       const model::table& now, const dialect::dialect& target);

}  // namespace retort::diff
