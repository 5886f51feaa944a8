#include "engine/neighbours.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text_tools.h"
#include "engine/compiled.h"

namespace retort::engine {
namespace {

using base::view_of;

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
               const std::vector<std::string_view>& parents, text_store& texts) {
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

}  // namespace

std::optional<file_list> read_around(std::span<const bundle::set* const> sets,
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
  return files;
}

}  // namespace retort::engine
