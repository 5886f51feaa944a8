#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/sql_lexer.h"
#include "diff/changes.h"

namespace retort::diff {

/// A name, and the one in its place, of things among which no two have one name.
struct name_change {
  std::string from;
  std::string to;

  bool operator==(const name_change&) const = default;
};

/// The same changes one by one, so that none takes a name that something else still has. What
/// exchanges names goes through one that `is_taken` has nothing against. Each list within is to be
/// carried out as a whole. To SQLite a name in other letters is the same one.
std::vector<std::vector<name_change>> one_by_one(
    std::vector<name_change> all, base::sql_flavour flavour,
    const std::function<bool(const std::string&)>& is_taken);

/// A name that is free, for something on its way from `name` to another one.
std::string name_between(const std::string& name,
                         const std::function<bool(const std::string&)>& is_taken);

/// The same for a table, view, index, sequence or type, among all of which on both sides it is
/// free.
model::qualified_name name_between(const model::qualified_name& name, const schema_pair& all);

}  // namespace retort::diff
