#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <retort/error.h>

#include "base/sql_lexer.h"
#include "db/connection.h"
#include "dialect/locks.h"
#include "dialect/outside.h"
#include "dialect/session.h"
#include "dialect/statement.h"
#include "model/apply.h"

namespace retort::dialect {

/// The tables that are Retort's own, beside the version table whatever its name. Every other name
/// is a user's, also one that begins with `retort_`.
inline constexpr std::array<std::string_view, 4> own_tables = {
    "retort_version", "retort_journal", "retort_protected", "retort_unfinished"};

/// In what surroundings an offline script works: what `open_options` is for a connection.
struct script_settings {
  /// PostgreSQL: the schema to work in, and further ones; empty: as the server has it.
  std::string schema = {};
  std::vector<std::string> extra_search_path = {};
  /// PostgreSQL: SET ROLE; empty: none.
  std::string role = {};
};

/// The SQLSTATE of `dialect::rows_guard`.
inline constexpr std::string_view moved_state = "RT001";

/// A change of one table, ready for the database as it is now.
class table_change {
 public:
  table_change() = default;
  table_change(const table_change&) = delete;
  table_change& operator=(const table_change&) = delete;
  virtual ~table_change() = default;

  /// To be run in this order, in one transaction.
  virtual const std::vector<std::string>& statements() const = 0;
  /// The same for a script, which nobody confirms: it stops by itself where rows would be lost.
  virtual std::vector<std::string> script() const { return statements(); }
  /// After them: throws `error` where the database is not what the operations mean, or has lost
  /// something; the caller rolls back.
  virtual void confirm() = 0;
  /// What the same operation changes besides, to be prepared when this is done; null: nothing.
  virtual std::unique_ptr<table_change> next() { return nullptr; }
};

/// What a database's SQL looks like. Stateless. To add a database: a folder beside `sqlite` with
/// the same file names (backend, connection, dialect, ddl, introspect, types), a public header with
/// its `…_backend()`, and a row in the conformance suite.
class dialect {
 public:
  virtual ~dialect() = default;

  /// "sqlite" or "postgresql".
  virtual std::string_view name() const = 0;
  virtual base::sql_flavour flavour() const = 0;

  virtual std::string quote(std::string_view identifier) const = 0;
  std::string quote(const model::qualified_name& name) const;
  virtual std::string literal(std::string_view value) const = 0;
  virtual std::string type_name(const model::type& type) const = 0;
  /// For Retort's own tables: the condition that a column is equal to an expression, by the
  /// database's own operator, whatever others there are for their types.
  virtual std::string equal(std::string_view column, std::string_view value) const;

  /// For Retort's own tables: a text as the database can hold it whatever its encoding, and back.
  virtual std::string held_text(const db::connection&, std::string_view text) const {
    return std::string(text);
  }
  virtual std::string text_of_held(const db::connection&, std::string_view held) const {
    return std::string(held);
  }

  /// The statements that carry an operation out, appended to `out`. Pure. Throws `error` at the
  /// operation's origin where this database cannot do it.
  virtual void write(const model::operation& op, std::vector<statement>& out) const = 0;

  /// The statement that creates an object; see `model::create_object`.
  std::string object_sql(const model::object_name& object, const std::string& body,
                         bool if_not_exists = false) const;

  /// For a statement with a `change`: the SQL that carries it out on this database. The result
  /// refers to the connection. Throws `error` where that cannot be.
  virtual std::unique_ptr<table_change> prepare(db::connection& connection,
                                                const statement& change) const;
  /// Makes a database from `open_memory` fit for the next change, whatever statements have set on
  /// it.
  virtual void ready_for_changes(db::connection& /*memory*/) const {}
  /// The statements that build a table anew as `to` describes it, with the rows of the old one; its
  /// triggers and indexes are gone then. `values`: by name, what a column gets in place of the old
  /// one of that name. `meanwhile`: a name with which none in the database begins. None where ALTER
  /// TABLE can do everything.
  virtual std::vector<std::string> rebuild_table(
      const model::table& /*from*/, const model::table& /*to*/,
      const std::map<std::string, std::string>& /*values*/,
      const std::string& /*meanwhile*/) const {
    return {};
  }
  /// The table whose rows a full-text index of its own kind of table is over; empty: none.
  virtual std::string content_of(const model::table& /*table*/) const { return {}; }
  /// What fills such an index; empty: nothing need.
  virtual std::string index_content(const model::table& /*table*/) const { return {}; }
  /// An empty database in memory; null where there is no such thing, and then no change either.
  virtual std::unique_ptr<db::connection> open_memory() const { return nullptr; }
  /// Makes what `from` has, without rows, in an empty database from `open_memory`.
  virtual void copy_structure(db::connection& /*from*/, db::connection& /*to*/) const {}

  /// The structure of the database, normalised. Retort's own tables (`own_tables`, and
  /// `version_table`) are left out.
  virtual model::schema introspect(db::connection& connection,
                                   std::string_view version_table) const = 0;

  /// What the database has that `introspect` does not read, by kind and name; sorted.
  virtual std::vector<std::string> unread(db::connection&) const { return {}; }

  /// Each sequence or AUTOINCREMENT counter by name, and the value it gives next, sorted by name.
  /// Retort's own tables are left out as in `introspect`.
  virtual std::vector<std::pair<std::string, std::string>> counters(
      db::connection&, std::string_view /*version_table*/) const {
    return {};
  }

  /// By what a table's rows can be walked through in order: `wanted`, or where that is empty its
  /// primary key, or its rowid. Names, not quoted; empty: there is nothing. Throws `error` where
  /// the table is not there, or some row would not be reached by it: its key is NULL, or a value
  /// that does not come back as what it was.
  virtual std::vector<std::string> row_key(db::connection&, const model::qualified_name& /*table*/,
                                           std::vector<std::string> wanted) const {
    return wanted;
  }

  /// For each column of such a key, the schema of the operators by which ORDER BY sorts it,
  /// whatever others there are for its type; empty: the database's operators need none.
  virtual std::vector<std::string> key_operators(db::connection&,
                                                 const model::qualified_name& /*table*/,
                                                 const std::vector<std::string>& /*key*/) const {
    return {};
  }

  /// What may keep an UPDATE of the table from changing rows that it finds, without an error, in
  /// words ("trigger t of users"); empty: nothing.
  virtual std::vector<std::string> what_skips_updates(
      db::connection&, const model::qualified_name& /*table*/) const {
    return {};
  }

  /// A query with one row where the connection sees a table of this name, and none where there is
  /// none that it could see: one in a schema that its role may not look into is an error.
  virtual std::string table_exists_query(const model::qualified_name& table) const = 0;

  /// A query with one row where the database has a schema of this name; empty: the kind of database
  /// has none that one could name.
  virtual std::string schema_exists_query(std::string_view /*schema*/) const { return {}; }

  /// The version table in a statement, so that no temporary table can take its place.
  virtual std::string version_table(const model::qualified_name& table) const {
    return quote(table);
  }

  /// A name with the schema that it means on this connection, whatever statements set on it later;
  /// of a table that is not there yet, where it would be made.
  virtual model::qualified_name resolve(db::connection&, const model::qualified_name& name) const {
    return name;
  }

  /// For Retort's own tables: a key that counts by itself, the type of a moment, the moment so many
  /// seconds ago as the database's clock tells it, and two expressions over a column of moments: as
  /// ISO 8601 in UTC, and the milliseconds since.
  virtual std::string counting_key() const = 0;
  /// A statement behind which that key of a table gives numbers above all that the table holds,
  /// where it would give some of them again; empty: it never does.
  virtual std::string catch_up_statement(const model::qualified_name& /*table*/,
                                         std::string_view /*key*/) const {
    return {};
  }
  virtual std::string moment_type() const = 0;
  virtual std::string moment(double seconds_ago) const = 0;
  virtual std::string moment_text(std::string_view column) const = 0;
  virtual std::string milliseconds_since(std::string_view column) const = 0;

  /// Whether statements cost a round trip each, so that it pays to send them together.
  virtual bool sends_batches(const db::connection&) const { return false; }
  /// A statement that fails with `moved_state` unless the version table holds exactly `rows`,
  /// sorted.
  virtual std::string rows_guard(const model::qualified_name&,
                                 const std::vector<std::string>& /*rows*/) const {
    return {};
  }
  /// `limit_waiting` and `unlimit_waiting` as statements; and how long statements wait outside
  /// them.
  virtual std::string limit_statement(int /*seconds*/) const { return {}; }
  virtual std::string unlimit_statement(const std::string& /*limit*/) const { return {}; }
  virtual std::string waiting_limit(db::connection&) const { return {}; }
  /// How long a statement may take, and the statement that sets another limit, until the
  /// transaction ends or for good; empty: there is no such limit.
  virtual std::string statement_limit(db::connection&) const { return {}; }
  virtual std::string statement_limit_statement(const std::string& /*limit*/,
                                                bool /*in_transaction*/) const {
    return {};
  }

  /// Which transaction is open: another text for each; and the query that gives it, where it takes
  /// one. It may be asked where one is open and has not failed.
  virtual std::string transaction(db::connection&) const { return {}; }
  virtual std::string transaction_query() const { return {}; }

  /// What keeps other runners from moving a table's rows until the transaction ends; empty where
  /// BEGIN does that already.
  virtual std::string lock_table_statement(const model::qualified_name&) const { return {}; }
  /// Until `unlimit_waiting` or the transaction's end, a statement waits at most so long for what
  /// others hold, and then throws `error` of kind try_again. Nothing to do where BEGIN itself
  /// waits. What `limit_waiting` returns is the limit before it, for `unlimit_waiting`.
  virtual std::string limit_waiting(db::connection&, int /*seconds*/) const { return {}; }
  virtual void unlimit_waiting(db::connection&, const std::string& /*limit*/) const {}

  /// Whether a statement failed because of locks that others hold, so that its transaction may work
  /// when it is tried again.
  virtual bool is_lock_conflict(const error& /*problem*/) const { return false; }
  /// Who holds locks on what the statement mentions, a line each for people.
  virtual std::vector<std::string> lock_holders(db::connection&, std::string_view /*sql*/) const {
    return {};
  }

  /// What this connection's transaction holds, but for the catalogue; none where locks are of the
  /// whole file.
  virtual std::vector<held_lock> held_locks(db::connection&) const { return {}; }
  /// Null where locks are of the whole file.
  virtual std::unique_ptr<lock_meter> meter_locks(db::connection&) const { return nullptr; }

  /// Keeps other runs on this version table away, from a run's first migration to its last. Waits
  /// at most so long, then throws `error` of kind try_again. Null where transactions are enough.
  virtual std::unique_ptr<run_lock> lock_run(db::connection&,
                                             const model::qualified_name& /*table*/,
                                             int /*seconds*/) const {
    return nullptr;
  }
  /// The same for one migration that runs outside a transaction, where `lock_run` gives nothing.
  virtual std::unique_ptr<run_lock> lock_migration(db::connection&, int /*seconds*/) const {
    return nullptr;
  }

  /// What a statement is to a migration that runs outside a transaction.
  virtual outside classify(const statement&) const { return outside::wrapped; }
  /// The function in a statement that tells what the session has done before it, like
  /// last_insert_rowid(); empty: none does.
  virtual std::string session_memory(std::string_view /*sql*/) const { return {}; }
  /// Throws `error` where the connection is known to be one whose statements are given to whatever
  /// session of the server is free (a transaction pooler's), so that a lock of the session's
  /// protects nothing.
  virtual void refuse_shared(db::connection&) const {}
  /// The same, and looks once more, with a second connection.
  virtual void require_own_session(db::connection&) const {}
  /// Removes what an earlier attempt at a statement that runs alone has left, so that it can run;
  /// `remembered`: from before that attempt, empty: nothing.
  virtual void clear_remains(db::connection&, std::string_view /*sql*/,
                             const std::string& /*remembered*/) const {}
  /// Cancels the statement that is sent next when it has waited for others for so many seconds on
  /// end; null where there is no such limit, or with 0.
  virtual std::unique_ptr<wait_limit> limit_concurrent_waiting(db::connection&,
                                                               int /*seconds*/) const {
    return nullptr;
  }
  /// Before a statement that runs alone: what `settle` will have to know, where it would be another
  /// thing afterwards; empty: nothing.
  virtual std::string remember(db::connection&, std::string_view /*sql*/) const { return {}; }
  /// What became of a statement that runs alone and was cut short; `remembered`: from before it.
  /// Where it is done but for its last step, that is made up for.
  virtual evidence settle(db::connection&, std::string_view /*sql*/,
                          const std::string& /*remembered*/) const {
    return evidence::none;
  }
  /// What a statement is that failed because it was run in a transaction; none: for another reason.
  virtual std::optional<outside> refused_as(const error& /*problem*/) const { return std::nullopt; }
  /// Whether a statement changes what does not belong to the database, so that it must not be tried
  /// on a copy.
  virtual bool reaches_beyond(std::string_view /*sql*/) const { return false; }

  /// What an offline script begins with: whole lines, the first of which make the database's own
  /// shell stop at the first error.
  virtual std::string script_prologue(const script_settings& settings) const = 0;
  /// A statement in the form in which the database's own shell sends it unchanged.
  virtual std::string script_text(std::string_view sql) const { return std::string(sql); }
  /// A statement that makes the version table with `create` where a script would not find one.
  virtual std::string script_create(const model::qualified_name&, const std::string& create) const {
    return create;
  }
  /// Whole lines in front of a migration's statements, which note what `script_reset` looks at
  /// again; empty: nothing.
  virtual std::string script_begin(const std::vector<statement>& /*statements*/) const {
    return {};
  }
  /// Whether a script has statements of Retort's behind a migration with this one, which depend on
  /// the structure then; and those, for `memory` behind the migration.
  virtual bool is_followed_up(const statement&) const { return false; }
  virtual std::vector<std::string> script_follow_up(db::connection& /*memory*/) const { return {}; }
  /// Whole lines that end what a migration's statements have set, for its transaction; empty:
  /// nothing.
  virtual std::string script_reset(const script_settings&,
                                   const std::vector<statement>& /*statements*/) const {
    return {};
  }
  /// Lines that switch enforcement of foreign keys outside a transaction; empty: it is always on.
  virtual std::string script_foreign_keys(bool /*on*/) const { return {}; }
  /// A statement for an offline script that fails unless the version table holds exactly `rows`,
  /// sorted.
  virtual std::string script_guard(const model::qualified_name& table,
                                   const std::vector<std::string>& rows) const = 0;

  /// An SQL expression for a column's exact value, as the text of a constant; NULL for NULL.
  virtual std::string exact_text(std::string_view quoted_column) const = 0;
  /// SQL constants that a column may take, for filling tables: its smallest value, its largest,
  /// then at least two ordinary ones, all different where the type allows it. `salt` varies the
  /// ordinary ones.
  virtual std::vector<std::string> samples(db::connection& connection, const model::column& column,
                                           unsigned salt) const = 0;

  /// Readies a connection for one migration; see `session`. `foreign_keys` keeps SQLite's
  /// enforcement on.
  virtual std::unique_ptr<session> open_session(db::connection& connection,
                                                bool foreign_keys) const;

  /// SQL of the database's own in a form in which two spellings of the same expression are equal.
  virtual std::string comparable(std::string sql) const { return sql; }

  /// Brings a schema that `apply` predicted into the form in which `introspect` shows it, as far as
  /// that can be known without a server.
  virtual model::schema normalise(model::schema schema) const = 0;
};

}  // namespace retort::dialect
