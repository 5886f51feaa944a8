#include <retort/error.h>
#include <retort/sqlite.h>

#include "dialect/backend.h"
#include "sqlite/connection.h"
#include "sqlite/dialect.h"

// A database in memory that has another one's structure, for scripts.

namespace retort::sqlite {

std::unique_ptr<db::connection> sqlite_dialect::open_memory() const {
  auto memory = sqlite_backend().open(db::parse_url("sqlite://"), {});
  if (auto* real = dynamic_cast<sqlite_connection*>(memory.get())) real->forbid_files();
  return memory;
}

void sqlite_dialect::ready_for_changes(db::connection& memory) const {
  memory.execute("PRAGMA foreign_keys = OFF");
}

void sqlite_dialect::copy_structure(db::connection& from, db::connection& to) const {
  // A table's own indexes and triggers come behind it; a virtual table makes its own tables.
  const auto found = from.query(
      "SELECT sql, type FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' "
      "ESCAPE '\\' AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' "
      "AND type = 'shadow') ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN "
      "'view' THEN 2 ELSE 3 END, rowid");
  for (const auto& row : found.rows) {
    try {
      to.execute(*row[0]);
    } catch (const error&) {
      // An application's own function or module: what needs it cannot be changed here, and says so.
    }
  }
  for (const std::string number : {"PRAGMA application_id", "PRAGMA user_version"}) {
    to.execute(number + " = " + from.query(number).rows.at(0).at(0).value_or("0"));
  }
}

}  // namespace retort::sqlite
