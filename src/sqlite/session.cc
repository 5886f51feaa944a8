#include "sqlite/session.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/connection.h"
#include "sqlite/dialect.h"

namespace retort::sqlite {
namespace {

// "PRAGMA Statements": those that live with the connection, and not in the file, and can be read.
// foreign_keys is the last to be set back, because others may be refused while it is being changed.
constexpr const char* connection_pragmas[] = {
    "automatic_index",    "busy_timeout",       "cache_size",
    "cache_spill",        "cell_size_check",    "checkpoint_fullfsync",
    "defer_foreign_keys", "fullfsync",          "ignore_check_constraints",
    "legacy_alter_table", "locking_mode",       "query_only",
    "read_uncommitted",   "recursive_triggers", "reverse_unordered_selects",
    "secure_delete",      "synchronous",        "temp_store",
    "trusted_schema",     "wal_autocheckpoint", "writable_schema",
    "foreign_keys",
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
      databases_(attached(connection)) {
  for (const auto* name : connection_pragmas)
    pragmas_.emplace_back(name, read_pragma(connection, name));
  connection.execute(fmt::format("PRAGMA foreign_keys = {}", foreign_keys ? "ON" : "OFF"));
  if (watched_) watched_->watch_changes();
}

sqlite_session::~sqlite_session() {
  if (watched_) watched_->changed_tables();
  connection_.rollback();
  try {
    // First, because it keeps everything else from working.
    connection_.execute("PRAGMA query_only = OFF");
    for (const auto& name : attached(connection_)) {
      if (!databases_.contains(name) && name != "temp") {
        connection_.execute("DETACH DATABASE " + dialect::quote_identifier(name));
      }
    }
    restore_pragmas();
  } catch (const error&) {
    // The connection itself is broken; whatever comes next on it says so.
  }
}

void sqlite_session::restore_pragmas() {
  for (const auto& [name, value] : pragmas_) {
    // Enforcement of foreign keys is the session's own, and is fixed inside a transaction anyway.
    if (name == "foreign_keys" && connection_.in_transaction()) continue;
    if (!value.empty() && read_pragma(connection_, name) != value) {
      connection_.query(fmt::format("PRAGMA {} = {}", name, value));
    }
  }
}

std::vector<std::string> sqlite_session::tables_to_check() const {
  std::vector<std::string> out;
  auto rows = connection_
                  .query(
                      "SELECT m.name, group_concat(lower(f.\"table\"), char(10)) "
                      "FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f "
                      "WHERE m.type = 'table' GROUP BY m.name")
                  .rows;
  for (const auto& row : rows) {
    bool concerned = !watched_ || changed_.contains(base::lower(*row[0]));
    for (const auto& parent : base::split_list(row[1].value_or(""), '\n')) {
      concerned = concerned || changed_.contains(parent);
    }
    if (concerned) out.push_back(*row[0]);
  }
  return out;
}

sqlite_session::orphans sqlite_session::find_orphans() const {
  orphans found;
  for (const auto& table : tables_to_check()) {
    auto name = dialect::quote_literal(table);
    // SQLite numbers the keys anew when one is added, so a row is known by its key's columns.
    auto query = fmt::format(
        "SELECT v.\"rowid\", v.parent, (SELECT group_concat(f.\"from\", ', ') FROM "
        "pragma_foreign_key_list({0}) AS f WHERE f.id = v.fkid) "
        "FROM pragma_foreign_key_check({0}) AS v",
        name);
    try {
      for (const auto& row : connection_.query(query).rows) {
        auto place = row[0] ? fmt::format("{}, rowid {}", table, *row[0]) : table;
        ++found[fmt::format("{}: {} has no match in {}", place, row[2].value_or("?"),
                            row[1].value_or("?"))];
      }
    } catch (const error& problem) {
      // The parent has no unique key over the columns that the child names.
      ++found[fmt::format("{}: {}", table, problem.what())];
    }
  }
  return found;
}

void sqlite_session::before_bookkeeping() {
  wants_baseline_ = false;
  connection_.execute("PRAGMA query_only = OFF");
  restore_pragmas();
  if (watched_) {
    changed_.merge(watched_->changed_tables());
    // SQLite's own tables change by reading PRAGMAs as tables already, and have no foreign keys.
    std::erase_if(changed_, [](const std::string& name) { return name.starts_with("sqlite_"); });
    watched_->watch_changes();
  }
  if (foreign_keys_) return;
  auto found = find_orphans();
  if (found.empty()) return;
  const bool covers =
      std::includes(covered_.begin(), covered_.end(), changed_.begin(), changed_.end());
  if (!has_baseline_ || !covers) {
    wants_baseline_ = true;
    return;
  }
  std::vector<std::string> fresh;
  long count = 0;
  for (const auto& [what, times] : found) {
    auto before = baseline_.find(what);
    long more = times - (before == baseline_.end() ? 0 : before->second);
    if (more <= 0) continue;
    count += more;
    if (fresh.size() < 5) fresh.push_back(what);
  }
  if (count == 0) return;
  error problem(fmt::format("the migration leaves {} that {} foreign key; nothing of it remains",
                            count == 1 ? "1 row" : fmt::format("{} rows", count),
                            count == 1 ? "breaks a" : "break a"));
  problem.sqlstate = "SQLITE_CONSTRAINT_FOREIGNKEY";
  for (auto& line : fresh) problem.note(std::move(line));
  if (count > static_cast<long>(fresh.size())) {
    problem.note(fmt::format("and {} more", count - static_cast<long>(fresh.size())));
  }
  throw problem.help("delete or repair those rows in the migration itself");
}

void sqlite_session::take_baseline() {
  baseline_ = find_orphans();
  covered_ = changed_;
  has_baseline_ = true;
  wants_baseline_ = false;
}

std::unique_ptr<dialect::session> sqlite_dialect::open_session(db::connection& connection,
                                                               bool foreign_keys) const {
  return std::make_unique<sqlite_session>(connection, foreign_keys);
}

}  // namespace retort::sqlite
