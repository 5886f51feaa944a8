#include "engine/set_problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "base/text_tools.h"
#include "engine/compiled.h"
#include "engine/file_list.h"
#include "history/revision_map.h"

namespace retort::engine {
namespace fs = std::filesystem;
namespace {

void require_matching_name(const history::revision& revision) {
  if (shows_revision(revision.file, revision.id)) return;
  const std::string name = fs::path(revision.file).filename().string();
  error problem(
      fmt::format("{} declares revision '{}', which its name does not show", name, revision.id));
  problem.at(revision.file, revision.line);
  problem.help(fmt::format("rename the file to begin with {}_, or correct the id", revision.id));
  throw problem;
}

/// What finds neighbours must find those that the files declare; the build makes it by its own
/// reading of them.
void append_index_problems(const bundle::set& set, text_store& texts, std::vector<error>& found) {
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

void append_lock_problems(const file_list& files, std::vector<error>& found) {
  for (std::size_t i = 0; i < files.revisions.size(); ++i) {
    gather(found, [&] { migration_file{files.contents[i], files.revisions[i]}.max_lock(); });
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

bool shows_revision(std::string_view path, std::string_view id) {
  const std::string name = fs::path(path).filename().string();
  const auto is_edge = [&](std::size_t at) {
    return at >= name.size() || std::string_view("_-.").find(name[at]) != std::string_view::npos;
  };
  for (auto at = name.find(id); at != std::string::npos; at = name.find(id, at + 1)) {
    if ((at == 0 || is_edge(at - 1)) && is_edge(at + id.size())) return true;
  }
  return false;
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
  append_lock_problems(files, found);
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
