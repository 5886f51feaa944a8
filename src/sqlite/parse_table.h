#pragma once

#include <string>
#include <string_view>

#include "model/table.h"

namespace retort::sqlite {

/// Reads a CREATE TABLE statement as sqlite_master keeps it, by the grammar of "CREATE TABLE" and
/// parse.y: every column and constraint with all of its clauses. Names and SQL stay as written,
/// types are raw; `normalise` in dialect.h does the rest. What the model has no words for (a
/// collation inside a PRIMARY KEY or UNIQUE clause) goes to `opaque`. Throws `error` where the text
/// does not follow the grammar.
model::table parse_table(std::string_view sql);

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
