#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/table.h"

namespace retort::model {

/// PostgreSQL: what a name can hold, NAMEDATALEN - 1.
inline constexpr std::size_t longest_chosen_name = 63;

/// PostgreSQL: `table_columns_label`, the name of what was given none, cut to what a name can hold,
/// the longer part first and never inside a character (indexcmds.c, makeObjectName).
std::string chosen_name(std::string_view table, std::string_view columns, std::string_view label);

/// PostgreSQL: the sequence of an identity column. It keeps its name when its table or column is
/// renamed; one that is not what would be chosen stands in the options: `SEQUENCE NAME x`.
struct identity_sequence {
  /// In the table's schema, quoted where it has to be.
  std::string name;
  /// What the options say beside it.
  std::string options;

  bool operator==(const identity_sequence&) const = default;
};

/// Of a column that has one.
identity_sequence sequence_of(const qualified_name& table, const column& column);

/// Writes the options anew, as the column of this table and of its name has them.
void set_sequence(const qualified_name& table, const identity_sequence& sequence, column& column);

}  // namespace retort::model
