#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <utility>

#include "base/text_tools.h"
#include "dialect/ddl_writer.h"
#include "sqlite/dialect.h"
#include "sqlite/tokens.h"
#include "sqlite/types.h"

namespace retort::sqlite {
namespace {

using base::token_kind;

/// parse.y, `ccons ::= DEFAULT term`: what DEFAULT takes without parentheses.
bool is_literal(std::span<const token> all) {
  if (all.size() == 2 && (is_symbol(all[0], "-") || is_symbol(all[0], "+"))) {
    return all[1].kind == token_kind::number;
  }
  if (all.size() != 1) return false;
  if (all[0].kind == token_kind::number || all[0].kind == token_kind::string) return true;
  static constexpr const char* words[] = {"NULL",         "TRUE",         "FALSE",
                                          "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"};
  return std::ranges::any_of(words, [&](const char* word) { return is_word(all[0], word); });
}

bool is_null_default(const model::column& column) {
  return !column.default_sql || normal_default(*column.default_sql) == "NULL";
}

/// ADD COLUMN gives the rows that are there one value, so the default has to be known beforehand.
bool is_constant_default(const std::string& sql) {
  auto all = tokenise(sql);
  auto bare = strip_parentheses(all);
  return is_literal(bare) &&
         !(bare[0].kind == token_kind::word && upper(bare[0].text).starts_with("CURRENT_"));
}

/// The clause in `opaque` that says more about the primary key than the model does, or null.
const std::string* verbose_key(const model::table& table) {
  auto found = std::ranges::find_if(
      table.opaque, [](const std::string& item) { return item.starts_with("PRIMARY KEY "); });
  return found == table.opaque.end() ? nullptr : &*found;
}

class sqlite_writer final : public dialect::ddl_writer {
 public:
  using ddl_writer::ddl_writer;

 protected:
  void create_table(const model::create_table& op) override {
    const auto& table = op.table;
    if (!table.opaque.empty() && table.opaque.front().starts_with("CREATE ")) {
      emit(table.opaque.front());
      return;
    }
    for (const auto& column : table.columns) {
      if (column.identity) require_rowid_key(table, column);
    }
    for (const auto& constraint : table.uniques) {
      if (constraint.nulls_not_distinct) {
        throw unsupported("NULLS NOT DISTINCT",
                          "a unique constraint of table " + table.name.display());
      }
      if (constraint.deferrable) {
        throw unsupported("DEFERRABLE", "a unique constraint of table " + table.name.display());
      }
    }
    ddl_writer::create_table(op);
  }

  void add_column(const model::add_column& op) override {
    auto verdict = alter_is_enough(op);
    if (!verdict.enough) {
      throw failure_here(fmt::format("SQLite cannot add column {} to the existing table {}: {}",
                                     op.column.name, op.table.display(), verdict.reason))
          .help(verdict.instead);
    }
    ddl_writer::add_column(op);
  }

  void create_index(const model::create_index& op) override {
    const auto& index = op.index;
    auto what = "index " + index.name;
    if (!index.method.empty() && !base::equals_ignoring_case(index.method, "btree")) {
      throw unsupported("index methods such as " + index.method, what);
    }
    if (!index.include.empty()) throw unsupported("INCLUDE", what);
    if (!index.storage.empty()) throw unsupported("storage parameters", what);
    if (index.nulls_not_distinct) throw unsupported("NULLS NOT DISTINCT", what);
    for (const auto& key : index.keys) {
      if (!key.operator_class.empty()) throw unsupported("operator classes", what);
      if (key.nulls_reversed) throw unsupported("NULLS FIRST and NULLS LAST in indexes", what);
    }
    ddl_writer::create_index(op);
  }

  std::string column_type(const model::column& column, const model::table* table) const override {
    // AUTOINCREMENT takes no other name for it.
    if (column.identity) return "INTEGER";
    return sqlite::type_name(column.type, table != nullptr && table->strict);
  }

  /// AUTOINCREMENT belongs to the PRIMARY KEY clause.
  std::string identity_clause(const model::column&) const override { return {}; }

  std::string default_value(std::string_view sql) const override {
    auto text = fragment(sql);
    return is_literal(tokenise(text)) ? text : parenthesised(text);
  }

  std::string collation_name(const std::string& collation) const override {
    auto all = tokenise(collation);
    return all.size() == 1 && all[0].kind == token_kind::word ? collation : quote(collation);
  }

  std::string not_null_tail(const model::column& column) const override {
    return conflict_clause(column.not_null_conflict);
  }

  std::string unique_tail(const model::unique& constraint) const override {
    return conflict_clause(constraint.conflict);
  }

  bool key_stands_with_column(const model::primary_key& key,
                              const model::table& table) const override {
    return ddl_writer::key_stands_with_column(key, table) && !verbose_key(table);
  }

  std::string primary_key_clause(const model::table& table, const model::primary_key& key,
                                 bool with_column) const override {
    const auto* column = table.find_column(key.columns.front());
    std::string_view autoincrement = column && column->identity ? " AUTOINCREMENT" : "";
    auto conflict = conflict_clause(key.conflict);
    if (!conflict.empty()) conflict.insert(0, " ");
    if (with_column) {
      return fmt::format("PRIMARY KEY{}{}{}", key.descending ? " DESC" : "", conflict,
                         autoincrement);
    }
    if (const auto* verbose = verbose_key(table)) return *verbose + conflict;
    auto columns = column_list(key.columns);
    columns.insert(columns.size() - 1, autoincrement);
    return fmt::format("PRIMARY KEY {}{}", columns, conflict);
  }

  std::string table_tail(const model::table& table) const override {
    if (table.strict && table.without_rowid) return "STRICT, WITHOUT ROWID";
    return table.strict ? "STRICT" : table.without_rowid ? "WITHOUT ROWID" : "";
  }

  std::vector<std::string> further_items(const model::table& table) const override {
    std::vector<std::string> items;
    for (const auto& item : table.opaque) {
      if (&item != verbose_key(table)) items.push_back(item);
    }
    return items;
  }

  std::string index_head(const model::qualified_name& table,
                         const model::index& index) const override {
    return fmt::format("{} ON {}", quote(model::qualified_name{table.schema, index.name}),
                       quote(table.name));
  }

 private:
  static std::string conflict_clause(const std::string& resolution) {
    return resolution.empty() ? "" : "ON CONFLICT " + resolution;
  }

  error unsupported(const std::string& feature, const std::string& object) const {
    return failure_here(fmt::format("SQLite has no {}, which {} asks for", feature, object))
        .help("write it for PostgreSQL only: if (op.dialect() == \"postgresql\")");
  }

  void require_rowid_key(const model::table& table, const model::column& column) const {
    bool is_key = table.primary_key && table.primary_key->columns == std::vector{column.name};
    if (!is_key) {
      throw failure_here(
          fmt::format("SQLite can number the rows of table {} by column {} only if it "
                      "is the primary key by itself",
                      table.name.display(), column.name))
          .help("add .primary_key() to the column, or leave .identity() out");
    }
    if (table.without_rowid) {
      throw failure_here(
          fmt::format("SQLite cannot number the rows of table {}: it is WITHOUT ROWID",
                      table.name.display()))
          .help("leave out .identity() or without_rowid");
    }
    if (!column.identity->options.empty()) {
      throw failure_here(fmt::format("SQLite has no sequence options, which column {}.{} asks for",
                                     table.name.display(), column.name));
    }
  }
};

}  // namespace

alter_verdict alter_is_enough(const model::add_column& op) {
  auto table = op.table.display();
  const auto& name = op.column.name;
  if (op.primary_key || op.column.identity) {
    return {false, "it is to be the primary key, which ALTER TABLE cannot add",
            fmt::format("create a new table with the key, copy the rows of {} over, and drop {}",
                        table, table)};
  }
  if (op.unique) {
    return {false, "ALTER TABLE cannot add a UNIQUE constraint",
            fmt::format("leave .unique() out and add op.create_index(\"ux_{}_{}\", \"{}\", "
                        "{{\"{}\"}}, {{.unique = true}})",
                        op.table.name, name, op.table.name, name)};
  }
  if (op.column.generated && op.column.generated->stored) {
    return {false, "ALTER TABLE can add a generated column only as VIRTUAL",
            "make the column VIRTUAL"};
  }
  if (!op.column.nullable && !op.column.generated && is_null_default(op.column)) {
    return {false, "it is NOT NULL and has no default for the rows that are there",
            "give it a server_default, or leave it nullable and fill it with op.execute"};
  }
  if (op.column.default_sql && !is_constant_default(*op.column.default_sql)) {
    return {false,
            fmt::format("its default {} is not a constant, and ALTER TABLE gives the rows that are "
                        "there one value",
                        base::trim(*op.column.default_sql)),
            "add it with a constant default or none, and fill it with op.execute"};
  }
  return {};
}

void sqlite_dialect::write(const model::operation& op,
                           std::vector<retort::dialect::statement>& out) const {
  sqlite_writer(*this, op.where, out).write(op.what);
}

}  // namespace retort::sqlite
