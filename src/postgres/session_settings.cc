#include "postgres/session_settings.h"

#include <fmt/format.h>

#include <algorithm>

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
std::string make_settings_from() {
  std::string values;
  for (const setting& one : settings) {
    values += fmt::format("{}('{}', '{}', {})", values.empty() ? "" : ", ", one.name, one.value,
                          one.always);
  }
  return fmt::format(
      "pg_catalog.set_config(fixed.name, fixed.value, false) FROM (VALUES {}) AS fixed (name, "
      "value, always) "
      "JOIN pg_catalog.pg_settings AS known ON known.name = fixed.name "
      "WHERE known.setting <> fixed.value AND (fixed.always OR known.source <> 'client')",
      values);
}

/// Sends what takes too little time to be cut short by a limit of any sense, again where it was.
void lift_statement_limit(db::connection& connection) {
  constexpr int most = 50;
  for (int attempt = 1;; ++attempt) {
    try {
      return connection.execute("SET statement_timeout = 0");
    } catch (const error& problem) {
      if (problem.sqlstate != "57014" || attempt == most) throw;
    }
  }
}

}  // namespace

void apply_session_settings(db::connection& connection, std::string_view asked) {
  // A default of the role or the database is at work already, and reading pg_settings takes longer
  // than some. What the client asked for is told apart from it by pg_settings alone.
  auto names = base::lower(asked);
  std::ranges::replace(names, '-', '_');
  if (names.find("statement_timeout") == std::string::npos) lift_statement_limit(connection);
  connection.query(session_settings_query(), {});
}

const std::string& session_settings_query() {
  static const std::string query = "SELECT " + make_settings_from();
  return query;
}

const std::string& session_settings_statement() {
  static const std::string statement =
      fmt::format("DO $retort$ BEGIN PERFORM {}; END $retort$", make_settings_from());
  return statement;
}

}  // namespace retort::postgres
