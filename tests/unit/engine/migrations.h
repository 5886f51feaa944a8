#pragma once

#include <string>
#include <vector>

#include <retort/bundle.h>

#include "engine/migration_set.h"

namespace retort::testing {

/// One SQL file of a compiled-in set.
struct sql_source {
  std::string path;
  std::string content;
};

/// Loads SQL files and C++ migrations as a build's registry would. What is passed outlives the
/// result.
inline engine::migration_set load_set(std::initializer_list<bundle::entry> entries) {
  const bundle::set set{"test", "/src/versions", entries};
  const bundle::set* const sets[] = {&set};
  return engine::load(sets);
}

/// A chain of three: `a1`, `b2`, `c3`, in SQL.
inline engine::migration_set chain() {
  return load_set({
      {.revision = "a1",
       .path = "a1_one.sql",
       .sql = {"-- One\n-- revision: a1\n-- migrate:up\nCREATE a;\n-- migrate:down\nDROP a;\n"}},
      {.revision = "b2",
       .path = "b2_two.sql",
       .sql = {"-- Two\n-- revision: b2\n-- down_revision: a1\n-- migrate:up\nCREATE b;\n  INSERT",
               " b;\n-- migrate:down\nDROP b;\n"}},
      {.revision = "c3",
       .path = "c3_three.sql",
       .sql = {"-- Three\n-- revision: c3\n-- down_revision: b2\n-- migrate:up\nCREATE c;\n"}},
  });
}

}  // namespace retort::testing
