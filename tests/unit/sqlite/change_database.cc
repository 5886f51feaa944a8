#include <fmt/format.h>

#include <algorithm>

#include "base/text_tools.h"
#include "sqlite/tokens.h"
#include "unit/sqlite/change_generator.h"
#include "unit/sqlite/support.h"

namespace retort::test {
namespace {

/// The columns that the foreign key refers to, of the rows that have them all.
std::vector<db::row> parent_values(db::connection& connection, const model::foreign_key& key) {
  auto wanted = key.referenced_columns;
  if (wanted.empty()) {
    const db::parameter parameters[] = {key.table.name};
    const auto found =
        connection.query("SELECT name FROM pragma_table_info(?1) WHERE pk ORDER BY pk", parameters);
    for (const auto& row : found.rows) wanted.push_back(*row[0]);
  }
  std::vector<std::string> shown;
  std::string all_there = "1";
  for (const auto& name : wanted) {
    shown.push_back(fmt::format("quote({})", quoted_name(name)));
    all_there += fmt::format(" AND {} IS NOT NULL", quoted_name(name));
  }
  return connection
      .query(fmt::format("SELECT {} FROM {} WHERE {}", base::join(shown, ", "),
                         quoted_name(key.table.name), all_there))
      .rows;
}

}  // namespace

/// The values of a row; for a foreign key those of a row that is there, or NULL.
std::vector<std::string> generator::row(db::connection& connection, const model::table& owner,
                                        const std::vector<model::column>& columns, std::size_t n) {
  std::vector<std::string> values;
  for (const auto& column : columns) {
    const bool in_key =
        owner.primary_key && std::ranges::count(owner.primary_key->columns, column.name) > 0;
    const bool null = column.nullable && !in_key && chance(20);
    values.push_back(null ? "NULL" : literal(owner, column, n));
  }
  for (const auto& key : owner.foreign_keys) {
    const auto parents = parent_values(connection, key);
    const bool null = parents.empty() || chance(25);
    const auto chosen = null ? db::row(key.columns.size(), "NULL") : pick(parents);
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const auto at = std::ranges::find(columns, key.columns[i], &model::column::name);
      values[static_cast<std::size_t>(at - columns.begin())] = *chosen[i];
    }
  }
  return values;
}

/// The same statement in odd spacing, with comments that hold what could be taken for SQL.
std::string generator::spaced(std::string_view sql) {
  static const std::vector<std::string> gaps = {
      "\n\t", "   ", " /* a, (b */ ", " -- it's here,\n  ", "\n  -- CHECK (\n  ", " /**/", "\n\n"};
  std::string out;
  for (const auto& token : sqlite::tokenise(sql)) {
    const bool keyword = sqlite::is_word(token, "NOT") || sqlite::is_word(token, "UNIQUE") ||
                         sqlite::is_word(token, "DEFAULT") || sqlite::is_word(token, "COLLATE");
    // SQLite itself takes a comment before GENERATED for a part of the column's type.
    const bool plain =
        sqlite::is_word(token, "GENERATED") || sqlite::is_word(token, "ALWAYS") || chance(70);
    if (!out.empty()) out += plain ? " " : pick(gaps);
    out += keyword && chance(50) ? base::lower(token.text) : std::string(token.text);
  }
  return out;
}

void generator::create_objects(db::connection& connection, const model::schema& now) {
  std::vector<model::table> all;
  for (const auto& [name, table] : now.tables) all.push_back(table);
  const auto seen = pick(all);
  const auto what = mention(pick(seen.columns).name);
  connection.execute(fmt::format("CREATE VIEW seen AS SELECT {0} AS x FROM {1} WHERE {0} <> 'z'",
                                 what, quoted_name(seen.name.name)));
  const auto on = pick(all);
  connection.execute(fmt::format(
      "CREATE TRIGGER told AFTER UPDATE OF {0} ON {1} WHEN NEW.{0} IS NOT OLD.{0} BEGIN INSERT "
      "INTO log (what) VALUES (NEW.{0}); END",
      quoted_name(pick(on.columns).name), quoted_name(on.name.name)));
  const auto columns = stored_columns(on);
  connection.execute(
      fmt::format("CREATE TRIGGER \"passed on\" BEFORE DELETE ON {} BEGIN UPDATE {} SET {} = {}; "
                  "DELETE FROM log; END",
                  quoted_name(pick(all).name.name), quoted_name(on.name.name),
                  quoted_name(columns.front().name), mention(columns.front().name)));
}

void generator::fill(db::connection& connection, const model::table& owner) {
  const auto columns = stored_columns(owner);
  std::vector<std::string> names;
  for (const auto& column : columns) names.push_back(column.name);
  const auto head = fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES ",
                                quoted_name(owner.name.name), quoted_list(names));
  const std::size_t rows = below(8);
  for (std::size_t n = 1; n <= rows; ++n) {
    connection.execute(
        fmt::format("{}({})", head, base::join(row(connection, owner, columns, n * 3), ", ")));
  }
  if (owner.without_rowid || chance(50)) return;
  // A number that was given and is gone.
  connection.execute(
      fmt::format("DELETE FROM {} WHERE _rowid_ = {}", quoted_name(owner.name.name), rows * 3));
}

void generator::create(db::connection& connection, model::tracked_schema& state) {
  const auto run = [&](const model::operation_variant& what) {
    model::apply(state, at_line(what));
    auto sql = sql_of(what);
    sql.resize(sql.rfind(';'));
    connection.execute(chance(50) ? spaced(sql) : sql);
  };
  std::vector<std::string> names = {"first", "Second Table", "third"};
  names.resize(2 + below(2));
  for (const auto& name : names) {
    run(model::create_table{table(name, state.schema), false});
    const auto& owner = *state.schema.find({"", name});
    for (std::size_t i = below(3); i > 0; --i) run(model::create_index{owner.name, index(owner)});
    fill(connection, owner);
  }
  create_objects(connection, state.schema);
  model::table log;
  log.name.name = "log";
  log.columns = {column_of("what", type_of(model::type_kind::text))};
  run(model::create_table{log, false});
  state.schema.objects = sqlite::sqlite_dialect().introspect(connection, "").objects;
}

}  // namespace retort::test
