#pragma once

#include <map>
#include <string>

#include "model/table.h"

namespace retort::model {

/// What a schema holds beside tables and their indexes, kept as the database's own SQL: a view, a
/// materialized view, a trigger, a function, a sequence that no column owns, an enum type, a
/// domain…
struct object {
  /// "view", "trigger", "sequence", "function", "type", …
  std::string kind;
  qualified_name name;
  /// The table that it belongs to (triggers, policies); else empty.
  qualified_name table;
  /// SQL that creates it, in the database's normal form.
  std::string definition;

  bool operator==(const object&) const = default;
};

/// The structure of a database, as a value. Two databases have the same structure exactly when
/// their normalised schemas compare equal.
struct schema {
  std::map<qualified_name, table> tables;
  /// By kind and name: "view public.v", "trigger users.tr".
  std::map<std::string, object> objects;

  table* find(const qualified_name& name);
  const table* find(const qualified_name& name) const;
  /// The table that has an index of this name, or null. An empty schema in `name` matches any.
  const table* table_of_index(const qualified_name& name) const;

  bool operator==(const schema&) const = default;
};

}  // namespace retort::model
