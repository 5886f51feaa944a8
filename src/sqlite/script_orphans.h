#pragma once

#include <string>
#include <vector>

#include "dialect/statement.h"

namespace retort::sqlite {

/// Lines at the beginning of a script that make what the others use. They look at no row.
std::string script_orphans_prologue();

/// Lines in front of these statements of a migration, which note the rows that break a foreign key;
/// empty where the statements cannot leave more.
std::string script_orphans_noted(const std::vector<dialect::statement>& statements);

/// Lines behind the statements that fail where they have left more such rows; empty where they
/// cannot. A row is known
/// by its INTEGER PRIMARY KEY; of other tables the rows are counted, by foreign key. What broke a
/// key that has another name now, or is gone, is taken off. A key to columns that are no key is
/// passed over: a script cannot ask whether its table holds rows.
std::string script_orphans_refused(const std::vector<dialect::statement>& statements);

}  // namespace retort::sqlite
