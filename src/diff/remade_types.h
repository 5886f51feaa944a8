#pragma once

#include <string>
#include <vector>

#include "diff/object_changes.h"

namespace retort::diff {

struct remaking {
  /// Of which the first that the database takes is to be gone.
  std::vector<std::vector<model::operation>> ways;
  /// As `change::probe`.
  std::string probe;
  /// As `change::loss`.
  std::string loss = {};
};

/// PostgreSQL: makes a type or a domain anew beside the old one, which steps aside, with all types
/// that are made of it: the columns leave the old ones for the new. Where what the others are
/// changes too, they are made as they were, or else as they shall be.
remaking remade(const keyed_object& from, const model::object& to, const schema_pair& all,
                const dialect::dialect& target);

/// The same of a collation, with the columns that have it and the types that speak of it.
remaking remade_collation(const model::object& from, const model::object& to,
                          const schema_pair& all, const dialect::dialect& target);

}  // namespace retort::diff
