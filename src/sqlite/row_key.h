#pragma once

#include <string>

#include "db/connection.h"
#include "model/table.h"

namespace retort::sqlite {

/// INTEGER PRIMARY KEY ("ROWIDs and the INTEGER PRIMARY KEY"). The table as `parse_table` has it.
bool has_rowid_alias(const model::table& table);

/// A name for the rowid that no column takes away; empty: there is none. Whether the table has a
/// rowid is another question.
std::string rowid_name(db::connection& connection, const std::string& table);

}  // namespace retort::sqlite
