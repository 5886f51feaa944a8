#pragma once

#include <string>
#include <vector>

#include "diff/changes.h"
#include "model/operation.h"

namespace retort::diff {

/// The operations with `serial` for a column, its sequence and what ties the two together, wherever
/// that says the same (PostgreSQL, "Serial Types"): in the words of an author.
std::vector<model::operation> with_serials(std::vector<model::operation> operations);

/// Whether a default gives the column the sequence's numbers.
bool counts_with(const model::column& column, const model::object& sequence,
                 const dialect::dialect& target);

/// PostgreSQL: the statement behind which a sequence gives numbers above those of a column. SQL of
/// the sequence as `setval` takes it, of the column and of the table.
std::string count_on_sql(const std::string& sequence, const std::string& column,
                         const std::string& table);

/// PostgreSQL: whether an object says that a column owns a sequence, the one of the object's name.
bool is_owner(const model::object& object, const model::qualified_name& table,
              const std::string& column, const dialect::dialect& target);

/// PostgreSQL: the new sequence that a column counts with which has an identity yet; null: none. It
/// is made with the column, and goes on where the identity stood.
const model::object* sequence_for_identity(const model::column& from, const model::column& to,
                                           const schema_pair& all, const dialect::dialect& target);

}  // namespace retort::diff
