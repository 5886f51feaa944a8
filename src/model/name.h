#pragma once

#include <compare>
#include <string>

namespace retort::model {

/// The name of a table, view, sequence or index. An empty schema means the connection's own: the
/// first of search_path on PostgreSQL, `main` on SQLite.
struct qualified_name {
  std::string schema;
  std::string name;

  auto operator<=>(const qualified_name&) const = default;
  /// For messages: `schema.name`, unquoted.
  std::string display() const { return schema.empty() ? name : schema + "." + name; }
};

}  // namespace retort::model
