#include "sqlite/works.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <vector>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/connection.h"
#include "sqlite/tokens.h"
#include "sqlite/virtual_table.h"

namespace retort::sqlite {
namespace {

using retort::dialect::quote_identifier;

/// UPDATE t SET a = a, b = b: it compiles the triggers of every column.
std::string touch_all(db::connection& connection, const std::string& table) {
  const db::parameter parameters[] = {table};
  const auto columns =
      connection.query("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0", parameters);
  std::vector<std::string> settings;
  for (const auto& row : columns.rows) {
    settings.push_back(fmt::format("{0} = {0}", quote_identifier(*row[0])));
  }
  return fmt::format("UPDATE {} SET {}", quote_identifier(table), base::join(settings, ", "));
}

/// Keeps SQLite from taking a name in double quotes that it does not know for a string
/// ("Double-quoted String Literals Are Accepted").
class names_only {
 public:
  explicit names_only(db::connection& connection)
      : connection_(dynamic_cast<sqlite_connection*>(&connection)) {
    if (connection_ != nullptr) connection_->take_quoted_names_for_strings(false);
  }
  names_only(const names_only&) = delete;
  names_only& operator=(const names_only&) = delete;
  ~names_only() {
    if (connection_ != nullptr) connection_->take_quoted_names_for_strings(true);
  }

 private:
  sqlite_connection* connection_;
};

class prober {
 public:
  explicit prober(db::connection& connection) : connection_(connection) {}

  /// `sql` makes the statement to compile; it may fail, too.
  template <class Make>
  void probe(const std::string& what, const Make& sql) {
    try {
      connection_.execute("EXPLAIN " + sql());
    } catch (const error& problem) {
      broken_.emplace(what, problem.what());
    }
  }

  std::map<std::string, std::string> take() && { return std::move(broken_); }

 private:
  db::connection& connection_;
  std::map<std::string, std::string> broken_;
};

/// What a full-text index over another table's rows asks that for; empty: it has its own rows
/// (FTS5, "External Content and Contentless Tables"; FTS4, "External Content FTS4 Tables").
std::string content_query(db::connection& connection, const std::string& index,
                          const std::string& sql) {
  const auto content = virtual_option(sql, "content").value_or("");
  if (content.empty()) return {};
  std::vector<std::string> columns = {
      quote_identifier(virtual_option(sql, "content_rowid").value_or("rowid"))};
  const db::parameter parameters[] = {index};
  for (const auto& row :
       connection.query("SELECT name FROM pragma_table_info(?1)", parameters).rows) {
    columns.push_back(quote_identifier(*row[0]));
  }
  return fmt::format("SELECT {} FROM {}", base::join(columns, ", "), quote_identifier(content));
}

/// The columns of a trigger's UPDATE OF.
std::vector<std::string> update_columns(const std::string& trigger) {
  std::vector<std::string> result;
  const auto all = tokenise(trigger);
  for (std::size_t i = 1; i + 1 < all.size(); ++i) {
    if (is_word(all[i], "ON")) break;
    if (!is_word(all[i - 1], "UPDATE") || !is_word(all[i], "OF")) continue;
    for (++i; i < all.size() && !is_word(all[i], "ON"); ++i) {
      if (is_name(all[i])) result.push_back(name_of(all[i]));
    }
    break;
  }
  return result;
}

}  // namespace

std::map<std::string, std::string> broken_indexes(db::connection& connection, const reach& part) {
  prober all(connection);
  const names_only strictly(connection);
  // A virtual table has no page of its own.
  const auto indexes = connection.query(
      "SELECT name, sql FROM sqlite_master WHERE rootpage = 0 AND type = 'table' AND " +
      part.holds_mention("name") + " ORDER BY name");
  for (const auto& row : indexes.rows) {
    all.probe("full-text table " + *row[0], [&] {
      auto query = content_query(connection, *row[0], row[1].value_or(""));
      return query.empty() ? std::string("SELECT 1") : query;
    });
  }
  return std::move(all).take();
}

std::map<std::string, std::string> broken_objects(db::connection& connection, const reach& part) {
  prober all(connection);
  const names_only strictly(connection);
  const auto views =
      connection.query("SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name");
  for (const auto& row : views.rows) {
    if (!part.has(*row[0])) continue;
    all.probe("view " + *row[0], [&] { return "SELECT * FROM " + quote_identifier(*row[0]); });
  }
  const auto tables = connection.query(
      "SELECT tbl_name, 0 FROM sqlite_master WHERE type = 'trigger' AND " +
      part.holds_mention("tbl_name") +
      " UNION SELECT tbl_name, 1 FROM sqlite_temp_master WHERE type = 'trigger' ORDER BY tbl_name");
  for (const auto& row : tables.rows) {
    if (row[1] == "1" && !part.has(*row[0])) continue;
    const auto table = quote_identifier(*row[0]);
    const auto what = [&](const char* event) {
      return fmt::format("a trigger of {} on {}", *row[0], event);
    };
    all.probe(what("INSERT"), [&] { return fmt::format("INSERT INTO {} DEFAULT VALUES", table); });
    all.probe(what("DELETE"), [&] { return "DELETE FROM " + table; });
    all.probe(what("UPDATE"), [&] { return touch_all(connection, *row[0]); });
  }
  auto broken = std::move(all).take();
  broken.merge(broken_indexes(connection, part));
  return broken;
}

std::optional<std::string> newly_broken(db::connection& connection, const reach& part,
                                        const std::map<std::string, std::string>& before) {
  for (const auto& [what, reason] : broken_objects(connection, part)) {
    const auto found = before.find(what);
    if (found != before.end() && found->second == reason) continue;
    return fmt::format("{} would no longer work: {}", what, reason);
  }
  return std::nullopt;
}

std::optional<std::string> missing_update_column(const std::string& trigger,
                                                 const model::table& table) {
  for (auto& column : update_columns(trigger)) {
    if (table.find_column(column) == nullptr) return std::move(column);
  }
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> temporary_triggers(db::connection& connection,
                                                                    const std::string& table) {
  const db::parameter parameters[] = {table};
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& row : connection
                             .query("SELECT name, sql FROM sqlite_temp_master WHERE type = "
                                    "'trigger' AND lower(tbl_name) = lower(?1) ORDER BY rowid",
                                    parameters)
                             .rows) {
    // The catalogue has it as CREATE TRIGGER name …, and as `temp.name` where it was written so.
    auto sql = row[1].value_or("");
    const auto all = tokenise(sql);
    const bool is_qualified = all.size() > 3 && is_symbol(all[3], ".");
    if (!is_qualified) sql.insert(std::string_view("CREATE ").size(), "TEMP ");
    found.emplace_back(*row[0], std::move(sql));
  }
  return found;
}

void require_not_hidden(db::connection& connection, const model::qualified_name& table,
                        const model::origin& where) {
  const db::parameter name[] = {table.name};
  const auto temporary =
      connection.query("SELECT 1 FROM sqlite_temp_master WHERE lower(name) = lower(?1)", name);
  if (temporary.rows.empty()) return;
  error problem(
      fmt::format("cannot change table {}: a temporary table has its name", table.display()));
  problem.at(where.file, where.line, where.column);
  throw problem.help("drop the temporary table first, or give it another name");
}

}  // namespace retort::sqlite
