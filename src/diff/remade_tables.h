#pragma once

#include "diff/changes.h"

namespace retort::diff {

// PostgreSQL: tables that have their columns from elsewhere in a way that no ALTER TABLE leads to.

/// Whether what the table inherits has to become its parents' alone, or its own as well, or whether
/// a type that it is to be made of has its columns in another order.
bool must_be_remade(const model::table& from, const model::table& to, const schema_pair& all,
                    const dialect::dialect& target);

/// Makes it anew beside the old one, moves the rows over, and gives it the name. Heirs of the old
/// one are let go; they, and what hangs on it, are another look's. No ways: other changes of the
/// table come first.
change remade_table(const model::table& from, const schema_pair& all,
                    const dialect::dialect& target);

/// As it is to be, but that nothing is said of where it has its columns from: what has to come
/// first.
model::table with_old_origin(model::table to, const model::table& from);

}  // namespace retort::diff
