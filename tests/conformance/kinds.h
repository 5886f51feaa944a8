#pragma once

#include <set>
#include <string>
#include <vector>

#include <retort/operations.h>

namespace retort::conformance {

/// A change that is made by calls, of the tables of `world`.
struct kind_of_change {
  const char* name;
  void (*body)(operations& op);
  /// "table.column" or "table": what is not the same afterwards, or after the way back.
  std::set<std::string> changes = {};
  /// The SQL of views and triggers is the database's to write: what `apply` predicts of it is not
  /// compared.
  bool is_servers = false;
};

const std::vector<kind_of_change>& kinds();

/// PostgreSQL: changes of tables in other schemas, of what refers from one to another, and of names
/// that several have; with their world, which is made beside the other one.
const std::vector<kind_of_change>& spread_kinds();
extern const char* const spread_world;

/// Tables with rows, children, a reference to itself, and views, in the SQL of both databases.
extern const char* const world;
/// And a trigger.
extern const char* const sqlite_trigger;
extern const char* const postgres_trigger;

}  // namespace retort::conformance
