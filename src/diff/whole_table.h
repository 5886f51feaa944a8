#pragma once

#include "diff/table_changes.h"

namespace retort::diff {

/// SQLite: all changes of a table but those of its indexes as one, for one of them is as dear as
/// many: the table is built anew either by what calls say of it or from its definition. Adds it to
/// `out`; where only the definition can say it, the indexes come with it.
void compare_as_a_whole(const model::table& from, const model::table& to, const schema_pair& all,
                        const dialect::dialect& target, const change_options& options,
                        table_changes& out);

}  // namespace retort::diff
