#pragma once

#include <optional>
#include <string>

#include <retort/table.h>

#include "model/table.h"

namespace retort::record {

inline std::string string_of(text value) { return {value.data(), value.size()}; }

/// An author's column without its constraints, which belong to the table.
model::column column_of(const column& part);

/// The foreign key that a column opened with `references`, if it did.
std::optional<model::foreign_key> foreign_key_of(const column& part);

/// Adds a column (with its constraints) or a constraint to a table. Throws `error` without a place.
void add_part(model::table& table, const table_part& part);

/// Refuses a table that no database would take: no columns, two of one name, a constraint over a
/// column that is not there, foreign keys of unequal length. Throws `error` without a place.
void validate(const model::table& table);

}  // namespace retort::record
