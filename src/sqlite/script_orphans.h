#pragma once

#include <string>
#include <vector>

#include "dialect/statement.h"

namespace retort::sqlite {

/// Lines of a script that note which rows break a foreign key before its first migration.
std::string script_orphans_noted();

/// Lines that fail where these statements have left more rows that break a foreign key than were
/// noted, and note those that are left; empty where the statements cannot leave any. A row is known
/// by its INTEGER PRIMARY KEY; of other tables the rows are counted, by foreign key. What broke a
/// key that has another name now, or is gone, is taken off. A key to columns that are no key is
/// passed over: a script cannot ask whether its table holds rows.
std::string script_orphans_refused(const std::vector<dialect::statement>& statements);

}  // namespace retort::sqlite
