#pragma once

#include <string>

#include "dialect/dialect.h"

namespace retort::diff {

// Of PostgreSQL: who may use what, and whose it is.

/// Whether the object says that of another one.
bool is_of_privileges(const model::object& object);

/// What follows "ALTER TABLE t " to give a table its owner; empty: that is who asks.
std::string owner_clause(const model::qualified_name& table, const model::schema& side);

void leave_out_privileges(model::schema& side);

/// Privileges that nobody has asked to change: what stays, under whatever name, and what is made
/// anew is to have those that it has in `shown`; nothing is to be said of those of what is new.
/// `shown`: where renames have been done, and nothing else.
void keep_privileges(model::schema& wanted, const model::schema& shown,
                     const dialect::dialect& target);

/// Takes out what `wanted` says nothing of.
void leave_out_other_privileges(model::schema& shown, const model::schema& wanted);

}  // namespace retort::diff
