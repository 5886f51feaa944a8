#pragma once

#include <set>
#include <string>
#include <vector>

namespace retort::conformance {

/// A change of a schema in one database's own SQL. Kinds with the same `before` can be put together
/// in one database.
struct sql_kind {
  const char* name;
  /// Makes the schema as it is at first, and rows.
  const char* before;
  /// What is different then: statements behind `before`, or with `is_whole` in its place.
  const char* after;
  /// "table.column" or "table": what is not the same afterwards, or after the way back.
  std::set<std::string> changes = {};
  bool is_whole = false;
  /// A statement that must be possible on both sides; empty: none.
  const char* works = "";
  /// PostgreSQL: an extension that has to be there; empty: none.
  const char* needs = "";
  /// There is no way that autogenerate knows, and it says so before anything is written.
  bool is_refused = false;
};

/// PostgreSQL: types and routines; tables and what hangs on them; columns and rows.
const std::vector<sql_kind>& postgres_object_kinds();
const std::vector<sql_kind>& postgres_table_kinds();
const std::vector<sql_kind>& postgres_column_kinds();
/// PostgreSQL: what few databases have.
const std::vector<sql_kind>& postgres_rare_kinds();
const std::vector<sql_kind>& sqlite_kinds();

}  // namespace retort::conformance
