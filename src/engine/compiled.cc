#include "engine/compiled.h"

#include <algorithm>

namespace retort::engine {

std::string_view compiled_sql::path(std::size_t file) const {
  return bytes(at(file), 0, at(file).path_size);
}

std::string_view compiled_sql::revision(std::size_t file) const {
  return bytes(at(file), at(file).path_size, at(file).revision_size);
}

std::string_view compiled_sql::content(std::size_t file) const {
  const auto& of = at(file);
  return bytes(of, of.path_size + of.revision_size + of.parents_size, of.content_size);
}

std::string_view compiled_sql::parent(const bundle::child& child) const {
  const auto& of = at(child.file);
  return bytes(of, of.path_size + of.revision_size + child.start, child.size);
}

std::optional<std::size_t> compiled_sql::find(std::string_view wanted) const {
  const auto found = std::ranges::lower_bound(table_.by_revision, wanted, {},
                                              [&](std::uint32_t file) { return revision(file); });
  if (found == table_.by_revision.end() || revision(*found) != wanted) return std::nullopt;
  return *found;
}

std::vector<std::size_t> compiled_sql::children(std::string_view wanted) const {
  const auto parent_of = [&](const bundle::child& child) { return parent(child); };
  auto found = std::ranges::lower_bound(table_.by_parent, wanted, {}, parent_of);
  std::vector<std::size_t> result;
  for (; found != table_.by_parent.end() && parent(*found) == wanted; ++found) {
    result.push_back(found->file);
  }
  return result;
}

std::string_view compiled_sql::bytes(const bundle::sql_file& file, std::size_t skip,
                                     std::size_t size) const {
  const bundle::row* const rows = table_.shards[file.shard];
  std::size_t at = file.start + skip;
  const auto piece = [&](std::size_t length) {
    return std::string_view(rows[at / bundle::row_length] + at % bundle::row_length, length);
  };
  const auto left_in_row = [&] { return bundle::row_length - at % bundle::row_length; };
  if (size == 0) return {};
  if (size <= left_in_row()) return piece(size);
  std::string joined;
  joined.reserve(size);
  while (size != 0) {
    const std::size_t length = std::min(size, left_in_row());
    joined += piece(length);
    at += length;
    size -= length;
  }
  return kept_.keep(joined);
}

}  // namespace retort::engine
