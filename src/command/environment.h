#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <retort/bundle.h>

#include "command/config.h"
#include "dialect/backend.h"
#include "engine/executor.h"
#include "engine/journal.h"
#include "engine/migration_set.h"
#include "engine/version_store.h"

namespace retort::command {

/// What the command line says for every command; empty or none: not said.
struct global_options {
  std::string configuration_file;
  std::string section;
  std::string url;
  std::string script_location;
  std::string version_table;
  std::string schema;
  std::vector<std::string> extra_search_path;
  std::string role;
  std::string dialect;
  std::optional<int> lock_wait;
  std::optional<int> lock_timeout;
  std::optional<int> lock_retries;
  std::optional<int> concurrently_wait;
  std::optional<int> statement_timeout;
  /// The explicit word for what may lose something on a protected database.
  bool on_protected = false;
  /// `-x`, each KEY=VALUE, or KEY alone for an empty value.
  std::vector<std::string> arguments;
  std::string tag;
};

/// A program with its configuration: everything that commands share. Loads nothing and connects to
/// nothing until asked.
class environment {
 public:
  /// Reads the configuration. `program` outlives the object. Throws `error` for a configuration
  /// that cannot be read, and of kind usage for a `dialect` that there is not.
  environment(const bundle::program& program, global_options options);

  const bundle::program& program() const { return program_; }
  const settings& config() const { return settings_; }
  const global_options& options() const { return options_; }

  /// The migrations: compiled in, or those of the script location, with what their replay depends
  /// on. Loaded once.
  const engine::migration_set& migrations() const;
  /// Of compiled-in migrations only those that tell where a database with these rows is; all, where
  /// that is what it takes.
  const engine::migration_set& migrations_around(const history::rows& rows) const;
  /// All migrations, for commands that make no sense without any: throws `error` where there are
  /// none.
  const engine::migration_set& some_migrations() const;
  /// From now on, with these beside them.
  void add_stored(std::vector<engine::stored_migration> stored);
  /// The folders of SQL files that are read at run time; empty where migrations are compiled in.
  std::vector<std::string> script_folders() const;
  /// The folders that revisions are written to: those of SQL files, or those that the compiled-in
  /// sets come from.
  std::vector<std::string> version_locations() const;

  /// The database's address and what named it ("--url", "RETORT_URL", …).
  struct address {
    db::url url;
    std::string source;
  };
  /// Throws `error` (usage) where no address is given anywhere.
  address database() const;
  /// Whether an address is given anywhere.
  bool has_database() const { return find_database().has_value(); }
  /// Whether the command line or the environment names a database, rather than a file.
  bool names_database() const;

  /// By "sqlite", "postgresql" or another spelling. Throws `error` (usage) where that is no
  /// database system, or the program has no such backend.
  const backend& backend_named(std::string_view dialect) const;
  /// The backend that an offline script is for: --dialect, or the address's.
  const backend& offline_backend() const;

  /// A connection to the database; null where there is none and only reads are to come.
  std::unique_ptr<db::connection> connect(bool read_only) const;
  /// A connection to another database of the same kind, with the same settings.
  std::unique_ptr<db::connection> connect_to(const db::url& url) const;
  /// A connection to a scratch database, as its owner; and what it needs before the first: the
  /// schemas to work in.
  std::unique_ptr<db::connection> connect_scratch(const db::url& url) const;
  void ready_scratch(const db::url& url) const;
  /// A connection that can write; null where there is no database yet.
  std::unique_ptr<db::connection> connect_existing() const;
  /// What the command line, the configuration and the hooks add to the migrations.
  engine::context context() const;
  /// What an offline script is told of --schema and its kin.
  dialect::script_settings scripting() const;
  const backend& database_backend() const { return backend_named(database().url.dialect); }
  engine::version_store store(const backend& of) const;
  /// What a run leaves in the journal, and the journal itself.
  engine::journal_settings journaling() const;
  engine::journal journal(const backend& of) const;
  /// Seconds to wait for another runner.
  int lock_wait() const { return opening().busy_seconds; }
  /// By name and, where one is configured, schema.
  model::qualified_name version_table() const;

 private:
  /// Throws `error` where the command line (kind usage) or the environment's own table asks for
  /// what a dialect does not have.
  void refuse_options(std::string_view dialect) const;
  open_options opening() const;
  /// Throws `error` at the configuration's line that names a folder which is not there.
  void require_named(const std::string& folder) const;
  std::optional<address> find_database() const;

  const bundle::program& program_;
  global_options options_;
  settings settings_;
  std::vector<engine::stored_migration> stored_;
  mutable std::optional<engine::migration_set> migrations_;
  mutable std::optional<engine::migration_set> around_;
};

}  // namespace retort::command
