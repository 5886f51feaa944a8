#include "sqlite/table_text.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "model/mentions.h"
#include "sqlite/parse_table.h"
#include "sqlite/tokens.h"

namespace retort::sqlite {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool names(const std::vector<std::string>& columns, std::string_view column) {
  return std::ranges::any_of(columns, [&](const auto& one) { return same_name(one, column); });
}

/// Whether a constraint goes when a column does: `model::apply`, drop_column.
bool is_over(const model::constraint& item, std::string_view column) {
  if (const auto* check = std::get_if<model::check>(&item)) {
    return model::mentions(check->expression, column);
  }
  if (const auto* key = std::get_if<model::primary_key>(&item)) return names(key->columns, column);
  if (const auto* unique = std::get_if<model::unique>(&item)) {
    return names(unique->columns, column);
  }
  return names(std::get<model::foreign_key>(item).columns, column);
}

class table_text {
 public:
  table_text(std::string_view sql, const sqlite_writer& words) : sql_(sql), words_(words) {
    read();
  }

  std::string take() && { return std::move(sql_); }

  void operator()(const model::add_column& op) {
    model::table single;
    single.name = op.table;
    single.strict = table_.strict;
    single.columns = {op.column};
    auto item = words_.column_definition(op.column, &single);
    if (op.primary_key) {
      item += ' ' + words_.name_prefix(op.primary_key_name) +
              words_.primary_key_clause(single, {{}, {op.column.name}, {}, false}, true);
    }
    if (op.unique) item += ' ' + words_.name_prefix(op.unique_name) + "UNIQUE";
    if (!op.check.empty()) {
      item += ' ' + words_.name_prefix(op.check_name) + "CHECK " + words_.parenthesised(op.check);
    }
    if (op.foreign_key) {
      item += ' ' + words_.name_prefix(op.foreign_key->name) +
              words_.references_clause(*op.foreign_key);
    }
    insert_column(item, op);
  }

  void operator()(const model::drop_column& op) {
    while (remove_first_over(op.column)) read();
  }

  void operator()(const model::alter_column& op) {
    if (op.type) set_type(op.column, words_.type_of(*op.type, table_.strict));
    if (op.nullable) set_nullable(op.column, *op.nullable);
    if (op.default_sql) set_default(op.column, *op.default_sql);
    if (op.identity) set_identity(op.column, *op.identity);
  }

  void operator()(const model::rename_constraint& op) {
    for (const auto& item : layout_.items) {
      for (const auto& clause : item.clauses) {
        if (!clause.what || !same_name(model::name_of(*clause.what), op.name)) continue;
        // CONSTRAINT name …
        const auto text = std::string_view(sql_).substr(clause.begin, clause.end - clause.begin);
        const auto old = tokenise(text).at(1).text;
        const auto at = static_cast<std::size_t>(old.data() - sql_.data());
        sql_.replace(at, old.size(), words_.quoted(op.to));
        return read();
      }
    }
    throw error(fmt::format("table {} has no constraint {}", table_.name.name, op.name));
  }

  void operator()(const model::add_constraint& op) {
    auto with_it = table_;
    if (const auto* key = std::get_if<model::primary_key>(&op.constraint)) {
      if (key->descending) return add_descending(*key);
      for (auto& column : with_it.columns) {
        const bool numbered = op.numbers_rows && same_name(column.name, key->columns.front());
        if (numbered) column.identity = model::identity{};
      }
    }
    const auto sql = std::visit(
        [&](const auto& item) {
          if constexpr (std::is_same_v<std::decay_t<decltype(item)>, model::primary_key>) {
            return words_.constraint_sql(with_it, item);
          } else {
            return words_.constraint_sql(item);
          }
        },
        op.constraint);
    append_item(sql);
  }

  void operator()(const model::drop_constraint& op) {
    // Where only the definition is known, one without a name is rather meant.
    if (op.name.empty() && remove_first(op, true)) return read();
    if (remove_first(op, false)) return read();
    if (op.if_exists) return;
    throw error(fmt::format("table {} has no such constraint", table_.name.name));
  }

  template <class Other>
  void operator()(const Other& op) {
    throw error(fmt::format("{} is no change of a table's text", model::describe(op)));
  }

 private:
  void read() {
    auto parsed = parse_table_layout(sql_);
    table_ = std::move(parsed.table);
    layout_ = std::move(parsed.layout);
  }

  /// As a constraint of the table it would be an alias of the rowid: "ROWIDs and the INTEGER
  /// PRIMARY KEY".
  void add_descending(const model::primary_key& key) {
    const auto& item = item_of(key.columns.front());
    set_clause(item, nullptr, find(item, clause_kind::type),
               words_.name_prefix(key.name) + words_.primary_key_clause(table_, key, true));
  }

  bool is_meant(const model::constraint& item, const model::drop_constraint& op) const {
    if (op.kind != model::constraint_kind::any && model::kind_of(item) != op.kind) return false;
    if (!op.name.empty()) return same_name(model::name_of(item), op.name);
    if (!op.definition) return std::holds_alternative<model::primary_key>(item);
    return words_.is_same(table_, item, *op.definition);
  }

  /// Removes the first constraint that is meant.
  bool remove_first(const model::drop_constraint& op, bool nameless_only) {
    for (std::size_t index = 0; index < layout_.items.size(); ++index) {
      for (const auto& clause : layout_.items[index].clauses) {
        if (!clause.what || !is_meant(*clause.what, op)) continue;
        if (nameless_only && !model::name_of(*clause.what).empty()) continue;
        remove(index, clause);
        return true;
      }
    }
    return false;
  }

  /// The column, or what goes with it.
  bool remove_first_over(std::string_view column) {
    for (std::size_t index = 0; index < layout_.items.size(); ++index) {
      const auto& item = layout_.items[index];
      if (same_name(item.column, column)) return remove_item(index), true;
      for (const auto& clause : item.clauses) {
        if (clause.what && is_over(*clause.what, column)) return remove(index, clause), true;
      }
    }
    return false;
  }

  // ---- items

  /// The first comma in a stretch, or its end.
  std::size_t comma(std::size_t begin, std::size_t end) const {
    base::sql_lexer lexer(std::string_view(sql_).substr(begin, end - begin),
                          base::sql_flavour::sqlite);
    for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
      if (t.kind == base::token_kind::symbol && lexer.text(t) == ",") return begin + t.begin;
    }
    return end;
  }

  /// Behind white space and a comment that begin on this line.
  std::size_t line_rest(std::size_t at) const {
    const auto begin = at;
    while (at < sql_.size() && (sql_[at] == ' ' || sql_[at] == '\t')) ++at;
    if (sql_.compare(at, 2, "--") == 0) return std::min(sql_.find('\n', at), sql_.size());
    if (sql_.compare(at, 2, "/*") == 0) {
      const auto close = sql_.find("*/", at + 2);
      if (close != std::string::npos && sql_.find('\n', at) > close) return close + 2;
    }
    return begin;
  }

  /// Takes an item out with its comma, and with the comment behind it on its line.
  void remove_item(std::size_t index) {
    const auto item = layout_.items[index];
    if (index + 1 < layout_.items.size()) {
      const auto next = layout_.items[index + 1].begin;
      auto end = std::min(comma(item.end, next) + 1, next);
      end = std::min(line_rest(end), next);
      // Where the next one stands on the same line it takes this one's place.
      const auto line_end = sql_.find_first_not_of(" \t", end);
      end = line_end == next ? next : end;
      sql_.erase(item.begin, end - item.begin);
      drop_empty_line(item.begin);
      return;
    }
    const auto rest = line_rest(item.end);
    sql_.erase(item.begin, rest - item.begin);
    drop_empty_line(item.begin);
    if (index > 0) {
      const auto before = layout_.items[index - 1].end;
      const auto at = comma(before, item.begin);
      const bool same_line = sql_.find_first_not_of(" \t", at + 1) >= item.begin;
      if (at < item.begin) sql_.erase(at, same_line ? item.begin - at : 1);
    }
  }

  /// Takes the line away where nothing but blanks is left of it.
  void drop_empty_line(std::size_t at) {
    auto begin = at;
    while (begin > 0 && (sql_[begin - 1] == ' ' || sql_[begin - 1] == '\t')) --begin;
    auto end = at;
    while (end < sql_.size() && (sql_[end] == ' ' || sql_[end] == '\t')) ++end;
    if (begin > 0 && sql_[begin - 1] == '\n' && end < sql_.size() && sql_[end] == '\n') {
      sql_.erase(begin, end + 1 - begin);
    }
  }

  void append_item(const std::string& text) {
    const auto last = layout_.items.back().end;
    const auto tail = sql_.substr(last, layout_.close - last);
    const auto line = last_line_break(tail);
    if (line == std::string::npos) {
      sql_.replace(last, tail.size(), ", " + text + tail);
    } else {
      sql_.replace(last, tail.size(),
                   "," + tail.substr(0, line + 1) + indent() + text + tail.substr(line));
    }
    read();
  }

  /// Where the last line begins that is not a comment's.
  static std::size_t last_line_break(std::string_view text) {
    auto result = std::string_view::npos;
    base::sql_lexer lexer(text, base::sql_flavour::sqlite);
    for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
      const auto found = lexer.text(t).rfind('\n');
      if (t.kind == base::token_kind::space && found != std::string_view::npos) {
        result = t.begin + found;
      }
    }
    return result;
  }

  /// Behind the last column, or where it is wanted.
  void insert_column(const std::string& text, const model::add_column& op) {
    auto first =
        std::ranges::find_if(layout_.items, [](const auto& item) { return item.column.empty(); });
    if (op.first) first = layout_.items.begin();
    if (!op.after.empty())
      first = layout_.items.begin() + (&item_of(op.after) - layout_.items.data()) + 1;
    if (first == layout_.items.end()) return append_item(text);
    const auto line = sql_.find_last_not_of(" \t", first->begin - 1);
    const bool own_line = line != std::string::npos && sql_[line] == '\n';
    sql_.insert(first->begin, text + (own_line ? ",\n" + indent() : ", "));
    read();
  }

  /// What stands before the first item on its line.
  std::string indent() const {
    const auto begin = layout_.items.front().begin;
    const auto line = sql_.rfind('\n', begin);
    const auto text = line == std::string::npos ? "  " : sql_.substr(line + 1, begin - line - 1);
    return std::ranges::all_of(text, is_blank) ? text : "  ";
  }

  // ---- clauses

  /// Takes out a clause of a column, or the item that a table's constraint is.
  void remove(std::size_t index, const table_clause& clause) {
    if (layout_.items[index].column.empty()) return remove_item(index);
    auto begin = clause.begin;
    while (begin > 0 && (sql_[begin - 1] == ' ' || sql_[begin - 1] == '\t')) --begin;
    const auto end = clause.end;
    sql_.erase(begin, end - begin);
    // What stood close to it would run into what stood before it.
    if (begin < sql_.size() && begin > 0 && joins(sql_[begin - 1]) && joins(sql_[begin])) {
      sql_.insert(begin, 1, ' ');
    }
    drop_empty_line(begin);
  }

  const table_item& item_of(const std::string& column) const {
    const auto found = std::ranges::find_if(
        layout_.items, [&](const auto& item) { return same_name(item.column, column); });
    if (found == layout_.items.end()) {
      throw error(fmt::format("table {} has no column {}", table_.name.name, column));
    }
    return *found;
  }

  static const table_clause* find(const table_item& item, clause_kind kind) {
    const auto found = std::ranges::find(item.clauses, kind, &table_clause::kind);
    return found == item.clauses.end() ? nullptr : &*found;
  }

  /// Replaces a clause of a column, or puts it behind another one; empty: takes it out.
  void set_clause(const table_item& item, const table_clause* old, const table_clause* behind,
                  const std::string& text) {
    if (old != nullptr && text.empty()) {
      remove(static_cast<std::size_t>(&item - layout_.items.data()), *old);
    } else if (old != nullptr) {
      put(old->begin, old->end, text);
    } else if (!text.empty()) {
      const auto at = behind != nullptr ? behind->end : item.name_end;
      put(at, at, " " + text);
    }
    read();
  }

  static bool joins(char c) { return !is_blank(c) && c != ',' && c != '(' && c != ')'; }

  /// Replaces a stretch, with a blank behind it where the next word would stick to it.
  void put(std::size_t begin, std::size_t end, std::string text) {
    if (end < sql_.size() && joins(sql_[end])) text += ' ';
    sql_.replace(begin, end - begin, text);
  }

  void set_type(const std::string& column, const std::string& type) {
    const auto& item = item_of(column);
    set_clause(item, find(item, clause_kind::type), nullptr, type);
  }

  void set_nullable(const std::string& column, bool nullable) {
    if (const auto& item = item_of(column); const auto* null = find(item, clause_kind::null)) {
      set_clause(item, null, nullptr, {});
    }
    const auto& item = item_of(column);
    const auto* old = find(item, clause_kind::not_null);
    if (nullable == (old == nullptr)) return;
    set_clause(item, old, find(item, clause_kind::type), nullable ? "" : "NOT NULL");
  }

  void set_default(const std::string& column, const std::optional<std::string>& value) {
    const auto& item = item_of(column);
    const auto* not_null = find(item, clause_kind::not_null);
    set_clause(item, find(item, clause_kind::default_value),
               not_null != nullptr ? not_null : find(item, clause_kind::type),
               value ? "DEFAULT " + words_.default_value(*value) : std::string());
  }

  /// AUTOINCREMENT is part of the PRIMARY KEY clause.
  void set_identity(const std::string& column, const std::optional<model::identity>& identity) {
    if (identity) set_type(column, "INTEGER");
    for (std::size_t index = 0; index < layout_.items.size(); ++index) {
      for (const auto& clause : layout_.items[index].clauses) {
        const auto* key = clause.what ? std::get_if<model::primary_key>(&*clause.what) : nullptr;
        if (key == nullptr || key->columns.size() != 1 || !same_name(key->columns[0], column))
          continue;
        auto wanted = table_;
        for (auto& one : wanted.columns) {
          if (same_name(one.name, column)) one.identity = identity;
        }
        const bool beside = !layout_.items[index].column.empty();
        put(clause.begin, clause.end,
            words_.name_prefix(key->name) + words_.primary_key_clause(wanted, *key, beside));
        return read();
      }
    }
    throw error(
        fmt::format("SQLite can number the rows of table {} by column {} only if it is the "
                    "primary key by itself",
                    table_.name.name, column));
  }

  std::string sql_;
  const sqlite_writer& words_;
  model::table table_;
  table_layout layout_;
};

}  // namespace

std::string changed_table_text(std::string_view sql, const model::operation_variant& what,
                               const sqlite_writer& words) {
  table_text text(sql, words);
  std::visit(text, what);
  return std::move(text).take();
}

}  // namespace retort::sqlite
