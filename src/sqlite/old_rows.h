#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/operation.h"

namespace retort::sqlite {

/// Whether an expression reads the rows of tables: it may be the one that is built anew, by its
/// name or through a view, and must see that one as it was.
bool reads_tables(std::string_view expression);

/// What a column's new value is called beside the old columns of a copy, which have other names.
std::string value_beside(const model::table& old, const std::string& column);

/// The expression as a value that no column's affinity changes ("CREATE TABLE ... AS SELECT
/// Statements"). `parenthesised`: it is in parentheses.
inline std::string as_it_is(const std::string& parenthesised) { return "+" + parenthesised; }

/// Whether an operation may make other values of those in a column of the table.
bool converts(const model::operation& op, const model::table& before);

/// A name that means the rowid in both tables; none: columns have them all.
std::optional<std::string> rowid_name(const model::table& before, const model::table& after);

}  // namespace retort::sqlite
