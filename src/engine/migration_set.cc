#include "engine/migration_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "base/text_tools.h"

namespace retort::engine {
namespace fs = std::filesystem;
namespace {

std::string string_of(text value) { return {value.data(), value.size()}; }

std::vector<std::string> strings_of(names list) {
  std::vector<std::string> result;
  for (const auto& name : list) result.push_back(string_of(name));
  return result;
}

std::string joined(std::initializer_list<text> pieces) {
  std::string result;
  for (const auto& piece : pieces) result.append(piece.data(), piece.size());
  return result;
}

/// The id and the file's name must agree, so that a reader of the folder finds a revision by its
/// id: the id stands in the name between `_`, `-`, `.` or an end.
void require_matching_name(const history::revision& revision) {
  const std::string name = fs::path(revision.file).filename().string();
  const auto is_edge = [&](std::size_t at) {
    return at >= name.size() || std::string_view("_-.").find(name[at]) != std::string_view::npos;
  };
  for (auto at = name.find(revision.id); at != std::string::npos;
       at = name.find(revision.id, at + 1)) {
    if ((at == 0 || is_edge(at - 1)) && is_edge(at + revision.id.size())) return;
  }
  error problem(
      fmt::format("{} declares revision '{}', which its name does not show", name, revision.id));
  problem.at(revision.file, revision.line);
  problem.help(fmt::format("rename the file to begin with {}_, or correct the id", revision.id));
  throw problem;
}

/// In a section for every dialect only what both grammars take for transaction control is refused:
/// END may belong to a trigger's body. The dialect that runs it looks again.
void refuse_transaction_control(const script::sql_section& section, const std::string& path) {
  const auto complaint = [&](base::sql_flavour flavour) -> std::optional<error> {
    try {
      script::check_transaction_control(section, flavour, path);
    } catch (const error& problem) {
      return problem;
    }
    return std::nullopt;
  };
  const auto sqlite =
      section.dialect == "postgresql" ? std::nullopt : complaint(base::sql_flavour::sqlite);
  if (section.dialect != "postgresql" && !sqlite) return;
  const auto postgresql =
      section.dialect == "sqlite" ? std::nullopt : complaint(base::sql_flavour::postgresql);
  if (section.dialect != "sqlite" && !postgresql) return;
  throw sqlite ? *sqlite : *postgresql;
}

migration_file from_sql(const std::string& content, const std::string& path) {
  migration_file made;
  made.sql = script::parse_sql_file(content, path);
  const script::sql_file& file = *made.sql;
  for (const auto& section : file.sections) refuse_transaction_control(section, path);
  made.revision = {file.revision,     file.down_revision, file.branch_labels,
                   file.depends_on,   file.message,       path,
                   file.revision_line};
  made.created = file.created;
  made.compatible_with = file.compatible_with;
  made.loses = file.loses;
  return made;
}

migration_file from_code(const bundle::entry& entry, const std::string& path) {
  const migration& code = *entry.code;
  migration_file made;
  made.revision = {string_of(entry.revision),
                   strings_of(code.down_revision),
                   strings_of(code.branch_labels),
                   strings_of(code.depends_on),
                   string_of(code.message),
                   path,
                   entry.declared == nullptr ? 0 : entry.declared->line};
  made.created = string_of(code.created);
  made.compatible_with = string_of(code.compatible_with);
  made.loses = strings_of(code.loses);
  made.code = &code;
  return made;
}

migration_file from_entry(const bundle::entry& entry, const std::string& directory) {
  const std::string path = string_of(entry.path);
  if (!entry.problem.empty()) throw error(string_of(entry.problem)).at(path, entry.line);
  migration_file made =
      entry.code != nullptr ? from_code(entry, path) : from_sql(joined(entry.sql), path);
  made.full_path = (fs::path(directory) / path).string();
  return made;
}

std::string read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream) {
    throw error(fmt::format("cannot read {}", path.string()))
        .help("check that it is a readable file");
  }
  return content.str();
}

template <class Iterator>
void collect(const fs::path& folder, std::vector<fs::path>& out) {
  for (const auto& entry : Iterator(folder)) {
    const fs::path& path = entry.path();
    if (!entry.is_regular_file() || path.filename().string().front() == '.') continue;
    const std::string extension = path.extension().string();
    if (extension == ".sql" || extension == ".cc" || extension == ".cpp") out.push_back(path);
  }
}

std::vector<fs::path> files_of(const std::string& folder, bool recursive) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw error(fmt::format("there is no folder {}", folder), failure::failed)
        .help("name the folder of the SQL migrations with --script-location");
  }
  std::vector<fs::path> paths;
  if (recursive) {
    collect<fs::recursive_directory_iterator>(folder, paths);
  } else {
    collect<fs::directory_iterator>(folder, paths);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Adds a migration, or what is wrong with it.
template <class Load>
void gather(std::vector<error>& found, std::vector<migration_file>& files, const Load& load_one) {
  try {
    files.push_back(load_one());
  } catch (const error& problem) {
    found.push_back(problem);
  }
}

std::vector<migration_file> read(std::span<const bundle::set* const> sets,
                                 std::vector<error>& found) {
  std::vector<migration_file> files;
  for (const auto* set : sets) {
    for (const auto& entry : set->entries) {
      gather(found, files, [&] { return from_entry(entry, string_of(set->directory)); });
    }
  }
  return files;
}

std::vector<migration_file> read(std::span<const std::string> folders, bool recursive,
                                 std::vector<error>& found) {
  std::vector<migration_file> files;
  for (const auto& folder : folders) {
    for (const auto& path : files_of(folder, recursive)) {
      gather(found, files, [&] {
        if (path.extension() != ".sql") {
          throw error(fmt::format("{} is a C++ migration, which this program was not built with",
                                  path.filename().string()))
              .at(path.string(), 1)
              .help("run the project's own runner, or move the file out of the folder");
        }
        migration_file made = from_sql(read_file(path), path.string());
        made.full_path = path.string();
        return made;
      });
    }
  }
  return files;
}

std::vector<history::revision> revisions_of(const std::vector<migration_file>& files) {
  std::vector<history::revision> revisions;
  revisions.reserve(files.size());
  for (const auto& file : files) revisions.push_back(file.revision);
  return revisions;
}

void append_graph_problems(const std::vector<migration_file>& files, bool single_head,
                           std::vector<error>& found) {
  const auto revisions = revisions_of(files);
  auto more = history::revision_map::problems(revisions);
  found.insert(found.end(), more.begin(), more.end());
  if (!found.empty() || !single_head) return;
  const history::revision_map graph(revisions);
  const auto heads = graph.heads();
  if (heads.size() < 2) return;
  const auto& second = graph.revisions()[heads.back()];
  std::vector<std::string> ids;
  for (const auto head : heads) ids.push_back(graph.revisions()[head].id);
  found.push_back(error(fmt::format("there are {} heads ({}), and SINGLE_HEAD promises one",
                                    heads.size(), base::join(ids, ", ")))
                      .at(second.file, second.line)
                      .help("give one of them the other as down_revision, or merge them"));
}

}  // namespace

struct loader {
  static migration_set finish(std::vector<migration_file> files, const std::vector<error>& found) {
    if (!found.empty()) throw found.front();
    migration_set result;
    result.graph_ = std::make_shared<const history::revision_map>(revisions_of(files));
    result.files_ = std::move(files);
    return result;
  }
};

migration_set load(std::span<const bundle::set* const> sets) {
  std::vector<error> found;
  auto files = read(sets, found);
  return loader::finish(std::move(files), found);
}

migration_set load(std::span<const std::string> folders, bool recursive) {
  std::vector<error> found;
  auto files = read(folders, recursive, found);
  return loader::finish(std::move(files), found);
}

std::vector<error> problems(std::span<const bundle::set* const> sets, bool single_head) {
  std::vector<error> found;
  const auto files = read(sets, found);
  for (const auto& file : files) {
    try {
      require_matching_name(file.revision);
    } catch (const error& problem) {
      found.push_back(problem);
    }
  }
  append_graph_problems(files, single_head, found);
  return found;
}

std::vector<error> problems(std::span<const std::string> folders, bool recursive) {
  std::vector<error> found;
  const auto files = read(folders, recursive, found);
  append_graph_problems(files, false, found);
  return found;
}

}  // namespace retort::engine
