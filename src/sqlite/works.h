#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "db/connection.h"
#include "model/operation.h"
#include "sqlite/reach.h"

namespace retort::sqlite {

/// The full-text tables that ask the tables which they are over for what is not there, and SQLite's
/// words: it looks only when they are used. Runs nothing.
std::map<std::string, std::string> broken_indexes(db::connection& connection,
                                                  const reach& part = {});

/// The same of a part, with the views and the tables' triggers that SQLite cannot compile as the
/// schema is now.
std::map<std::string, std::string> broken_objects(db::connection& connection,
                                                  const reach& part = {});

/// What has come to be so in a part since `before` was taken of it, in words for an error; none:
/// nothing.
std::optional<std::string> newly_broken(db::connection& connection, const reach& part,
                                        const std::map<std::string, std::string>& before);

/// A column of a trigger's UPDATE OF that its table does not have; none: it has them all.
std::optional<std::string> missing_update_column(const std::string& trigger,
                                                 const model::table& table);

/// The triggers in `temp` on a table of `main`, each with the statement that makes it: the table
/// takes them along when it goes.
std::vector<std::pair<std::string, std::string>> temporary_triggers(db::connection& connection,
                                                                    const std::string& table);

/// What to do about it.
inline constexpr const char* make_it_anew =
    "drop it before this change, and create it anew behind it";

/// Throws `error` where a temporary table has the name of one in `main` that is to be changed:
/// without a schema names mean temporary tables first.
void require_not_hidden(db::connection& connection, const model::qualified_name& table,
                        const model::origin& where);

}  // namespace retort::sqlite
