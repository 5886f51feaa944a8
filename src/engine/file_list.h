#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <retort/bundle.h>
#include <retort/error.h>

#include "engine/migration_set.h"
#include "engine/text_store.h"
#include "history/revision_map.h"
#include "script/sql_file.h"

namespace retort::engine {

/// Files as they are read, before they are a graph: of each its revision and the rest, and what
/// both are views of.
struct file_list {
  std::vector<history::revision> revisions;
  std::vector<migration_content> contents;
  text_store texts;

  void reserve(std::size_t size);
  void add(history::revision revision, const migration_content& content);
  void add(script::sql_header header, std::string_view path, migration_content content);
};

/// How much of what was compiled in is looked at.
enum class depth { header, whole };

/// Files of a compiled-in set, each list in the order of paths. Numbers are those of
/// `compiled_sql`.
struct selection {
  std::vector<const bundle::entry*> entries;
  std::vector<std::size_t> sql;
};

/// Does what adds a file, or keeps what is wrong with it.
template <class Add>
void gather(std::vector<error>& found, const Add& add) {
  try {
    add();
  } catch (const error& problem) {
    found.push_back(problem);
  }
}

/// The header of a file whose body is sound. Throws `error` where it is not.
script::sql_header checked_header(std::string_view text, std::string_view path);

/// Each adds what can be read, and puts what is wrong with the rest into `found`. Files of a set
/// are in the order of all paths, as a folder is read.
void read(const bundle::set& set, const selection& chosen, depth how, file_list& files,
          std::vector<error>& found);
file_list read(std::span<const bundle::set* const> sets, depth how, std::vector<error>& found);
file_list read(std::span<const std::string> folders, bool recursive, std::vector<error>& found);
void add_stored(file_list& files, std::span<const stored_migration> stored,
                std::vector<error>& found);

}  // namespace retort::engine
