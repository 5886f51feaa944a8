#include "verify/fill.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <retort/error.h>

namespace retort::verify {
namespace {

constexpr unsigned rows_a_table = 3;
/// The first try takes boundary values; the others ordinary ones, for tables with conditions.
constexpr unsigned tries = 4;

void visit(const model::schema& schema, const model::table& table,
           std::set<const model::table*>& seen, std::vector<const model::table*>& out) {
  if (!seen.insert(&table).second) return;
  for (const auto& key : table.foreign_keys) {
    const model::table* referenced = schema.find(key.table);
    if (referenced != nullptr) visit(schema, *referenced, seen, out);
  }
  out.push_back(&table);
}

bool has(const std::vector<std::string>& names, const std::string& wanted) {
  return std::find(names.begin(), names.end(), wanted) != names.end();
}

bool is_key(const model::table& table, const std::string& column) {
  return table.primary_key && has(table.primary_key->columns, column);
}

/// Makes the rows of one table.
class table_filler {
 public:
  table_filler(db::connection& connection, const dialect::dialect& target,
               const model::schema& schema, const model::table& table, unsigned salt)
      : connection_(connection), target_(target), schema_(schema), table_(table), salt_(salt) {}

  /// The database's reason where no row could be put in.
  std::optional<std::string> run() {
    unsigned inserted = 0;
    std::string reason;
    for (unsigned row = 0; row < rows_a_table; ++row) {
      for (unsigned attempt = 0; attempt < tries; ++attempt) {
        const auto refused = insert(row, attempt);
        if (!refused) {
          ++inserted;
          break;
        }
        reason = *refused;
      }
    }
    if (inserted != 0) return std::nullopt;
    return reason;
  }

 private:
  std::optional<std::string> insert(unsigned row, unsigned attempt) {
    connection_.execute("SAVEPOINT retort_row");
    try {
      connection_.execute(insert_sql(row, attempt));
      connection_.execute("RELEASE SAVEPOINT retort_row");
      return std::nullopt;
    } catch (const error& problem) {
      connection_.execute("ROLLBACK TO SAVEPOINT retort_row");
      connection_.execute("RELEASE SAVEPOINT retort_row");
      return problem.what();
    }
  }

  std::string insert_sql(unsigned row, unsigned attempt) {
    const auto references = reference_values(row);
    std::string names;
    std::string values;
    for (const auto& column : table_.columns) {
      const auto reference = references.find(column.name);
      std::optional<std::string> value;
      if (reference != references.end()) {
        value = reference->second;
      } else {
        value = column_value(column, row, attempt);
      }
      if (!value) continue;
      names += (names.empty() ? "" : ", ") + target_.quote(column.name);
      values += (values.empty() ? "" : ", ") + *value;
    }
    const std::string table = target_.quote(table_.name);
    if (names.empty()) return fmt::format("INSERT INTO {} DEFAULT VALUES", table);
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", table, names, values);
  }

  /// A constant for a column, or none where the database is to choose.
  std::optional<std::string> column_value(const model::column& column, unsigned row,
                                          unsigned attempt) {
    if (column.generated || column.identity) return std::nullopt;
    if (column.default_sql && column.default_sql->find("nextval(") != std::string::npos) {
      return std::nullopt;
    }
    const bool boundaries = attempt == 0 && !is_key(table_, column.name);
    if (boundaries && row == 0 && column.default_sql) return std::nullopt;
    if (boundaries && row == 0 && column.nullable) return "NULL";
    const auto values = target_.samples(connection_, column, salt_ * rows_a_table + row);
    if (values.empty()) return column.nullable ? std::optional<std::string>("NULL") : std::nullopt;
    if (boundaries && row < 2) return values[std::min<std::size_t>(row, values.size() - 1)];
    // The two first are boundaries; the ordinary ones follow.
    const std::size_t ordinary = values.size() > 2 ? values.size() - 2 : values.size();
    return values[values.size() - ordinary + attempt % ordinary];
  }

  /// For the columns of foreign keys: the key of a row that is there, or NULL.
  std::map<std::string, std::string> reference_values(unsigned row) {
    std::map<std::string, std::string> result;
    for (const auto& key : table_.foreign_keys) {
      const auto columns = referenced_columns(key);
      if (columns.empty()) continue;
      std::string list;
      for (const auto& name : columns) {
        list += (list.empty() ? "" : ", ") + target_.exact_text(target_.quote(name));
      }
      const auto found = connection_.query(
          fmt::format("SELECT {} FROM {} LIMIT {}", list, target_.quote(key.table), rows_a_table));
      for (std::size_t i = 0; i < key.columns.size() && i < columns.size(); ++i) {
        const db::cell value =
            found.rows.empty() ? db::cell() : found.rows[row % found.rows.size()][i];
        result[key.columns[i]] = value ? *value : "NULL";
      }
    }
    return result;
  }

  /// A foreign key that names no columns means the primary key.
  std::vector<std::string> referenced_columns(const model::foreign_key& key) const {
    if (!key.referenced_columns.empty()) return key.referenced_columns;
    const model::table* referenced = schema_.find(key.table);
    if (referenced == nullptr || !referenced->primary_key) return {};
    return referenced->primary_key->columns;
  }

  db::connection& connection_;
  const dialect::dialect& target_;
  const model::schema& schema_;
  const model::table& table_;
  unsigned salt_;
};

}  // namespace

std::vector<const model::table*> by_dependency(const model::schema& schema) {
  std::vector<const model::table*> result;
  std::set<const model::table*> seen;
  for (const auto& [name, table] : schema.tables) visit(schema, table, seen, result);
  return result;
}

std::vector<std::string> fill(db::connection& connection, const dialect::dialect& target,
                              const model::schema& schema, unsigned salt) {
  std::vector<std::string> notes;
  connection.begin();
  for (const auto* table : by_dependency(schema)) {
    const auto reason = table_filler(connection, target, schema, *table, salt).run();
    if (!reason) continue;
    notes.push_back(
        fmt::format("table {} was proven without rows of its own: none was accepted ({})",
                    table->name.display(), *reason));
  }
  connection.commit();
  return notes;
}

}  // namespace retort::verify
