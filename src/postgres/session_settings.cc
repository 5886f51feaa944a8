#include "postgres/session_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include <retort/error.h>

#include "base/text_tools.h"

namespace retort::postgres {
namespace {

struct setting {
  const char* name;
  const char* value;
  /// Whether it is set even where the client asked for something else.
  bool always = false;
};

// "Client Connection Defaults", "Version and Platform Compatibility".
constexpr setting settings[] = {
    {"client_encoding", "UTF8", true},
    {"standard_conforming_strings", "on", true},
    {"DateStyle", "ISO, MDY", true},
    {"IntervalStyle", "postgres", true},
    {"bytea_output", "hex", true},
    {"extra_float_digits", "1", true},
    {"quote_all_identifiers", "off", true},
    {"transform_null_equals", "off", true},
    {"array_nulls", "on", true},
    // Switches triggers and foreign keys off; only a superuser's default can be another one.
    {"session_replication_role", "origin", true},
    {"check_function_bodies", "on"},
    {"default_transaction_isolation", "read committed"},
    {"default_transaction_read_only", "off"},
    {"default_transaction_deferrable", "off"},
    {"statement_timeout", "0"},
    {"lock_timeout", "0"},
    {"idle_in_transaction_session_timeout", "0"},
    {"idle_session_timeout", "0"},  // 14
    // 14. What a dead client left running ends, and its locks with it, in so many milliseconds.
    {"client_connection_check_interval", "2000"},
    {"transaction_timeout", "0"},  // 17
};

/// `set_config(…) FROM …`, one row a setting.
std::string make_settings_from(bool is_local) {
  std::string values;
  for (const setting& one : settings) {
    values += fmt::format("{}('{}', '{}', {})", values.empty() ? "" : ", ", one.name, one.value,
                          one.always);
  }
  return fmt::format(
      "pg_catalog.set_config(fixed.name, fixed.value, {1}) FROM (VALUES {0}) AS fixed (name, "
      "value, always) "
      "JOIN pg_catalog.pg_settings AS known ON known.name = fixed.name "
      "WHERE known.setting <> fixed.value AND (fixed.always OR known.source <> 'client')",
      values, is_local);
}

std::string settings_query(bool is_local) { return "SELECT " + make_settings_from(is_local); }

/// Sends statements in a transaction without a limit of time, in one message. Up to the second of
/// them a default of the role or the database is at work: they take too little time to be cut short
/// by a limit of any sense again and again.
std::vector<db::result> query_unlimited(db::connection& connection,
                                        std::vector<std::string> statements) {
  statements.insert(statements.begin(), {"BEGIN", "SET LOCAL statement_timeout = 0"});
  statements.emplace_back("COMMIT");
  constexpr int most = 50;
  for (int attempt = 1;; ++attempt) {
    try {
      return connection.query_all(statements);
    } catch (const db::batch_failure& failed) {
      connection.rollback();
      if (failed.problem.sqlstate != "57014" || attempt == most) throw failed.problem;
    }
  }
}

}  // namespace

bool apply_session_settings(db::connection& connection, std::string_view asked,
                            std::optional<int> backend) {
  auto names = base::lower(asked);
  std::ranges::replace(names, '-', '_');
  // What the client asked for is told apart by pg_settings alone, which shows the limit of the
  // transaction here.
  const bool is_asked = names.find("statement_timeout") != std::string::npos;
  const auto is_own =
      backend ? fmt::format("pg_catalog.pg_backend_pid() = {}", *backend) : std::string("true");
  const auto answers = query_unlimited(
      connection,
      {fmt::format("SELECT {} WHERE {}",
                   is_asked ? "1" : "pg_catalog.set_config('statement_timeout', '0', false)",
                   is_own),
       fmt::format("{} AND {}", settings_query(false), is_own)});
  return !answers.at(2).rows.empty();
}

const std::string& local_settings_query() {
  static const std::string query = settings_query(true);
  return query;
}

const std::string& session_settings_statement() {
  static const std::string statement =
      fmt::format("DO $retort$ BEGIN PERFORM {}; END $retort$", make_settings_from(false));
  return statement;
}

}  // namespace retort::postgres
