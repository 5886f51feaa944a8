#include "engine/migration_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <optional>
#include <utility>

#include "base/text_tools.h"
#include "engine/compiled.h"
#include "engine/folder.h"
#include "model/lock_mode.h"

namespace retort::engine {
namespace fs = std::filesystem;
namespace {

using base::string_of;

std::string_view view_of(text value) { return {value.data(), value.size()}; }

std::vector<std::string_view> views_of(names list) {
  std::vector<std::string_view> result;
  for (const auto& name : list) result.push_back(view_of(name));
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
void refuse_transaction_control(const script::sql_section& section, std::string_view path) {
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

/// Files as they are read: of each its revision and the rest, and what both are views of.
struct file_list {
  std::vector<history::revision> revisions;
  std::vector<migration_content> contents;
  std::deque<std::string> texts;

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }

  void reserve(std::size_t size) {
    revisions.reserve(size);
    contents.reserve(size);
  }

  void add(history::revision revision, const migration_content& content) {
    revisions.push_back(std::move(revision));
    contents.push_back(content);
  }

  void add(script::sql_header header, std::string_view path, const migration_content& content) {
    add({header.revision, std::move(header.down_revision), std::move(header.branch_labels),
         std::move(header.depends_on), header.message, path, header.revision_line},
        content);
  }
};

script::sql_header checked_header(std::string_view text, std::string_view path) {
  script::sql_file file = script::parse_sql_file(text, path);
  for (const auto& section : file.sections) refuse_transaction_control(section, path);
  return file;
}

void add_code(file_list& files, const bundle::entry& entry, migration_content content) {
  const migration& code = *entry.code;
  content.code = &code;
  content.source_hash = view_of(entry.source_hash);
  files.add({view_of(entry.revision), views_of(code.down_revision), views_of(code.branch_labels),
             views_of(code.depends_on), view_of(code.message), view_of(entry.path),
             entry.declared == nullptr ? 0 : entry.declared->line},
            content);
}

/// How much of what was compiled in is looked at.
enum class depth { header, whole };

void add_entry(file_list& files, const bundle::entry& entry, text directory) {
  if (!entry.problem.empty()) {
    throw error(string_of(entry.problem)).at(string_of(entry.path), entry.line);
  }
  migration_content content;
  content.directory = view_of(directory);
  add_code(files, entry, content);
}

void add_sql(file_list& files, const compiled_sql& sql, std::size_t file, text directory,
             depth how) {
  migration_content content;
  content.directory = view_of(directory);
  content.sql = sql.content(file);
  const auto path = sql.path(file);
  files.add(how == depth::header ? script::parse_sql_header(content.sql, path)
                                 : checked_header(content.sql, path),
            path, content);
}

void add_file(file_list& files, std::string path) {
  if (!path.ends_with(".sql")) {
    throw error(fmt::format("{} is a C++ migration, which this program was not built with",
                            fs::path(path).filename().string()))
        .at(path, 1)
        .help("run the project's own runner, or move the file out of the folder");
  }
  migration_content content;
  content.sql = files.keep(read_file(path));
  const auto kept_path = files.keep(std::move(path));
  files.add(checked_header(content.sql, kept_path), kept_path, content);
}

/// Does what adds a file, or keeps what is wrong with it.
template <class Add>
void gather(std::vector<error>& found, const Add& add) {
  try {
    add();
  } catch (const error& problem) {
    found.push_back(problem);
  }
}

/// Files of a compiled-in set, each list in the order of paths.
struct selection {
  std::vector<const bundle::entry*> entries;
  std::vector<std::size_t> sql;
};

selection everything(const bundle::set& set) {
  selection result;
  for (const auto& entry : set.entries) result.entries.push_back(&entry);
  result.sql.resize(set.sql.files.size());
  std::iota(result.sql.begin(), result.sql.end(), std::size_t{0});
  return result;
}

/// In the order of all paths, as a folder is read.
void read(const bundle::set& set, const selection& chosen, depth how, file_list& files,
          std::vector<error>& found) {
  const compiled_sql sql(set.sql, files.texts);
  files.reserve(files.revisions.size() + chosen.entries.size() + chosen.sql.size());
  auto next = chosen.sql.begin();
  const auto add_sql_before = [&](std::optional<std::string_view> path) {
    for (; next != chosen.sql.end() && (!path || sql.path(*next) < *path); ++next) {
      gather(found, [&] { add_sql(files, sql, *next, set.directory, how); });
    }
  };
  for (const auto* entry : chosen.entries) {
    add_sql_before(view_of(entry->path));
    gather(found, [&] { add_entry(files, *entry, set.directory); });
  }
  add_sql_before(std::nullopt);
}

file_list read(std::span<const bundle::set* const> sets, depth how, std::vector<error>& found) {
  file_list files;
  for (const auto* set : sets) read(*set, everything(*set), how, files, found);
  return files;
}

bool contains(const std::vector<std::string_view>& list, std::string_view id) {
  return std::ranges::find(list, id) != list.end();
}

bool is_parent(const bundle::entry& entry, std::string_view id) {
  return std::ranges::any_of(entry.code->down_revision,
                             [&](text parent) { return view_of(parent) == id; });
}

/// Whether a revision of the set is told by itself, its parents and its children, and the children
/// can be found.
bool has_neighbourhoods(const bundle::set* set) {
  return (set->sql.has_index || set->sql.files.size() == 0) &&
         std::ranges::all_of(set->entries, [](const bundle::entry& entry) {
           return entry.code != nullptr && entry.code->branch_labels.size() == 0 &&
                  entry.code->depends_on.size() == 0;
         });
}

/// The revision `id` and what seems to be its children, and the revisions `parents`.
selection near(const bundle::set& set, std::string_view id,
               const std::vector<std::string_view>& parents, std::deque<std::string>& texts) {
  selection result;
  for (const auto& entry : set.entries) {
    const auto own = view_of(entry.revision);
    if (own == id || contains(parents, own) || is_parent(entry, id)) {
      result.entries.push_back(&entry);
    }
  }
  const compiled_sql sql(set.sql, texts);
  result.sql = sql.children(id);
  const auto add = [&](std::string_view revision) {
    if (const auto file = sql.find(revision)) result.sql.push_back(*file);
  };
  add(id);
  for (const auto& parent : parents) add(parent);
  std::ranges::sort(result.sql);
  result.sql.erase(std::unique(result.sql.begin(), result.sql.end()), result.sql.end());
  return result;
}

file_list read_near(std::span<const bundle::set* const> sets, std::string_view id,
                    const std::vector<std::string_view>& parents, std::vector<error>& found) {
  file_list files;
  for (const auto* set : sets) {
    read(*set, near(*set, id, parents, files.texts), depth::header, files, found);
  }
  return files;
}

/// Leaves of each neighbour only what ties it to `id`, and drops what is none.
void cut(file_list& files, std::string_view id, const std::vector<std::string_view>& parents) {
  file_list kept;
  for (std::size_t i = 0; i < files.revisions.size(); ++i) {
    auto& revision = files.revisions[i];
    const bool is_child = contains(revision.down_revision, id);
    if (revision.id != id) {
      if (!is_child && !contains(parents, revision.id)) continue;
      revision.down_revision.clear();
      if (is_child) revision.down_revision.push_back(id);
    }
    kept.add(std::move(revision), files.contents[i]);
  }
  files.revisions = std::move(kept.revisions);
  files.contents = std::move(kept.contents);
}

file_list read(std::span<const std::string> folders, bool recursive, std::vector<error>& found) {
  file_list files;
  for (const auto& folder : folders) {
    auto paths = migrations_in(folder, recursive);
    files.reserve(files.revisions.size() + paths.size());
    for (auto& path : paths) {
      gather(found, [&] { add_file(files, std::move(path)); });
    }
  }
  return files;
}

void add_stored(file_list& files, std::span<const stored_migration> stored,
                std::vector<error>& found) {
  for (const auto& one : stored) {
    gather(found, [&] {
      migration_content content;
      content.sql = files.keep(one.text);
      const auto path = files.keep(fmt::format("{} in retort_journal", one.revision));
      files.add(checked_header(content.sql, path), path, content);
    });
  }
}

/// What finds neighbours must find those that the files declare; the build makes it by its own
/// reading of them.
void append_index_problems(const bundle::set& set, std::deque<std::string>& texts,
                           std::vector<error>& found) {
  if (!set.sql.has_index) return;
  const compiled_sql sql(set.sql, texts);
  for (std::size_t file = 0; file < sql.size(); ++file) {
    gather(found, [&] {
      const auto header = script::parse_sql_header(sql.content(file), sql.path(file));
      const bool is_found = sql.find(header.revision).has_value();
      const bool is_child = std::ranges::all_of(header.down_revision, [&](std::string_view parent) {
        return std::ranges::count(sql.children(parent), file) != 0;
      });
      if (is_found && is_child && header.branch_labels.empty() && header.depends_on.empty()) return;
      throw error(fmt::format("the build's index does not have what the header of {} declares",
                              sql.path(file)))
          .at(std::string(sql.path(file)), header.revision_line)
          .help(
              "write the header's lines as `revision` does, and report this: it is a defect of "
              "Retort");
    });
  }
}

void append_graph_problems(const std::vector<history::revision>& revisions, bool single_head,
                           std::vector<error>& found) {
  auto more = history::revision_map::problems(revisions);
  found.insert(found.end(), more.begin(), more.end());
  if (!found.empty() || !single_head) return;
  const history::revision_map graph(revisions);
  const auto heads = graph.heads();
  if (heads.size() < 2) return;
  const auto& second = graph.revisions()[heads.back()];
  std::vector<std::string> ids;
  for (const auto head : heads) ids.emplace_back(graph.id(head));
  found.push_back(error(fmt::format("there are {} heads ({}), and SINGLE_HEAD promises one",
                                    heads.size(), base::join(ids, ", ")))
                      .at(second.file, second.line)
                      .help("give one of them the other as down_revision, or merge them"));
}

}  // namespace

std::string migration_file::full_path() const {
  return (fs::path(directory) / revision.file).string();
}

std::string migration_file::created() const {
  if (code != nullptr) return string_of(code->created);
  return std::string(script::parse_sql_header(sql, revision.file).created);
}

std::vector<std::string> migration_file::loses() const {
  const auto lost =
      code != nullptr ? views_of(code->loses) : script::parse_sql_header(sql, revision.file).loses;
  return {lost.begin(), lost.end()};
}

std::string migration_file::compatible_with() const {
  return code != nullptr
             ? string_of(code->compatible_with)
             : std::string(script::parse_sql_header(sql, revision.file).compatible_with);
}

std::string migration_file::max_lock() const {
  if (code == nullptr) {
    return std::string(script::parse_sql_header(sql, revision.file).max_lock);
  }
  auto said = string_of(code->max_lock);
  if (said.empty() || model::lock_strength(said)) return said;
  throw error(fmt::format("'{}' is no lock for .max_lock", said))
      .at(std::string(revision.file), revision.line)
      .help("the locks are " + model::lock_modes());
}

time_limits migration_file::limits() const {
  if (code == nullptr) {
    const auto header = script::parse_sql_header(sql, revision.file);
    return {header.lock_timeout, header.statement_timeout, header.concurrently_wait};
  }
  const auto said = [](int seconds) {
    return seconds < 0 ? std::nullopt : std::optional<int>(seconds);
  };
  return {said(code->lock_timeout), said(code->statement_timeout), said(code->concurrently_wait)};
}

std::vector<script::sql_section> migration_file::sections() const {
  return script::parse_sql_sections(sql, revision.file);
}

struct loader {
  static migration_set finish(file_list files, const std::vector<error>& found) {
    if (!found.empty()) throw found.front();
    migration_set result;
    result.graph_ = std::make_shared<const history::revision_map>(std::move(files.revisions));
    const auto& revisions = result.graph_->revisions();
    result.files_.reserve(revisions.size());
    for (std::size_t i = 0; i < revisions.size(); ++i) {
      result.files_.push_back({files.contents[i], revisions[i]});
    }
    result.texts_ = std::make_shared<const std::deque<std::string>>(std::move(files.texts));
    return result;
  }
};

migration_set load(std::span<const bundle::set* const> sets,
                   std::span<const stored_migration> stored) {
  std::vector<error> found;
  auto files = read(sets, depth::header, found);
  add_stored(files, stored, found);
  return loader::finish(std::move(files), found);
}

std::optional<migration_set> load_around(std::span<const bundle::set* const> sets,
                                         std::string_view id) {
  if (!std::ranges::all_of(sets, has_neighbourhoods)) return std::nullopt;
  std::vector<error> found;
  const auto first = read_near(sets, id, {}, found);
  const auto own = std::ranges::find(first.revisions, id, &history::revision::id);
  if (own == first.revisions.end()) return std::nullopt;
  auto files = read_near(sets, id, own->down_revision, found);
  cut(files, id, own->down_revision);
  const auto is_there = [&](std::string_view parent) {
    return std::ranges::find(files.revisions, parent, &history::revision::id) !=
           files.revisions.end();
  };
  if (!found.empty() || !std::ranges::all_of(own->down_revision, is_there)) return std::nullopt;
  return loader::finish(std::move(files), found);
}

migration_set load(std::span<const std::string> folders, bool recursive,
                   std::span<const stored_migration> stored) {
  std::vector<error> found;
  auto files = read(folders, recursive, found);
  add_stored(files, stored, found);
  return loader::finish(std::move(files), found);
}

void require_loadable(std::string_view text, std::string_view path) { checked_header(text, path); }

std::vector<error> problems(std::span<const bundle::set* const> sets, bool single_head) {
  std::vector<error> found;
  auto files = read(sets, depth::whole, found);
  if (found.empty()) {
    for (const auto* set : sets) append_index_problems(*set, files.texts, found);
  }
  for (const auto& revision : files.revisions)
    gather(found, [&] { require_matching_name(revision); });
  append_graph_problems(files.revisions, single_head, found);
  return found;
}

std::vector<error> problems(std::span<const std::string> folders, bool recursive) {
  std::vector<error> found;
  const auto files = read(folders, recursive, found);
  append_graph_problems(files.revisions, false, found);
  return found;
}

}  // namespace retort::engine
