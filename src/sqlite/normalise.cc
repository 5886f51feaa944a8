#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/sql_words.h"
#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/dialect.h"
#include "sqlite/normalise.h"
#include "sqlite/parse_table.h"
#include "sqlite/tokens.h"
#include "sqlite/types.h"

namespace retort::sqlite {
namespace {

using base::token_kind;

/// SQLite compares names without regard to case; constraints take the spelling of the column's
/// declaration.
void use_declared_spelling(std::vector<std::string>& names, const model::table& table) {
  for (auto& name : names) {
    for (const auto& column : table.columns) {
      if (base::equals_ignoring_case(column.name, name)) name = column.name;
    }
  }
}

/// The collations that SQLite has are known in any case; BINARY is what holds without a word.
std::string normal_collation(const std::string& collation) {
  auto name = upper(collation);
  if (name == "BINARY") return {};
  return name == "NOCASE" || name == "RTRIM" ? name : collation;
}

void normalise_column(model::column& column, bool strict, const std::vector<std::string>& names) {
  auto type = column.identity ? "INTEGER" : type_name(column.type, strict);
  column.type = {model::type_kind::raw, -1, -1, normal_type(type)};
  if (column.default_sql) column.default_sql = normal_default(*column.default_sql);
  // "CREATE TABLE", "Column Definitions": no default is NULL, too.
  if (column.default_sql == "NULL") column.default_sql.reset();
  if (column.identity) column.identity = model::identity{};
  if (column.generated) {
    column.generated->expression = normal_expression(column.generated->expression, names);
  }
  column.collation = normal_collation(column.collation);
  column.comment.clear();
}

/// "The WITHOUT ROWID Optimization", "STRICT Tables": there a primary key's columns are NOT NULL,
/// said or not. An alias of the rowid is never NULL anyway and stays as declared.
void normalise_key(model::table& table) {
  auto& key = *table.primary_key;
  use_declared_spelling(key.columns, table);
  if (!table.strict && !table.without_rowid) return;
  for (auto& column : table.columns) {
    if (std::ranges::find(key.columns, column.name) == key.columns.end()) continue;
    bool is_rowid = !table.without_rowid && key.columns.size() == 1 && !key.descending &&
                    column.type.raw == "INTEGER";
    if (!is_rowid) column.nullable = false;
  }
}

void normalise_index_key(model::index_key& key, const model::table& table,
                         const std::vector<std::string>& names) {
  if (key.is_expression) {
    auto read = parse_index_key(key.what);
    if (!read.collation.empty() && key.collation.empty()) key.collation = read.collation;
    key.what = read.what;
    key.is_expression = read.is_expression;
    if (key.is_expression) key.what = normal_expression(key.what, names);
  }
  const bool is_said = !key.collation.empty();
  key.collation = normal_collation(key.collation);
  if (key.is_expression) return;
  for (const auto& column : table.columns) {
    if (!base::equals_ignoring_case(column.name, key.what)) continue;
    key.what = column.name;
    if (key.collation == column.collation) {
      key.collation.clear();
    } else if (is_said && key.collation.empty()) {
      key.collation = "BINARY";
    }
    return;
  }
  // A name in double quotes that no column has: SQLite takes it for a string.
  key.is_expression = true;
  key.what = base::in_quotes('"', key.what);
}

void normalise_index(model::index& index, const model::table& table,
                     const std::vector<std::string>& names) {
  for (auto& key : index.keys) normalise_index_key(key, table, names);
  index.where = normal_expression(index.where, names);
  index.method.clear();
}

void normalise_foreign_key(model::foreign_key& key, const model::table& table) {
  use_declared_spelling(key.columns, table);
  if (base::equals_ignoring_case(key.match, "SIMPLE")) key.match.clear();
  key.table.schema.clear();
  key.deferrable = key.deferrable || key.initially_deferred;
  key.not_valid = false;
}

/// The order in which constraints were written means nothing.
void sort_constraints(model::table& table) {
  std::ranges::sort(table.uniques, {}, [](const model::unique& u) {
    return std::tie(u.name, u.columns, u.conflict, u.keys);
  });
  std::ranges::sort(table.checks, {},
                    [](const model::check& c) { return std::tie(c.name, c.expression); });
  std::ranges::sort(table.foreign_keys, {}, [](const model::foreign_key& k) {
    return std::tie(k.name, k.columns, k.table.name, k.referenced_columns);
  });
  std::ranges::sort(table.indexes, {}, &model::index::name);
  std::ranges::sort(table.opaque);
}

}  // namespace

void normalise_table(model::table& table) {
  if (table.name.schema == "main") table.name.schema.clear();
  table.comment.clear();
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(column.name);
  for (auto& column : table.columns) {
    // "SQLite Autoincrement": it is a part of the key.
    const bool is_key = table.primary_key && table.primary_key->columns.size() == 1 &&
                        base::equals_ignoring_case(table.primary_key->columns[0], column.name);
    normalise_column(column, table.strict, names);
    if (!is_key) column.identity.reset();
  }
  if (table.primary_key) normalise_key(table);
  for (auto& constraint : table.uniques) {
    use_declared_spelling(constraint.columns, table);
    if (constraint.keys.empty()) continue;
    // Behind a word, for a pair of parentheses around everything means nothing.
    const std::string lead = "UNIQUE ";
    constraint.keys = normal_sql(tokenise(lead + constraint.keys), names).substr(lead.size());
  }
  for (auto& check : table.checks) {
    check.expression = normal_expression(check.expression, names);
    check.not_valid = false;
  }
  for (auto& key : table.foreign_keys) normalise_foreign_key(key, table);
  for (auto& text : table.opaque) {
    if (!text.starts_with("CREATE ")) text = normal_sql(tokenise(text), names);
  }
  for (auto& index : table.indexes) normalise_index(index, table, names);
}

std::string normal_default(std::string_view sql) {
  auto all = tokenise(sql);
  auto bare = strip_parentheses(all);
  if (bare.size() != 1) return normal_sql(bare);
  if (bare[0].kind == token_kind::quoted_name)
    return retort::dialect::quote_literal(name_of(bare[0]));
  static constexpr const char* words[] = {"NULL",         "TRUE",         "FALSE",
                                          "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"};
  bool is_value = std::ranges::any_of(words, [&](const char* w) { return is_word(bare[0], w); });
  if (bare[0].kind == token_kind::word && !is_value) {
    return retort::dialect::quote_literal(bare[0].text);
  }
  return is_value ? upper(bare[0].text) : std::string(bare[0].text);
}

model::schema sqlite_dialect::normalise(model::schema schema) const {
  return normalise_beside(std::move(schema), {});
}

model::schema sqlite_dialect::normalise_beside(model::schema schema,
                                               const model::schema& normal) const {
  for (auto& [name, table] : schema.tables) {
    const auto* known = normal.find(name);
    if (known == nullptr || *known != table) normalise_table(table);
  }
  return with_normal_tables(std::move(schema));
}

model::schema sqlite_dialect::with_normal_tables(model::schema schema) const {
  model::schema out;
  std::map<std::string, const model::table*> by_name;
  for (auto& [name, table] : schema.tables) {
    auto key = table.name;
    const auto& kept = out.tables.emplace(std::move(key), std::move(table)).first->second;
    by_name[base::lower(kept.name.name)] = &kept;
  }
  for (auto& [name, table] : out.tables) {
    for (auto& key : table.foreign_keys) {
      auto parent = by_name.find(base::lower(key.table.name));
      if (parent == by_name.end()) continue;
      key.table.name = parent->second->name.name;
      use_declared_spelling(key.referenced_columns, *parent->second);
    }
    sort_constraints(table);
  }
  for (auto& [name, object] : schema.objects) {
    if (object.kind == "type") continue;  // An enumeration, which is a CHECK where it is used.
    if (object.kind == "view" || object.kind == "trigger") {
      object.definition =
          object_sql({object.kind, object.name, object.table, {}}, object.definition);
    }
    object.definition = normal_sql(tokenise(object.definition));
    out.objects.emplace(name, std::move(object));
  }
  return out;
}

}  // namespace retort::sqlite
