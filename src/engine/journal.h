#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <retort/error.h>

#include "dialect/dialect.h"

namespace retort::engine {

/// A line of the journal: a run, a migration of one, or a statement of a migration that runs
/// outside a transaction.
struct journal_entry {
  std::int64_t id = 0;
  /// Which run it belongs to: 16 hexadecimal digits.
  std::string run = {};
  /// "run", "migration" or "statement".
  std::string kind = {};
  /// Empty for a run; of a stamp the rows that it leaves.
  std::string revision = {};
  /// "upgrade", "downgrade" or "stamp".
  std::string direction = {};
  /// From 1; 0: it is no statement.
  std::int64_t statement = 0;
  /// Of what ran: see engine/checksum.h; of a statement, of its text. Empty: none is kept.
  std::string checksum = {};
  /// ISO 8601, UTC. Without an end it goes on, or was killed and nobody has noticed yet.
  std::string started = {};
  std::string finished = {};
  std::int64_t milliseconds = 0;
  /// "running", "done", "failed", "killed"; "accepted" by `repair`.
  std::string outcome = {};
  /// What failed, in one line.
  std::string problem = {};
  /// Who ran it: user, host and process.
  std::string who = {};
  /// Which program: "shop-db (retort 0.1.0)".
  std::string program = {};
  /// Of a statement: its text. Of an upgrade: the file by which it can be taken back
  /// (engine/stored.h).
  std::string sql = {};
  /// Of an upgrade: the oldest revision whose programs still work after it; empty: none says so.
  std::string compatible_with = {};
};

/// How the journal calls a program: with Retort's version.
std::string program_name(std::string_view name);

/// What has been run on a database, in the table `retort_journal` beside the version table. One
/// object writes the entries of one run.
class journal {
 public:
  /// `program`: as `journal_entry::program`. Where it is not `on`, nothing is written.
  journal(const dialect::dialect& target, const model::qualified_name& version_table,
          std::string program, bool on = true);

  bool is_on() const { return on_; }

  /// Makes the table where there is none and enters the run, in a transaction of its own. Runs that
  /// ended without saying so become "killed": where `alone`, all that are there; else those whose
  /// process is known to be gone.
  void begin_run(db::connection& connection, const std::string& direction, bool alone);
  /// Enters how it ended, in a transaction of its own; nothing where no run was begun.
  void end_run(db::connection& connection, const error* problem);

  /// Whoever runs on the database beside this run, as far as the journal knows; a line each for
  /// people.
  std::vector<std::string> holders(db::connection& connection) const;

  /// Enters something that is done, or with `outcome` "running" begun, in the caller's transaction.
  /// Of `entry`, the run, the times and who it is are filled in; `seconds`: how long it has taken.
  void add(db::connection& connection, const journal_entry& entry, double seconds = 0);
  /// The same as a statement, for something that began with the transaction it stands in.
  std::string batched_sql(const db::connection& connection, const journal_entry& entry) const;
  /// The same for a failure, in a transaction of its own. What cannot be written is not: the
  /// failure itself is told anyway.
  void add_failure(db::connection& connection, journal_entry entry, const error& problem,
                   double seconds);
  /// Enters, in the caller's transaction, that the run goes on, where another run has entered it as
  /// killed.
  void go_on(db::connection& connection);
  /// Enters the end of the statement that was begun last, in the caller's transaction.
  void end_statement(db::connection& connection, const std::string& outcome, double seconds);

  /// Throws `error` where there is a journal that this user may not read.
  void require_readable(db::connection& connection) const;
  /// All entries, oldest first; none where there is no table.
  std::vector<journal_entry> read(db::connection& connection) const;
  /// The last upgrade to each revision that is done, or was accepted, in no order.
  std::vector<journal_entry> applied(db::connection& connection) const;
  /// The last downgrade of each revision that is done, in no order.
  std::vector<journal_entry> taken_back(db::connection& connection) const;
  /// The runs that have not said how they ended.
  std::vector<journal_entry> running(db::connection& connection) const;

 private:
  bool exists(db::connection& connection) const;
  void enter_run(db::connection& connection, const std::string& direction, bool alone);
  void create(db::connection& connection) const;
  std::string insert_sql(const db::connection& connection, const journal_entry& entry,
                         const std::string& started, const std::string& milliseconds) const;
  void bury(db::connection& connection, bool alone) const;
  db::result ask(db::connection& connection, const std::string& query) const;
  std::vector<journal_entry> last(db::connection& connection, const std::string& direction) const;
  std::vector<journal_entry> select(db::connection& connection, const std::string& rest) const;

  const dialect::dialect& target_;
  model::qualified_name table_;
  /// As it stands in statements.
  std::string table_sql_;
  /// As a constant.
  std::string version_table_;
  std::string program_;
  bool on_;
  /// Of the run that was begun, without which nothing is entered.
  std::string run_;
  /// The run, and who runs it where and by which program, as constants.
  std::string run_sql_;
  std::string actor_sql_;
};

}  // namespace retort::engine
