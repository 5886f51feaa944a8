#include "sqlite/parse_table.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <utility>

#include "base/text_tools.h"
#include "dialect/quoting.h"
#include "sqlite/token_reader.h"

namespace retort::sqlite {
namespace {

/// The columns of a PRIMARY KEY or UNIQUE constraint of the table.
struct key_list {
  std::vector<std::string> columns;
  bool autoincrement = false;
  /// The parenthesised list in normal form, where it says more than the columns' names.
  std::string verbose;
};

class table_parser {
 public:
  explicit table_parser(std::string_view sql) : in_(sql) {}

  laid_out_table run() {
    in_.expect("CREATE");
    if (!in_.accept("TEMP")) in_.accept("TEMPORARY");
    in_.expect("TABLE");
    in_.accept({"IF", "NOT", "EXISTS"});
    layout_.name.begin = in_.next_begin();
    table_.name = qualified();
    layout_.name.end = in_.last_end();
    in_.expect_symbol("(");
    do {
      if (on_table_constraint()) break;
      column();
    } while (in_.accept_symbol(","));
    while (!in_.on_symbol(")")) {
      auto& item = layout_.items.emplace_back();
      item.begin = in_.next_begin();
      auto& clause = item.clauses.emplace_back();
      clause.begin = item.begin;
      table_constraint(clause);
      item.end = clause.end = in_.last_end();
      // The comma between table constraints may be missing: parse.y, `tconscomma`.
      in_.accept_symbol(",");
    }
    layout_.close = in_.next_begin();
    in_.expect_symbol(")");
    options();
    return {std::move(table_), std::move(layout_)};
  }

 private:
  model::qualified_name qualified() {
    auto first = in_.take_name();
    if (!in_.accept_symbol(".")) return {"", first};
    return {first, in_.take_name()};
  }

  bool on_table_constraint() const {
    return in_.on_word("CONSTRAINT") || in_.on_word("PRIMARY") || in_.on_word("UNIQUE") ||
           in_.on_word("CHECK") || in_.on_word("FOREIGN");
  }

  void options() {
    do {
      if (in_.accept({"WITHOUT", "ROWID"})) {
        table_.without_rowid = true;
      } else if (in_.accept("STRICT")) {
        table_.strict = true;
      } else if (!in_.done()) {
        in_.fail("STRICT or WITHOUT ROWID");
      }
    } while (in_.accept_symbol(","));
    if (!in_.done()) in_.fail("the end");
  }

  // ---- columns

  void column() {
    model::column& added = table_.columns.emplace_back();
    auto& item = layout_.items.emplace_back();
    item.begin = in_.next_begin();
    item.column = added.name = in_.take_name();
    item.name_end = in_.last_end();
    table_clause type{{in_.next_begin(), 0}, clause_kind::type};
    added.type = {model::type_kind::raw, -1, -1, type_name()};
    type.end = in_.last_end();
    if (!added.type.raw.empty()) item.clauses.push_back(std::move(type));
    std::string name;
    std::size_t begin = in_.next_begin();
    while (!in_.on_symbol(",") && !in_.on_symbol(")")) {
      const bool leads = in_.on_word("CONSTRAINT");
      const bool continues =
          in_.on_word("DEFERRABLE") || (in_.on_word("NOT") && in_.on_word("DEFERRABLE", 1));
      table_clause clause{{begin, 0}, clause_kind::other};
      column_constraint(added, name, clause);
      if (leads) continue;
      begin = in_.next_begin();
      if (continues && !item.clauses.empty() && !table_.foreign_keys.empty()) {
        // It speaks of the foreign key before it.
        item.clauses.back().end = in_.last_end();
        item.clauses.back().what = table_.foreign_keys.back();
        continue;
      }
      clause.end = in_.last_end();
      item.clauses.push_back(std::move(clause));
    }
    item.end = in_.last_end();
  }

  /// parse.y, `typetoken`: words, then perhaps one or two numbers.
  std::string type_name() {
    std::string type;
    while (is_name(in_.peek()) && !on_column_constraint()) {
      if (!type.empty()) type += ' ';
      type += in_.take().text;
    }
    if (!type.empty() && in_.on_symbol("(")) {
      std::string arguments;
      for (auto piece : split_commas(in_.take_parentheses())) {
        if (!arguments.empty()) arguments += ", ";
        for (const auto& t : piece) arguments += t.text;
      }
      type += fmt::format("({})", arguments);
    }
    return type;
  }

  bool on_column_constraint() const {
    for (auto word : {"CONSTRAINT", "DEFAULT", "NULL", "NOT", "PRIMARY", "UNIQUE", "CHECK",
                      "REFERENCES", "COLLATE", "AS", "DEFERRABLE", "ON"}) {
      if (in_.on_word(word)) return true;
    }
    return in_.on_word("GENERATED") && in_.on_word("ALWAYS", 1);
  }

  /// One clause. `name` is what the last CONSTRAINT gave and the next clause takes.
  void column_constraint(model::column& column, std::string& name, table_clause& clause) {
    if (in_.accept("CONSTRAINT")) {
      name = in_.take_name();
      return;
    }
    auto taken = std::exchange(name, {});
    if (in_.accept("DEFAULT")) {
      column.default_sql = default_value();
      clause.kind = clause_kind::default_value;
    } else if (in_.accept("NULL")) {
      conflict();
      clause.kind = clause_kind::null;
    } else if (in_.accept({"NOT", "NULL"})) {
      clause.kind = clause_kind::not_null;
      column.nullable = false;
      column.not_null_conflict = conflict();
    } else if (in_.accept({"PRIMARY", "KEY"})) {
      primary_key(column, taken);
      clause.kind = clause_kind::primary_key;
      clause.what = *table_.primary_key;
    } else if (in_.accept("UNIQUE")) {
      table_.uniques.push_back({taken, {column.name}, false, false, false, conflict()});
      clause.kind = clause_kind::unique;
      clause.what = table_.uniques.back();
    } else if (in_.accept("CHECK")) {
      check(taken);
      clause.kind = clause_kind::check;
      clause.what = table_.checks.back();
    } else if (in_.accept("REFERENCES")) {
      references(taken, {column.name});
      clause.kind = clause_kind::foreign_key;
      clause.what = table_.foreign_keys.back();
    } else if (in_.accept("COLLATE")) {
      column.collation = in_.take_name();
    } else if (in_.accept({"GENERATED", "ALWAYS", "AS"}) || in_.accept("AS")) {
      column.generated = {normal_sql(in_.take_parentheses()), in_.accept("STORED")};
      in_.accept("VIRTUAL");
    } else if (in_.on_word("DEFERRABLE") || in_.on_word("NOT")) {
      deferrable();
    } else {
      in_.fail("a column constraint");
    }
  }

  /// Behind DEFAULT: a term, a signed number, a word that stands for a string, or an expression.
  std::string default_value() {
    if (in_.on_symbol("(")) return fmt::format("({})", normal_sql(in_.take_parentheses()));
    std::string sign;
    if (in_.on_symbol("-") || in_.on_symbol("+")) sign = in_.take().text;
    return sign + std::string(in_.take().text);
  }

  void primary_key(const model::column& column, const std::string& name) {
    model::primary_key key{name, {column.name}, {}, in_.accept("DESC")};
    in_.accept("ASC");
    key.conflict = conflict();
    if (in_.accept("AUTOINCREMENT")) table_.columns.back().identity.emplace();
    table_.primary_key = std::move(key);
  }

  // ---- constraints

  void table_constraint(table_clause& clause) {
    std::string name;
    while (in_.accept("CONSTRAINT")) name = in_.take_name();
    if (in_.accept({"PRIMARY", "KEY"})) {
      table_primary_key(name);
      clause.kind = clause_kind::primary_key;
      clause.what = *table_.primary_key;
    } else if (in_.accept("UNIQUE")) {
      table_unique(name);
      clause.kind = clause_kind::unique;
      clause.what = table_.uniques.back();
    } else if (in_.accept("CHECK")) {
      check(name);
      clause.kind = clause_kind::check;
      clause.what = table_.checks.back();
    } else if (in_.accept({"FOREIGN", "KEY"})) {
      auto columns = key_columns().columns;
      in_.expect("REFERENCES");
      references(name, std::move(columns));
      if (in_.on_word("DEFERRABLE") || in_.on_word("NOT")) deferrable();
      clause.kind = clause_kind::foreign_key;
      clause.what = table_.foreign_keys.back();
    } else if (name.empty() || (!in_.on_symbol(",") && !in_.on_symbol(")"))) {
      in_.fail("a table constraint");
    }
  }

  void table_primary_key(const std::string& name) {
    auto keys = key_columns();
    if (keys.autoincrement) {
      for (auto& column : table_.columns) {
        if (base::equals_ignoring_case(column.name, keys.columns.front()))
          column.identity.emplace();
      }
    }
    table_.primary_key = model::primary_key{name, std::move(keys.columns), conflict(), false};
    if (!keys.verbose.empty()) table_.opaque.push_back("PRIMARY KEY " + keys.verbose);
  }

  void table_unique(const std::string& name) {
    auto keys = key_columns();
    auto on_conflict = conflict();
    table_.uniques.push_back(
        {name, std::move(keys.columns), false, false, false, on_conflict, std::move(keys.verbose)});
  }

  key_list key_columns() {
    key_list out;
    auto inner = in_.take_parentheses();
    if (!inner.empty() && is_word(inner.back(), "AUTOINCREMENT")) {
      out.autoincrement = true;
      inner = inner.first(inner.size() - 1);
    }
    for (auto piece : split_commas(inner)) {
      if (piece.empty() || !is_name(piece.front())) in_.fail("a list of columns");
      out.columns.push_back(name_of(piece.front()));
      bool only_ascending = piece.size() == 2 && is_word(piece.back(), "ASC");
      if (piece.size() > 1 && !only_ascending) out.verbose = fmt::format("({})", normal_sql(inner));
    }
    return out;
  }

  void check(const std::string& name) {
    table_.checks.push_back({name, normal_sql(in_.take_parentheses()), false});
    // Read and ignored by SQLite itself.
    conflict();
  }

  /// `ON CONFLICT x`, if it is here; ABORT is what holds without one.
  std::string conflict() {
    if (!in_.accept({"ON", "CONFLICT"})) return {};
    auto resolution = upper(in_.take_name());
    return resolution == "ABORT" ? "" : resolution;
  }

  // ---- foreign keys

  void references(const std::string& name, std::vector<std::string> columns) {
    model::foreign_key key;
    key.name = name;
    key.columns = std::move(columns);
    key.table = {"", in_.take_name()};
    if (in_.on_symbol("(")) key.referenced_columns = key_columns().columns;
    for (;;) {
      if (in_.accept("MATCH")) {
        auto match = upper(in_.take_name());
        key.match = match == "SIMPLE" ? "" : match;
      } else if (in_.accept({"ON", "DELETE"})) {
        key.on_delete = action();
      } else if (in_.accept({"ON", "UPDATE"})) {
        key.on_update = action();
      } else if (in_.accept({"ON", "INSERT"})) {
        action();
      } else {
        break;
      }
    }
    table_.foreign_keys.push_back(std::move(key));
  }

  referential_action action() {
    if (in_.accept({"SET", "NULL"})) return referential_action::set_null;
    if (in_.accept({"SET", "DEFAULT"})) return referential_action::set_default;
    if (in_.accept("CASCADE")) return referential_action::cascade;
    if (in_.accept("RESTRICT")) return referential_action::restrict;
    if (in_.accept({"NO", "ACTION"})) return referential_action::no_action;
    in_.fail("a referential action");
  }

  /// Speaks of the foreign key written last, as in SQLite.
  void deferrable() {
    bool negated = in_.accept("NOT");
    in_.expect("DEFERRABLE");
    bool deferred = in_.accept({"INITIALLY", "DEFERRED"});
    in_.accept({"INITIALLY", "IMMEDIATE"});
    if (table_.foreign_keys.empty()) return;
    table_.foreign_keys.back().deferrable = !negated;
    table_.foreign_keys.back().initially_deferred = deferred && !negated;
  }

  token_reader in_;
  model::table table_;
  table_layout layout_;
};

/// Whether COLLATE behind these tokens speaks of all of them: it binds tighter than any operator.
bool is_one_operand(std::span<const token> all) {
  if (all.size() == 1) return true;
  bool call = is_name(all[0]) && is_symbol(all[1], "(") && skip_parentheses(all, 1) == all.size();
  return call || (is_symbol(all[0], "(") && skip_parentheses(all, 0) == all.size());
}

model::index_key read_key(std::span<const token> all) {
  model::index_key key;
  if (!all.empty() && (is_word(all.back(), "DESC") || is_word(all.back(), "ASC"))) {
    key.descending = is_word(all.back(), "DESC");
    all = all.first(all.size() - 1);
  }
  all = strip_parentheses(all);
  if (all.size() > 2 && is_word(all[all.size() - 2], "COLLATE") &&
      is_one_operand(all.first(all.size() - 2))) {
    key.collation = name_of(all.back());
    all = strip_parentheses(all.first(all.size() - 2));
  }
  if (all.empty()) throw error("an index has an empty key");
  key.is_expression = all.size() != 1 || !is_name(all.front());
  key.what = key.is_expression ? normal_sql(all) : name_of(all.front());
  return key;
}

}  // namespace

model::table parse_table(std::string_view sql) { return table_parser(sql).run().table; }

laid_out_table parse_table_layout(std::string_view sql) { return table_parser(sql).run(); }

model::index_key parse_index_key(std::string_view sql) { return read_key(tokenise(sql)); }

parsed_index parse_index(std::string_view sql) {
  token_reader in(sql);
  parsed_index out;
  in.expect("CREATE");
  out.index.unique = in.accept("UNIQUE");
  in.expect("INDEX");
  in.accept({"IF", "NOT", "EXISTS"});
  out.index.name = in.take_name();
  if (in.accept_symbol(".")) out.index.name = in.take_name();
  in.expect("ON");
  out.table.name = in.take_name();
  for (auto piece : split_commas(in.take_parentheses())) out.index.keys.push_back(read_key(piece));
  if (in.accept("WHERE")) out.index.where = normal_expression(in.take_rest());
  if (!in.done()) in.fail("the end");
  return out;
}

}  // namespace retort::sqlite
