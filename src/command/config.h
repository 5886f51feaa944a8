#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <retort/error.h>

#include "model/naming.h"
#include "script/template.h"

namespace retort::command {

/// How much of an upgrade is one transaction.
enum class transaction_scope { migration, run };

/// What it is to `upgrade` that an applied migration has changed.
enum class checksum_policy { warn, error };

/// A program that is run on each new migration's file.
struct post_write_hook {
  std::string name;
  /// The program and its arguments; `@path@` in them is the file, which is the last argument where
  /// none of them says so.
  std::vector<std::string> command;
  /// Only for files of this form; none: for both.
  std::optional<script::file_format> format;
};

/// What retort.toml says for one environment; what it leaves out has its default, or no value where
/// the command line, the environment or the build may decide. A key has its field's name.
struct settings {
  std::optional<std::string> url;
  /// Why `url` has no value: a variable in it is not set. A problem only for who needs the
  /// database.
  std::optional<error> url_problem;
  /// The variable that holds the URL.
  std::optional<std::string> url_env;
  /// Paths are as the file's own folder sees them: joined with it unless absolute.
  std::optional<std::string> script_location;
  std::vector<std::string> version_locations;
  /// The SQL files of the desired schema.
  std::vector<std::string> models;
  std::optional<std::string> templates;
  /// Where the configuration names these folders: `script_location`, `version_locations` and
  /// `templates`.
  std::map<std::string, source_location> places;
  bool recursive = false;
  /// Whether what runs is entered in the database's journal.
  bool journal = true;
  /// Whether autogenerate puts what can be done online into a migration of its own.
  bool autogenerate_online = false;
  checksum_policy checksums = checksum_policy::warn;
  /// Whether what may lose something needs an explicit word.
  bool is_protected = false;
  std::optional<std::string> version_table;
  std::optional<std::string> schema;
  std::vector<std::string> extra_search_path;
  std::optional<std::string> role;
  /// Those of `schema`, `extra_search_path` and `role` that the environment's own table gives, and
  /// where; what stands at the top is also for environments whose database has no such thing.
  std::vector<std::pair<std::string, source_location>> own_postgres_keys;
  std::string file_template = "@revision@_@slug@";
  std::size_t slug_length = 40;
  std::optional<script::file_format> format;
  std::optional<transaction_scope> transaction;
  std::optional<int> lock_wait;
  std::optional<int> lock_timeout;
  std::optional<int> lock_retries;
  std::optional<int> concurrently_wait;
  std::optional<int> statement_timeout;
  std::optional<std::string> version_table_schema;
  /// An IANA name, "UTC" or "local": of the times in new files.
  std::string timezone = "UTC";
  std::vector<post_write_hook> post_write_hooks;
  model::naming_convention naming_convention;
  /// Patterns; see object_patterns.h.
  std::vector<std::string> include_objects;
  std::vector<std::string> exclude_objects;
  /// The names that `-n` takes.
  std::vector<std::string> environments;
};

/// The value of an environment variable, or nothing where it is not set.
using variable_lookup = std::function<std::optional<std::string>(const std::string&)>;

/// Reads a configuration. Keys at the top hold for every environment; those of the table that
/// `section` names override them (empty: no table). In a string `${NAME}` is a variable's value,
/// `${NAME:-text}` has `text` where it is unset or empty, and `$${` stands for `${`; only values
/// that are in effect are looked up, but keys and types are checked in every table.
///
/// Throws `error` at `path` with line and column: malformed TOML, unknown key, wrong type or value,
/// undefined variable (but in `url`); and of kind usage for an unknown `section`. No message
/// repeats a value: it may hold a password.
settings load_settings(std::string_view toml_text, const std::string& path,
                       std::string_view section, const variable_lookup& variables);

}  // namespace retort::command
