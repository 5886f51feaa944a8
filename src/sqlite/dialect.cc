#include "sqlite/dialect.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <chrono>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/connection.h"
#include "sqlite/script_orphans.h"
#include "sqlite/script_undo.h"
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

std::string sqlite_dialect::transaction(db::connection& connection) const {
  const auto* own = dynamic_cast<const sqlite_connection*>(&connection);
  return own == nullptr ? std::string() : std::to_string(own->ended_transactions());
}

std::string sqlite_dialect::table_exists_query(const model::qualified_name& table) const {
  // Found by its name; a look at sqlite_master would read the whole schema each time.
  return fmt::format("SELECT 1 FROM pragma_table_info({}, 'main') LIMIT 1", literal(table.name));
}

std::string sqlite_dialect::script_prologue(const retort::dialect::script_settings&) const {
  // Foreign keys are off while a migration runs, as they are in the sqlite3 shell unless
  // ~/.sqliterc says otherwise.
  // RAISE is for triggers alone; a NULL that a table refuses is an error that every version of
  // SQLite makes of a statement, and that no PRAGMA switches off. The column's name is the message.
  return ".bail on\n" + script_foreign_keys(false) +
         "CREATE TEMP TABLE IF NOT EXISTS retort_guard "
         "(\"the database is not at the revision that this script expects\" INTEGER NOT NULL);\n" +
         script_orphans_prologue();
}

/// A line of `/` or of `go` ends a statement for the sqlite3 shell ("Command Line Shell For
/// SQLite", "Input Formatting"), unless it begins with a comment. One in a string does not.
std::string sqlite_dialect::script_text(std::string_view sql) const {
  base::sql_lexer lexer(sql, base::sql_flavour::sqlite);
  std::string result;
  bool first_on_line = false;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (first_on_line && (text == "/" || base::upper(text) == "GO")) result += "/**/ ";
    result += text;
    if (t.kind == base::token_kind::space) {
      first_on_line = first_on_line || text.find('\n') != std::string_view::npos;
    } else {
      first_on_line = false;
    }
  }
  return result;
}

std::string sqlite_dialect::script_foreign_keys(bool on) const {
  return on ? "PRAGMA foreign_keys = ON;\n" : "PRAGMA foreign_keys = OFF;\n";
}

std::string sqlite_dialect::script_begin(
    const std::vector<retort::dialect::statement>& statements) const {
  return script_orphans_noted(statements);
}

bool sqlite_dialect::is_followed_up(const retort::dialect::statement& statement) const {
  return may_take_key(statement);
}

std::vector<std::string> sqlite_dialect::script_follow_up(db::connection& memory) const {
  return script_filled_children(memory);
}

std::string sqlite_dialect::script_reset(
    const retort::dialect::script_settings&,
    const std::vector<retort::dialect::statement>& statements) const {
  return script_undo(statements) + script_orphans_refused(statements);
}

std::string sqlite_dialect::script_guard(const model::qualified_name& table,
                                         const std::vector<std::string>& rows) const {
  std::vector<std::string> quoted;
  for (const auto& row : rows) quoted.push_back(literal(row));
  auto name = version_table(table);
  if (rows.empty()) {
    return fmt::format(
        FMT_COMPILE(
            "INSERT INTO temp.retort_guard SELECT nullif(NOT EXISTS (SELECT 1 FROM {}), 0);"),
        name);
  }
  return fmt::format(
      FMT_COMPILE(
          "INSERT INTO temp.retort_guard SELECT nullif((SELECT count(*) FROM {0}) = {1} AND "
          "(SELECT count(*) FROM {0} WHERE version_num IN ({2})) = {1}, 0);"),
      name, rows.size(), base::join(quoted, ", "));
}

std::string sqlite_dialect::moment(double seconds_ago) const {
  // SQLite's clock is this machine's, and strftime() would cost more than the row it stands in.
  using namespace std::chrono;
  const auto moment = floor<milliseconds>(system_clock::now() - duration<double>(seconds_ago));
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(moment - day);
  return fmt::format("'{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z'", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

std::string sqlite_dialect::milliseconds_since(std::string_view column) const {
  return fmt::format("CAST(round((julianday('now') - julianday({})) * 86400000) AS INTEGER)",
                     column);
}

std::string sqlite_dialect::exact_text(std::string_view quoted_column) const {
  // quote() stops at a NUL character inside a text, and writes infinity as a name.
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL WHEN typeof({0}) = 'text' AND instr({0}, char(0)) > 0 "
      "THEN 'CAST(x''' || hex({0}) || ''' AS TEXT)' ELSE CASE quote({0}) WHEN 'Inf' THEN '9e999' "
      "WHEN '-Inf' THEN '-9e999' ELSE quote({0}) END END",
      quoted_column);
}

}  // namespace retort::sqlite
