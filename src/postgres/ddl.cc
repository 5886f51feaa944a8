#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"
#include "dialect/ddl_writer.h"
#include "dialect/quoting.h"
#include "model/apply.h"
#include "model/apply_objects.h"
#include "postgres/catalogue.h"
#include "postgres/constraint_names.h"
#include "postgres/dialect.h"

namespace retort::postgres {
namespace {

/// PostgreSQL, "COPY", "Text Format".
std::string copy_text(const model::value& value) {
  using kind = value::kind;
  if (value.what == kind::null) return "\\N";
  if (value.what == kind::boolean) return value.text == "0" ? "f" : "t";
  if (value.what == kind::blob) return "\\\\x" + base::hex(value.text);
  std::string text;
  for (const char c : value.text) {
    switch (c) {
      case '\\':
        text += "\\\\";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\t':
        text += "\\t";
        break;
      case '\0':
        throw error("a string holds a NUL character, which PostgreSQL cannot store");
      default:
        text += c;
    }
  }
  return text;
}

/// Whether DEFAULT takes it only in parentheses: gram.y has b_expr there, which knows no AND, IN,
/// IS or AT TIME ZONE.
bool needs_parentheses(std::string_view sql) {
  base::sql_lexer lexer(sql, base::sql_flavour::postgresql);
  int depth = 0;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (text == "(" || text == "[") ++depth;
    if (text == ")" || text == "]") --depth;
    if (depth > 0 || t.kind != base::token_kind::word) continue;
    const auto word = base::lower(text);
    for (const std::string_view operation :
         {"and", "or", "not", "in", "is", "like", "ilike", "at", "between", "similar", "isnull",
          "notnull", "collate"}) {
      if (word == operation) return true;
    }
  }
  return false;
}

/// What ALTER TABLE sets on a table or a column.
bool is_setting(const std::string& words) {
  return words.ends_with("ROW LEVEL SECURITY") || words.starts_with("ALTER COLUMN ");
}

/// A partition has them from its parent, a typed table from its type.
bool has_columns_elsewhere(const std::string& words) {
  return words.starts_with("PARTITION OF ") || words.starts_with("OF ");
}

class postgres_writer final : public dialect::ddl_writer {
 public:
  using ddl_writer::ddl_writer;

 protected:
  void create_table(const model::create_table& op) override {
    const auto& table = op.table;
    const auto origin = std::ranges::find_if(table.opaque, has_columns_elsewhere);
    if (origin != table.opaque.end()) {
      emit(derived_table_sql(op, *origin));
      after_table(table);
      for (const auto& index : table.indexes) create_index({table.name, index, op.if_not_exists});
      after_indexes(table);
      return;
    }
    // CREATE TABLE would take NOT VALID for valid, there being no rows.
    auto valid = op;
    std::erase_if(valid.table.columns,
                  [&](const auto& column) { return is_inherited(table, column.name); });
    std::erase_if(valid.table.checks, [](const auto& check) { return check.not_valid; });
    std::erase_if(valid.table.foreign_keys, [](const auto& key) { return key.not_valid; });
    const bool is_split = valid.table.checks.size() != table.checks.size() ||
                          valid.table.foreign_keys.size() != table.foreign_keys.size();
    if (is_split && op.if_not_exists) {
      throw failure_here(
          fmt::format("cannot create table {} if it does not exist with a constraint "
                      "that is NOT VALID: that takes a second statement",
                      table.name.display()));
    }
    ddl_writer::create_table(valid);
    for (const auto& check : table.checks) {
      if (check.not_valid) add_not_valid(table, constraint_sql(check));
    }
    for (const auto& key : table.foreign_keys) {
      if (key.not_valid) add_not_valid(table, constraint_sql(key));
    }
    for (const auto& column : table.columns) {
      if (is_inherited(table, column.name)) say_of_inherited(table, column);
    }
    after_indexes(table);
  }

  /// A default of the old type can keep the new one from being set, so it goes first.
  void alter_column(const model::alter_column& op) override {
    const auto change = [&](const std::string& what) {
      emit(fmt::format("ALTER TABLE {} ALTER COLUMN {} {}", quote(op.table), quote(op.column),
                       what));
    };
    const bool new_default = op.default_sql && *op.default_sql;
    if (op.default_sql && (op.type || !new_default)) change("DROP DEFAULT");
    if (op.type) {
      change(fmt::format("TYPE {}{}", target().type_name(*op.type),
                         op.conversion.empty() ? "" : " USING " + parenthesised(op.conversion)));
    }
    if (op.identity && !*op.identity) change("DROP IDENTITY IF EXISTS");
    if (op.nullable) change(*op.nullable ? "DROP NOT NULL" : "SET NOT NULL");
    if (op.identity && *op.identity) {
      model::column column;
      column.identity = **op.identity;
      change("ADD " + identity_clause(column));
    }
    if (new_default) change("SET DEFAULT " + default_value(**op.default_sql));
    if (op.comment) {
      emit(fmt::format("COMMENT ON COLUMN {}.{} IS {}", quote(op.table), quote(op.column),
                       comment_literal(*op.comment)));
    }
    if (op.rename && *op.rename != op.column) {
      emit(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", quote(op.table), quote(op.column),
                       quote(*op.rename)));
    }
  }

  void add_constraint(const model::add_constraint& op) override {
    model::table table;
    table.name = op.table;
    const auto sql = std::visit(
        [&](const auto& item) {
          using kind = std::decay_t<decltype(item)>;
          if constexpr (std::is_same_v<kind, model::primary_key>) {
            return constraint_sql(table, item);
          } else {
            return constraint_sql(item);
          }
        },
        op.constraint);
    emit(fmt::format("ALTER TABLE {} ADD {}{}", quote(op.table), sql,
                     is_not_valid(op.constraint) ? " NOT VALID" : ""));
  }

  void drop_constraint(const model::drop_constraint& op) override {
    if (op.name.empty() && !op.definition && op.kind == model::constraint_kind::primary_key) {
      drop_only_key(op);
      return;
    }
    emit(fmt::format("ALTER TABLE {} DROP CONSTRAINT {}{}", quote(op.table),
                     op.if_exists ? "IF EXISTS " : "", quote(constraint_name(op))));
  }

  void add_column(const model::add_column& op) override {
    if (op.first || !op.after.empty()) {
      throw failure_here(fmt::format("PostgreSQL puts a new column behind all others, and column "
                                     "{}.{} is to stand elsewhere",
                                     op.table.display(), op.column.name))
          .help("leave the place out for PostgreSQL: if (op.dialect() == \"sqlite\")");
    }
    ddl_writer::add_column(op);
  }

  void rename_constraint(const model::rename_constraint& op) override {
    emit(fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}", quote(op.table), quote(op.name),
                     quote(op.to)));
  }

  void validate_constraint(const model::validate_constraint& op) override {
    emit(fmt::format("ALTER TABLE {} VALIDATE CONSTRAINT {}", quote(op.table), quote(op.name)));
  }

  void rename_index(const model::rename_index& op) override {
    emit(fmt::format("ALTER INDEX {} RENAME TO {}", quote(op.name), quote(op.to)));
  }

  void attach_partition(const model::attach_partition& op) override {
    emit(fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}", quote(op.table), quote(op.partition),
                     fragment(op.bounds)));
  }

  void detach_partition(const model::detach_partition& op) override {
    emit(fmt::format("ALTER TABLE {} DETACH PARTITION {}{}", quote(op.table), quote(op.partition),
                     op.concurrently ? " CONCURRENTLY" : ""));
  }

  void row_security(const model::row_security& op) override {
    const auto table = quote(op.table);
    emit(fmt::format("ALTER TABLE {} {} ROW LEVEL SECURITY", table,
                     op.enabled ? "ENABLE" : "DISABLE"));
    emit(fmt::format("ALTER TABLE {} {} ROW LEVEL SECURITY", table,
                     op.forced ? "FORCE" : "NO FORCE"));
  }

  void change_privileges(const model::change_privileges& op) override {
    emit(fmt::format("{} {} ON {} {} {}{}", op.grant ? "GRANT" : "REVOKE", fragment(op.privileges),
                     fragment(op.on), op.grant ? "TO" : "FROM", fragment(op.roles),
                     op.with_grant_option ? " WITH GRANT OPTION" : ""));
  }

  void replace_object(const model::replace_object& op) override {
    auto sql = target().object_sql(op.object, op.body);
    if (op.object.kind == "materialized view") {
      // In a script as it is written: what depends on it keeps it from being dropped.
      emit(fmt::format("DROP MATERIALIZED VIEW {};\n{}", quote(op.object.name), sql));
      out().back().change = {{op, where()}};
      return;
    }
    if (!base::equals_ignoring_case(sql.substr(0, 17), "CREATE OR REPLACE")) {
      sql.insert(sql.find(' '), " OR REPLACE");
    }
    emit(std::move(sql));
    if (op.object.kind == "view") out().back().change = {{op, where()}};
  }

  void comment_table(const model::comment_table& op) override {
    emit(fmt::format("COMMENT ON TABLE {} IS {}", quote(op.table), comment_literal(op.comment)));
  }

  /// A definition ends in ` -- disabled` or the like where that is how the object is.
  void create_object(const model::create_object& op) override {
    struct state {
      std::string_view suffix;
      std::string_view verb;
    };
    constexpr state states[] = {{" -- disabled", "DISABLE"},
                                {" -- enabled on replicas", "ENABLE REPLICA"},
                                {" -- enabled always", "ENABLE ALWAYS"}};
    for (const auto& [suffix, verb] : states) {
      if (!op.body.ends_with(suffix)) continue;
      auto plain = op;
      plain.body.resize(op.body.size() - suffix.size());
      ddl_writer::create_object(plain);
      const auto words = verb.substr(verb.find(' ') + 1);
      emit(op.object.kind == "event trigger"
               ? fmt::format("ALTER EVENT TRIGGER {} {}", op.object.name.name,
                             verb == "DISABLE" ? verb : fmt::format("ENABLE {}", words))
               : fmt::format("ALTER TABLE {} {} {} {}", quote(op.object.table), verb,
                             base::upper(op.object.kind), quote(op.object.name)));
      return;
    }
    ddl_writer::create_object(op);
  }

  void alter_enum(const model::alter_enum& op) override {
    const auto type = "ALTER TYPE " + quote(op.name);
    const auto literal = [&](const std::string& value) { return target().literal(value); };
    if (!op.rename.empty()) {
      return emit(
          fmt::format("{} RENAME VALUE {} TO {}", type, literal(op.value), literal(op.rename)));
    }
    auto sql = fmt::format("{} ADD VALUE {}{}", type, op.if_not_exists ? "IF NOT EXISTS " : "",
                           literal(op.value));
    if (!op.before.empty()) sql += " BEFORE " + literal(op.before);
    if (!op.after.empty()) sql += " AFTER " + literal(op.after);
    emit(std::move(sql));
  }

  /// COPY, unless a value is SQL.
  void bulk_insert(const model::bulk_insert& op) override {
    const auto is_sql = [](const model::value& value) { return value.what == value::kind::sql; };
    std::string rows;
    for (const auto& row : op.rows) {
      if (std::ranges::any_of(row, is_sql)) return ddl_writer::bulk_insert(op);
      for (const auto& value : row) rows += (&value == row.data() ? "" : "\t") + copy_text(value);
      rows += '\n';
    }
    if (rows.empty()) return;
    emit(fmt::format("COPY {} {} FROM STDIN", quote(op.table), column_list(op.columns)));
    out().back().rows = std::move(rows);
  }

  /// As COPY takes the values of an identity ("COPY", Notes).
  std::string insert_option() const override { return "OVERRIDING SYSTEM VALUE"; }

  std::string default_value(std::string_view sql) const override {
    return needs_parentheses(sql) ? parenthesised(sql) : fragment(sql);
  }
  std::string boolean_literal(bool yes) const override { return yes ? "TRUE" : "FALSE"; }
  std::string blob_literal(std::string_view bytes) const override {
    return fmt::format("'\\x{}'", base::hex(bytes));
  }

  std::string identity_clause(const model::column& column) const override {
    if (!column.identity) return {};
    const auto& options = column.identity->options;
    return fmt::format("GENERATED {} AS IDENTITY{}",
                       column.identity->always ? "ALWAYS" : "BY DEFAULT",
                       options.empty() ? "" : fmt::format(" ({})", options));
  }

  std::string primary_key_clause(const model::table& table, const model::primary_key& key,
                                 bool with_column) const override {
    if (const auto* words = table.verbose_key()) return *words;
    return ddl_writer::primary_key_clause(table, key, with_column);
  }

  bool key_stands_with_column(const model::primary_key& key,
                              const model::table& table) const override {
    return table.verbose_key() == nullptr && ddl_writer::key_stands_with_column(key, table);
  }

  std::string table_word(const model::table& table) const override {
    return model::is_foreign(table) ? "FOREIGN TABLE" : "TABLE";
  }

  std::vector<std::string> further_items(const model::table& table) const override {
    std::vector<std::string> items;
    for (const auto& words : table.opaque) {
      if (words.starts_with("CONSTRAINT ")) items.push_back(words);
    }
    return items;
  }

  /// In the order of the grammar (PostgreSQL: "CREATE TABLE").
  std::string table_tail(const model::table& table) const override {
    std::string tail;
    for (const std::string_view lead :
         {"INHERITS ", "SERVER ", "PARTITION BY ", "USING ", "WITH "}) {
      for (const auto& words : table.opaque) {
        if (words.starts_with(lead)) tail += (tail.empty() ? "" : " ") + words;
      }
    }
    return tail;
  }

  std::string index_head(const model::qualified_name& table,
                         const model::index& index) const override {
    return fmt::format("{} ON {}", quote(index.name), quote(table));
  }

  std::string index_method(const model::index& index) const override {
    return index.method.empty() ? std::string() : "USING " + quote(index.method);
  }

  std::string index_options(const model::index& index) const override {
    std::string options;
    const auto add = [&](const std::string& clause) {
      options += (options.empty() ? "" : " ") + clause;
    };
    if (!index.include.empty()) add("INCLUDE " + column_list(index.include));
    if (index.nulls_not_distinct) add("NULLS NOT DISTINCT");
    if (!index.storage.empty()) add(fmt::format("WITH ({})", index.storage));
    return options;
  }

  void after_table(const model::table& table) override {
    const auto name = quote(table.name);
    for (const auto& words : table.opaque) {
      if (words == "UNLOGGED") emit(fmt::format("ALTER TABLE {} SET UNLOGGED", name));
      if (is_setting(words)) emit(fmt::format("ALTER TABLE {} {}", name, words));
    }
    if (!table.comment.empty()) {
      emit(fmt::format("COMMENT ON {} {} IS {}", table_word(table), name,
                       target().literal(table.comment)));
    }
    for (const auto& column : table.columns) after_column(table.name, column);
  }

  void after_column(const model::qualified_name& table, const model::column& column) override {
    if (column.comment.empty()) return;
    emit(fmt::format("COMMENT ON COLUMN {}.{} IS {}", quote(table), quote(column.name),
                     target().literal(column.comment)));
  }

 private:
  /// CREATE TABLE … PARTITION OF parent (what is its own) FOR VALUES …, or … OF type (…).
  std::string derived_table_sql(const model::create_table& op, const std::string& words) {
    const auto& table = op.table;
    std::vector<std::string> items;
    for (const auto& column : table.columns) {
      std::string own;
      if (!column.nullable) own += " NOT NULL";
      if (column.default_sql) own += " DEFAULT " + default_value(*column.default_sql);
      if (!own.empty()) items.push_back(quote(column.name) + " WITH OPTIONS" + own);
    }
    auto constraints = table;
    constraints.columns.clear();
    for (auto& item : table_items(constraints)) items.push_back(std::move(item));
    // `PARTITION OF parent bounds`: the bounds begin with FOR VALUES or are DEFAULT.
    auto bounds = words.find(" FOR VALUES ");
    if (bounds == std::string::npos && words.ends_with(" DEFAULT")) bounds = words.size() - 8;
    bounds = std::min(bounds, words.size());
    return fmt::format("CREATE {} {}{} {}{}{}{}", table_word(table),
                       op.if_not_exists ? "IF NOT EXISTS " : "", quote(table.name),
                       words.substr(0, bounds),
                       items.empty() ? "" : " (\n  " + base::join(items, ",\n  ") + "\n)",
                       words.substr(bounds), after(table_tail(table)));
  }

  /// What a table says of a column that it has from its parent.
  void say_of_inherited(const model::table& table, const model::column& column) {
    const auto alter = [&](const std::string& what) {
      emit(fmt::format("ALTER TABLE ONLY {} ALTER COLUMN {} {}", quote(table.name),
                       quote(column.name), what));
    };
    if (column.default_sql) alter("SET DEFAULT " + default_value(*column.default_sql));
    if (!column.nullable) alter("SET NOT NULL");
    after_column(table.name, column);
  }

  bool is_inherited(const model::table& table, const std::string& column) const {
    return std::ranges::find(table.opaque, std::string(model::inherited_lead) + quote(column)) !=
           table.opaque.end();
  }

  void after_indexes(const model::table& table) {
    for (const auto& words : table.opaque) {
      if (words.starts_with("CLUSTER ON ") || words.starts_with("REPLICA IDENTITY ")) {
        emit(fmt::format("ALTER TABLE {} {}", quote(table.name), words));
      }
      // Of a constraint: an index by itself says so where it is created.
      if (words.starts_with("INDEX ") && (words.find(" SET (") != std::string::npos ||
                                          words.find(" SET STATISTICS ") != std::string::npos)) {
        // An index is in its table's schema.
        const auto schema = table.name.schema.empty() ? "" : quote(table.name.schema) + ".";
        emit("ALTER INDEX " + schema + words.substr(6));
      }
    }
  }

  std::string comment_literal(const std::string& comment) const {
    return comment.empty() ? "NULL" : target().literal(comment);
  }

  static bool is_not_valid(const model::constraint& item) {
    if (const auto* check = std::get_if<model::check>(&item)) return check->not_valid;
    const auto* key = std::get_if<model::foreign_key>(&item);
    return key != nullptr && key->not_valid;
  }

  /// The table's primary key, whatever its name.
  void drop_only_key(const model::drop_constraint& op) {
    emit(
        fmt::format("DO $$ BEGIN EXECUTE (SELECT pg_catalog.format('ALTER TABLE %s DROP "
                    "CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint WHERE "
                    "contype = 'p' AND conrelid = {}::regclass::oid); END $$",
                    target().literal(quote(op.table))));
  }

  /// As it was given, or as the server chose it.
  std::string constraint_name(const model::drop_constraint& op) const {
    if (!op.name.empty()) return op.name;
    model::table table;
    table.name = op.table;
    model::tracked_schema state;
    state.schema.tables.emplace(op.table, table);
    if (op.definition && op.kind != model::constraint_kind::check) {
      model::apply(state, {model::add_constraint{op.table, *op.definition}, where()});
    } else {
      throw failure_here(
          fmt::format("drop_constraint on {} names no constraint", op.table.display()))
          .help("name it; `schema` shows the names that the database has given");
    }
    auto& only = *state.schema.find(op.table);
    name_constraints(only);
    if (only.primary_key) return only.primary_key->name;
    if (!only.uniques.empty()) return only.uniques.front().name;
    return only.foreign_keys.front().name;
  }

  static std::string after(const std::string& clause) {
    return clause.empty() ? clause : " " + clause;
  }

  void add_not_valid(const model::table& table, const std::string& constraint) {
    emit(fmt::format("ALTER TABLE {} ADD {} NOT VALID", quote(table.name), constraint));
  }
};

}  // namespace

void postgres_dialect::write(const model::operation& op,
                             std::vector<retort::dialect::statement>& out) const {
  postgres_writer(*this, op.where, out).write(op.what);
}

}  // namespace retort::postgres
