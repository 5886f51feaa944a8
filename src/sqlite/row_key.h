#pragma once

#include <string>

#include "db/connection.h"

namespace retort::sqlite {

/// A name for the rowid that no column takes away; empty: there is none. Whether the table has a
/// rowid is another question.
std::string rowid_name(db::connection& connection, const std::string& table);

}  // namespace retort::sqlite
