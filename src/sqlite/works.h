#pragma once

#include <map>
#include <string>

#include "db/connection.h"

namespace retort::sqlite {

/// The views and the tables' triggers that SQLite cannot compile as the schema is now, and its
/// reason: it looks at them only when they are used. Runs nothing.
std::map<std::string, std::string> broken_objects(db::connection& connection);

}  // namespace retort::sqlite
