#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "base/text_tools.h"
#include "command/verbs.h"
#include "script/sql_file.h"
#include "script/template.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream) throw error(fmt::format("cannot read {}", path.string()));
  return content.str();
}

/// The id that a migration's file declares, read as CMake reads it; empty: none.
std::string declared_id(const fs::path& path) {
  static const std::regex sql("^-- *revision: *([^ \t\r]+)");
  static const std::regex code("^RETORT_MIGRATION\\(([A-Za-z0-9_]+)\\)");
  const std::string extension = path.extension().string();
  if (extension != ".sql" && extension != ".cc" && extension != ".cpp") return {};
  std::istringstream lines(read_file(path));
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, match, extension == ".sql" ? sql : code)) return match[1];
  }
  return {};
}

/// A parent chosen by a program that is older than its folder would be the wrong one.
void require_known_folder(const engine::migration_set& set, const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string id = declared_id(entry.path());
    if (id.empty() || set.graph().find(id)) continue;
    throw error(fmt::format("{} declares revision '{}', which this program was not built with",
                            entry.path().filename().string(), id))
        .at(entry.path().string(), 0)
        .help("build the project first, so that the new revision gets the right parent");
  }
}

/// Whole or not at all: written beside its place, then moved there; an existing file is never
/// replaced.
void write_new_file(const fs::path& path, const std::string& content) {
  if (fs::exists(path)) throw error(fmt::format("{} is there already", path.string()));
  const fs::path draft = path.string() + ".part";
  std::ofstream stream(draft, std::ios::binary | std::ios::trunc);
  stream << content;
  stream.close();
  std::error_code problem;
  if (stream) {
    fs::create_hard_link(draft, path, problem);
    // Folders without hard links (FAT, some network shares) take the plain move.
    if (problem && !fs::exists(path)) fs::rename(draft, path, problem);
  }
  std::error_code ignored;
  fs::remove(draft, ignored);
  if (!stream || problem) {
    throw error(fmt::format("cannot write {}", path.string()))
        .help("check the folder's permissions and the free space");
  }
}

script::file_format chosen_format(const environment& env, const std::string& asked) {
  if (asked == "cpp") return script::file_format::cpp;
  if (asked == "sql") return script::file_format::sql;
  if (!asked.empty()) {
    throw error(fmt::format("unknown format '{}'", asked), failure::usage)
        .help("write --format cpp or --format sql");
  }
  if (env.config().format) return *env.config().format;
  return env.script_folders().empty() ? script::file_format::cpp : script::file_format::sql;
}

/// The user's own template: from the configuration's folder, or compiled in; else the built-in one.
std::pair<std::string, std::string> find_template(const environment& env,
                                                  script::file_format format) {
  const std::string name(script::template_name(format));
  if (env.config().templates) {
    const fs::path path = fs::path(*env.config().templates) / name;
    std::error_code ignored;
    if (fs::exists(path, ignored)) return {read_file(path), path.string()};
  }
  for (const auto& file : env.program().templates) {
    if (!(file.name == text(name))) continue;
    std::string content;
    for (const auto& piece : file.content) content.append(piece.data(), piece.size());
    return {content, name};
  }
  return {std::string(script::default_template(format)), name};
}

std::vector<std::string> parents(const engine::migration_set& set,
                                 const revision_request& request) {
  const auto& graph = set.graph();
  std::vector<std::string> result;
  if (set.files().empty() && request.heads == std::vector<std::string>{"head"}) return result;
  for (const auto& symbol : request.heads) {
    for (const std::size_t index : graph.resolve(symbol, {})) {
      const std::string& id = set.at(index).revision.id;
      if (!graph.is_head(index) && !request.splice) {
        throw error(fmt::format("revision {} is not a head", id))
            .help("write --splice to start a branch there, or leave out --head");
      }
      if (std::find(result.begin(), result.end(), id) != result.end()) {
        throw error(fmt::format("head {} is named twice", id), failure::usage);
      }
      result.push_back(id);
    }
  }
  return result;
}

/// Labels stay as they are written; a partial id becomes the whole one.
std::vector<std::string> dependencies(const engine::migration_set& set,
                                      const revision_request& request) {
  std::vector<std::string> result;
  for (const auto& symbol : request.depends_on) {
    for (const std::size_t index : set.graph().resolve(symbol, {})) {
      const auto& declared = set.at(index).revision.branch_labels;
      const bool label = std::find(declared.begin(), declared.end(), symbol) != declared.end();
      result.push_back(label ? symbol : set.at(index).revision.id);
    }
  }
  return result;
}

/// What would make a file that cannot be loaded.
void require_readable(const revision_request& request) {
  if (!base::is_utf8(request.message)) {
    throw error("the message is not UTF-8", failure::usage)
        .help("write it in UTF-8, as the file will be");
  }
  const std::string reason = script::bad_identifier_reason(request.branch_label);
  if (request.branch_label.empty() || reason.empty()) return;
  throw error(fmt::format("'{}' cannot be a branch label: {}", request.branch_label, reason),
              failure::usage);
}

std::string new_id(const engine::migration_set& set, const std::string& asked) {
  if (asked.empty()) return script::new_revision_id();
  const std::string reason = script::bad_identifier_reason(asked);
  if (!reason.empty()) {
    throw error(fmt::format("'{}' cannot be a revision id: {}", asked, reason), failure::usage);
  }
  if (set.graph().find(asked)) {
    throw error(fmt::format("there is a revision '{}' already", asked))
        .help("leave out --rev-id to get a fresh one");
  }
  return asked;
}

}  // namespace

revision_result revision(environment& env, const revision_request& request) {
  const auto& set = env.migrations();
  const fs::path folder =
      request.version_path.empty() ? env.new_revision_folder() : request.version_path;
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw error(fmt::format("there is no folder {} to write the revision to", folder.string()))
        .help("create it, or name another with --version-path");
  }
  require_readable(request);
  require_known_folder(set, folder);
  const auto format = chosen_format(env, request.format);
  script::new_migration made;
  made.revision = new_id(set, request.revision_id);
  made.down_revision = parents(set, request);
  made.depends_on = dependencies(set, request);
  if (!request.branch_label.empty()) made.branch_labels = {request.branch_label};
  made.message = request.message;
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  made.created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
  const auto [text, path] = find_template(env, format);
  const std::string content = script::write_migration(made, format, text, path);
  const std::string slug = script::slug(request.message, env.config().slug_length);
  const std::string stem =
      script::file_stem(env.config().file_template, made.revision, slug, fmt::gmtime(now));
  const fs::path target = folder / (stem + (format == script::file_format::cpp ? ".cc" : ".sql"));
  write_new_file(target, content);
  return {made.revision, target.string()};
}

}  // namespace retort::command
