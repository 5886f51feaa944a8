#include "postgres/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <cstdint>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "postgres/array_casts.h"
#include "postgres/catalogue.h"
#include "postgres/connection.h"
#include "postgres/held_text.h"
#include "postgres/introspect.h"
#include "postgres/pooler.h"
#include "postgres/redefine.h"
#include "postgres/session.h"
#include "postgres/session_settings.h"
#include "postgres/types.h"

namespace retort::postgres {
namespace {

/// The statements that give a script its role and search path.
std::string surroundings(const retort::dialect::script_settings& settings) {
  std::string text;
  if (!settings.role.empty()) {
    text += fmt::format("SET ROLE {};\n", retort::dialect::quote_identifier(settings.role));
  }
  if (settings.schema.empty() && settings.extra_search_path.empty()) return text;
  // Without a schema the search path is the server's, which a script cannot know.
  std::vector<std::string> path = {settings.schema.empty()
                                       ? std::string("public")
                                       : retort::dialect::quote_identifier(settings.schema)};
  for (const auto& schema : settings.extra_search_path) {
    path.push_back(retort::dialect::quote_identifier(schema));
  }
  return text + fmt::format("SET search_path = {};\n", base::join(path, ", "));
}

/// A DO statement, in a dollar quote that the body does not end.
std::string dollar_quoted(const std::string& body) {
  std::string tag = "$retort$";
  while (body.find(tag) != std::string::npos) tag.insert(tag.size() - 1, "_");
  return "DO " + tag + "\n" + body + " " + tag;
}

}  // namespace

std::string postgres_dialect::quote(std::string_view identifier) const {
  return retort::dialect::quote_identifier(identifier);
}

std::string postgres_dialect::literal(std::string_view value) const {
  return retort::dialect::quote_literal(value);
}

std::string postgres_dialect::type_name(const model::type& type) const {
  return postgres::type_name(type);
}

std::string postgres_dialect::equal(std::string_view column, std::string_view value) const {
  return fmt::format("{} OPERATOR(pg_catalog.=) {}", column, value);
}

std::string postgres_dialect::moment(double seconds_ago) const {
  if (seconds_ago == 0) return "pg_catalog.clock_timestamp()";
  return fmt::format("pg_catalog.clock_timestamp() - interval '{:.3f} seconds'", seconds_ago);
}

std::string postgres_dialect::moment_text(std::string_view column) const {
  return fmt::format(
      "pg_catalog.to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')", column);
}

std::string postgres_dialect::milliseconds_since(std::string_view column) const {
  return fmt::format(
      "(extract(epoch FROM pg_catalog.clock_timestamp() - {}) OPERATOR(pg_catalog.*) 1000)::bigint",
      column);
}

/// A statement is refused as a whole where the database's encoding lacks a character of it.
std::string postgres_dialect::held_text(const db::connection& connection,
                                        std::string_view text) const {
  const auto* own = dynamic_cast<const postgres::connection*>(&connection);
  return own == nullptr || own->holds_all_characters() ? std::string(text) : escaped(text);
}

std::string postgres_dialect::text_of_held(const db::connection& connection,
                                           std::string_view held) const {
  const auto* own = dynamic_cast<const postgres::connection*>(&connection);
  return own == nullptr || own->holds_all_characters() ? std::string(held) : unescaped(held);
}

model::schema postgres_dialect::introspect(db::connection& connection,
                                           std::string_view version_table) const {
  return postgres::introspect(connection, version_table);
}

std::vector<std::string> postgres_dialect::unread(db::connection& connection) const {
  return postgres::unread(connection);
}

std::vector<std::pair<std::string, std::string>> postgres_dialect::counters(
    db::connection& connection, std::string_view version_table) const {
  return postgres::counters(connection, version_table);
}

model::schema postgres_dialect::normalise(model::schema schema) const {
  // What calls of a migration create, with its CREATE statement; a routine's arguments are not at
  // hand here.
  static constexpr std::string_view kinds[] = {
      "view",   "materialized view", "trigger", "policy", "sequence", "domain", "type",
      "schema", "extension"};
  for (auto& [key, object] : schema.objects) {
    if (std::ranges::find(kinds, object.kind) == std::end(kinds)) continue;
    object.definition = object_sql({object.kind, object.name, object.table, {}}, object.definition);
  }
  return postgres::normalise(std::move(schema));
}

std::unique_ptr<retort::dialect::table_change> postgres_dialect::prepare(
    db::connection& connection, const retort::dialect::statement& change) const {
  return make_redefinition(*this, connection, change);
}

std::string postgres_dialect::lock_table_statement(const model::qualified_name& table) const {
  // Conflicts with itself and with every change of rows; readers go on.
  return fmt::format("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", quote(table));
}

std::unique_ptr<retort::dialect::run_lock> postgres_dialect::lock_run(
    db::connection& connection, const model::qualified_name& table, int seconds) const {
  return postgres::lock_run(connection, table, seconds);
}

std::string postgres_dialect::limit_waiting(db::connection& connection, int seconds) const {
  auto before = waiting_limit(connection);
  connection.execute(limit_statement(seconds));
  return before;
}

void postgres_dialect::unlimit_waiting(db::connection& connection, const std::string& limit) const {
  connection.execute(unlimit_statement(limit));
}

std::string postgres_dialect::limit_statement(int seconds) const {
  // Zero would be no limit.
  return fmt::format("SET LOCAL lock_timeout = {}",
                     std::clamp<std::int64_t>(seconds * std::int64_t{1000}, 1, INT_MAX));
}

std::string postgres_dialect::unlimit_statement(const std::string& limit) const {
  return "SET LOCAL lock_timeout = " + literal(limit);
}

std::string postgres_dialect::waiting_limit(db::connection& connection) const {
  return connection.query("SHOW lock_timeout").rows.at(0).at(0).value_or("0");
}

std::string postgres_dialect::statement_limit(db::connection& connection) const {
  return connection.query("SHOW statement_timeout").rows.at(0).at(0).value_or("0");
}

std::string postgres_dialect::statement_limit_statement(const std::string& limit,
                                                        bool in_transaction) const {
  return fmt::format("SET {} statement_timeout = {}", in_transaction ? "LOCAL" : "SESSION",
                     literal(limit));
}

/// A server's crash with wal_level = minimal, and logical replication, leave a sequence behind its
/// table. Who may not set it cannot mend that.
std::string postgres_dialect::catch_up_statement(const model::qualified_name& table,
                                                 std::string_view key) const {
  return fmt::format(
      "SELECT pg_catalog.setval(behind.number, behind.highest) FROM (SELECT "
      "pg_catalog.pg_get_serial_sequence({0}, {1})::regclass AS number, (SELECT "
      "pg_catalog.max({2}) FROM {3}) "
      "AS highest) AS behind WHERE CASE WHEN pg_catalog.has_sequence_privilege(behind.number, "
      "'USAGE') AND pg_catalog.has_sequence_privilege(behind.number, 'UPDATE') THEN "
      "behind.highest > coalesce(pg_catalog.pg_sequence_last_value(behind.number), 0) END",
      literal(quote(table)), literal(key), quote(key), quote(table));
}

std::string postgres_dialect::transaction(db::connection& connection) const {
  return connection.query(transaction_query()).rows.at(0).at(0).value_or("");
}

std::string postgres_dialect::transaction_query() const {
  // pg_current_xact_id() is of version 13.
  return "SELECT pg_catalog.txid_current()";
}

std::string postgres_dialect::rows_guard(const model::qualified_name& table,
                                         const std::vector<std::string>& rows) const {
  return rows_check(table, rows,
                    fmt::format(" USING ERRCODE = '{}'", retort::dialect::moved_state));
}

bool postgres_dialect::is_lock_conflict(const error& problem) const {
  // lock_not_available, deadlock_detected
  return problem.sqlstate == "55P03" || problem.sqlstate == "40P01";
}

std::vector<std::string> postgres_dialect::lock_holders(db::connection& connection,
                                                        std::string_view sql) const {
  const auto found = query_catalogue(
      connection,
      "SELECT a.pid, a.application_name, a.state, c.relname, string_agg(DISTINCT l.mode, ', '), "
      "extract(epoch FROM clock_timestamp() - a.xact_start)::int8 "
      "FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_class c ON c.oid = l.relation "
      "WHERE l.granted AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p', 'v', 'm') "
      "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
      "GROUP BY a.pid, a.application_name, a.state, a.xact_start, c.relname "
      "ORDER BY a.xact_start, c.relname");
  const auto text = base::lower(sql);
  constexpr std::size_t most = 5;
  std::vector<std::string> lines;
  for (const auto& row : found.rows) {
    if (lines.size() == most) break;
    if (text.find(base::lower(row[3].value_or(""))) == std::string::npos) continue;
    lines.push_back(fmt::format("process {} of the server ('{}', {} for {} s) holds {} on {}",
                                row[0].value_or("?"), row[1].value_or(""), row[2].value_or("?"),
                                row[5].value_or("?"), row[4].value_or("?"), row[3].value_or("?")));
  }
  return lines;
}

std::vector<retort::dialect::held_lock> postgres_dialect::held_locks(
    db::connection& connection) const {
  const auto found = query_catalogue(
      connection,
      "SELECT c.oid::regclass::text, l.mode FROM pg_locks AS l JOIN pg_class AS c ON c.oid = "
      "l.relation WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND "
      "c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace) AND c.relname "
      "NOT LIKE 'retort\\_%' ORDER BY 1, 2");
  std::vector<retort::dialect::held_lock> locks;
  for (const auto& row : found.rows) locks.push_back({row[0].value_or("?"), row[1].value_or("?")});
  return locks;
}

std::string postgres_dialect::script_prologue(
    const retort::dialect::script_settings& settings) const {
  return "\\set ON_ERROR_STOP on\n" + session_settings_statement() + ";\n" + surroundings(settings);
}

/// psql puts its variables in the place of `:name` outside of strings (psql, "SQL Interpolation");
/// a blank behind the colon of an array slice keeps it from that.
std::string postgres_dialect::script_text(std::string_view sql) const {
  base::sql_lexer lexer(sql, base::sql_flavour::postgresql);
  std::string result;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    const bool name = t.kind == base::token_kind::word || t.kind == base::token_kind::quoted_name ||
                      t.kind == base::token_kind::string || t.kind == base::token_kind::symbol;
    const bool colon = result.ends_with(':') && !result.ends_with("::");
    if (colon && name && text != ":" && text != "=") result += ' ';
    result += text;
  }
  return result;
}

/// IF NOT EXISTS looks in the first schema of the search path alone, and a table beside the one
/// that is in use would be taken for it from then on.
std::string postgres_dialect::script_create(const model::qualified_name& table,
                                            const std::string& create) const {
  return dollar_quoted(
      fmt::format("BEGIN\n  IF pg_catalog.to_regclass({}) IS NULL THEN\n    {};\n  END IF;\nEND",
                  literal(quote(table)), create));
}

std::string postgres_dialect::script_reset(const retort::dialect::script_settings& settings,
                                           const std::vector<retort::dialect::statement>&) const {
  return "RESET SESSION AUTHORIZATION;\nRESET ALL;\nRESET ROLE;\nCLOSE ALL;\nUNLISTEN *;\n"
         "DEALLOCATE ALL;\nDISCARD TEMP;\n" +
         session_settings_statement() + ";\n" + surroundings(settings);
}

std::string postgres_dialect::script_guard(const model::qualified_name& table,
                                           const std::vector<std::string>& rows) const {
  return rows_check(table, rows, {}) + ";";
}

/// A block that fails unless the version table holds exactly these rows. `how`: behind RAISE.
std::string postgres_dialect::rows_check(const model::qualified_name& table,
                                         const std::vector<std::string>& rows,
                                         const std::string& how) const {
  std::vector<std::string> expected;
  for (const auto& row : rows) expected.push_back(literal(row));
  return dollar_quoted(
      "BEGIN\n"
      "  IF (SELECT coalesce(pg_catalog.array_agg(version_num::text ORDER BY version_num COLLATE "
      "\"C\"), '{}') FROM " +
      quote(table) + ") OPERATOR(pg_catalog.<>) ARRAY[" + base::join(expected, ", ") +
      "]::text[] THEN\n"
      "    RAISE EXCEPTION 'this script expects the database at revision %', " +
      literal(rows.empty() ? "base" : base::join(rows, ", ")) + how +
      ";\n"
      "  END IF;\n"
      "END");
}

std::string postgres_dialect::exact_text(std::string_view quoted_column) const {
  return fmt::format("pg_catalog.quote_literal({}::text)", quoted_column);
}

/// What comes behind RESET ALL in a batch sets the session.
bool postgres_dialect::sends_batches(const db::connection& connection) const {
  return !is_shared(connection);
}

void postgres_dialect::refuse_shared(db::connection& connection) const {
  if (is_shared(connection)) throw shared_connection("that the lock of this run protects nothing");
}

void postgres_dialect::require_own_session(db::connection& connection) const {
  postgres::require_own_session(connection);
}

std::string postgres_dialect::table_exists_query(const model::qualified_name& table) const {
  return postgres::table_exists_query(table);
}

std::string postgres_dialect::schema_exists_query(std::string_view schema) const {
  return fmt::format(
      "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname OPERATOR(pg_catalog.=) {}",
      literal(schema));
}

model::qualified_name postgres_dialect::resolve(db::connection& connection,
                                                const model::qualified_name& name) const {
  return postgres::resolve(connection, name);
}

std::unique_ptr<retort::dialect::session> postgres_dialect::open_session(db::connection& connection,
                                                                         bool) const {
  return std::make_unique<session>(connection);
}

std::string postgres_dialect::comparable(std::string sql) const {
  return with_plain_strings(std::move(sql));
}

}  // namespace retort::postgres
