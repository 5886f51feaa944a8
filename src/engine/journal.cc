#include "engine/journal.h"

#include <fmt/format.h>

#include <random>

#include "base/actor.h"
#include "base/passwords.h"
#include "base/text_tools.h"
#include "engine/transaction_guard.h"
#include "engine/version_store.h"

namespace retort::engine {
namespace {

std::string new_run_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

/// PostgreSQL's "Error Codes".
constexpr const char* insufficient_privilege = "42501";
constexpr const char* invalid_schema_name = "3F000";

/// A text, or NULL for an empty one.
std::string nullable(const dialect::dialect& target, const std::string& text) {
  return text.empty() ? "NULL" : target.literal(text);
}

std::int64_t milliseconds_of(double seconds) { return static_cast<std::int64_t>(seconds * 1000); }

}  // namespace

std::string program_name(std::string_view name) {
  return fmt::format("{} (retort {})", name, base::version());
}

journal::journal(const dialect::dialect& target, const model::qualified_name& version_table,
                 std::string program, bool on)
    : target_(target),
      table_{version_table.schema, "retort_journal"},
      table_sql_(target.version_table(table_)),
      version_table_(target.literal(version_table.name)),
      program_(std::move(program)),
      on_(on) {}

bool journal::exists(db::connection& connection) const {
  return !connection.query(target_.table_exists_query(table_)).rows.empty();
}

void journal::create(db::connection& connection) const {
  connection.execute(fmt::format(
      "CREATE TABLE IF NOT EXISTS {0} (id {1}, version_table VARCHAR(255) NOT NULL, run "
      "VARCHAR(16) NOT NULL, kind VARCHAR(9) NOT NULL, revision TEXT, direction VARCHAR(9) NOT "
      "NULL, "
      "statement INTEGER, checksum VARCHAR(160), started {2} NOT NULL, finished {2}, milliseconds "
      "BIGINT, outcome VARCHAR(8) NOT NULL, error TEXT, who TEXT NOT NULL, host TEXT NOT NULL, "
      "process INTEGER NOT NULL, program TEXT NOT NULL, sql TEXT, compatible_with VARCHAR(32))",
      table_sql_, target_.counting_key(), target_.moment_type()));
}

/// Another runner may make the table at the same moment, which PostgreSQL tells by an error.
void journal::begin_run(db::connection& connection, const std::string& direction, bool alone) {
  if (!on_) return;
  try {
    enter_run(connection, direction, alone);
  } catch (const error& problem) {
    run_.clear();
    error told(fmt::format("the run cannot be entered in the journal {}, so nothing was run: {}",
                           table_.display(), problem.what()),
               problem.kind);
    told.notes = problem.notes;
    if (problem.kind == failure::try_again) {
      for (auto& line : holders(connection)) told.note(std::move(line));
    }
    told.sqlstate = problem.sqlstate;
    const bool denied = problem.sqlstate == insufficient_privilege;
    if (problem.sqlstate == invalid_schema_name)
      throw told.help("create the schema, or correct its name");
    throw told.help(denied
                        ? "GRANT this user what the journal needs (INSERT, UPDATE, SELECT; CREATE "
                          "on its schema for the first run), or write journal = false in "
                          "retort.toml"
                        : problem.hint);
  }
}

void journal::enter_run(db::connection& connection, const std::string& direction, bool alone) {
  run_ = new_run_id();
  run_sql_ = target_.literal(run_);
  const auto who = base::this_actor();
  const auto held = [&](const std::string& text) {
    return target_.literal(target_.held_text(connection, text));
  };
  actor_sql_ = fmt::format("{}, {}, {}, {}", held(who.display()), held(who.host), who.process,
                           held(program_));
  for (int round = 0;; ++round) {
    connection.begin();
    transaction_guard transaction(connection);
    try {
      if (exists(connection)) {
        bury(connection, alone);
        const auto catch_up = target_.catch_up_statement(table_, "id");
        if (!catch_up.empty()) connection.execute(catch_up);
      } else {
        create(connection);
      }
    } catch (const error& problem) {
      constexpr int rounds = 50;
      if (!is_creation_race(problem) || round == rounds) throw;
      continue;
    }
    journal_entry entry;
    entry.kind = "run";
    entry.direction = direction;
    entry.outcome = "running";
    add(connection, std::move(entry));
    transaction.commit();
    return;
  }
}

/// Nobody else can say how a killed run has ended.
void journal::bury(db::connection& connection, bool alone) const {
  const auto left =
      connection
          .query(fmt::format("SELECT DISTINCT run, host, process FROM {} WHERE {} AND {}",
                             table_sql_, target_.equal("outcome", "'running'"),
                             target_.equal("version_table", version_table_)))
          .rows;
  for (const auto& row : left) {
    const auto process = static_cast<int>(std::stoll(row[2].value()));
    const auto host = target_.text_of_held(connection, row[1].value());
    if (!alone && !base::is_gone(host, process)) continue;
    connection.execute(
        fmt::format("UPDATE {} SET outcome = 'killed', finished = {} WHERE {} AND {}", table_sql_,
                    target_.moment(0), target_.equal("run", target_.literal(row[0].value())),
                    target_.equal("outcome", "'running'")));
  }
}

void journal::go_on(db::connection& connection) {
  if (run_.empty()) return;
  connection.execute(fmt::format(
      "UPDATE {} SET outcome = 'running', finished = NULL WHERE {} AND {}", table_sql_,
      target_.equal("run", target_.literal(run_)), target_.equal("outcome", "'killed'")));
}

std::vector<std::string> journal::holders(db::connection& connection) const {
  std::vector<std::string> lines;
  if (!on_ || connection.in_transaction()) return lines;
  try {
    for (const auto& entry : running(connection)) {
      if (entry.run == run_) continue;
      lines.push_back(base::printable(fmt::format("a run of {} by {} since {} has not ended",
                                                  entry.program, entry.who, entry.started)));
    }
  } catch (const error&) {
    // It cannot even be read now.
  }
  return lines;
}

namespace {

/// What others may read of a failure.
std::string kept(const error& problem) {
  return base::text_without_passwords(base::printable(problem.what()));
}

}  // namespace

void journal::end_run(db::connection& connection, const error* problem) {
  if (run_.empty()) return;
  try {
    connection.begin();
    transaction_guard transaction(connection);
    const auto told = problem == nullptr ? std::string() : kept(*problem);
    connection.execute(fmt::format(
        "UPDATE {} SET outcome = '{}', error = {}, finished = {}, milliseconds = {} WHERE {} AND "
        "{}",
        table_sql_, problem == nullptr ? "done" : "failed",
        nullable(target_, target_.held_text(connection, told)), target_.moment(0),
        target_.milliseconds_since("started"), target_.equal("run", run_sql_),
        target_.equal("outcome", "'running'")));
    transaction.commit();
  } catch (const error&) {
    // The work is done, or its failure told; a run that did not end in the journal was killed.
  }
  run_.clear();
}

void journal::add(db::connection& connection, const journal_entry& entry, double seconds) {
  if (!on_) return;
  connection.execute(insert_sql(connection, entry, target_.moment(seconds),
                                std::to_string(milliseconds_of(seconds))));
}

std::string journal::batched_sql(const db::connection& connection,
                                 const journal_entry& entry) const {
  constexpr const char* beginning = "pg_catalog.transaction_timestamp()";
  return insert_sql(connection, entry, beginning, target_.milliseconds_since(beginning));
}

/// `started` and `milliseconds` are SQL.
std::string journal::insert_sql(const db::connection& connection, const journal_entry& entry,
                                const std::string& started, const std::string& milliseconds) const {
  const bool ended = entry.outcome != "running";
  const auto text = [&](const std::string& value) {
    return nullable(target_, target_.held_text(connection, value));
  };
  const std::string values[] = {
      version_table_,
      run_sql_,
      target_.literal(entry.kind),
      nullable(target_, entry.revision),
      target_.literal(entry.direction),
      entry.statement == 0 ? "NULL" : std::to_string(entry.statement),
      text(entry.checksum),
      started,
      ended ? target_.moment(0) : "NULL",
      ended ? milliseconds : "NULL",
      target_.literal(entry.outcome),
      text(entry.problem),
      actor_sql_,
      text(entry.sql),
      nullable(target_, entry.compatible_with),
  };
  return fmt::format(
      "INSERT INTO {} (version_table, run, kind, revision, direction, statement, checksum, "
      "started, finished, milliseconds, outcome, error, who, host, process, program, sql, "
      "compatible_with) VALUES ({})",
      table_sql_, base::join(values, ", "));
}

void journal::add_failure(db::connection& connection, journal_entry entry, const error& problem,
                          double seconds) {
  if (run_.empty() || connection.in_transaction()) return;
  entry.outcome = "failed";
  entry.problem = kept(problem);
  if (!problem.sqlstate.empty()) entry.problem += fmt::format(" (SQLSTATE {})", problem.sqlstate);
  try {
    connection.begin();
    transaction_guard transaction(connection);
    add(connection, std::move(entry), seconds);
    transaction.commit();
  } catch (const error&) {
    // The connection is lost, or the disk is full.
  }
}

void journal::end_statement(db::connection& connection, const std::string& outcome,
                            double seconds) {
  if (run_.empty()) return;
  connection.execute(fmt::format(
      "UPDATE {} SET outcome = '{}', finished = {}, milliseconds = {} WHERE {} AND {} AND {}",
      table_sql_, outcome, target_.moment(0), milliseconds_of(seconds),
      target_.equal("run", run_sql_), target_.equal("kind", "'statement'"),
      target_.equal("outcome", "'running'")));
}

void journal::require_readable(db::connection& connection) const {
  if (!exists(connection)) return;
  try {
    connection.query(fmt::format("SELECT 1 FROM {} WHERE id IS NULL", table_sql_));
  } catch (error& problem) {
    throw problem.help(fmt::format("GRANT SELECT ON {} to this user", table_sql_));
  }
}

/// Who may not read it learns nothing from it.
db::result journal::ask(db::connection& connection, const std::string& query) const {
  if (!exists(connection)) return {};
  try {
    return connection.query(query);
  } catch (const error& problem) {
    if (problem.sqlstate == insufficient_privilege) return {};
    throw;
  }
}

std::vector<journal_entry> journal::select(db::connection& connection,
                                           const std::string& rest) const {
  std::vector<journal_entry> entries;
  const auto rows =
      ask(connection,
          fmt::format("SELECT id, run, kind, revision, direction, statement, checksum, {}, "
                      "{}, milliseconds, outcome, error, who, program, sql, compatible_with "
                      "FROM {} WHERE {} {}",
                      target_.moment_text("started"), target_.moment_text("finished"), table_sql_,
                      target_.equal("version_table", version_table_), rest))
          .rows;
  for (const auto& row : rows) {
    const auto text = [&](std::size_t place) {
      return target_.text_of_held(connection, row[place].value_or(""));
    };
    const auto number = [&](std::size_t place) {
      return row[place] ? static_cast<std::int64_t>(std::stoll(*row[place])) : 0;
    };
    entries.push_back({number(0), text(1), text(2), text(3), text(4), number(5), text(6), text(7),
                       text(8), number(9), text(10), text(11), text(12), text(13), text(14),
                       text(15)});
  }
  return entries;
}

std::vector<journal_entry> journal::read(db::connection& connection) const {
  return select(connection, "ORDER BY id");
}

std::vector<journal_entry> journal::last(db::connection& connection,
                                         const std::string& direction) const {
  return select(
      connection,
      fmt::format("AND id IN (SELECT max(id) FROM {} WHERE {} AND {} AND {} AND ({} OR {}) "
                  "GROUP BY revision)",
                  table_sql_, target_.equal("version_table", version_table_),
                  target_.equal("kind", "'migration'"),
                  target_.equal("direction", target_.literal(direction)),
                  target_.equal("outcome", "'done'"), target_.equal("outcome", "'accepted'")));
}

std::vector<journal_entry> journal::applied(db::connection& connection) const {
  return last(connection, "upgrade");
}

std::vector<journal_entry> journal::taken_back(db::connection& connection) const {
  return last(connection, "downgrade");
}

std::vector<journal_entry> journal::running(db::connection& connection) const {
  return select(connection, fmt::format("AND {} AND {} ORDER BY id", target_.equal("kind", "'run'"),
                                        target_.equal("outcome", "'running'")));
}

}  // namespace retort::engine
