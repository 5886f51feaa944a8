#include "postgres/session.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "postgres/catalogue.h"
#include "postgres/connection.h"
#include "postgres/session_settings.h"

namespace retort::postgres {
namespace {

// Retort's own statements stand in the search path of whoever they run for. An operator or a
// function there must not fit their arguments better than pg_catalog's ("Operator Type Resolution",
// "Function Type Resolution"): the types of both sides of an operator are those of one that is
// there, and functions are named with their schema.
constexpr const char* own_advisory_locks =
    "locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid() AND granted";

/// Condition on pg_locks: the lock of a run. `key`: SQL.
std::string is_run_lock(std::string_view key) {
  return fmt::format(
      "classid = {}::oid AND objid = ({})::int8::bit(32)::int8::oid AND objsubid = 2::int2",
      run_lock_class, key);
}

}  // namespace

namespace {

std::string set_role(const std::string& role) {
  return role == "none" ? std::string("RESET ROLE") : "SET ROLE " + dialect::quote_identifier(role);
}

}  // namespace

session::session(db::connection& connection)
    : connection_(connection), is_shared_(postgres::is_shared(connection)) {
  if (!is_shared_) {
    // "session" is the source of what SET and set_config() set; all else comes back with RESET ALL.
    const auto settings =
        connection_.query("SELECT name, setting FROM pg_settings WHERE source = 'session'");
    for (const auto& row : settings.rows) settings_.emplace_back(text(row[0]), text(row[1]));
  }
  const auto held = connection_.query(fmt::format(
      "SELECT pg_catalog.current_setting('role'), (SELECT objid::int8::bit(32)::int4 FROM "
      "pg_locks WHERE {} AND classid = {}::oid AND objsubid = 2::int2 LIMIT 1)",
      own_advisory_locks, run_lock_class));
  role_ = text(held.rows.at(0).at(0));
  run_lock_ = held.rows.at(0).at(1);
  own_ = look();
}

session::~session() {
  // A shared one has nothing left of its transaction.
  if (connection_.in_transaction() || is_shared_) return;
  try {
    restore();
  } catch (...) {  // The connection is lost, and its settings with it.
  }
}

void session::restore() {
  // One after the other in one message: a round trip less for each, and no moment between them in
  // which a default of the role ends an idle session.
  connection_.execute(reset_everything() + set_role(role_) + "; " + settings_again());
  paused_.reset();
  restore_locks();
}

/// Behind RESET ALL a default of the role or the database is at work, which must not cut short what
/// follows, up to `settings_again`.
std::string session::reset_everything() const {
  constexpr const char* reset = "RESET SESSION AUTHORIZATION; RESET ALL; ";
  constexpr const char* close = "CLOSE ALL; UNLISTEN *; DISCARD TEMP; ";
  // A shared session may have prepared statements of others.
  if (is_shared_) return fmt::format("{}SET LOCAL statement_timeout = 0; {}", reset, close);
  const bool is_set = std::ranges::any_of(
      settings_, [](const auto& one) { return one.first == "statement_timeout"; });
  return fmt::format("{}{}DEALLOCATE ALL; {}", reset, is_set ? "SET statement_timeout = 0; " : "",
                     close);
}

/// What RESET ALL has taken back too far.
std::string session::settings_again() const {
  std::string again;
  const auto add = [&](const std::string& name, const std::string& value) {
    again += fmt::format("{}pg_catalog.set_config({}, {}, false)", again.empty() ? "SELECT " : ", ",
                         dialect::quote_literal(name), dialect::quote_literal(value));
  };
  if (!is_shared_) {
    for (const auto& [name, value] : settings_) add(name, value);
    return again;
  }
  // First what others have set on the session, then what holds for this transaction.
  const auto& own = dynamic_cast<const postgres::connection&>(connection_);
  for (const auto& row : own.settings_of_others()) add(text(row[0]), text(row[1]));
  return again + "; SET LOCAL statement_timeout = 0; " + local_settings_query();
}

std::vector<std::string> session::reset_statements() const {
  auto statements = base::split_list(reset_everything(), ';');
  statements.push_back(set_role(role_));
  if (auto again = settings_again(); !again.empty()) statements.push_back(std::move(again));
  statements.push_back(release_query());
  return statements;
}

void session::end_reset(const db::result& last) {
  const bool is_clean =
      std::ranges::none_of(last.rows, [](const auto& row) { return row[0] == "t"; });
  const bool has_own = std::ranges::any_of(last.rows, [](const auto& row) { return !row[0]; });
  if (!is_clean || has_own != run_lock_.has_value()) restore_locks();
}

namespace {

// What could make bookkeeping fail or mean something else; Retort's own tables are named with their
// schema, and its transactions say themselves that they write.
constexpr const char* bending_settings[] = {"search_path", "standard_conforming_strings",
                                            "session_replication_role", "row_security",
                                            "client_encoding"};

}  // namespace

session::surroundings session::look() {
  std::string query = "SELECT session_user, pg_catalog.current_setting('role')";
  for (const auto* name : bending_settings) {
    query += fmt::format(", pg_catalog.current_setting('{}')", name);
  }
  if (run_lock_) {
    query += fmt::format(", EXISTS (SELECT FROM pg_locks WHERE {} AND {})", own_advisory_locks,
                         is_run_lock(*run_lock_));
  }
  auto row = connection_.query(query).rows.at(0);
  if (run_lock_) {
    is_locked_ = flag(row.back());
    row.pop_back();
  }
  surroundings now{text(row[0]), text(row[1]), {}};
  for (std::size_t i = 2; i < row.size(); ++i) now.settings.push_back(text(row[i]));
  return now;
}

namespace {

std::string set_all(const std::vector<std::string>& settings) {
  std::string sql;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    sql += fmt::format("{}pg_catalog.set_config('{}', {}, false)", i == 0 ? "SELECT " : ", ",
                       bending_settings[i], dialect::quote_literal(settings[i]));
  }
  return sql;
}

}  // namespace

void session::pause() {
  if (paused_) return;
  auto theirs = look();
  if (run_lock_ && !is_locked_) lock_again();
  if (theirs != own_) {
    connection_.execute("SET standard_conforming_strings = on; RESET SESSION AUTHORIZATION; " +
                        set_role(own_.role) + "; " + set_all(own_.settings));
  }
  paused_ = std::move(theirs);
}

void session::resume() {
  if (!paused_) return;
  const auto theirs = *std::exchange(paused_, std::nullopt);
  resumed_ = theirs;
  if (theirs == own_) return;
  connection_.execute(set_all(theirs.settings));
  if (theirs.user != own_.user) {
    connection_.execute("SET SESSION AUTHORIZATION " + dialect::quote_identifier(theirs.user));
  }
  if (theirs.role != own_.role) connection_.execute(set_role(theirs.role));
}

bool session::can_write() {
  return text(connection_.query("SHOW transaction_read_only").rows.at(0).at(0)) == "off";
}

/// Gives back what the migration has locked, one by one, for pg_advisory_unlock_all() would let
/// another run in; and takes the run's lock again where the migration itself called that.
std::string session::release_query() const {
  const auto own = run_lock_ ? is_run_lock(*run_lock_) : std::string("false");
  return fmt::format(
      "SELECT CASE WHEN {1} THEN NULL WHEN objsubid = 1::int2 AND mode = 'ShareLock' THEN "
      "{2}_shared(classid::int8 << 32 | objid::int8) WHEN objsubid = 1::int2 THEN "
      "{2}(classid::int8 << 32 | objid::int8) WHEN mode = 'ShareLock' THEN "
      "{2}_shared(classid::int8::bit(32)::int4, objid::int8::bit(32)::int4) ELSE "
      "{2}(classid::int8::bit(32)::int4, objid::int8::bit(32)::int4) END "
      "FROM (SELECT * FROM pg_locks WHERE {0} OFFSET 0) AS mine",
      own_advisory_locks, own, "pg_catalog.pg_advisory_unlock");
}

void session::restore_locks() {
  const auto release = release_query();
  bool has_own = false;
  // A lock that was taken twice is given back twice; one of a transaction, not at all ('f').
  for (bool again = true; again;) {
    again = false;
    for (const auto& row : connection_.query(release).rows) {
      has_own = has_own || !row[0];
      again = again || row[0] == "t";
    }
  }
  if (run_lock_ && !has_own) lock_again();
}

/// Takes the run's lock, which the migration gave up.
void session::lock_again() {
  const auto taken = connection_.query(fmt::format("SELECT pg_catalog.pg_try_advisory_lock({}, {})",
                                                   run_lock_class, run_lock_.value()));
  was_unlocked_ = text(taken.rows.at(0).at(0)) == "t";
  if (was_unlocked_) return;
  throw error("the migration gave up the lock of its run, and another run has taken it",
              failure::try_again)
      .help("leave pg_advisory_unlock_all() out of the migration");
}

namespace {

class advisory_lock final : public dialect::run_lock {
 public:
  advisory_lock(db::connection& connection, std::string key)
      : connection_(connection), key_(std::move(key)) {}
  ~advisory_lock() override {
    try {
      connection_.execute(
          fmt::format("SELECT pg_catalog.pg_advisory_unlock({}, {})", run_lock_class, key_));
    } catch (...) {  // The connection is lost, and its locks with it.
    }
  }

 private:
  db::connection& connection_;
  std::string key_;
};

/// Who holds the lock, for people.
std::vector<std::string> holders(db::connection& connection, const std::string& key) {
  std::vector<std::string> lines;
  const auto found = connection.query(fmt::format(
      "SELECT a.pid, a.application_name, pg_catalog.to_char(a.backend_start, "
      "'YYYY-MM-DD HH24:MI:SS TZ') FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) WHERE "
      "l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE "
      "datname = pg_catalog.current_database()) AND {}",
      is_run_lock(key)));
  for (const auto& row : found.rows) {
    lines.push_back(fmt::format("held by '{}', process {} of the server, connected since {}",
                                text(row[1]), text(row[0]), text(row[2])));
  }
  return lines;
}

}  // namespace

std::string table_exists_query(const model::qualified_name& table) {
  const auto name = dialect::quote_literal(dialect::quote_identifier(table));
  auto query = fmt::format("SELECT 1 WHERE pg_catalog.to_regclass({}) IS NOT NULL", name);
  // A name with its schema is an error by itself. Without, a schema that the role has no USAGE of
  // is passed over ("Schemas and Privileges"), and the database would look new.
  if (!table.schema.empty()) return query;
  return query + fmt::format(R"( OR (
SELECT pg_catalog.bool_or(pg_catalog.to_regclass(
  pg_catalog.quote_ident(n.nspname::text) || '.' || {}) IS NOT NULL)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE pg_catalog.to_regclass({}) IS NULL AND c.relname = {}
  AND NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND n.nspname::text IN (
    SELECT trim(BOTH '"' FROM pg_catalog.replace(trim(word), '"$user"', current_user::text))
    FROM pg_catalog.unnest(pg_catalog.string_to_array(
      pg_catalog.current_setting('search_path'), ',')) AS word)))",
                             name, name, dialect::quote_literal(table.name));
}

model::qualified_name resolve(db::connection& connection, const model::qualified_name& table) {
  if (!table.schema.empty()) return table;
  // Where the table is not there yet, it will be in the schema in which new tables are made.
  const auto schema = connection.query(
      fmt::format("SELECT coalesce((SELECT n.nspname FROM pg_class AS c JOIN pg_namespace AS n ON "
                  "n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass({})::oid), "
                  "pg_catalog.current_schema(), '')",
                  dialect::quote_literal(dialect::quote_identifier(table))));
  return {text(schema.rows.at(0).at(0)), table.name};
}

std::unique_ptr<dialect::run_lock> lock_run(db::connection& connection,
                                            const model::qualified_name& table, int seconds) {
  // The lock would stay with a session that is not ours.
  if (is_shared(connection)) return nullptr;
  using clock = std::chrono::steady_clock;
  const auto end = clock::now() + std::chrono::seconds(seconds);
  const auto place = resolve(connection, table);
  const auto key = text(connection
                            .query(fmt::format("SELECT pg_catalog.hashtext({})",
                                               dialect::quote_literal(place.display())))
                            .rows.at(0)
                            .at(0));
  for (auto pause = std::chrono::milliseconds(20);;
       pause = std::min(2 * pause, std::chrono::milliseconds(500))) {
    const auto taken = connection.query(
        fmt::format("SELECT pg_catalog.pg_try_advisory_lock({}, {})", run_lock_class, key));
    if (text(taken.rows.at(0).at(0)) == "t") {
      return std::make_unique<advisory_lock>(connection, key);
    }
    if (clock::now() >= end) break;
    std::this_thread::sleep_for(pause);
  }
  error problem(
      fmt::format("another run on {} goes on, and {} enough", table.display(),
                  seconds == 1 ? "1 second was not" : fmt::format("{} seconds were not", seconds)),
      failure::try_again);
  problem.notes = holders(connection, key);
  throw problem.help("try again later, or wait longer: --lock-wait SECONDS");
}

}  // namespace retort::postgres
