#pragma once

#include <string>
#include <string_view>

#include "model/table.h"

namespace retort::sqlite {

/// Whether an expression reads the rows of tables: it may be the one that is built anew, by its
/// name or through a view, and must see that one as it was.
bool reads_tables(std::string_view expression);

/// What a column's new value is called beside the old columns of a copy, which have other names.
std::string value_beside(const model::table& old, const std::string& column);

/// The expression as a value that no column's affinity changes ("CREATE TABLE ... AS SELECT
/// Statements"). `parenthesised`: it is in parentheses.
inline std::string as_it_is(const std::string& parenthesised) { return "+" + parenthesised; }

}  // namespace retort::sqlite
