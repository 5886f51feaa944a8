#include "engine/migration_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/text_tools.h"
#include "engine/file_list.h"
#include "engine/neighbours.h"
#include "model/lock_mode.h"

namespace retort::engine {
namespace fs = std::filesystem;

using base::string_of;

std::string migration_file::full_path() const {
  return (fs::path(directory) / revision.file).string();
}

std::string_view migration_file::created() const {
  if (code != nullptr) return base::view_of(code->created);
  return script::parse_sql_header(sql, revision.file).created;
}

std::vector<std::string> migration_file::loses() const {
  const auto lost = code != nullptr ? base::views_of(code->loses)
                                    : script::parse_sql_header(sql, revision.file).loses;
  return {lost.begin(), lost.end()};
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

std::vector<script::sql_section> migration_file::sections() const {
  return script::parse_sql_sections(sql, revision.file);
}

struct loader {
  static migration_set finish(file_list files, std::vector<error> found) {
    if (!found.empty()) throw history::revision_map::first_of(std::move(found));
    migration_set result;
    result.graph_ = std::make_shared<const history::revision_map>(std::move(files.revisions));
    const auto& revisions = result.graph_->revisions();
    result.files_.reserve(revisions.size());
    for (std::size_t i = 0; i < revisions.size(); ++i) {
      result.files_.push_back({files.contents[i], revisions[i]});
    }
    result.texts_ = std::make_shared<const text_store>(std::move(files.texts));
    return result;
  }
};

migration_set load(std::span<const bundle::set* const> sets,
                   std::span<const stored_migration> stored) {
  std::vector<error> found;
  auto files = read(sets, depth::header, found);
  add_stored(files, stored, found);
  return loader::finish(std::move(files), std::move(found));
}

std::optional<migration_set> load_around(std::span<const bundle::set* const> sets,
                                         std::string_view id) {
  auto files = read_around(sets, id);
  if (!files) return std::nullopt;
  return loader::finish(std::move(*files), {});
}

migration_set load(std::span<const std::string> folders, bool recursive,
                   std::span<const stored_migration> stored) {
  std::vector<error> found;
  auto files = read(folders, recursive, found);
  add_stored(files, stored, found);
  return loader::finish(std::move(files), std::move(found));
}

}  // namespace retort::engine
