#include "sqlite/join_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/text_tools.h"
#include "model/mentions.h"
#include "sqlite/tokens.h"

namespace retort::sqlite {
namespace {

const std::string* renamed_column(const model::operation_variant& what) {
  const auto* altered = std::get_if<model::alter_column>(&what);
  return altered != nullptr && is_rename(what) ? &altered->column : nullptr;
}

/// The table that an operation is on; null: it is not the change of one.
const model::qualified_name* table_of(const model::operation_variant& what) {
  return std::visit(
      [](const auto& op) -> const model::qualified_name* {
        if constexpr (requires { op.table.schema; }) return &op.table;
        return nullptr;
      },
      what);
}

/// Calls `see(sql)` for each expression of an operation.
template <class See>
struct expressions {
  See see;

  void operator()(auto& op) const {
    if constexpr (requires { op.conversion; }) see(op.conversion);
    if constexpr (requires { op.check; }) see(op.check);
    if constexpr (requires { op.column.generated; }) {
      if (op.column.generated) see(op.column.generated->expression);
    }
    if constexpr (requires { op.constraint; }) of(op.constraint);
    if constexpr (requires { op.definition; }) {
      if (op.definition) of(*op.definition);
    }
    if constexpr (requires { op.index; }) {
      for (auto& key : op.index.keys) {
        if (key.is_expression) see(key.what);
      }
      see(op.index.where);
    }
  }

  void of(auto& constraint) const {
    if (auto* check = std::get_if<model::check>(&constraint)) see(check->expression);
    if (auto* unique = std::get_if<model::unique>(&constraint)) see(unique->keys);
  }
};

template <class Operation, class See>
void each_expression(Operation& what, See see) {
  std::visit(expressions<See>{std::move(see)}, what);
}

bool mentions(const model::operation& op, const std::string& name) {
  bool found = false;
  each_expression(op.what, [&](const std::string& sql) {
    found = found || (!sql.empty() && model::mentions(sql, name));
  });
  return found;
}

/// Gives a column its new name wherever an operation on its table has the old one.
class column_renamer {
 public:
  column_renamer(const model::qualified_name& table, std::string from, std::string to)
      : table_(table), from_(std::move(from)), to_(std::move(to)) {}

  void operator()(model::operation& op) const {
    each_expression(op.what, [&](std::string& sql) {
      if (!sql.empty()) sql = model::renamed(sql, from_, to_);
    });
    std::visit([&](auto& what) { names(what); }, op.what);
  }

 private:
  void rename(std::string& name) const {
    if (same_name(name, from_)) name = to_;
  }
  void rename(std::vector<std::string>& names) const {
    for (auto& name : names) rename(name);
  }
  void rename(model::foreign_key& key) const {
    rename(key.columns);
    if (same_name(key.table.name, table_.name)) rename(key.referenced_columns);
  }
  void rename(model::constraint& item) const {
    std::visit(
        [&](auto& one) {
          if constexpr (requires { one.referenced_columns; }) {
            rename(one);
          } else if constexpr (requires { one.columns; }) {
            rename(one.columns);
          }
        },
        item);
  }

  void names(auto& what) const {
    if constexpr (requires { what.column.name; }) {
      rename(what.column.name);
      rename(what.after);
      if (what.foreign_key) rename(*what.foreign_key);
    } else if constexpr (requires { what.column; }) {
      rename(what.column);
    }
    if constexpr (requires { what.constraint; }) rename(what.constraint);
    if constexpr (requires { what.definition; }) {
      if (what.definition) rename(*what.definition);
    }
    if constexpr (requires { what.index; }) {
      for (auto& key : what.index.keys) {
        if (!key.is_expression) rename(key.what);
      }
    }
  }

  const model::qualified_name& table_;
  std::string from_;
  std::string to_;
};

/// Gives a table its new name wherever an operation on it has the old one.
void rename_table(model::operation& op, const model::qualified_name& from, const std::string& to) {
  const auto follow = [&](model::qualified_name& name) {
    if (same_name(name.name, from.name)) name.name = to;
  };
  const auto follow_key = [&](model::constraint& item) {
    if (auto* key = std::get_if<model::foreign_key>(&item)) follow(key->table);
  };
  std::visit(
      [&](auto& what) {
        if constexpr (requires { what.table.schema; }) follow(what.table);
        if constexpr (requires { what.foreign_key->table; }) {
          if (what.foreign_key) follow(what.foreign_key->table);
        }
        if constexpr (requires { what.constraint; }) follow_key(what.constraint);
        if constexpr (requires { what.definition; }) {
          if (what.definition) follow_key(*what.definition);
        }
      },
      op.what);
}

/// Whether an operation would mean another thing in one rebuild with those before it: all of them
/// see the old rows, and a new column's default is the last one that it gets.
bool needs_their_rows(const std::vector<model::operation>& before,
                      const model::operation_variant& what) {
  // A new key numbers the rows, which keep the numbers without it.
  if (std::holds_alternative<model::drop_constraint>(what)) {
    return std::ranges::any_of(before, [](const auto& op) {
      const auto* added = std::get_if<model::add_column>(&op.what);
      return added != nullptr && added->primary_key;
    });
  }
  const auto* altered = std::get_if<model::alter_column>(&what);
  if (altered == nullptr) return false;
  return !altered->conversion.empty() || std::ranges::any_of(before, [&](const auto& op) {
    const auto* earlier = std::get_if<model::alter_column>(&op.what);
    const auto* added = std::get_if<model::add_column>(&op.what);
    const auto* name = earlier != nullptr ? &earlier->column
                       : added != nullptr ? &added->column.name
                                          : nullptr;
    return name != nullptr && same_name(*name, altered->column);
  });
}

class joiner {
 public:
  /// False where the operation cannot come to those before it.
  bool take(const model::operation& op) {
    const auto* table = table_of(op.what);
    if (table == nullptr || (!result_.others.empty() && *table != now_)) return false;
    now_ = *table;
    if (const auto* column = renamed_column(op.what)) return take_column(op, *column);
    if (const auto* renamed = std::get_if<model::rename_table>(&op.what)) {
      return take_table(op, *renamed);
    }
    if (needs_their_rows(result_.others, op.what)) return false;
    result_.others.push_back(op);
    return true;
  }

  joined_change result() && { return std::move(result_); }

 private:
  bool take_column(const model::operation& op, const std::string& from) {
    const auto& to = *std::get<model::alter_column>(op.what).rename;
    bool is_new = false;
    for (const auto& other : result_.others) {
      const auto* gone = std::get_if<model::drop_column>(&other.what);
      if (gone != nullptr && (same_name(gone->column, from) || same_name(gone->column, to)))
        return false;
      const auto* altered = std::get_if<model::alter_column>(&other.what);
      // A query in it may mean another table's column.
      if (altered != nullptr && !altered->conversion.empty() && mentions(other, from)) return false;
      const auto* added = std::get_if<model::add_column>(&other.what);
      if (added != nullptr && same_name(added->column.name, to)) return false;
      if (added == nullptr || !same_name(added->column.name, from)) continue;
      // It may have been there, with its values.
      if (added->if_not_exists) return false;
      is_new = true;
    }
    std::ranges::for_each(result_.others, column_renamer(now_, from, to));
    if (!is_new) result_.renames.push_back(op);
    return true;
  }

  bool take_table(const model::operation& op, const model::rename_table& what) {
    for (auto& other : result_.others) {
      if (mentions(other, what.table.name)) return false;
    }
    for (auto& other : result_.others) rename_table(other, what.table, what.to);
    result_.renames.push_back(op);
    now_.name = what.to;
    return true;
  }

  joined_change result_;
  model::qualified_name now_;
};

bool is_waiting(const dialect::statement& statement) {
  return !statement.change.empty() && !statement.is_known();
}

/// What a statement is to a change of a table; empty: nothing.
const std::vector<model::operation>& part_of(const dialect::statement& statement) {
  return statement.change.empty() ? statement.joins : statement.change;
}

bool can_join(std::span<const dialect::statement> statements, const model::operation& next) {
  std::vector<model::operation> all;
  for (const auto& one : statements) {
    all.insert(all.end(), part_of(one).begin(), part_of(one).end());
  }
  all.push_back(next);
  return join_changes(all).has_value();
}

}  // namespace

bool is_rename(const model::operation_variant& what) {
  if (std::holds_alternative<model::rename_table>(what)) return true;
  const auto* op = std::get_if<model::alter_column>(&what);
  return op != nullptr && op->rename && !op->type && !op->nullable && !op->default_sql &&
         !op->identity;
}

std::optional<joined_change> join_changes(const std::vector<model::operation>& operations) {
  joiner all;
  for (const auto& op : operations) {
    if (!all.take(op)) return std::nullopt;
  }
  return std::move(all).result();
}

std::optional<std::size_t> place_to_join(std::span<const dialect::statement> statements,
                                         const model::operation& next) {
  for (auto i = statements.size(); i-- > 0 && !part_of(statements[i]).empty();) {
    if (!is_waiting(statements[i])) continue;
    if (can_join(statements.subspan(i), next)) return i;
    break;
  }
  // A new column that ALTER TABLE could add comes in the rebuild without a statement of its own.
  const bool is_change = !statements.empty() && !statements.back().change.empty();
  if (is_change && can_join(statements.last(1), next)) return statements.size() - 1;
  return std::nullopt;
}

dialect::statement joined(std::span<const dialect::statement> statements,
                          const model::operation& next) {
  auto result = statements.front();
  if (result.is_known()) {
    result.sql =
        fmt::format("-- change table {}: {}", dialect::changed_table(result.change).display(),
                    model::describe(result.change.front().what));
  }
  const auto add = [&](const model::operation& op) {
    result.sql += "; " + model::describe(op.what);
    result.change.push_back(op);
  };
  for (const auto& one : statements.subspan(1)) std::ranges::for_each(part_of(one), add);
  add(next);
  return result;
}

}  // namespace retort::sqlite
