#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sqlite/dialect.h"

namespace retort::sqlite {

/// Whether the text of sqlite_master is that of a virtual table.
bool makes_virtual_table(std::string_view sql);

/// The value of an option among the arguments of a virtual table, as `content = 't'` is; none: it
/// has no such option. `sql`: its CREATE statement.
std::optional<std::string> virtual_option(std::string_view sql, std::string_view name);

/// The change of a full-text table (FTS3, FTS4, FTS5), which ALTER TABLE can only rename: columns
/// come and go in its arguments, and the index is built anew with its rows. `text` is its CREATE
/// statement. Throws `error` where another change is asked for, where another module's arguments
/// are not known, and where the table has no rows of its own to build the index from.
std::unique_ptr<retort::dialect::table_change> make_virtual_change(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change, const std::string& text);

}  // namespace retort::sqlite
