#pragma once

#include <string>
#include <vector>

#include "db/connection.h"
#include "sqlite/dialect.h"
#include "sqlite/reach.h"

namespace retort::sqlite {

/// A full-text table over the rows of another table or of a view (FTS5, "External Content Tables";
/// FTS4, "External Content FTS4 Tables"). It holds words of what the rows were when it was told of
/// them, and nobody tells it of a rebuild.
struct content_index {
  std::string name;
  /// In lower case.
  std::string module;
  /// The table or the view.
  std::string content;
};

/// Those over a table of the part or over a view that reads it, which have one of the table's
/// `columns`. What a view makes of a column nobody knows: over one all of them count.
std::vector<content_index> indexes_over(db::connection& connection, const reach& part,
                                        const std::string& table,
                                        const std::vector<std::string>& columns);

/// The query of the rows that are indexed, which asks the index and not its content; empty: it does
/// not keep which they are.
std::string indexed_rows(db::connection& connection, const sqlite_dialect& target,
                         const content_index& index);

/// A condition, in SQL: the rows that are indexed are all of the content's, so that an index of all
/// of them is the same one. `rows`: `indexed_rows`.
std::string is_whole(const sqlite_dialect& target, const content_index& index,
                     const std::string& rows);

/// What to do about an index that cannot be built anew from its content.
inline constexpr const char* index_by_hand = "drop it, create it anew and fill it, in SQL";

}  // namespace retort::sqlite
