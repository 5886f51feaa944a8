#pragma once

#include <string_view>
#include <vector>

#include "base/sql_lexer.h"
#include "model/rename_hint.h"

namespace retort::script {

/// The hints in a file of models, as sqldef has them: a comment `@renamed from=old_name` behind
/// what it is about, on the same line. Behind a column's definition it is the column's, behind the
/// name, the opening parenthesis or the end of CREATE TABLE the table's; an index needs none, and
/// keeps none. The old name is written as a name in SQL is: folded or in quotes.
///
///     CREATE TABLE users (  -- @renamed from=people
///       mail text NOT NULL, -- @renamed from="e-mail"
///     );
///
/// `path` serves the places. Throws `error` with the place of a hint that is about nothing, or
/// names nothing.
std::vector<model::rename_hint> rename_hints(std::string_view sql, base::sql_flavour flavour,
                                             std::string_view path);

}  // namespace retort::script
