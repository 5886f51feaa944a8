#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/operation.h"

namespace retort::model {

/// The definition of an enum type after a change of its values. Throws `error` without a place
/// where it does not have the value that the change names.
std::string changed_enum(const std::string& definition, const alter_enum& op);

/// The values of `CREATE TYPE x AS ENUM ('a', 'b')`, or of what follows its name, in their quotes.
std::vector<std::string> enum_literals(std::string_view definition);

/// A name in SQL, in quotes where it needs them.
std::string quoted_name(const qualified_name& name);

/// Whether a sequence is owned by a column of the table, and goes with it: the sequence itself, or
/// the object that says so (PostgreSQL, "CREATE SEQUENCE", OWNED BY).
bool is_owned_by(const object& item, const qualified_name& table, const schema& all);

/// Begins the options of an identity whose sequence is not called as it usually is (PostgreSQL).
inline constexpr std::string_view sequence_lead = "SEQUENCE NAME ";

/// Begins the line of `table::opaque` for a column that a table has from the one that it INHERITS,
/// and not by itself (PostgreSQL).
inline constexpr std::string_view inherited_lead = "INHERITED COLUMN ";

/// What an identity's options say when its column or table has changed names: the sequence has not.
/// `column` has its new name. A usual name that is too long for the server is not foreseen.
void keep_sequence_name(column& column, const qualified_name& table, const std::string& old_column,
                        const qualified_name& new_table);

/// PostgreSQL: whether the rows of a table are on a foreign server.
bool is_foreign(const table& one);

/// Row level security, as lines of `table::opaque`.
inline constexpr const char* enabled_line = "ENABLE ROW LEVEL SECURITY";
inline constexpr const char* forced_line = "FORCE ROW LEVEL SECURITY";

/// What makes a table a partition, as a line of `table::opaque`.
std::string partition_line(const qualified_name& parent, const std::string& bounds);
/// PostgreSQL: `PARTITION BY …`; empty: the table is not partitioned.
std::string partition_key(const table& one);

}  // namespace retort::model
