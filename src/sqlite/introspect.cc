#include <retort/error.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text_tools.h"
#include "sqlite/connection.h"
#include "sqlite/dialect.h"
#include "sqlite/normalise.h"
#include "sqlite/parse_table.h"
#include "sqlite/reach.h"
#include "sqlite/token_reader.h"

namespace retort::sqlite {
namespace {

/// sqlite_master holds everything: SQLite keeps each CREATE statement as written and reads it again
/// whenever it opens the file. Indexes that only serve a constraint have no SQL.
std::string catalogue_query(const reach& part) {
  std::string query =
      "SELECT type, name, tbl_name, sql FROM main.sqlite_master WHERE sql IS NOT NULL AND " +
      part.holds("tbl_name");
  // The tables that a virtual table keeps its data in are its own affair.
  if (sqlite3_libversion_number() >= 3037000) {
    // To list the tables SQLite compiles each view: not where no table is a virtual one, which has
    // no page of its own.
    query +=
        " AND (NOT EXISTS (SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND rootpage = 0)"
        " OR tbl_name NOT IN (SELECT name FROM pragma_table_list"
        " WHERE schema = 'main' AND type = 'shadow'))";
  }
  return query;
}

bool is_own(std::string_view name, std::string_view version_table) {
  auto lower = base::lower(name);
  return lower.starts_with("sqlite_") ||
         std::ranges::find(dialect::own_tables, lower) != dialect::own_tables.end() ||
         base::equals_ignoring_case(name, version_table);
}

/// The columns that a virtual table's module declares, without its hidden ones, which are no data.
/// None where this SQLite does not have the module.
std::vector<model::column> virtual_columns(db::connection& connection, const std::string& name) {
  std::vector<model::column> out;
  const db::parameter parameters[] = {name};
  try {
    const auto declared = connection.query(
        "SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid", parameters);
    for (const auto& row : declared.rows) {
      model::column column;
      column.name = row[0].value_or("");
      column.type = {model::type_kind::raw, -1, -1, row[1].value_or("")};
      out.push_back(std::move(column));
    }
  } catch (const error&) {
    out.clear();
  }
  return out;
}

/// A virtual table's arguments are its module's to read: FTS4 takes `content=t` and no `content =
/// t`.
std::string virtual_sql(const std::string& sql) {
  auto text = normal_sql(tokenise(sql));
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'' || text[i] == '"') in_string = !in_string;
    if (in_string || text[i] != '=') continue;
    if (i + 1 < text.size() && text[i + 1] == ' ') text.erase(i + 1, 1);
    if (i > 0 && text[i - 1] == ' ') text.erase(--i, 1);
  }
  return text;
}

/// What sqlite_master has of a table.
struct table_source {
  std::string name;
  std::string sql;
  /// By name.
  std::vector<std::pair<std::string, std::string>> indexes;

  std::string key() const {
    auto all = name + '\0' + sql;
    for (const auto& [index, text] : indexes) (all += '\0') += index + '\0' + text;
    return all;
  }
};

model::table read_table(db::connection& connection, const table_source& source) {
  model::table table;
  try {
    table = parse_table(source.sql);
  } catch (const error&) {
    // A virtual table, or grammar that is younger than this code: compared as text.
    table = {};
    table.columns = virtual_columns(connection, source.name);
    table.opaque.push_back(virtual_sql(source.sql));
  }
  table.name = {"", source.name};
  for (const auto& [name, sql] : source.indexes) {
    table.indexes.push_back(parse_index(sql).index);
    table.indexes.back().name = name;
  }
  normalise_table(table);
  return table;
}

/// The tables of a connection that is looked at again and again, as before each change of a
/// migration: what has the same text is the same table. What a module says of its own is asked.
/// Of the tables that were read before, those that were not read now are forgotten by and by.
class table_reader {
 public:
  explicit table_reader(db::connection& connection)
      : connection_(connection), lasting_(dynamic_cast<sqlite_connection*>(&connection)) {}
  table_reader(const table_reader&) = delete;
  table_reader& operator=(const table_reader&) = delete;
  ~table_reader() {
    if (lasting_ == nullptr) return;
    auto& known = lasting_->known_tables();
    constexpr std::size_t few = 1000;
    if (known.size() > std::max(few, 4 * seen_.size())) known.clear();
    known.merge(seen_);
  }

  model::table read(const table_source& source) {
    auto key = source.key();
    if (lasting_ != nullptr) {
      auto known = lasting_->known_tables().extract(key);
      if (!known.empty()) return seen_.insert(std::move(known)).position->second;
    }
    auto table = read_table(connection_, source);
    const bool is_virtual = std::ranges::any_of(
        table.opaque, [](const std::string& text) { return text.starts_with("CREATE "); });
    if (!is_virtual) seen_.emplace(std::move(key), table);
    return table;
  }

 private:
  db::connection& connection_;
  sqlite_connection* lasting_;
  std::unordered_map<std::string, model::table> seen_;
};

model::object read_object(const std::string& kind, const std::string& name,
                          const std::string& table, const std::string& sql) {
  model::object object;
  object.kind = kind;
  object.name = {"", name};
  if (kind == "trigger") object.table = {"", table};
  object.definition = sql;
  return object;
}

/// The numbers in the file's header that are for its users.
void read_pragmas(db::connection& connection, model::schema& out) {
  for (const std::string name : {"application_id", "user_version"}) {
    const auto value = connection.query("PRAGMA " + name).rows.at(0).at(0).value_or("0");
    if (value == "0") continue;
    out.objects.emplace("pragma " + name,
                        model::object{"pragma", {"", name}, {}, "PRAGMA " + name + " = " + value});
  }
}

model::schema read_schema(const sqlite_dialect& target, db::connection& connection,
                          std::string_view version_table, const reach& part) {
  model::schema schema;
  std::map<std::string, table_source> sources;
  for (auto& row : connection.query(catalogue_query(part)).rows) {
    const auto& [kind, name, table, sql] = std::tie(*row[0], *row[1], *row[2], *row[3]);
    if (is_own(name, version_table) || is_own(table, version_table)) continue;
    if (kind == "table") {
      sources[name].name = name;
      sources[name].sql = sql;
    } else if (kind == "index") {
      sources[table].indexes.emplace_back(name, sql);
    } else {
      auto object = read_object(kind, name, table, sql);
      auto key = kind + " " + (kind == "trigger" ? table + "." : "") + name;
      schema.objects.emplace(std::move(key), std::move(object));
    }
  }
  table_reader reader(connection);
  for (const auto& [name, source] : sources) {
    if (source.sql.empty()) continue;
    schema.tables.emplace(model::qualified_name{"", name}, reader.read(source));
  }
  read_pragmas(connection, schema);
  return target.with_normal_tables(std::move(schema));
}

}  // namespace

model::schema sqlite_dialect::introspect(db::connection& connection,
                                         std::string_view version_table) const {
  return read_schema(*this, connection, version_table, {});
}

model::schema sqlite_dialect::introspect_part(db::connection& connection, const reach& part) const {
  return read_schema(*this, connection, "", part);
}

std::vector<std::pair<std::string, std::string>> sqlite_dialect::counters(
    db::connection& connection, std::string_view version_table) const {
  std::vector<std::pair<std::string, std::string>> out;
  // SQLite makes the table with the first AUTOINCREMENT.
  if (connection.query("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").rows.empty()) {
    return out;
  }
  // A row appears with the first number given; until then the counter stands at 0.
  const auto read = connection.query(
      "SELECT name, max(CAST(seq AS INTEGER)) + 1 FROM sqlite_sequence GROUP BY name ORDER BY "
      "name");
  for (const auto& row : read.rows) {
    if (!row[0] || is_own(*row[0], version_table)) continue;
    out.emplace_back(*row[0], row[1].value_or("NULL"));
  }
  return out;
}

}  // namespace retort::sqlite
