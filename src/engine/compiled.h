#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <retort/bundle.h>

#include "engine/text_store.h"

namespace retort::engine {

/// The SQL files that the build compiled into a set. Numbers are indices of its `files`.
class compiled_sql {
 public:
  /// `table` outlives the object; `kept` outlives it and takes the texts that had to be joined.
  compiled_sql(const bundle::sql_files& table, text_store& kept) : table_(table), kept_(kept) {}

  std::size_t size() const { return table_.files.size(); }

  /// Views of the program, or of `kept`.
  std::string_view path(std::size_t file) const;
  /// As the build read it.
  std::string_view revision(std::size_t file) const;
  std::string_view content(std::size_t file) const;

  /// Whether the next two can be asked, and `children` misses none.
  bool has_index() const { return table_.has_index || table_.files.size() == 0; }
  /// The file that declares a revision.
  std::optional<std::size_t> find(std::string_view revision) const;
  /// The files that seem to name it as a parent, in no order.
  std::vector<std::size_t> children(std::string_view revision) const;

 private:
  const bundle::sql_file& at(std::size_t file) const { return table_.files[file]; }
  std::string_view parent(const bundle::child& child) const;
  /// Bytes of the file, from `skip` behind its start.
  std::string_view bytes(const bundle::sql_file& file, std::size_t skip, std::size_t size) const;

  const bundle::sql_files& table_;
  text_store& kept_;
};

}  // namespace retort::engine
