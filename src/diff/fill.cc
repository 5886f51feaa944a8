#include "diff/fill.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "model/mentions.h"

namespace retort::diff {
namespace {

struct nothing_of {
  std::string_view type;
  std::string_view value;
};

/// By how a type's name begins, in lower case.
constexpr std::array postgres_values = {
    nothing_of{"smallint", "0"},
    nothing_of{"integer", "0"},
    nothing_of{"bigint", "0"},
    nothing_of{"numeric", "0"},
    nothing_of{"real", "0"},
    nothing_of{"double precision", "0"},
    nothing_of{"money", "0"},
    nothing_of{"character", "''"},
    nothing_of{"text", "''"},
    nothing_of{"citext", "''"},
    nothing_of{"name", "''"},
    nothing_of{"boolean", "false"},
    nothing_of{"date", "CURRENT_DATE"},
    nothing_of{"timestamp", "CURRENT_TIMESTAMP"},
    nothing_of{"time", "'00:00'"},
    nothing_of{"interval", "'0'"},
    nothing_of{"json", "'{}'"},
    nothing_of{"uuid", "gen_random_uuid()"},
    nothing_of{"bytea", "''"},
    nothing_of{"bit", "B'0'"},
    nothing_of{"inet", "'0.0.0.0'"},
    nothing_of{"cidr", "'0.0.0.0/0'"},
    nothing_of{"macaddr", "'00:00:00:00:00:00'"},
    nothing_of{"tsvector", "''"},
    nothing_of{"hstore", "''"},
    nothing_of{"oid", "0"},
    nothing_of{"point", "'(0,0)'"},
};

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_number(std::string_view value) { return value == "0"; }
bool is_words(std::string_view value) { return value == "''"; }

std::string nothing_in_sqlite(const std::string& type) {
  // "Datatypes In SQLite", "Determination Of Column Affinity".
  if (has(type, "bool")) return "0";
  if (has(type, "int")) return "0";
  if (has(type, "date") || has(type, "time")) return "CURRENT_TIMESTAMP";
  if (has(type, "char") || has(type, "clob") || has(type, "text")) return "''";
  if (type.empty() || has(type, "blob")) return "x''";
  return has(type, "json") || has(type, "uuid") ? "''" : "0";
}

std::string first_string(std::string_view sql, base::sql_flavour flavour) {
  base::sql_lexer lexer(sql, flavour);
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    if (t.kind == base::token_kind::string) return std::string(lexer.text(t));
  }
  return {};
}

/// The first value of an enum type, or what is nothing in the type under a domain; none: it is no
/// user's type.
std::optional<std::string> nothing_in_user_type(const std::string& type, const model::schema& all) {
  for (const auto& [key, object] : all.objects) {
    if (object.kind != "type" && object.kind != "domain") continue;
    if (object.name.display() != type) continue;
    if (object.kind == "type" && has(object.definition, " AS ENUM (")) {
      return first_string(object.definition, base::sql_flavour::postgresql);
    }
    if (object.kind == "domain") {
      const auto base = base::lower(object.definition.substr(object.definition.find(" AS ") + 4));
      for (const auto& [name, value] : postgres_values) {
        if (base.starts_with(name)) return std::string(value);
      }
    }
    return std::string();
  }
  return std::nullopt;
}

std::string nothing_in(const model::column& column, const model::schema& all,
                       base::sql_flavour flavour) {
  const auto type = base::lower(column.type.raw);
  if (flavour == base::sql_flavour::sqlite) return nothing_in_sqlite(type);
  if (type.ends_with("[]")) return "'{}'";
  if (const auto own = nothing_in_user_type(column.type.raw, all)) return *own;
  if (type.ends_with("range")) return "'empty'";
  for (const auto& [name, value] : postgres_values) {
    if (type.starts_with(name)) return std::string(value);
  }
  return {};
}

/// The first of the strings that a CHECK keeps the column to.
std::string allowed_string(const model::column& column, const model::table& table,
                           base::sql_flavour flavour) {
  for (const auto& check : table.checks) {
    const auto lower = base::lower(check.expression);
    if (!has(lower, " in (") && !has(lower, "any (") && !has(lower, " = ")) continue;
    bool is_alone = model::mentions(check.expression, column.name);
    for (const auto& other : table.columns) {
      if (other.name == column.name) continue;
      is_alone = is_alone && !model::mentions(check.expression, other.name);
    }
    if (is_alone) return first_string(check.expression, flavour);
  }
  return {};
}

bool is_unique(const model::column& column, const model::table& table) {
  const std::vector<std::string> alone = {column.name};
  if (table.primary_key && table.primary_key->columns == alone) return true;
  for (const auto& item : table.uniques) {
    if (item.columns == alone) return true;
  }
  for (const auto& index : table.indexes) {
    if (index.unique && index.keys.size() == 1 && index.keys[0].what == column.name) return true;
  }
  return false;
}

std::string referred_row(const model::column& column, const model::table& table,
                         const model::schema& all, const dialect::dialect& target) {
  for (const auto& key : table.foreign_keys) {
    if (key.columns != std::vector{column.name}) continue;
    auto referred = key.referenced_columns;
    const auto* other = all.find(key.table);
    if (referred.empty() && other != nullptr && other->primary_key) {
      referred = other->primary_key->columns;
    }
    if (referred.size() != 1) continue;
    return fmt::format("(SELECT {} FROM {} ORDER BY 1 LIMIT 1)", target.quote(referred[0]),
                       target.quote(key.table));
  }
  return {};
}

}  // namespace

std::string fill_value(const model::column& column, const model::table& table,
                       const model::schema& all, const dialect::dialect& target) {
  const auto nothing = nothing_in(column, all, target.flavour());
  const bool is_sqlite = target.flavour() == base::sql_flavour::sqlite;
  if (is_unique(column, table) && is_sqlite && !table.without_rowid) {
    if (is_number(nothing) || is_words(nothing)) return "rowid";
  }
  if (column.default_sql && *column.default_sql != "NULL") {
    return is_sqlite ? "(" + *column.default_sql + ")" : *column.default_sql;
  }
  if (auto row = referred_row(column, table, all, target); !row.empty()) return row;
  if (auto words = allowed_string(column, table, target.flavour()); !words.empty()) return words;
  return nothing;
}

std::string fill_statement(const model::column& column, const model::table& table,
                           const model::schema& all, const dialect::dialect& target) {
  const auto value = fill_value(column, table, all, target);
  if (value.empty()) return {};
  const auto name = target.quote(column.name);
  const auto of = target.quote(table.name);
  const bool numbers = is_number(value) || is_words(value);
  if (is_unique(column, table) && numbers && target.flavour() == base::sql_flavour::postgresql) {
    return fmt::format(
        "UPDATE {0} SET {1} = numbered.n FROM (SELECT ctid AS place, row_number() OVER (ORDER BY "
        "ctid) AS n FROM {0}) numbered WHERE {0}.ctid = numbered.place AND {0}.{1} IS NULL",
        of, name);
  }
  return fmt::format("UPDATE {0} SET {1} = {2} WHERE {1} IS NULL", of, name, value);
}

}  // namespace retort::diff
