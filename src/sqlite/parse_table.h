#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/operation.h"

namespace retort::sqlite {

/// Reads a CREATE TABLE statement as sqlite_master keeps it, by the grammar of "CREATE TABLE" and
/// parse.y: every column and constraint with all of its clauses. Names and SQL stay as written,
/// types are raw; `normalise` in dialect.h does the rest. What the model has no words for (a
/// collation inside a PRIMARY KEY or UNIQUE clause) goes to `opaque`. Throws `error` where the text
/// does not follow the grammar.
model::table parse_table(std::string_view sql);

/// What a clause or an item of CREATE TABLE says.
enum class clause_kind {
  type,
  not_null,
  null,
  default_value,
  primary_key,
  unique,
  check,
  foreign_key,
  other
};

/// Byte offsets into the statement.
struct text_range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A column's clause, from its CONSTRAINT on, or a constraint of the table. `what` describes it
/// where it is a constraint that the model knows.
struct table_clause : text_range {
  clause_kind kind = clause_kind::other;
  std::optional<model::constraint> what = {};
};

/// What stands between two commas: a column with its clauses, or a constraint, which is its only
/// clause.
struct table_item : text_range {
  /// Empty: a constraint.
  std::string column = {};
  /// Behind the column's name.
  std::size_t name_end = 0;
  std::vector<table_clause> clauses = {};
};

/// Where the parts of a CREATE TABLE statement stand.
struct table_layout {
  text_range name;
  /// The first column to the last constraint.
  std::vector<table_item> items;
  /// The parenthesis behind the last item.
  std::size_t close = 0;
};

struct laid_out_table {
  model::table table;
  table_layout layout;
};

/// `parse_table`, and where it has read what.
laid_out_table parse_table_layout(std::string_view sql);

struct parsed_index {
  model::qualified_name table;
  model::index index;
};

/// Reads a CREATE INDEX statement. Throws `error` where the text does not follow the grammar.
parsed_index parse_index(std::string_view sql);

/// Reads one key of an index, as it stands between the commas. A key that is one name becomes a
/// column, whether there is such a column or not.
model::index_key parse_index_key(std::string_view sql);

}  // namespace retort::sqlite
