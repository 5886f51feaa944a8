#pragma once

#include <string>
#include <string_view>

#include "model/operation.h"
#include "sqlite/ddl.h"

namespace retort::sqlite {

/// Changes the text of a CREATE TABLE statement as an operation asks and leaves everything else as
/// its author wrote it: comments, white space, the spelling of types, clauses that the model has no
/// words for. Knows add_column, drop_column, alter_column without a rename, add_constraint and
/// drop_constraint; each means what `model::apply` says. Throws `error` where the text does not
/// follow the grammar, or does not hold what the operation is about.
std::string changed_table_text(std::string_view sql, const model::operation_variant& what,
                               const sqlite_writer& words);

}  // namespace retort::sqlite
