#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <retort/table.h>

#include "base/text_tools.h"
#include "model/naming.h"
#include "model/operation.h"

namespace retort::record {

using base::string_of;

/// An enumeration is text on SQLite; see `enum_check`.
model::type type_of(const column_type& type, std::string_view dialect);

/// What keeps a column to the values of its enumeration; none where its type does that, or is
/// another one.
std::optional<model::check> enum_check(text column, const column_type& type,
                                       std::string_view dialect);

/// An author's column without its constraints, which belong to the table.
model::column column_of(const column& part, std::string_view dialect);

/// The foreign key that a column opened with `references`, if it did.
std::optional<model::foreign_key> foreign_key_of(const column& part);

/// Adds a column (with its constraints) or a constraint to a table, which has its name already;
/// what has no name gets the convention's. Throws `error` without a place.
void add_part(model::table& table, const table_part& part, const model::naming_convention& naming,
              std::string_view dialect);

/// A constraint of the table, with the convention's name where it has none. Throws `error` without
/// a place.
model::constraint constraint_of(const std::string& table, const constraint& part,
                                const model::naming_convention& naming);

/// A string constant in SQL.
std::string quoted(text value);
std::vector<std::string> strings_of(names list);

/// The convention's names for the constraints that come with a new column, and for an index.
void name_constraints(model::add_column& op, const model::naming_convention& naming);
std::string conventional_name(const model::create_index& op,
                              const model::naming_convention& naming);

/// Refuses a table that no database would take: no columns, two of one name, a constraint over a
/// column that is not there, foreign keys of unequal length. Throws `error` without a place.
void validate(const model::table& table);
/// The same for a constraint by itself, whose table is not known.
void validate(const model::constraint& item);

}  // namespace retort::record
