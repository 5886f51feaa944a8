#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/operation.h"

namespace retort::model {

/// A schema followed through operations without a database. Raw SQL hides what it does: from then
/// on the schema is not known until somebody looks.
struct tracked_schema {
  model::schema schema;
  /// Where the first statement stands that hid the schema; none: all is known.
  std::optional<origin> hidden_by;
};

/// Carries an operation out on a schema: the one meaning that every part of Retort shares. Throws
/// `error` at the operation's origin where it cannot be (no such table, a column that is there
/// already). With `hidden_by` set, what is missing is taken for what the raw SQL made, and is no
/// error.
void apply(tracked_schema& state, const operation& op);

/// Of a table, in the order of primary key, unique, check, foreign key.
std::vector<constraint> constraints_of(const table& owner);
/// The constraint of the table that an operation drops, or none.
std::optional<constraint> find_constraint(const table& owner, const drop_constraint& wanted);

/// The operation that takes `op` back, given the schema before it. Throws `error` that names the
/// operation and the reason where there is none: raw SQL, or a drop of something that the tracked
/// schema does not know.
operation reverse(const operation& op, const tracked_schema& before);

/// The reverse of a whole upgrade, in reverse order. `before` is the state before the first one.
std::vector<operation> reverse_all(const std::vector<operation>& operations, tracked_schema before);

}  // namespace retort::model
