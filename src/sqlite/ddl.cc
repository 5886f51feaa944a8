#include "sqlite/ddl.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <utility>

#include "base/text_tools.h"
#include "model/apply_objects.h"
#include "sqlite/join_changes.h"
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

bool is_change_of(const dialect::statement& statement, const model::qualified_name& table) {
  return !statement.change.empty() && retort::dialect::changed_table(statement.change) == table;
}

std::string conflict_clause(const std::string& resolution) {
  return resolution.empty() ? "" : "ON CONFLICT " + resolution;
}

}  // namespace

void sqlite_writer::create_table(const model::create_table& op) {
  const auto& table = op.table;
  if (table.is_virtual()) {
    emit(table.opaque.front());
    return;
  }
  for (const auto& words : table.opaque) {
    if (words.starts_with("PARTITION ")) {
      throw unsupported("partitions", "table " + table.name.display());
    }
  }
  for (const auto& column : table.columns) {
    if (column.identity) require_rowid_key(table, column);
  }
  for (const auto& constraint : table.uniques) require_supported(constraint, table.name);
  if (!table.excludes.empty()) throw unsupported("EXCLUDE", "table " + table.name.display());
  ddl_writer::create_table(op);
}

void sqlite_writer::require_supported(const model::unique& constraint,
                                      const model::qualified_name& table) const {
  const auto object = "a unique constraint of table " + table.name;
  if (constraint.nulls_not_distinct) throw unsupported("NULLS NOT DISTINCT", object);
  if (constraint.deferrable) throw unsupported("DEFERRABLE", object);
}

void sqlite_writer::add_column(const model::add_column& op) {
  if (op.column.identity && !op.primary_key) {
    model::table table;
    table.name = op.table;
    require_rowid_key(table, op.column);
  }
  const bool joins =
      !out().empty() && is_change_of(out().back(), op.table) && !out().back().is_known();
  if (joins || !alter_is_enough(op)) return change(op.table, op);
  // A STRICT table has other names for types, and only the database knows whether it is one.
  ddl_writer::add_column(op);
  out().back().change = {{op, where()}};
}

void sqlite_writer::drop_column(const model::drop_column& op) { change(op.table, op); }

void sqlite_writer::alter_column(const model::alter_column& op) {
  if (op.type || op.nullable || op.default_sql || op.identity) {
    auto kept = op;
    kept.rename.reset();
    change(op.table, std::move(kept));
  }
  if (op.rename && *op.rename != op.column) {
    emit(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", quote(op.table), quote(op.column),
                     quote(*op.rename)));
    model::alter_column renamed{op.table, op.column};
    renamed.rename = op.rename;
    out().back().joins = {{std::move(renamed), where()}};
  }
}

void sqlite_writer::rename_table(const model::rename_table& op) {
  ddl_writer::rename_table(op);
  out().back().joins = {{op, where()}};
}

void sqlite_writer::add_constraint(const model::add_constraint& op) {
  if (const auto* unique = std::get_if<model::unique>(&op.constraint)) {
    require_supported(*unique, op.table);
  }
  if (std::holds_alternative<model::exclude>(op.constraint)) {
    throw unsupported("EXCLUDE", "table " + op.table.display());
  }
  change(op.table, op);
}

void sqlite_writer::drop_constraint(const model::drop_constraint& op) { change(op.table, op); }

void sqlite_writer::rename_constraint(const model::rename_constraint& op) { change(op.table, op); }

void sqlite_writer::rename_index(const model::rename_index& op) { change_alone(op); }

void sqlite_writer::replace_object(const model::replace_object& op) {
  require_known(op.object);
  change_alone(op);
}

void sqlite_writer::attach_partition(const model::attach_partition& op) {
  throw unsupported("partitions", "table " + op.table.display());
}

void sqlite_writer::detach_partition(const model::detach_partition& op) {
  throw unsupported("partitions", "table " + op.table.display());
}

void sqlite_writer::row_security(const model::row_security& op) {
  throw unsupported("row level security", "table " + op.table.display());
}

void sqlite_writer::change_privileges(const model::change_privileges& op) {
  throw unsupported("privileges", op.on);
}

void sqlite_writer::alter(const model::operation_variant& what) {
  if (const auto* added = std::get_if<model::add_column>(&what)) ddl_writer::add_column(*added);
  if (const auto* gone = std::get_if<model::drop_column>(&what)) ddl_writer::drop_column(*gone);
  if (const auto* made = std::get_if<model::create_index>(&what)) create_index(*made);
  if (const auto* gone = std::get_if<model::drop_index>(&what)) drop_index(*gone);
}

void sqlite_writer::change(const model::qualified_name& table, model::operation_variant what) {
  model::operation op{std::move(what), where()};
  if (const auto first = place_to_join(out(), op)) {
    auto one = joined(std::span(out()).subspan(*first), op);
    out().resize(*first);
    out().push_back(std::move(one));
    return;
  }
  emit(fmt::format("-- change table {}: {}", table.display(), model::describe(op.what)));
  out().back().change = {std::move(op)};
}

/// What is no table's change, and joined with nothing.
void sqlite_writer::change_alone(model::operation_variant what) {
  emit("-- " + model::describe(what));
  out().back().change = {{std::move(what), where()}};
}

void sqlite_writer::create_index(const model::create_index& op) {
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
  auto plain = op;
  plain.concurrently = false;
  ddl_writer::create_index(plain);
  out().back().joins = {{plain, where()}};
}

void sqlite_writer::drop_index(const model::drop_index& op) {
  auto plain = op;
  plain.concurrently = false;
  ddl_writer::drop_index(plain);
  const bool is_of_table = !op.table.name.empty() && op.name.schema.empty();
  if (is_of_table) out().back().joins = {{plain, where()}};
}

void sqlite_writer::create_object(const model::create_object& op) {
  // An enum type is a CHECK where it is used.
  if (op.object.kind == "type" && base::upper(op.body).find("AS ENUM") != std::string::npos) return;
  require_known(op.object);
  ddl_writer::create_object(op);
}

void sqlite_writer::drop_object(const model::drop_object& op) {
  if (op.object.kind == "type") return;
  require_known(op.object);
  auto plain = op;
  plain.cascade = false;
  ddl_writer::drop_object(plain);
}

void sqlite_writer::alter_enum(const model::alter_enum& op) { change_alone(op); }

void sqlite_writer::require_known(const model::object_name& object) const {
  if (object.kind == "view" || object.kind == "trigger" || object.kind == "pragma") return;
  throw unsupported(object.kind == "policy" ? "policies" : object.kind + "s",
                    model::object_key(object));
}

std::string sqlite_writer::column_type(const model::column& column,
                                       const model::table* table) const {
  // AUTOINCREMENT takes no other name for it.
  return column.identity ? "INTEGER" : type_of(column.type, table != nullptr && table->strict);
}

std::string sqlite_writer::type_of(const model::type& type, bool strict) const {
  if (type.is_array) throw unsupported("arrays", "a column");
  return sqlite::type_name(type, strict);
}

bool sqlite_writer::is_same(const model::table& table, const model::constraint& a,
                            const model::constraint& b) const {
  const auto alone = [&](const model::constraint& item) {
    model::tracked_schema state;
    model::table single;
    single.name = table.name;
    single.columns = table.columns;
    state.schema.tables.emplace(single.name, single);
    auto nameless = item;
    std::visit([](auto& one) { one.name.clear(); }, nameless);
    if (auto* key = std::get_if<model::foreign_key>(&nameless)) {
      // What it refers to may be declared in another case.
      key->table.name = base::lower(key->table.name);
      for (auto& column : key->referenced_columns) column = base::lower(column);
    }
    model::apply(state, {model::add_constraint{single.name, nameless}, where()});
    return target().normalise(state.schema);
  };
  return a.index() == b.index() && alone(a) == alone(b);
}

std::string sqlite_writer::default_value(std::string_view sql) const {
  auto text = fragment(sql);
  return is_literal(tokenise(text)) ? text : parenthesised(text);
}

std::string sqlite_writer::string_literal(std::string_view words) const {
  std::string sql;
  for (std::size_t begin = 0; begin <= words.size();) {
    const auto end = std::min(words.find('\r', begin), words.size());
    sql +=
        (begin == 0 ? "" : " || char(13) || ") + target().literal(words.substr(begin, end - begin));
    begin = end + 1;
  }
  return sql;
}

std::string sqlite_writer::blob_literal(std::string_view bytes) const {
  return fmt::format("x'{}'", base::hex(bytes));
}

std::string sqlite_writer::collation_name(const std::string& collation) const {
  auto all = tokenise(collation);
  return all.size() == 1 && all[0].kind == token_kind::word ? collation : quote(collation);
}

std::string sqlite_writer::not_null_tail(const model::column& column) const {
  return conflict_clause(column.not_null_conflict);
}

std::string sqlite_writer::unique_tail(const model::unique& constraint) const {
  return conflict_clause(constraint.conflict);
}

bool sqlite_writer::key_stands_with_column(const model::primary_key& key,
                                           const model::table& table) const {
  return ddl_writer::key_stands_with_column(key, table) && table.verbose_key() == nullptr;
}

std::string sqlite_writer::primary_key_clause(const model::table& table,
                                              const model::primary_key& key,
                                              bool with_column) const {
  const auto* column = table.find_column(key.columns.front());
  std::string_view autoincrement = column && column->identity ? " AUTOINCREMENT" : "";
  auto conflict = conflict_clause(key.conflict);
  if (!conflict.empty()) conflict.insert(0, " ");
  if (with_column) {
    return fmt::format("PRIMARY KEY{}{}{}", key.descending ? " DESC" : "", conflict, autoincrement);
  }
  if (const auto* verbose = table.verbose_key()) return *verbose + conflict;
  auto columns = column_list(key.columns);
  columns.insert(columns.size() - 1, autoincrement);
  return fmt::format("PRIMARY KEY {}{}", columns, conflict);
}

std::string sqlite_writer::table_tail(const model::table& table) const {
  if (table.strict && table.without_rowid) return "STRICT, WITHOUT ROWID";
  return table.strict ? "STRICT" : table.without_rowid ? "WITHOUT ROWID" : "";
}

std::vector<std::string> sqlite_writer::further_items(const model::table& table) const {
  std::vector<std::string> items;
  for (const auto& item : table.opaque) {
    if (&item != table.verbose_key()) items.push_back(item);
  }
  return items;
}

std::string sqlite_writer::index_head(const model::qualified_name& table,
                                      const model::index& index) const {
  return fmt::format("{} ON {}", quote(model::qualified_name{table.schema, index.name}),
                     quote(table.name));
}

error sqlite_writer::unsupported(const std::string& feature, const std::string& object) const {
  return failure_here(fmt::format("SQLite has no {}, which {} asks for", feature, object))
      .help("write it for PostgreSQL only: if (op.dialect() == \"postgresql\")");
}

void sqlite_writer::require_rowid_key(const model::table& table,
                                      const model::column& column) const {
  bool is_key = table.primary_key && table.primary_key->columns == std::vector{column.name};
  if (!is_key) {
    throw failure_here(fmt::format("SQLite can number the rows of table {} by column {} only if it "
                                   "is the primary key by itself",
                                   table.name.display(), column.name))
        .help("add .primary_key() to the column, or leave .identity() out");
  }
  if (table.without_rowid) {
    throw failure_here(fmt::format("SQLite cannot number the rows of table {}: it is WITHOUT ROWID",
                                   table.name.display()))
        .help("leave out .identity() or without_rowid");
  }
  const auto& options = column.identity->options;
  if (!options.empty() && !options.starts_with(model::sequence_lead)) {
    throw failure_here(fmt::format("SQLite has no sequence options, which column {}.{} asks for",
                                   table.name.display(), column.name));
  }
}

bool alter_is_enough(const model::add_column& op) {
  const auto& column = op.column;
  // What is there already and where it stands is for the table itself to say.
  if (op.if_not_exists || op.first || !op.after.empty()) return false;
  if (op.primary_key || column.identity || op.unique) return false;
  if (column.generated) return !column.generated->stored;
  if (!column.nullable && is_null_default(column)) return false;
  return !column.default_sql || is_constant_default(*column.default_sql);
}

void sqlite_dialect::write(const model::operation& op,
                           std::vector<retort::dialect::statement>& out) const {
  sqlite_writer(*this, op.where, out).write(op.what);
}

}  // namespace retort::sqlite
