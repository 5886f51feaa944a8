#include "engine/version_store.h"

#include <fmt/format.h>

#include <algorithm>

#include <retort/error.h>

namespace retort::engine {

/// PostgreSQL tells the later one by a unique violation
/// in its catalogue (IF NOT EXISTS looks before the other has committed), or by the table's row
/// type being there already.
bool is_creation_race(const error& problem) {
  return problem.sqlstate == "23505" || problem.sqlstate == "42P07" || problem.sqlstate == "42710";
}

version_store version_store::in_place(db::connection& connection) const {
  auto result = *this;
  result.resolved_ = target_.resolve(connection, table_);
  result.table_sql_ = target_.version_table(result.resolved_);
  return result;
}

bool version_store::exists(db::connection& connection) const {
  if (!connection.query(target_.table_exists_query(resolved_)).rows.empty()) return true;
  require_schema(connection);
  return false;
}

void version_store::require_schema(db::connection& connection) const {
  if (table_.schema.empty()) return;
  const auto query = target_.schema_exists_query(table_.schema);
  if (query.empty() || !connection.query(query).rows.empty()) return;
  throw error(fmt::format("there is no schema {}, which is to hold the version table {}",
                          table_.schema, table_.name))
      .help(fmt::format("create it: CREATE SCHEMA {}; or correct version_table_schema",
                        target_.quote(table_.schema)));
}

history::rows version_store::read(db::connection& connection) const {
  return exists(connection) ? rows(connection) : history::rows();
}

std::string version_store::rows_query() const { return "SELECT version_num FROM " + table_sql_; }

history::rows version_store::rows(db::connection& connection) const try {
  return sorted(connection.query(rows_query()));
} catch (const error& problem) {
  const bool lacks_column = problem.sqlstate == "42703" || problem.sqlstate == "SQLITE_ERROR";
  if (!lacks_column || std::string_view(problem.what()).find("version_num") == std::string::npos) {
    throw;
  }
  throw error(fmt::format("{} is no version table: it has no column version_num", table_.display()))
      .help("name Retort's own table with --version-table, or rename the one that is in its place");
}

history::rows version_store::sorted(const db::result& found) const {
  history::rows result;
  for (const auto& row : found.rows) {
    if (!row.front()) {
      throw error(fmt::format("{} holds a row that is NULL", table_.display()))
          .help("delete it, and make version_num the primary key and NOT NULL");
    }
    result.push_back(*row.front());
  }
  std::sort(result.begin(), result.end());
  const auto twice = std::adjacent_find(result.begin(), result.end());
  if (twice != result.end()) {
    throw error(
        fmt::format("{} holds '{}' more than once, so nobody can tell where the database is",
                    table_.display(), *twice))
        .help("delete the rows that are too many, and make version_num its primary key");
  }
  return result;
}

std::string version_store::create_sql() const {
  return fmt::format("CREATE TABLE IF NOT EXISTS {} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)",
                     table_sql_);
}

namespace {

/// A limit of a migration's statements, where the address asks for `usual`.
std::string limit_of(const std::string& usual, const std::optional<int>& own, int seconds) {
  return own || usual == "0" ? fmt::format("{}s", seconds) : usual;
}

std::string lock_limit(const std::string& usual, const wait_limits& limits) {
  return limit_of(usual, limits.own.lock_timeout, limits.lock_timeout);
}

/// Whether statements may have another limit than outside of their transaction.
bool limits_statements(const wait_limits& limits) {
  return limits.own.statement_timeout || limits.statement_timeout > 0;
}

std::string statement_limit(const std::string& usual, const wait_limits& limits) {
  return limit_of(usual, limits.own.statement_timeout, limits.statement_timeout);
}

}  // namespace

version_store::usual_limits version_store::usual(db::connection& connection) const {
  return {target_.waiting_limit(connection), target_.statement_limit(connection)};
}

std::vector<std::string> version_store::begin_statements(const usual_limits& usual,
                                                         const wait_limits& for_migration) const {
  std::vector<std::string> statements = {
      "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", target_.limit_statement(lock_wait()),
      target_.lock_table_statement(resolved_),
      target_.unlimit_statement(lock_limit(usual.lock, for_migration))};
  if (limits_statements(for_migration)) {
    statements.push_back(
        target_.statement_limit_statement(statement_limit(usual.statement, for_migration), true));
  }
  return statements;
}

void version_store::limit(db::connection& connection, const std::string& usual,
                          const wait_limits& for_migration) const {
  target_.unlimit_waiting(connection, lock_limit(usual, for_migration));
  if (!limits_statements(for_migration)) return;
  const auto sql = target_.statement_limit_statement(
      statement_limit(target_.statement_limit(connection), for_migration), true);
  if (!sql.empty()) connection.execute(sql);
}

error version_store::explain_begin(const error& problem) const {
  constexpr const char* lock_not_available = "55P03";
  if (problem.sqlstate != lock_not_available) return problem;
  return error(fmt::format("another runner holds {}, and {} seconds were not enough",
                           table_.display(), lock_wait()),
               failure::try_again)
      .help("try again later, or wait longer: --lock-wait SECONDS");
}

std::string version_store::begin(db::connection& connection, const wait_limits& for_migration,
                                 bool is_there) const {
  for (int round = 0;; ++round) {
    connection.begin();
    try {
      std::string usual = target_.limit_waiting(connection, lock_wait());
      if (!is_there && !exists(connection)) connection.execute(create_sql());
      const std::string lock = target_.lock_table_statement(resolved_);
      if (!lock.empty()) connection.execute(lock);
      limit(connection, usual, for_migration);
      return usual;
    } catch (const error& problem) {
      connection.rollback();
      constexpr int rounds = 50;
      if (!is_creation_race(problem) || round == rounds) throw explain_begin(problem);
    }
  }
}

std::string version_store::change_sql(const history::row_change& change) const {
  if (change.from.empty()) {
    return fmt::format("INSERT INTO {} (version_num) VALUES ({})", table_sql_,
                       target_.literal(change.to));
  }
  const auto is_from = target_.equal("version_num", target_.literal(change.from));
  if (change.to.empty()) {
    return fmt::format("DELETE FROM {} WHERE {}", table_sql_, is_from);
  }
  return fmt::format("UPDATE {} SET version_num = {} WHERE {}", table_sql_,
                     target_.literal(change.to), is_from);
}

void version_store::apply(db::connection& connection, const history::step& step) const {
  for (const auto& change : step.changes) {
    require_one(change, connection.query(change_sql(change)).affected);
  }
}

void version_store::require_one(const history::row_change& change, std::int64_t affected) const {
  if (affected == 1) return;
  throw error(fmt::format("{}: moving '{}' to '{}' matched {} rows instead of one",
                          table_.display(), change.from, change.to, affected))
      .help("run `current` to see where the database is, and try again");
}

}  // namespace retort::engine
