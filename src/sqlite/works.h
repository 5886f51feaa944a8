#pragma once

#include <map>
#include <optional>
#include <string>

#include "db/connection.h"
#include "model/operation.h"

namespace retort::sqlite {

/// The full-text tables that ask the tables which they are over for what is not there, and SQLite's
/// words: it looks only when they are used. Runs nothing.
std::map<std::string, std::string> broken_indexes(db::connection& connection);

/// The same, with the views and the tables' triggers that SQLite cannot compile as the schema is
/// now.
std::map<std::string, std::string> broken_objects(db::connection& connection);

/// What has come to be so since `before` was taken, in words for an error; none: nothing.
std::optional<std::string> newly_broken(db::connection& connection,
                                        const std::map<std::string, std::string>& before);

/// What to do about it.
inline constexpr const char* make_it_anew =
    "drop it before this change, and create it anew behind it";

/// Throws `error` where a temporary table has the name of one in `main` that is to be changed:
/// without a schema names mean temporary tables first.
void require_not_hidden(db::connection& connection, const model::qualified_name& table,
                        const model::origin& where);

}  // namespace retort::sqlite
