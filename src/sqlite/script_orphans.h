#pragma once

#include <string>
#include <vector>

#include "db/connection.h"
#include "dialect/statement.h"

namespace retort::sqlite {

/// Lines at the beginning of a script that make what the others use. They look at no row.
std::string script_orphans_prologue();

/// Lines in front of these statements of a migration, which note the rows that break a foreign key;
/// empty where the statements cannot leave more.
std::string script_orphans_noted(const std::vector<dialect::statement>& statements);

/// Lines behind the statements that fail where they have left more such rows; empty where they
/// cannot. A row is known by its INTEGER PRIMARY KEY; of other tables the rows are counted, by
/// foreign key. What broke a key that has another name now, or is gone, is taken off. A key to
/// columns that have come to be no key fails where its table is known to have rows: the statements
/// make it, or `script_filled_children` has noted it. Of any other a script cannot ask that.
std::string script_orphans_refused(const std::vector<dialect::statement>& statements);

/// Whether columns may be no key any more behind a statement of an author's: an index goes.
bool may_take_key(const dialect::statement& statement);

/// Lines within a script behind a change of `parent`, or of what is not known, without their
/// semicolons. They note which tables have rows and a foreign key to it that names no key, as
/// `memory` is now.
std::vector<std::string> script_filled_children(db::connection& memory,
                                                const std::string& parent = {});

}  // namespace retort::sqlite
