#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <retort/bundle.h>

#include "engine/migration_set.h"
#include "engine/offline.h"

namespace retort::testing {

/// A file of a compiled-in set: C++ with `code`, refused with a `problem`, else SQL.
struct source {
  std::string revision = {};
  std::string path = {};
  std::string sql = {};
  /// What the index says that the SQL names; ids of two characters.
  std::vector<std::string> parents = {};
  const migration* code = nullptr;
  const declaration* declared = nullptr;
  std::string source_hash = {};
  std::string problem = {};
  unsigned line = 0;
};

/// A set as a build's registry holds it, its SQL in one shard; with an index of the parents that
/// `sources` name.
class compiled_set {
 public:
  explicit compiled_set(std::vector<source> sources) : sources_(std::move(sources)) {
    for (const auto& one : sources_) {
      one.code == nullptr&& one.problem.empty() ? add_sql(one) : add_entry(one);
    }
    for (std::size_t at = 0; at < bytes_.size(); at += bundle::row_length) {
      rows_.emplace_back();
      bytes_.copy(rows_.back().data(), bundle::row_length, at);
    }
    shard_ = reinterpret_cast<const bundle::row*>(rows_.data());
    std::ranges::sort(by_revision_, {}, [&](std::uint32_t file) { return sql_[file]->revision; });
    std::ranges::sort(by_parent_, {}, [&](const bundle::child& child) {
      return sql_[child.file]->parents[child.start / 2];
    });
  }
  compiled_set(const compiled_set&) = delete;
  compiled_set& operator=(const compiled_set&) = delete;

  /// A view of the object.
  bundle::set set() const {
    return {.name = "test",
            .directory = "/src/versions",
            .entries = {entries_.data(), entries_.size()},
            .sql = {.shards = {&shard_, 1},
                    .files = {files_.data(), files_.size()},
                    .has_index = has_index,
                    .by_revision = {by_revision_.data(), by_revision_.size()},
                    .by_parent = {by_parent_.data(), by_parent_.size()}}};
  }

  bool has_index = false;

 private:
  static std::uint32_t size_of(const auto& range) {
    return static_cast<std::uint32_t>(range.size());
  }

  void add_entry(const source& one) {
    entries_.push_back({.revision = one.revision,
                        .path = one.path,
                        .code = one.code,
                        .declared = one.declared,
                        .source_hash = one.source_hash,
                        .problem = one.problem,
                        .line = one.line});
  }

  void add_sql(const source& one) {
    const auto file = size_of(files_);
    std::string parents;
    for (const auto& parent : one.parents) {
      by_parent_.push_back({file, size_of(parents), size_of(parent)});
      parents += parent;
    }
    files_.push_back({.start = size_of(bytes_),
                      .path_size = size_of(one.path),
                      .revision_size = size_of(one.revision),
                      .parents_size = size_of(parents),
                      .content_size = size_of(one.sql)});
    by_revision_.push_back(file);
    sql_.push_back(&one);
    bytes_ += one.path + one.revision + parents + one.sql;
  }

  std::vector<source> sources_;
  std::vector<bundle::entry> entries_;
  std::vector<bundle::sql_file> files_;
  /// Of each file its source.
  std::vector<const source*> sql_;
  std::vector<std::uint32_t> by_revision_;
  std::vector<bundle::child> by_parent_;
  std::string bytes_;
  std::vector<std::array<char, bundle::row_length + 1>> rows_;
  const bundle::row* shard_ = nullptr;
};

/// The whole of what `engine::write_script` writes.
inline std::string script_of(engine::script_request request, const engine::migration_set& set,
                             const dialect::dialect& target, const engine::version_store& store) {
  std::string whole;
  engine::write_script(std::move(request), set, target, store,
                       [&](std::string_view piece) { whole += piece; });
  return whole;
}

/// Loads what a build's registry would hold. C++ definitions outlive the result; the rest is kept
/// until the program ends.
inline engine::migration_set load_set(std::vector<source> sources) {
  static std::deque<compiled_set> kept;
  const auto set = kept.emplace_back(std::move(sources)).set();
  const bundle::set* const sets[] = {&set};
  return engine::load(sets);
}

/// A chain of three: `a1`, `b2`, `c3`, in SQL.
inline engine::migration_set chain() {
  return load_set({
      {.revision = "a1",
       .path = "a1_one.sql",
       .sql = "-- One\n-- revision: a1\n-- migrate:up\nCREATE a;\n-- migrate:down\nDROP a;\n"},
      {.revision = "b2",
       .path = "b2_two.sql",
       .sql = "-- Two\n-- revision: b2\n-- down_revision: a1\n-- migrate:up\nCREATE b;\n  INSERT"
              " b;\n-- migrate:down\nDROP b;\n"},
      {.revision = "c3",
       .path = "c3_three.sql",
       .sql = "-- Three\n-- revision: c3\n-- down_revision: b2\n-- migrate:up\nCREATE c;\n"},
  });
}

}  // namespace retort::testing
