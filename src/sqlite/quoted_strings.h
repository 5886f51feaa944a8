#pragma once

#include <vector>

#include "sqlite/dialect.h"

namespace retort::sqlite {

/// Throws `error` where one of the operations adds a column whose name somewhere in `main` is a
/// string in double quotes, which would silently mean the column from then on ("Double-quoted
/// String Literals Are Accepted"). A renamed column needs no such look: SQLite then writes such
/// strings in single quotes itself.
void require_strings_stay(const sqlite_dialect& target, db::connection& connection,
                          const std::vector<model::operation>& changes);

}  // namespace retort::sqlite
