#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <retort/retort.h>
#include "command/environment.h"

#include "command/autogenerate.h"
#include "engine/executor.h"
#include "engine/offline.h"
#include "verify/crash_points.h"
#include "verify/verify.h"

namespace retort::command {

// One function a verb: environment and options in, a value out. Nothing here prints. To add a
// command: a function here with a file of its name, a row in cli/arguments.cc, a printer in cli/.

/// A copy of the database that was made before a run.
struct backup_info {
  /// Empty: none was made.
  std::string path;
  std::uintmax_t bytes = 0;
  /// The command that brings it back; without a password.
  std::string restore;
};

/// What a run did to the version rows.
struct run_result {
  history::rows before;
  history::rows after;
  /// What the run itself made: more than one where another runner moved the database in between.
  std::vector<history::plan> made;
  /// Applied migrations that have changed since.
  std::vector<error> warnings;
  backup_info backup;
};

/// A line of `history`, `heads`, `branches`, `current` and `show`: views of the environment's
/// migrations, which outlive it.
struct revision_info {
  std::string_view revision;
  std::span<const std::string_view> down_revision;
  /// Inherited ones too.
  std::vector<std::string_view> branch_labels;
  std::span<const std::string_view> depends_on;
  std::string_view message;
  std::string_view created;
  std::string_view file;
  bool is_head = false;
  bool is_effective_head = false;
  bool is_branch_point = false;
  bool is_merge_point = false;
  bool is_current = false;
  /// Those that name it in down_revision.
  std::vector<std::string_view> children;
};

/// Revisions in an order, each described when its turn comes: with many labels the descriptions of
/// a long history are much more than the history. Refers to the environment's migrations.
class revision_list {
 public:
  /// `current`: the rows that are marked, sorted.
  revision_list(const engine::migration_set& set, std::vector<std::size_t> indexes,
                history::rows current = {})
      : set_(&set), indexes_(std::move(indexes)), current_(std::move(current)) {}

  std::size_t size() const { return indexes_.size(); }
  revision_info operator[](std::size_t i) const;
  /// Those that name it in down_revision.
  revision_list children(std::size_t i) const;

 private:
  const engine::migration_set* set_;
  std::vector<std::size_t> indexes_;
  history::rows current_;
};

/// Where an upgrade's backup goes; an empty path: a name of its own.
using backup_request = std::optional<std::string>;
run_result upgrade(environment& env, const std::string& target, engine::transaction_mode mode,
                   engine::observer& watcher, const backup_request& backup = {});
/// How to take back what this program does not have: by the texts in the database's journal, where
/// a retort.sum has their checksums, or all of them are trusted.
struct stored_request {
  bool use = false;
  bool trust = false;
  /// A retort.sum beside those of the environment; empty: none.
  std::string sum;
};
run_result downgrade(environment& env, const std::string& target, engine::transaction_mode mode,
                     engine::observer& watcher, const stored_request& stored = {});
/// How a database is not what a stamp says of it.
struct stamp_doubt {
  /// What the stamp says.
  history::rows rows;
  std::vector<diff::difference> differences;
  /// Why they are not known.
  std::optional<error> unknown;
};
struct stamp_request {
  std::vector<std::string> targets;
  bool purge = false;
  /// Where a scratch database for the comparison is made; empty: beside the database.
  std::string scratch_url;
  /// Decides whether to stamp all the same. Empty: nothing is compared.
  std::function<bool(const stamp_doubt&)> confirm;
};
/// None: it was decided against, and nothing is changed.
std::optional<run_result> stamp(environment& env, const stamp_request& request);

struct adopt_request {
  /// "alembic", or one of those that can be imported; empty: the one whose table is there.
  std::string from;
  /// The other tool's table, where it has another name than the tool gives it.
  std::string table;
  /// Alembic's table goes.
  bool drop_table = false;
};
struct adopt_result {
  /// Both empty: the table is gone, and the version table has taken its place before.
  std::string from;
  std::string table;
  run_result run;
  /// The version table said so before.
  bool already = false;
  bool dropped = false;
  /// What is not taken over, a sentence each.
  std::vector<std::string> notes;
};
/// Takes over where a database is from another tool's table, in one transaction, as a stamp. Throws
/// `error` and changes nothing where the table is not there or unclear, names what this program
/// does not have, or the version table says otherwise.
adopt_result adopt(environment& env, const adopt_request& request);

/// The scripts of `--sql`, for `sink` as `engine::write_script` has it. A range `A:B` says where
/// the database is; without one an upgrade or a stamp starts at base.
void upgrade_script(environment& env, const std::string& target, engine::transaction_mode mode,
                    const engine::script_sink& sink);
void downgrade_script(environment& env, const std::string& target, engine::transaction_mode mode,
                      const engine::script_sink& sink);
void stamp_script(environment& env, const std::vector<std::string>& targets,
                  const engine::script_sink& sink);

/// Whose values a planned migration throws away, and its downgrade: `engine::planner::losses_of`.
struct planned_losses {
  std::vector<std::string> upgrade;
  std::vector<std::string> downgrade;
};
/// What `upgrade` would do to the database now.
struct plan_result {
  history::rows before;
  history::rows after;
  std::vector<engine::planned_migration> migrations;
  /// One a migration.
  std::vector<planned_losses> losses;
  std::string database;
  /// A migration that was stopped between its parts; the script has all of it.
  std::optional<error> unfinished;
};
/// Reads the database's rows and changes nothing. `sink` gets what would be sent, in the form of
/// `--sql`.
plan_result plan(environment& env, const std::string& target, engine::transaction_mode mode,
                 const engine::script_sink& sink);

struct current_result {
  std::vector<revision_info> revisions;
  bool at_heads = false;
  /// False: the database (a SQLite file) does not exist yet.
  bool database_exists = true;
  std::string database;
  /// A migration that was stopped between its parts.
  std::optional<error> unfinished;
};
/// `compare_with_heads` asks for `at_heads`, and so for the whole history.
current_result current(environment& env, bool compare_with_heads);

/// Newest first; `range` may be empty. `mark_current` reads the database.
revision_list history(environment& env, const std::string& range, bool mark_current);
revision_list heads(environment& env, bool resolve_dependencies);
revision_list branches(environment& env);
revision_list show(environment& env, const std::string& symbol);

/// What every new migration is asked for with; empty: as the environment has it.
struct new_file_request {
  std::string message;
  bool splice = false;
  std::string branch_label;
  std::string version_path;
  std::string revision_id;
  /// "cpp" or "sql".
  std::string format;
};

struct revision_request : new_file_request {
  std::vector<std::string> heads = {"head"};
  std::vector<std::string> depends_on;
  /// Fill it with what makes the database equal to the models.
  bool autogenerate = false;
  comparison_request comparison;
};
struct revision_result {
  std::string revision;
  /// Empty: nothing was written, for there is nothing to do.
  std::string path;
  /// What a person must look at, a line each.
  std::vector<std::string> reviews;
  /// The migration behind it, of what is done online; empty: there is none.
  std::string online_path;
  /// As `model_comparison::unread`.
  std::string unread;
};
/// Writes a new migration's file, whole or not at all. Throws `error` where the folder holds
/// revisions that this program does not have.
revision_result revision(environment& env, const revision_request& request);

struct merge_request : new_file_request {
  std::vector<std::string> revisions;
};
/// Writes a new migration whose parents are those revisions. Without a message it gets one.
revision_result merge(environment& env, const merge_request& request);

struct import_request {
  /// The folder of another tool's migrations.
  std::string directory;
  /// "dbmate", "goose", "golang-migrate", "flyway" or "diesel"; empty: the files tell.
  std::string from;
  /// The parent of the first; empty: the one head that there is.
  std::string head;
  std::string version_path;
};
struct imported_revision {
  std::string revision;
  std::string path;
  /// The files that it was made of.
  std::vector<std::string> sources;
};
struct import_result {
  std::string from;
  /// From the first to the last.
  std::vector<imported_revision> revisions;
  /// What was left out or is another now, a sentence each.
  std::vector<std::string> notes;
};
/// Writes another tool's migrations as one line of Retort's own SQL files, all or none of them.
/// Throws `error` where one of them cannot be, or would not load.
import_result import_migrations(environment& env, const import_request& request);

/// Opens the files of revisions in the user's editor (VISUAL, EDITOR) and waits for it; returns
/// their paths. With `keeps_output` standard output is the caller's alone. Throws `error` where the
/// sources are not on this machine, or the editor fails.
std::vector<std::string> edit(environment& env, const std::string& symbol, bool keeps_output);

struct template_info {
  std::string name;
  std::string description;
};
/// What `init` can lay down; the first is the default.
std::vector<template_info> list_templates();

struct init_result {
  std::string directory;
  /// What was written, relative to the working directory.
  std::vector<std::string> files;
  /// What the user does next, a line each.
  std::vector<std::string> next;
};
struct init_request {
  std::string directory;
  std::string template_name = "generic";
  /// The address of a database whose schema becomes the first migration and the models; empty:
  /// none.
  std::string from;
  /// Tables whose rows the first migration inserts.
  std::vector<std::string> rows;
};
/// Lays a new environment down in a folder that is not there or empty; whole or not at all.
/// Replaces nothing. `options` say how the database of `from` is looked at. Throws `error` (usage)
/// where the folder holds something or there is no such template, and what `take_over_database`
/// throws.
init_result init(const bundle::program& program, const init_request& request,
                 global_options options = {});

/// The SQL that makes the database's structure in an empty one, in an order in which it can be run:
/// what introspection sees and the environment's filter keeps, without Retort's own tables. Throws
/// `error` where there is no such database.
std::string schema_script(environment& env);

/// The same as models: what `retort_add_models` or `models` of retort.toml takes. Without
/// privileges.
std::string export_models(environment& env, script::file_format format);

/// Everything that was run on the database, oldest first.
std::vector<engine::journal_entry> journal(environment& env);

/// Whether this program may work with the database: `retort::guard`.
guard_result guard(environment& env);
/// What a run would do to a copy of the database.
struct rehearsed_statement {
  std::string sql;
  model::origin where;
  double seconds = 0;
  /// PostgreSQL: those that the migration took with this statement.
  std::vector<dialect::held_lock> locks;
};
struct row_counts {
  std::string table;
  std::int64_t before = 0;
  std::int64_t after = 0;
};
struct rehearsed_migration {
  history::step step;
  double seconds = 0;
  std::vector<rehearsed_statement> statements;
  /// Tables that have more rows or less afterwards.
  std::vector<row_counts> rows;

  bool has_lock(const dialect::held_lock& lock) const;
};
struct rehearsal {
  history::rows before;
  history::rows after;
  std::vector<rehearsed_migration> migrations;
};
/// Upgrades a copy of the database, which is gone afterwards: SQLite in a temporary folder,
/// PostgreSQL on the same server or that of `scratch_url`. Throws what the upgrade throws; the
/// database itself is only read.
rehearsal rehearse(environment& env, const std::string& target, const std::string& scratch_url);

/// Marks the database as protected, or takes the mark away.
void protect(environment& env, bool on);

/// What the user says of a statement that was stopped and nobody saw the end of.
enum class verdict { none, done, not_done };
struct repair_result {
  /// Revisions whose change is accepted.
  std::vector<std::string> accepted;
  /// The statement that was decided about; empty: none.
  std::string decided;
};
/// Accepts applied migrations as they are now, and decides about a statement in doubt. Throws
/// `error` where one is in doubt and nothing is said of it, or the other way round.
repair_result repair(environment& env, verdict said);

/// True where the table was made now.
bool ensure_version(environment& env);
std::string ensure_version_script(environment& env);

/// What is wrong with the revisions, or for a warning only doubtful.
struct graph_problem {
  error what;
  bool is_warning = false;
};
/// How the models differ from the database, or from what the migrations make.
struct checked_models {
  /// What was compared: an address, or "the history".
  std::string what;
  std::vector<diff::difference> differences;
  /// As `model_comparison::unread`.
  std::string unread;
  /// What would make it equal to the models; empty where it was not asked for, or is not known.
  std::string sql;
  std::optional<error> no_way;
};
/// Throws what `compare_models` throws, but for a way that is not known.
checked_models check_models(environment& env, comparison_request request, bool with_sql);
/// Everything that is wrong with the graph, and where that is sound with the calls of C++
/// migrations.
std::vector<graph_problem> check_graph(environment& env);
/// What is wrong with released migrations, as each retort.sum has them; a migration that is in none
/// yet is a warning. Nothing where there is no retort.sum.
std::vector<graph_problem> check_sum(environment& env);
/// Whether there is a retort.sum to hold the migrations against.
bool has_sum(const environment& env);
/// Adds what is not there yet to each retort.sum, or with `anew` writes it from nothing; returns
/// the paths of those that were written. Throws the first of `check_sum`'s errors.
std::vector<std::string> write_sum(environment& env, bool anew);
/// The applied migrations that have changed since; none where there is no database. Throws `error`
/// (usage) where none is named.
std::vector<error> check_checksums(environment& env);

struct verify_request {
  /// Dialects; empty: all that make sense.
  std::vector<std::string> backends;
  std::vector<std::string> revisions;
  std::string data = "generated";
  std::string scratch_url;
  bool strict = false;
  bool locks = false;
  std::string snapshots;
  std::function<void(const verify::pair_result&)> on_result;
};
std::vector<verify::pair_result> verify(environment& env, const verify_request& request);
/// Kills runs at each of their calls to a database: `verify::verify_crashes`.
std::vector<verify::crash_result> verify_crashes(environment& env, const verify_request& request);
/// For test suites: one walk over the history whose snapshots later calls of `verify` start from.
void prepare_snapshots(environment& env, const verify_request& request);
void drop_snapshots(environment& env, const verify_request& request);

/// A migration as `history` and its kin show it.
revision_info describe(const engine::migration_set& set, std::size_t index);

}  // namespace retort::command
