#pragma once

#include <optional>
#include <string>
#include <vector>

#include <retort/types.h>

#include "model/name.h"

namespace retort::model {

using type_kind = column_type::kind;

/// A column type. `raw` holds the database's own spelling; introspection yields only raw types, and
/// a dialect brings an author's type to the same form (`dialect::normalise`).
struct type {
  type_kind kind = type_kind::text;
  int size = -1;
  int scale = -1;
  std::string raw = {};
  /// PostgreSQL: an array of it.
  bool is_array = false;

  bool operator==(const type&) const = default;
};

/// GENERATED … AS IDENTITY on PostgreSQL, AUTOINCREMENT on SQLite.
struct identity {
  bool always = false;
  /// The options of the sequence as PostgreSQL spells them ("START WITH 10"); empty: defaults.
  std::string options = {};

  bool operator==(const identity&) const = default;
};

struct generated {
  std::string expression = {};
  bool stored = true;

  bool operator==(const generated&) const = default;
};

struct column {
  std::string name = {};
  model::type type = {};
  bool nullable = true;
  /// SQL of the default, or none.
  std::optional<std::string> default_sql = {};
  std::optional<model::identity> identity = {};
  std::optional<model::generated> generated = {};
  std::string collation = {};
  std::string comment = {};
  /// SQLite: ON CONFLICT of the NOT NULL constraint; empty: none.
  std::string not_null_conflict = {};

  bool operator==(const column&) const = default;
};

struct primary_key {
  std::string name = {};
  std::vector<std::string> columns = {};
  /// SQLite: the ON CONFLICT clause, and DESC of an INTEGER PRIMARY KEY (which is then no rowid).
  std::string conflict = {};
  bool descending = false;

  bool operator==(const primary_key&) const = default;
};

struct unique {
  std::string name = {};
  std::vector<std::string> columns = {};
  bool deferrable = false;
  bool initially_deferred = false;
  bool nulls_not_distinct = false;
  /// SQLite: the ON CONFLICT clause.
  std::string conflict = {};
  /// SQLite: the columns with what they do not say by themselves, "(a COLLATE NOCASE, b DESC)";
  /// empty: there is no more to say.
  std::string keys = {};

  bool operator==(const unique&) const = default;
};

struct check {
  std::string name = {};
  std::string expression = {};
  bool not_valid = false;

  bool operator==(const check&) const = default;
};

struct foreign_key {
  std::string name = {};
  std::vector<std::string> columns = {};
  qualified_name table = {};
  /// Empty: the referenced table's primary key.
  std::vector<std::string> referenced_columns = {};
  referential_action on_delete = referential_action::no_action;
  referential_action on_update = referential_action::no_action;
  bool deferrable = false;
  bool initially_deferred = false;
  bool not_valid = false;
  /// MATCH clause: empty (SIMPLE) or FULL.
  std::string match = {};

  bool operator==(const foreign_key&) const = default;
};

/// PostgreSQL: EXCLUDE.
struct exclude {
  std::string name = {};
  /// What follows EXCLUDE: "USING gist (room WITH =, during WITH &&)".
  std::string definition = {};

  bool operator==(const exclude&) const = default;
};

struct index_key {
  /// The column's name, or where `is_expression` the SQL of the expression.
  std::string what = {};
  bool is_expression = false;
  bool descending = false;
  /// Only where it is not what the sort order implies (PostgreSQL: nulls come last ascending).
  bool nulls_reversed = false;
  std::string collation = {};
  std::string operator_class = {};

  bool operator==(const index_key&) const = default;
};

/// An index that is not the shadow of a constraint.
struct index {
  std::string name = {};
  std::vector<index_key> keys = {};
  bool unique = false;
  /// Condition of a partial index; empty: none.
  std::string where = {};
  /// PostgreSQL: access method; empty: btree.
  std::string method = {};
  std::vector<std::string> include = {};
  bool nulls_not_distinct = false;
  /// PostgreSQL: storage parameters as written ("fillfactor=70").
  std::string storage = {};

  bool operator==(const index&) const = default;
};

struct table {
  qualified_name name = {};
  std::vector<column> columns = {};
  std::optional<model::primary_key> primary_key = {};
  std::vector<unique> uniques = {};
  std::vector<check> checks = {};
  std::vector<foreign_key> foreign_keys = {};
  std::vector<exclude> excludes = {};
  std::vector<index> indexes = {};
  std::string comment = {};
  bool strict = false;
  bool without_rowid = false;
  /// What the model has no words for, one SQL text each (PostgreSQL: PARTITION BY, row security,
  /// storage parameters; SQLite: CREATE VIRTUAL TABLE). Compared and shown, never edited.
  std::vector<std::string> opaque = {};

  const column* find_column(std::string_view column_name) const;
  const index* find_index(std::string_view index_name) const;
  /// The line of `opaque` that says more about the primary key than its columns, or null.
  const std::string* verbose_key() const;
  /// SQLite: CREATE VIRTUAL TABLE, or a text that is younger than this program: a line of `opaque`.
  bool is_virtual() const;
  /// PostgreSQL: whether it is a partition of another table.
  bool is_partition() const;

  bool operator==(const table&) const = default;
};

}  // namespace retort::model
