#include "command/environment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text_tools.h"
#include "command/object_patterns.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

using base::joined;
using base::string_of;

constexpr const char* default_configuration = "retort.toml";

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

/// A variable that names a database; empty counts as unset, as presets and CI systems write it.
std::optional<std::string> url_variable(const std::string& name) {
  auto value = variable(name);
  if (value && value->empty()) value.reset();
  return value;
}

/// Throws `error` (usage) where no database system has that name. `source`: before the message.
void require_dialect(std::string_view source, std::string_view name) {
  if (!db::dialect_name(name).empty()) return;
  static const auto known = std::to_array<std::string>({"sqlite", "postgresql", "postgres"});
  throw error(fmt::format("{}'{}' is no database system that Retort knows (sqlite, postgresql)",
                          source, base::printable(name)),
              failure::usage)
      .help(base::did_you_mean(name, known));
}

settings read_settings(const bundle::program& program, const global_options& options) {
  std::string path = options.configuration_file;
  std::error_code ignored;
  const bool compiled = path.empty() && !program.configuration.name.empty();
  if (compiled) {
    try {
      return load_settings(joined(program.configuration.content),
                           string_of(program.configuration.name), options.section, variable);
    } catch (error& problem) {
      problem.note("this is the configuration that was compiled in: a change needs a build");
      throw;
    }
  }
  const bool generic = program.sets.size() == 0;
  // A link to nowhere is one that cannot be read, and not none.
  if (path.empty() && generic && fs::exists(fs::symlink_status(default_configuration, ignored))) {
    path = default_configuration;
  }
  if (path.empty()) {
    if (options.section.empty()) return {};
    throw error(fmt::format("there is no configuration, so no environment '{}'", options.section),
                failure::usage)
        .help("name a retort.toml with --config");
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream || fs::is_directory(path, ignored)) {
    throw error(fmt::format("cannot read the configuration {}", path), failure::usage)
        .help("name a readable retort.toml with --config");
  }
  return load_settings(content.str(), path, options.section, variable);
}

}  // namespace

environment::environment(const bundle::program& program, global_options options)
    : program_(program), options_(std::move(options)), settings_(read_settings(program, options_)) {
  if (!options_.dialect.empty()) require_dialect("--dialect: ", options_.dialect);
}

std::vector<std::string> environment::script_folders() const {
  if (!options_.script_location.empty()) return {options_.script_location};
  if (program_.sets.size() != 0) return {};
  if (!settings_.version_locations.empty()) return settings_.version_locations;
  if (settings_.script_location) return {*settings_.script_location};
  throw error("no migrations: this program holds none, and no folder of them is named",
              failure::usage)
      .help("write --script-location DIR, or script_location in retort.toml");
}

void environment::require_named(const std::string& folder) const {
  const auto place = settings_.places.find(folder);
  std::error_code ignored;
  if (place == settings_.places.end() || fs::is_directory(folder, ignored)) return;
  throw error(fmt::format("there is no folder {}, which the configuration names as a place of "
                          "migrations",
                          folder))
      .at(place->second.file, place->second.line, place->second.column)
      .help("make the folder, or correct the configuration");
}

const engine::migration_set& environment::migrations() const {
  if (migrations_) return *migrations_;
  const auto folders = script_folders();
  for (const auto& folder : folders) require_named(folder);
  if (!folders.empty()) {
    migrations_ = engine::load(folders, settings_.recursive, stored_);
  } else {
    const std::vector<const bundle::set*> sets(program_.sets);
    migrations_ = engine::load(sets, stored_);
  }
  migrations_->use(context());
  return *migrations_;
}

const engine::migration_set& environment::migrations_around(const history::rows& rows) const {
  if (migrations_ || rows.size() != 1 || !script_folders().empty()) return migrations();
  const std::vector<const bundle::set*> sets(program_.sets);
  around_ = engine::load_around(sets, rows.front());
  return around_ ? *around_ : migrations();
}

void environment::add_stored(std::vector<engine::stored_migration> stored) {
  stored_ = std::move(stored);
  migrations_.reset();
}

const engine::migration_set& environment::some_migrations() const {
  const auto& set = migrations();
  if (!set.files().empty()) return set;
  const auto folders = script_folders();
  if (folders.empty()) {
    throw error("this program holds no migrations")
        .help("write the first with `revision -m MESSAGE`");
  }
  throw error(fmt::format("there are no migrations in {}", base::join(folders, ", ")))
      .help(
          "write the first with `revision -m MESSAGE`, or name another folder with "
          "--script-location");
}

std::vector<std::string> environment::version_locations() const {
  auto folders = script_folders();
  if (!folders.empty()) return folders;
  for (const auto* set : program_.sets) {
    if (!set->directory.empty()) folders.push_back(string_of(set->directory));
  }
  return folders;
}

std::optional<environment::address> environment::find_database() const {
  const auto made = [](const std::string& url, const std::string& source) {
    return address{db::parse_url(url), source};
  };
  if (!options_.url.empty()) return made(options_.url, "--url");
  if (const auto url = url_variable("RETORT_URL")) return made(*url, "RETORT_URL");
  for (const auto& name : {string_of(program_.url_variable), settings_.url_env.value_or("")}) {
    if (name.empty()) continue;
    if (const auto url = url_variable(name)) return made(*url, name);
  }
  if (settings_.url_problem) throw *settings_.url_problem;
  if (settings_.url) return made(*settings_.url, "the configuration");
  if (!program_.default_url.empty()) return made(string_of(program_.default_url), "the build");
  return std::nullopt;
}

environment::address environment::database() const {
  if (auto found = find_database()) {
    refuse_options(found->url.dialect);
    return *found;
  }
  throw error("no database is named", failure::usage)
      .help(
          "write --url URL, set RETORT_URL, or give `url` in retort.toml; for example "
          "sqlite:///app.db or postgresql://user@host/database");
}

bool environment::names_database() const {
  const auto found = find_database();
  return found && found->source != "the configuration" && found->source != "the build";
}

const backend& environment::backend_named(std::string_view dialect) const {
  require_dialect("", dialect);
  const std::string wanted = db::dialect_name(dialect);
  std::vector<std::string> known;
  for (const auto* candidate : program_.backends) {
    known.emplace_back(candidate->dialect().name());
    if (known.back() == wanted) return *candidate;
  }
  throw error(fmt::format("this program was built without '{}'", dialect), failure::usage)
      .help(fmt::format("it knows {}; retort_add_runner's BACKENDS says which",
                        base::join(known, " and ")));
}

void environment::refuse_options(std::string_view dialect) const {
  if (db::dialect_name(dialect) != "sqlite") return;
  const auto refuse = [](bool is_given, const char* option) {
    if (!is_given) return;
    throw error(fmt::format("{} is for PostgreSQL, and the database is SQLite's", option),
                failure::usage)
        .help(fmt::format("leave out {}", option));
  };
  refuse(!options_.schema.empty(), "--schema");
  refuse(!options_.role.empty(), "--role");
  refuse(!options_.extra_search_path.empty(), "--extra-search-path");
  // A script for another dialect says nothing against the environment.
  if (!options_.dialect.empty()) return;
  for (const auto& [key, place] : settings_.own_postgres_keys) {
    throw error(fmt::format("'{}' is for PostgreSQL, and the database is SQLite's", key))
        .at(place.file, place.line, place.column)
        .help(fmt::format("leave it out of [{}]; what stands at the top of the file is for "
                          "PostgreSQL's environments alone",
                          options_.section));
  }
}

const backend& environment::offline_backend() const {
  const auto chosen = [&](const std::string& dialect) -> const backend& {
    refuse_options(dialect);
    return backend_named(dialect);
  };
  if (!options_.dialect.empty()) {
    if (!options_.url.empty() &&
        db::parse_url(options_.url).dialect != db::dialect_name(options_.dialect)) {
      throw error(fmt::format("--dialect {} and the database of --url contradict each other",
                              options_.dialect),
                  failure::usage)
          .help("leave out one of them");
    }
    return chosen(options_.dialect);
  }
  if (const auto found = find_database()) return chosen(found->url.dialect);
  throw error("a script is for one database system, and none is named", failure::usage)
      .help("write --dialect sqlite or --dialect postgresql");
}

open_options environment::opening() const {
  open_options result;
  result.busy_seconds = options_.lock_wait.value_or(settings_.lock_wait.value_or(60));
  result.schema = !options_.schema.empty() ? options_.schema : settings_.schema.value_or("");
  result.role = !options_.role.empty() ? options_.role : settings_.role.value_or("");
  result.extra_search_path = !options_.extra_search_path.empty() ? options_.extra_search_path
                                                                 : settings_.extra_search_path;
  return result;
}

engine::context environment::context() const {
  engine::context result;
  for (const auto& said : options_.arguments) {
    const auto equals = said.find('=');
    result.replay.arguments.emplace_back(
        said.substr(0, equals), equals == std::string::npos ? "" : said.substr(equals + 1));
  }
  result.replay.tag = options_.tag;
  result.replay.naming = settings_.naming_convention;
  result.filter = pattern_filter(settings_.include_objects, settings_.exclude_objects);
  if (program_.hooks != nullptr) engine::add_hooks(result, *program_.hooks);
  return result;
}

std::unique_ptr<db::connection> environment::connect(bool read_only) const {
  const auto where = database();
  auto how = opening();
  how.read_only = read_only;
  return backend_named(where.url.dialect).open(where.url, how);
}

std::unique_ptr<db::connection> environment::connect_to(const db::url& url) const {
  return backend_named(url.dialect).open(url, opening());
}

std::unique_ptr<db::connection> environment::connect_scratch(const db::url& url) const {
  auto how = opening();
  how.durable = false;
  how.role.clear();
  auto connection = backend_named(url.dialect).open(url, how);
  if (url.dialect == "postgresql") connection->execute("SET synchronous_commit = off");
  return connection;
}

void environment::ready_scratch(const db::url& url) const {
  if (url.dialect != "postgresql") return;
  const auto how = opening();
  if (how.schema.empty() && how.extra_search_path.empty()) return;
  const auto& database = backend_named(url.dialect);
  const auto connection = database.open(url, {});
  auto schemas = how.extra_search_path;
  if (!how.schema.empty()) schemas.push_back(how.schema);
  for (const auto& name : schemas) {
    connection->execute("CREATE SCHEMA IF NOT EXISTS " + database.dialect().quote(name));
  }
}

std::unique_ptr<db::connection> environment::connect_existing() const {
  const auto where = database();
  auto how = opening();
  how.create = false;
  return backend_named(where.url.dialect).open(where.url, how);
}

dialect::script_settings environment::scripting() const {
  const auto how = opening();
  return {how.schema, how.extra_search_path, how.role};
}

model::qualified_name environment::version_table() const {
  // In the schema to work in, whatever else the search path shows.
  return {settings_.version_table_schema.value_or(opening().schema),
          !options_.version_table.empty() ? options_.version_table
                                          : settings_.version_table.value_or("retort_version")};
}

engine::journal_settings environment::journaling() const {
  return {settings_.journal, engine::program_name(string_of(program_.name))};
}

engine::journal environment::journal(const backend& of) const {
  const auto kept = journaling();
  return {of.dialect(), store(of).table(), kept.program, kept.on};
}

engine::version_store environment::store(const backend& of) const {
  auto table = version_table();
  const bool sqlite = of.dialect().name() == "sqlite";
  if (sqlite && settings_.version_table_schema) {
    throw error("version_table_schema is for PostgreSQL: a SQLite file has one schema",
                failure::usage)
        .help("give it in an environment of retort.toml that is for PostgreSQL alone");
  }
  if (sqlite) table.schema.clear();
  engine::wait_limits limits;
  limits.lock_wait = opening().busy_seconds;
  const auto said = [](int& limit, std::optional<int> option, std::optional<int> setting) {
    limit = option.value_or(setting.value_or(limit));
  };
  said(limits.lock_timeout, options_.lock_timeout, settings_.lock_timeout);
  said(limits.lock_retries, options_.lock_retries, settings_.lock_retries);
  said(limits.concurrently_wait, options_.concurrently_wait, settings_.concurrently_wait);
  said(limits.statement_timeout, options_.statement_timeout, settings_.statement_timeout);
  limits.said = {options_.lock_timeout, options_.statement_timeout, options_.concurrently_wait};
  return {of.dialect(), std::move(table), limits};
}

}  // namespace retort::command
