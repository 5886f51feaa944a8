#include "sqlite/session.h"

#include <fmt/format.h>
#include <retort/error.h>
#include <sqlite3.h>

#include <algorithm>
#include <span>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/connection.h"
#include "sqlite/dialect.h"
#include "sqlite/quoted_strings.h"
#include "sqlite/works.h"

namespace retort::sqlite {
namespace {

// "PRAGMA Statements": those that live with the connection, and not in the file, and can be read.
// Not here: foreign_keys, which is the session's own; case_sensitive_like, which cannot be read;
// and hard_heap_limit, which the C interface sets back.
constexpr const char* connection_pragmas[] = {
    "soft_heap_limit",    "analysis_limit",     "journal_size_limit",
    "max_page_count",     "mmap_size",          "threads",
    "automatic_index",    "busy_timeout",       "cache_size",
    "cache_spill",        "cell_size_check",    "checkpoint_fullfsync",
    "defer_foreign_keys", "fullfsync",          "ignore_check_constraints",
    "legacy_alter_table", "locking_mode",       "query_only",
    "read_uncommitted",   "recursive_triggers", "reverse_unordered_selects",
    "secure_delete",      "synchronous",        "temp_store",
    "trusted_schema",     "wal_autocheckpoint", "writable_schema",
};

std::string read_pragma(db::connection& connection, const std::string& name) {
  auto rows = connection.query("PRAGMA " + name).rows;
  return rows.empty() || !rows[0][0] ? std::string() : *rows[0][0];
}

std::set<std::string> attached(db::connection& connection) {
  std::set<std::string> names;
  for (const auto& row : connection.query("PRAGMA database_list").rows) names.insert(*row[1]);
  return names;
}

}  // namespace

sqlite_session::sqlite_session(db::connection& connection, bool foreign_keys)
    : connection_(connection),
      watched_(dynamic_cast<sqlite_connection*>(&connection)),
      foreign_keys_(foreign_keys),
      enforced_before_(read_pragma(connection, "foreign_keys")) {
  if (enforced_before_ != (foreign_keys ? "1" : "0")) {
    connection.execute(fmt::format("PRAGMA foreign_keys = {}", foreign_keys ? "ON" : "OFF"));
  }
  if (watched_) {
    watched_->take_changes();
    watched_->watch(*this);
  } else {
    before_setting();
  }
}

sqlite_session::~sqlite_session() {
  note_changes();
  connection_.rollback();
  try {
    // First, because it keeps everything else from working.
    if (!pragmas_.empty()) {
      connection_.execute("PRAGMA query_only = OFF");
      for (const auto& name : attached(connection_)) {
        if (!databases_.contains(name) && name != "temp") {
          connection_.execute("DETACH DATABASE " + dialect::quote_identifier(name));
        }
      }
      restore_pragmas();
    }
    drop_temporary();
    connection_.execute("PRAGMA foreign_keys = " + enforced_before_);
  } catch (const error&) {
    // The connection itself is broken; whatever comes next on it says so.
  }
}

void sqlite_session::before_setting() {
  if (!pragmas_.empty()) return;
  databases_ = attached(connection_);
#if SQLITE_VERSION_NUMBER >= 3031000
  hard_heap_limit_ = sqlite3_hard_heap_limit64(-1);
#endif
  for (const auto* name : connection_pragmas)
    pragmas_.emplace_back(name, read_pragma(connection_, name));
}

void sqlite_session::before_drop(const std::string& table) {
  if (!foreign_keys_) return;
  const auto children =
      connection_
          .query(fmt::format("SELECT m.name FROM sqlite_master AS m JOIN "
                             "pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' AND "
                             "lower(f.\"table\") = {0} AND lower(m.name) <> {0} ORDER BY m.name",
                             dialect::quote_literal(table)))
          .rows;
  if (children.empty()) return;
  const auto child = dialect::quote_identifier(*children[0][0]);
  error problem(fmt::format(
      "dropping {} while foreign keys are enforced deletes its rows first, and with them what "
      "refers to them in {}",
      dialect::quote_identifier(table), child));
  problem.position = 1;
  throw problem.help(
      fmt::format("leave foreign_keys:on out of this migration, or drop {} first", child));
}

/// An operation has been asked before; this is for the author's own SQL.
void sqlite_session::before_adding(const std::string& table, const std::string& column) {
  model::add_column op;
  op.table.name = table;
  op.column.name = column;
  require_strings_stay(sqlite_dialect(), connection_, {{std::move(op), {}}});
}

void sqlite_session::restore_pragmas() {
#if SQLITE_VERSION_NUMBER >= 3031000
  // The PRAGMA only lowers it.
  if (sqlite3_hard_heap_limit64(-1) != hard_heap_limit_) {
    sqlite3_hard_heap_limit64(hard_heap_limit_);
  }
#endif
  for (const auto& [name, value] : pragmas_) {
    if (!value.empty() && read_pragma(connection_, name) != value) {
      connection_.query(fmt::format("PRAGMA {} = {}", name, value));
    }
  }
  // It cannot be read.
  if (changes_.case_sensitive_like) connection_.execute("PRAGMA case_sensitive_like = OFF");
}

/// Ends the watch and adds up what it saw.
void sqlite_session::note_changes() {
  if (!watched_) return;
  watched_->end_watch();
  auto seen = watched_->take_changes();
  changes_.tables.merge(seen.tables);
  // SQLite's own tables change by reading PRAGMAs as tables already, and have no foreign keys.
  std::erase_if(changes_.tables,
                [](const std::string& name) { return name.starts_with("sqlite_"); });
  changes_.temporary = changes_.temporary || seen.temporary;
  changes_.case_sensitive_like = changes_.case_sensitive_like || seen.case_sensitive_like;
}

/// Drops what the migration made in `temp`, where it would hide what others mean.
void sqlite_session::drop_temporary() {
  if (watched_ && !changes_.temporary) return;
  for (;;) {
    // A virtual table goes before the tables that it keeps its rows in.
    const auto next =
        connection_
            .query(
                "SELECT type, name FROM sqlite_temp_master WHERE type IN ('trigger', "
                "'view', 'table') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY "
                "type = 'trigger' DESC, type = 'view' DESC, sql LIKE 'CREATE VIRTUAL%' "
                "DESC LIMIT 1")
            .rows;
    if (next.empty()) return;
    connection_.execute(
        fmt::format("DROP {} temp.{}", *next[0][0], dialect::quote_identifier(*next[0][1])));
  }
}

namespace {

/// A condition on the text of a table, behind AND, which holds where the table is one of these or
/// refers to one.
std::string mentions_one(const std::set<std::string>& tables) {
  // Many are rare, and SQLite limits how deep an expression is.
  constexpr std::size_t few = 20;
  std::string any;
  for (const auto& name : tables) {
    // A name with quotes in it stands in the text in one of several spellings.
    if (tables.size() > few || name.find_first_of("\"'`[]") != std::string::npos) return {};
    any += fmt::format("{}instr(lower(m.sql), {})", any.empty() ? "" : " OR ",
                       dialect::quote_literal(name));
  }
  return any.empty() ? any : fmt::format(" AND ({})", any);
}

}  // namespace

std::vector<std::string> sqlite_session::tables_to_check(bool all) const {
  std::vector<std::string> out;
  // To ask for a table's foreign keys costs much more than to see that its text has none.
  auto rows =
      connection_
          .query(fmt::format(
              "SELECT m.name, group_concat(lower(f.\"table\"), char(10)) "
              "FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f "
              "WHERE m.type = 'table' AND instr(lower(m.sql), 'references'){} GROUP BY m.name",
              all || !watched_ ? std::string() : mentions_one(changes_.tables)))
          .rows;
  for (const auto& row : rows) {
    bool concerned = all || !watched_ || changes_.tables.contains(base::lower(*row[0]));
    for (const auto& parent : base::split_list(row[1].value_or(""), '\n')) {
      concerned = concerned || changes_.tables.contains(parent);
    }
    if (concerned) out.push_back(*row[0]);
  }
  return out;
}

void sqlite_session::before_bookkeeping() {
  wants_baseline_ = false;
  note_changes();
  if (!pragmas_.empty()) {
    connection_.execute("PRAGMA query_only = OFF");
    restore_pragmas();
  }
  drop_temporary();
  if (!foreign_keys_) check_foreign_keys();
  if (!wants_baseline_) check_indexes();
  if (watched_) watched_->watch(*this);
}

void sqlite_session::check_foreign_keys() {
  if (watched_ && changes_.tables.empty()) return;
  auto found = find_orphans(connection_, tables_to_check(false));
  if (found.empty()) return;
  const bool covers = covers_all_ || std::includes(covered_.begin(), covered_.end(),
                                                   changes_.tables.begin(), changes_.tables.end());
  if (!has_baseline_ || !covers) {
    wants_baseline_ = true;
    return;
  }
  const auto fresh = new_orphans(baseline_, found);
  if (fresh.empty()) return;
  const bool are_mismatches = std::ranges::all_of(fresh, &orphan::is_mismatch);
  error problem(fmt::format("the migration leaves {}{}",
                            are_mismatches ? "a foreign key to columns that are no key"
                            : fresh.size() == 1
                                ? "1 row that breaks a foreign key"
                                : fmt::format("{} rows that break a foreign key", fresh.size()),
                            connection_.in_transaction() ? "; nothing of it remains" : ""));
  problem.sqlstate = "SQLITE_CONSTRAINT_FOREIGNKEY";
  constexpr std::size_t shown = 5;
  for (const auto& one : std::span(fresh).first(std::min(shown, fresh.size()))) {
    problem.note(one.what);
  }
  if (fresh.size() > shown) problem.note(fmt::format("and {} more", fresh.size() - shown));
  throw problem.help(are_mismatches ? "make them a primary key or UNIQUE, or let the foreign key go"
                                    : "delete or repair those rows in the migration itself");
}

void sqlite_session::check_indexes() {
  if (watched_ && changes_.tables.empty()) return;
  auto broken = broken_indexes(connection_);
  if (broken.empty()) return;
  if (!has_baseline_) {
    wants_baseline_ = true;
    return;
  }
  for (const auto& [what, reason] : broken) {
    if (broken_before_.contains(what)) continue;
    throw error(fmt::format("the migration leaves {} over what is not there: {}", what, reason))
        .help("drop it in the migration, and create it anew over what there is then");
  }
}

void sqlite_session::take_baseline() {
  // The rows of before are what counts, not what looking for them does.
  if (watched_) watched_->end_watch();
  baseline_ = find_orphans(connection_, tables_to_check(false));
  broken_before_ = broken_indexes(connection_);
  covered_ = changes_.tables;
  has_baseline_ = true;
  wants_baseline_ = false;
  if (watched_) watched_->watch(*this);
}

void sqlite_session::take_whole_baseline() {
  if (watched_) watched_->end_watch();
  if (!foreign_keys_) baseline_ = find_orphans(connection_, tables_to_check(true));
  broken_before_ = broken_indexes(connection_);
  has_baseline_ = true;
  covers_all_ = true;
  if (watched_) watched_->watch(*this);
}

std::unique_ptr<dialect::session> sqlite_dialect::open_session(db::connection& connection,
                                                               bool foreign_keys) const {
  return std::make_unique<sqlite_session>(connection, foreign_keys);
}

}  // namespace retort::sqlite
