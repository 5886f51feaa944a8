#include "sqlite/dialect.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/types.h"

namespace retort::sqlite {

std::string sqlite_dialect::quote(std::string_view identifier) const {
  return retort::dialect::quote_identifier(identifier);
}

std::string sqlite_dialect::literal(std::string_view value) const {
  return retort::dialect::quote_literal(value);
}

std::string sqlite_dialect::type_name(const model::type& type) const {
  return sqlite::type_name(type, false);
}

std::string sqlite_dialect::table_exists_query(const model::qualified_name& table) const {
  return fmt::format("SELECT 1 FROM sqlite_master WHERE type = 'table' AND lower(name) = lower({})",
                     literal(table.name));
}

std::string sqlite_dialect::script_prologue(const retort::dialect::script_settings&) const {
  // Foreign keys are off while a migration runs, as they are in the sqlite3 shell unless
  // ~/.sqliterc says otherwise.
  return ".bail on\n" + script_foreign_keys(false);
}

std::string sqlite_dialect::script_foreign_keys(bool on) const {
  return on ? "PRAGMA foreign_keys = ON;\n" : "PRAGMA foreign_keys = OFF;\n";
}

std::string sqlite_dialect::script_guard(const model::qualified_name& table,
                                         const std::vector<std::string>& rows) const {
  std::vector<std::string> quoted;
  for (const auto& row : rows) quoted.push_back(literal(row));
  auto name = version_table(table);
  // RAISE is for triggers alone; a NULL that the table refuses is the one error that a statement
  // can cause in every version of SQLite and that names the table.
  if (rows.empty()) {
    return fmt::format(
        FMT_COMPILE("INSERT INTO {0} (version_num) SELECT NULL WHERE EXISTS (SELECT 1 FROM {0});"),
        name);
  }
  return fmt::format(
      FMT_COMPILE(
          "INSERT INTO {0} (version_num) SELECT NULL WHERE (SELECT count(*) FROM {0}) <> {1} OR "
          "(SELECT count(*) FROM {0} WHERE version_num IN ({2})) <> {1};"),
      name, rows.size(), base::join(quoted, ", "));
}

std::string sqlite_dialect::exact_text(std::string_view quoted_column) const {
  // quote() stops at a NUL character inside a text.
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL WHEN typeof({0}) = 'text' AND instr({0}, char(0)) > 0 "
      "THEN 'CAST(x''' || hex({0}) || ''' AS TEXT)' ELSE quote({0}) END",
      quoted_column);
}

}  // namespace retort::sqlite
