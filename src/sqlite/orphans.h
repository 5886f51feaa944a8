#pragma once

#include <string>
#include <vector>

#include "db/connection.h"

namespace retort::sqlite {

/// A row without its parent.
struct orphan {
  /// For people: "child, rowid 3: parent_id has no match in parent".
  std::string what;
  /// The foreign key and the row's values of it.
  std::string values;
  /// The values alone.
  std::string bare_values;
  /// The primary key's columns; empty where the table declares none.
  std::string key;
  /// The row's values of them.
  std::string key_values;
  /// In lower case.
  std::string table;
  /// No row, but a foreign key to columns that are no key: SQLite cannot check it.
  bool is_mismatch = false;
  /// Whether the table has a row at all.
  bool has_rows = true;
};

/// The rows of these tables that break a foreign key; a key that cannot be checked counts as one.
std::vector<orphan> find_orphans(db::connection& connection,
                                 const std::vector<std::string>& tables);

/// What `now` holds more than `before`. A row is known by its primary key and its foreign key's
/// values, and by these alone where the table has no primary key or has got another one: a rowid
/// changes when a table is built anew. Where tables or columns have got other names, a row that was
/// among `before` and is no more is the one that has the same values. A key that cannot be checked
/// breaks nothing in a table without rows.
std::vector<orphan> new_orphans(const std::vector<orphan>& before, const std::vector<orphan>& now);

}  // namespace retort::sqlite
