#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/diagnostics.h"
#include "base/interrupt.h"
#include "base/text_tools.h"
#include "command/local_time.h"
#include "command/post_write.h"
#include "command/text_file.h"
#include "command/verbs.h"
#include "command/write_revision.h"
#include "engine/folder.h"
#include "engine/set_problems.h"
#include "foreign/migration.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

/// A revision that is to be written.
struct draft {
  imported_revision what;
  std::string text;
};

bool is_read(const fs::path& name) {
  const auto extension = name.extension();
  return extension == ".sql" || extension == ".conf" || extension == ".toml";
}

/// Every file below the folder, by name; hidden ones are nobody's migrations.
std::vector<foreign::source_file> files_below(const fs::path& folder) {
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) {
    throw error(fmt::format("there is no folder {} to import", folder.string()), failure::usage)
        .help("name the folder of the other tool's migrations");
  }
  std::vector<foreign::source_file> files;
  auto entry = fs::recursive_directory_iterator(folder, problem);
  for (; !problem && entry != fs::recursive_directory_iterator(); entry.increment(problem)) {
    const auto& path = entry->path();
    const bool hidden = path.filename().string().starts_with('.');
    if (hidden && entry->is_directory()) entry.disable_recursion_pending();
    if (hidden || !entry->is_regular_file()) continue;
    files.push_back({path.lexically_relative(folder).generic_string(), path.generic_string(), {}});
    if (is_read(path)) files.back().content = engine::read_file(path.string());
  }
  if (problem) {
    throw error(fmt::format("cannot read the folder {}: {}", folder.string(), problem.message()))
        .help("check its permissions");
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

foreign::tool chosen_tool(const std::string& name, const std::vector<foreign::source_file>& files,
                          const std::string& folder) {
  if (name.empty()) return foreign::find_tool(files, folder);
  if (const auto named = foreign::tool_named(name)) return *named;
  throw error(fmt::format("'{}' is no tool whose migrations can be imported", name), failure::usage)
      .help(fmt::format("the tools are {}", foreign::tool_names()));
}

/// The folder of SQL files that is not there yet; empty: it is, or there is no single one.
fs::path folder_to_make(const environment& env, const std::string& version_path) {
  const auto folders = env.script_folders();
  std::error_code ignored;
  if (folders.size() != 1 || fs::exists(folders.front(), ignored)) return {};
  if (!version_path.empty() && !fs::equivalent(version_path, folders.front(), ignored)) return {};
  return folders.front();
}

void require_other_folder(const environment& env, const std::string& directory) {
  for (const auto& folder : env.script_folders()) {
    std::error_code ignored;
    if (!fs::equivalent(folder, directory, ignored)) continue;
    throw error(
        fmt::format("{} is the folder that Retort's own migrations are read from", directory),
        failure::usage)
        .help("name another with --script-location, and the one to import behind `import`");
  }
}

/// The parent of the first imported revision; empty: it is a base.
std::string parent_of(const engine::migration_set& set, const std::string& head) {
  if (!head.empty()) {
    const auto parents = new_parents(set, {head}, false);
    if (parents.size() < 2) return parents.empty() ? "" : parents.front();
  }
  const auto heads = set.graph().heads();
  if (heads.size() < 2) return heads.empty() ? "" : std::string(set.graph().id(heads.front()));
  std::vector<std::string> ids;
  for (const auto index : heads) ids.emplace_back(set.graph().id(index));
  throw error(fmt::format("there are {} heads ({}), and imported revisions go behind one",
                          heads.size(), base::join(ids, ", ")),
              failure::usage)
      .help("name it with --head, or merge them first");
}

void require_fresh(const history::revision_map& graph, const foreign::migration& one) {
  const auto there = graph.find(one.revision);
  if (!there) return;
  throw error(fmt::format("there is a revision '{}' already, so nothing is imported", one.revision))
      .at(graph.revisions()[*there].file, graph.revisions()[*there].line)
      .note(fmt::format("{} would have this id, too", one.sources.front()))
      .help("nothing is to be done where it was imported before; else give one of them another id");
}

/// Throws what loading all of them, beside what is there, would.
void require_sound(const history::revision_map* graph, const std::vector<draft>& drafts) {
  auto revisions = graph == nullptr ? std::vector<history::revision>() : graph->revisions();
  for (const auto& one : drafts) {
    engine::require_loadable(one.text, one.what.path);
    const auto header = script::parse_sql_header(one.text, one.what.path);
    revisions.push_back({header.revision,
                         header.down_revision,
                         {},
                         {},
                         header.message,
                         one.what.path,
                         header.revision_line,
                         {header.down_revision_line}});
  }
  const auto problems = history::revision_map::problems(revisions);
  if (!problems.empty()) throw problems.front();
}

fs::path path_of(const environment& env, const fs::path& folder, const foreign::migration& one) {
  const auto& config = env.config();
  const auto when = one.created.value_or(time_in_zone(std::time(nullptr), config.timezone).fields);
  const auto stem = script::file_stem(config.file_template, one.revision,
                                      script::slug(one.message, config.slug_length), when);
  return place_for(env, folder, stem + ".sql");
}

/// Writes all of them, or none.
void write_all(const environment& env, const std::vector<draft>& drafts) {
  std::size_t written = 0;
  const unfinished_files unfinished;
  try {
    for (const auto& one : drafts) {
      write_new_file(one.what.path, one.text);
      ++written;
    }
    for (const auto& one : drafts) {
      run_post_write_hooks(env.config().post_write_hooks, one.what.path, script::file_format::sql);
    }
    base::stop_if_interrupted();
  } catch (...) {
    std::error_code ignored;
    for (const auto& one : std::span(drafts).first(written)) fs::remove(one.what.path, ignored);
    throw;
  }
}

/// A name that is taken is found before the first file is written.
void require_free(const std::vector<draft>& drafts) {
  for (auto one = drafts.begin(); one != drafts.end(); ++one) {
    const bool twice = std::any_of(
        drafts.begin(), one, [&](const draft& other) { return other.what.path == one->what.path; });
    std::error_code ignored;
    if (!twice && !fs::exists(one->what.path, ignored)) continue;
    throw error(fmt::format("{} is {}, so nothing is imported", one->what.path,
                            twice ? "the name of two revisions" : "there already"))
        .help(twice ? "write @revision@ into file_template" : "move it away");
  }
}

}  // namespace

import_result import_migrations(environment& env, const import_request& request) {
  const auto files = files_below(request.directory);
  require_other_folder(env, request.directory);
  const auto tool = chosen_tool(request.from, files, request.directory);
  const auto read = foreign::read(tool, files);
  if (read.migrations.empty()) {
    throw error(fmt::format("{} holds no migrations of {}, so nothing is imported",
                            request.directory, foreign::name_of(tool)),
                failure::usage)
        .help("leave out --from to find out whose they are, or name another folder");
  }
  const fs::path fresh = folder_to_make(env, request.version_path);
  const auto* graph = fresh.empty() ? &env.migrations().graph() : nullptr;
  script::new_migration first;
  if (graph != nullptr) {
    const auto parent = parent_of(env.migrations(), request.head);
    if (!parent.empty()) first.down_revision = {parent};
  }
  const fs::path folder =
      graph == nullptr ? fresh : choose_folder(env, first, request.version_path);
  if (graph != nullptr) require_known_folders(env, folder);
  std::vector<draft> drafts;
  std::string parent = first.down_revision.empty() ? "" : first.down_revision.front();
  for (const auto& one : read.migrations) {
    if (graph != nullptr) require_fresh(*graph, one);
    drafts.push_back({{one.revision, path_of(env, folder, one).string(), one.sources},
                      foreign::write(one, parent)});
    parent = one.revision;
  }
  require_sound(graph, drafts);
  require_free(drafts);
  if (graph == nullptr) fs::create_directories(folder);
  write_all(env, drafts);
  import_result result{std::string(foreign::name_of(tool)), {}, read.notes};
  for (auto& one : drafts) result.revisions.push_back(std::move(one.what));
  return result;
}

}  // namespace retort::command
