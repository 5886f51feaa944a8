#include "command/write_revision.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/interrupt.h"
#include "base/text_tools.h"
#include "command/declared.h"
#include "command/local_time.h"
#include "command/post_write.h"
#include "command/text_file.h"
#include "engine/folder.h"
#include "engine/set_problems.h"
#include "script/function_field.h"
#include "script/sql_file.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

/// A parent chosen by a program that is older than its folder would be the wrong one.
void require_known(const engine::migration_set& set, const fs::path& file) {
  const std::string id = declared_id(file);
  if (id.empty() || set.graph().find(id)) return;
  throw error(fmt::format("{} declares revision '{}', which this program was not built with",
                          file.filename().string(), id))
      .at(file.string(), 0)
      .help("build the project first, so that the new revision gets the right parent");
}

void require_known_folder(const engine::migration_set& set, const fs::path& folder,
                          bool recursive) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file(ignored)) require_known(set, entry.path());
    if (recursive && entry.is_directory(ignored)) require_known_folder(set, entry.path(), true);
  }
}

bool is_same_folder(const fs::path& a, const fs::path& b) {
  std::error_code ignored;
  return fs::equivalent(a, b, ignored);
}

/// The folder that the command line names. A folder of SQL files has to be one that is read, or
/// nobody would ever run what is written there.
fs::path named_folder(const environment& env, const std::string& path) {
  const auto read = env.script_folders();
  const bool known = std::any_of(read.begin(), read.end(), [&](const std::string& folder) {
    if (!env.config().recursive) return is_same_folder(folder, path);
    for (fs::path at = fs::absolute(path).lexically_normal(); at != at.parent_path();
         at = at.parent_path()) {
      if (is_same_folder(folder, at)) return true;
    }
    return false;
  });
  if (read.empty() || known || !fs::is_directory(path)) return path;
  throw error(
      fmt::format("{} is not one of the version locations, {}", path, base::join(read, ", ")),
      failure::usage)
      .help("name one of them, or add the folder to version_locations in retort.toml");
}

/// Where several folders are possible: that of the first parent.
fs::path folder_of_parent(const engine::migration_set& set, const script::new_migration& made,
                          const std::vector<std::string>& locations) {
  if (!made.down_revision.empty()) {
    const auto& parent = set.at(set.graph().find(made.down_revision.front()).value());
    const fs::path folder = fs::path(parent.full_path()).parent_path();
    if (!folder.empty()) return folder;
  }
  throw error(
      fmt::format("there are several folders for new revisions: {}", base::join(locations, ", ")),
      failure::usage)
      .help("name one with --version-path");
}

}  // namespace

fs::path choose_folder(const environment& env, const script::new_migration& made,
                       const std::string& version_path) {
  fs::path folder;
  const auto locations = env.version_locations();
  if (!version_path.empty()) {
    folder = named_folder(env, version_path);
  } else if (locations.size() == 1) {
    folder = locations.front();
  } else if (locations.empty()) {
    throw error("this program does not know a folder for new revisions", failure::usage)
        .help("name it with --version-path");
  } else {
    folder = folder_of_parent(env.migrations(), made, locations);
  }
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return folder;
  throw error(fmt::format("there is no folder {} to write the revision to", folder.string()))
      .help("create it, or name another with --version-path");
}

namespace {

/// The user's own template: from the configuration's folder, or compiled in; else the built-in one.
std::pair<std::string, std::string> find_template(const environment& env,
                                                  script::file_format format) {
  const std::string name(script::template_name(format));
  if (env.config().templates) {
    const fs::path folder = *env.config().templates;
    const fs::path path = folder / name;
    std::error_code ignored;
    // Where the sources are gone, what is compiled in stands for them.
    if (!fs::is_directory(folder, ignored) && env.program().templates.size() == 0) {
      const auto& place = env.config().places.at(folder.string());
      throw error(
          fmt::format("there is no folder {}, which the configuration names as the place of "
                      "the templates",
                      folder.string()))
          .at(place.file, place.line, place.column)
          .help("make the folder, or correct `templates`");
    }
    if (fs::exists(path, ignored)) return {engine::read_file(path.string()), path.string()};
  }
  for (const auto& file : env.program().templates) {
    if (!(file.name == text(name))) continue;
    return {base::joined(file.content), name};
  }
  return {std::string(script::default_template(format)), name};
}

/// What would make a file that cannot be loaded.
void require_readable(const std::string& message, const std::string& branch_label) {
  if (!base::is_utf8(message)) {
    throw error("the message is not UTF-8", failure::usage)
        .help("write it in UTF-8, as the file will be");
  }
  const std::string reason = script::bad_label_reason(branch_label);
  if (branch_label.empty() || reason.empty()) return;
  throw error(fmt::format("'{}' cannot be a branch label: {}", branch_label, reason),
              failure::usage)
      .help("a label is a name without @ and :, slashes, quotes and blanks");
}

std::string new_id(const engine::migration_set& set, const std::string& asked) {
  if (asked.empty()) return script::new_revision_id();
  const std::string reason = script::bad_identifier_reason(asked);
  if (!reason.empty()) {
    throw error(fmt::format("'{}' cannot be a revision id: {}", asked, reason), failure::usage)
        .help("leave out --rev-id to get a fresh one");
  }
  if (set.graph().find(asked)) {
    throw error(fmt::format("there is a revision '{}' already", asked))
        .help("leave out --rev-id to get a fresh one");
  }
  return asked;
}

/// A file that would break the graph is not written.
void require_sound_graph(const engine::migration_set& set, const script::new_migration& made) {
  auto revisions = set.graph().revisions();
  history::revision added;
  added.id = made.revision;
  added.down_revision = {made.down_revision.begin(), made.down_revision.end()};
  added.branch_labels = {made.branch_labels.begin(), made.branch_labels.end()};
  added.depends_on = {made.depends_on.begin(), made.depends_on.end()};
  revisions.push_back(std::move(added));
  const auto problems = history::revision_map::problems(revisions);
  if (problems.empty()) return;
  throw error(problems.front().what(), failure::usage).help(problems.front().hint);
}

/// Nor is one that the build would refuse.
void require_showing_name(const environment& env, const std::string& revision,
                          const std::string& name) {
  if (!env.script_folders().empty() || engine::shows_revision(name, revision)) return;
  throw error(fmt::format("file_template makes {}, which does not show revision {}: the build "
                          "would refuse it",
                          name, revision))
      .help("put @revision@ into file_template, between _, -, . or an end");
}

}  // namespace

fs::path place_for(const environment& env, const fs::path& folder, const std::string& name) {
  const fs::path target = folder / name;
  if (name.find('/') == std::string::npos) return target;
  if (!env.config().recursive) {
    throw error(fmt::format("file_template makes {}, which is in a folder below {}, and nothing "
                            "below it is read",
                            name, folder.string()),
                failure::usage)
        .help(
            env.script_folders().empty()
                ? "write `recursive = true` in retort.toml, and RECURSIVE in retort_add_migrations"
                : "write `recursive = true` in retort.toml");
  }
  fs::create_directories(target.parent_path());
  return target;
}

void require_known_folders(const environment& env, const fs::path& folder) {
  const bool recursive = env.config().recursive;
  bool seen = false;
  for (const auto& location : env.version_locations()) {
    require_known_folder(env.migrations(), location, recursive);
    seen = seen || is_same_folder(location, folder);
  }
  if (!seen) require_known_folder(env.migrations(), folder, recursive);
}

script::file_format chosen_format(const environment& env, const std::string& asked) {
  if (asked == "cpp") return script::file_format::cpp;
  if (asked == "sql") return script::file_format::sql;
  if (!asked.empty()) {
    throw error(fmt::format("unknown format '{}'", asked), failure::usage)
        .help("write --format cpp or --format sql");
  }
  // What is read at run time is SQL, whatever those are that are compiled in.
  if (!env.options().script_location.empty()) return script::file_format::sql;
  if (env.config().format) return *env.config().format;
  return env.script_folders().empty() ? script::file_format::cpp : script::file_format::sql;
}

std::size_t new_body_column(const environment& env, script::file_format format) {
  return script::body_column(find_template(env, format).first);
}

std::vector<std::size_t> resolve_in_files(const engine::migration_set& set,
                                          const std::string& symbol) {
  if (!history::names_current(symbol)) return set.graph().resolve(symbol, {});
  throw error("'current' names no revision here: it is where a database is, and none is asked")
      .help("name the revision; `current` lists the database's");
}

std::vector<std::string> new_parents(const engine::migration_set& set,
                                     const std::vector<std::string>& symbols, bool splice) {
  const auto& graph = set.graph();
  std::vector<std::size_t> parents;
  for (const auto& symbol : symbols) {
    for (const std::size_t index : resolve_in_files(set, symbol)) {
      const std::string_view id = set.at(index).revision.id;
      if (!graph.is_head(index) && !splice) {
        throw error(fmt::format("revision {} is not a head", id))
            .help("write --splice to start a branch there, or name a head");
      }
      if (std::find(parents.begin(), parents.end(), index) != parents.end()) {
        throw error(fmt::format("head {} is named twice", id), failure::usage).help("name it once");
      }
      parents.push_back(index);
    }
  }
  std::vector<std::string> result;
  for (const std::size_t parent : parents) {
    result.emplace_back(set.at(parent).revision.id);
    for (const std::size_t below : graph.ancestors_and_self(parent)) {
      if (below == parent || std::find(parents.begin(), parents.end(), below) == parents.end()) {
        continue;
      }
      throw error(fmt::format("{} is an ancestor of {}, so there is nothing to merge",
                              set.at(below).revision.id, set.at(parent).revision.id),
                  failure::usage)
          .help(fmt::format("leave out {}", set.at(below).revision.id));
    }
  }
  return result;
}

revision_result write_revision(environment& env, script::new_migration made,
                               const new_file_request& how, const std::string& parent) {
  const auto& set = env.migrations();
  if (made.message.empty()) made.message = how.message;
  require_readable(made.message, how.branch_label);
  const fs::path folder = choose_folder(env, made, how.version_path);
  if (parent.empty()) require_known_folders(env, folder);
  const auto format = chosen_format(env, how.format);
  made.revision = new_id(set, how.revision_id);
  if (!how.branch_label.empty()) made.branch_labels = {how.branch_label};
  if (parent.empty()) require_sound_graph(set, made);
  const auto now = time_in_zone(std::time(nullptr), env.config().timezone);
  made.created = now.iso();
  const auto [text, path] = find_template(env, format);
  const std::string content = script::write_migration(made, format, text, path);
  const std::string slug = script::slug(made.message, env.config().slug_length);
  const std::string stem =
      script::file_stem(env.config().file_template, made.revision, slug, now.fields);
  const auto name = stem + (format == script::file_format::cpp ? ".cc" : ".sql");
  require_showing_name(env, made.revision, name);
  const fs::path target = place_for(env, folder, name);
  const unfinished_files unfinished;
  write_new_file(target, content);
  try {
    run_post_write_hooks(env.config().post_write_hooks, target, format);
    require_declared(made, format, target);
    base::stop_if_interrupted();
  } catch (const error&) {
    std::error_code ignored;
    fs::remove(target, ignored);
    throw;
  }
  return {made.revision, target.string(), {}, {}, {}};
}

}  // namespace retort::command
