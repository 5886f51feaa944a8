#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "db/connection.h"
#include "dialect/dialect.h"

namespace retort::verify {

/// What became of a table's rows.
struct filled_table {
  unsigned rows = 0;
  /// The database's words about the last row that it refused.
  std::string refusal;
  /// Columns that hold nothing but NULL in every row that was put in.
  std::vector<std::string> empty_columns;
};

/// Puts rows into one table, in a transaction that the caller opened: one with NULL and defaults
/// wherever it may be, one of smallest values, one of largest, and ordinary ones. Where conditions
/// refuse a row, it is mended column by column, from an ordinary row that they accept: so one CHECK
/// costs its own column's boundary, and no other's.
class table_filler {
 public:
  table_filler(db::connection& connection, const dialect::dialect& target,
               const model::schema& schema, const model::table& table, unsigned salt);

  filled_table run();

 private:
  /// SQL constants by column; a column that is left out is the database's to fill.
  using row = std::map<std::string, std::string>;
  enum class flavour { sparse, smallest, largest, ordinary, another };

  row make_row(flavour wanted, unsigned number);
  std::optional<std::string> value(const model::column& column, flavour wanted, unsigned number);
  bool insert_mended(const row& wanted, unsigned number);
  std::optional<row> find_accepted(unsigned number);
  bool accepts(const row& values, bool keep);
  void add_references(row& values, unsigned number);
  bool refer_to_itself(row& values, const model::foreign_key& key, unsigned number);
  std::vector<std::string> referenced_columns(const model::foreign_key& key) const;
  std::vector<std::string> candidates(const model::column& column, unsigned number);
  std::vector<const model::column*> conditional_columns() const;
  bool is_key(const std::string& column) const;

  db::connection& connection_;
  const dialect::dialect& target_;
  const model::schema& schema_;
  const model::table& table_;
  unsigned salt_;
  filled_table result_;
  /// Columns that some accepted row gave a value other than NULL.
  std::set<std::string> proven_;
};

}  // namespace retort::verify
