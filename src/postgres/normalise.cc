#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "model/chosen_name.h"
#include "postgres/catalogue.h"
#include "postgres/constraint_names.h"
#include "postgres/introspect.h"
#include "postgres/types.h"

namespace retort::postgres {
namespace {

using base::token_kind;

struct word {
  token_kind kind;
  std::string text;
};

std::vector<word> words_of(std::string_view sql) {
  std::vector<word> words;
  base::sql_lexer lexer(sql, base::sql_flavour::postgresql);
  for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
    if (t.kind == token_kind::space || t.kind == token_kind::comment) continue;
    words.push_back({t.kind, std::string(lexer.text(t))});
  }
  return words;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, text) != names.end();
}

/// `-5` as the server keeps it: a constant of the type that its size gives it (ruleutils.c,
/// get_const_expr).
std::string negative(const std::string& digits) {
  if (digits.find_first_not_of("0123456789") != std::string::npos) {
    return fmt::format("'-{}'::numeric", digits);
  }
  const bool is_integer = digits.size() < 10 || (digits.size() == 10 && digits <= "2147483648");
  const bool is_bigint =
      digits.size() < 19 || (digits.size() == 19 && digits <= "9223372036854775808");
  return fmt::format("'-{}'::{}", digits,
                     is_integer  ? "integer"
                     : is_bigint ? "bigint"
                                 : "numeric");
}

/// A string constant as default of a column: the server reads it as the column's type.
std::string string_constant(const std::string& constant, const std::string& type) {
  const auto bare = cast_name(type);
  const auto value = constant.substr(1, constant.size() - 2);
  if (bare == "boolean") {
    const auto lower = base::lower(value);
    if (is_one_of(lower, {"t", "true", "y", "yes", "on", "1"})) return "true";
    if (is_one_of(lower, {"f", "false", "n", "no", "off", "0"})) return "false";
  }
  const bool is_number =
      !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
  if (bare == "integer" && is_number) return value;
  return fmt::format("{}::{}", constant, bare);
}

/// What pg_get_expr() makes of a constant default, of the words for date, time and user, and of a
/// call without arguments; anything else stays as written. None: no default at all.
std::optional<std::string> normal_default(const std::string& written, const std::string& type) {
  const auto sql = unwrapped(written);
  const auto words = words_of(sql);
  if (words.size() == 1 && words[0].kind == token_kind::string && words[0].text[0] == '\'') {
    return string_constant(words[0].text, type);
  }
  if (words.size() == 2 && words[0].text == "-" && words[1].kind == token_kind::number) {
    return negative(words[1].text);
  }
  if (words.size() == 1 && words[0].kind == token_kind::word) {
    const auto lower = base::lower(words[0].text);
    if (lower == "true" || lower == "false") return lower;
    if (lower == "null") {
      // A coercion to a length makes an expression of it; a bare NULL is dropped (heap.c).
      if (type.find('(') == std::string::npos) return std::nullopt;
      return "NULL::" + cast_name(type);
    }
    if (is_one_of(lower, {"current_timestamp", "current_date", "current_time", "localtime",
                          "localtimestamp", "current_user", "session_user", "user"})) {
      return base::upper(lower);
    }
  }
  if (words.size() == 3 && words[0].kind == token_kind::word && words[1].text == "(" &&
      words[2].text == ")") {
    return base::lower(words[0].text) + "()";
  }
  return sql;
}

/// A serial column is an integer with a sequence of its own (PostgreSQL: "Serial Types").
void expand_serial(model::column& column, const model::table& table, model::schema& schema) {
  static constexpr auto serials =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"serial", "integer"},
                                                                    {"serial4", "integer"},
                                                                    {"bigserial", "bigint"},
                                                                    {"serial8", "bigint"},
                                                                    {"smallserial", "smallint"},
                                                                    {"serial2", "smallint"}});
  for (const auto& [serial, integer] : serials) {
    if (column.type.raw != serial) continue;
    column.type.raw = integer;
    column.nullable = false;
    const model::qualified_name sequence{table.name.schema,
                                         model::chosen_name(table.name.name, column.name, "seq")};
    const auto quoted = [](const model::qualified_name& name) {
      const auto last = dialect::quote_identifier(name.name);
      return name.schema.empty() ? last : dialect::quote_identifier(name.schema) + "." + last;
    };
    column.default_sql = fmt::format("nextval('{}'::regclass)", quoted(sequence));
    add_object(schema, {"sequence",
                        sequence,
                        {},
                        fmt::format("CREATE SEQUENCE {}{}", quoted(sequence),
                                    integer == "bigint" ? "" : fmt::format(" AS {}", integer))});
    add_owner(schema, sequence, quoted(sequence),
              fmt::format("{}.{}", quoted(table.name), dialect::quote_identifier(column.name)));
    return;
  }
}

void normalise_columns(model::table& table, model::schema& schema) {
  for (auto& column : table.columns) {
    column.type = {.kind = model::type_kind::raw, .raw = canonical_type(type_name(column.type))};
    if (column.default_sql) {
      column.default_sql = normal_default(*column.default_sql, column.type.raw);
    }
    if (column.generated) column.generated->expression = unwrapped(column.generated->expression);
    if (column.identity) column.nullable = false;
    expand_serial(column, table, schema);
    // SQLite's; the DDL for PostgreSQL does not have it.
    column.not_null_conflict.clear();
  }
}

void normalise_keys(model::table& table, const model::schema& schema) {
  if (table.primary_key) {
    table.primary_key->conflict.clear();
    table.primary_key->descending = false;
    for (auto& column : table.columns) {
      if (std::ranges::find(table.primary_key->columns, column.name) !=
          table.primary_key->columns.end()) {
        column.nullable = false;
      }
    }
  }
  for (auto& unique : table.uniques) {
    unique.conflict.clear();
    unique.keys.clear();
  }
  for (auto& check : table.checks) check.expression = unwrapped(check.expression);
  for (auto& key : table.foreign_keys) {
    if (!key.referenced_columns.empty()) continue;
    const auto* referenced = schema.find(key.table);
    if (referenced != nullptr && referenced->primary_key) {
      key.referenced_columns = referenced->primary_key->columns;
    }
  }
}

void normalise_indexes(model::table& table) {
  for (auto& index : table.indexes) {
    if (index.method == "btree") index.method.clear();
    index.where = unwrapped(index.where);
    for (auto& key : index.keys) {
      if (key.is_expression) key.what = unwrapped(key.what);
    }
  }
}

void sort_parts(model::table& table) {
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::ranges::stable_sort(table.uniques, by_name);
  std::ranges::stable_sort(table.checks, by_name);
  std::ranges::stable_sort(table.foreign_keys, by_name);
  std::ranges::stable_sort(table.excludes, by_name);
  std::ranges::stable_sort(table.indexes, by_name);
  std::ranges::sort(table.opaque);
}

}  // namespace

model::schema normalise(model::schema schema) {
  for (auto& [name, table] : schema.tables) {
    normalise_columns(table, schema);
    normalise_keys(table, schema);
    normalise_indexes(table);
    name_constraints(table);
    sort_parts(table);
    table.strict = false;
    table.without_rowid = false;
  }
  return schema;
}

}  // namespace retort::postgres
