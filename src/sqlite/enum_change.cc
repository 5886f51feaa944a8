#include "sqlite/enum_change.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text_tools.h"
#include "model/apply_objects.h"
#include "sqlite/enumeration.h"
#include "sqlite/reach.h"

namespace retort::sqlite {
namespace {

/// A column that an enumeration keeps to its values.
struct use {
  model::table table;
  model::column column;
  model::check check;
};

class enum_change final : public retort::dialect::table_change {
 public:
  enum_change(const sqlite_dialect& target, db::connection& connection,
              const retort::dialect::statement& change, std::set<std::string> done)
      : target_(target),
        connection_(connection),
        change_(change),
        op_(std::get<model::alter_enum>(change.change.front().what)),
        done_(std::move(done)) {
    if (const auto next = next_use()) begin(*next);
  }

  bool is_empty() const { return table_ == nullptr; }

  const std::vector<std::string>& statements() const override { return table_->statements(); }
  std::vector<std::string> script() const override { return table_->script(); }
  void confirm() override { table_->confirm(); }

  std::unique_ptr<retort::dialect::table_change> next() override {
    auto following = std::make_unique<enum_change>(target_, connection_, change_, done_);
    if (following->is_empty()) return nullptr;
    return following;
  }

 private:
  /// What asks for the old value would ask for nothing: SQLite keeps texts, and nothing in them
  /// follows.
  void refuse_mentions(const use& found) const {
    const auto value = target_.literal(op_.value);
    const auto has = [&](const std::string& sql) { return sql.find(value) != std::string::npos; };
    for (const auto& index : found.table.indexes) {
      const bool is_over = std::ranges::any_of(
          index.keys, [&](const auto& key) { return key.is_expression && has(key.what); });
      if (is_over || has(index.where)) throw mention("index " + index.name);
    }
    for (const auto& check : found.table.checks) {
      // Those of enumerations have their own change.
      if (enumerated_column(check).empty() && has(check.expression)) {
        throw mention(check.name.empty() ? fmt::format("CHECK ({})", check.expression)
                                         : "check " + check.name);
      }
    }
    for (const auto& column : found.table.columns) {
      if (column.generated && has(column.generated->expression)) {
        throw mention("column " + column.name);
      }
    }
    const reach part(connection_, {found.table.name.name}, {});
    for (const auto& [key, object] : target_.introspect_part(connection_, part).objects) {
      if (has(object.definition) && part.is_mentioned(object.definition)) {
        throw mention(fmt::format("{} {}", object.kind, object.name.display()));
      }
    }
  }

  error mention(const std::string& what) const {
    return error(fmt::format("cannot {}: {} mentions the value", model::describe(op_), what))
        .help("drop it before this change, and create it anew behind it");
  }

  std::optional<use> next_use() const {
    const auto part = reach::of_text(op_.name.name + '.');
    for (const auto& [name, table] : target_.introspect_part(connection_, part).tables) {
      for (const auto& check : table.checks) {
        const auto* column = table.find_column(enumerated_column(check));
        if (column == nullptr || done_.contains(name.name + "." + column->name)) continue;
        const auto type = check.name.substr(0, check.name.find('.'));
        if (!base::equals_ignoring_case(type, op_.name.name)) continue;
        return use{table, *column, check};
      }
    }
    return std::nullopt;
  }

  void begin(const use& found) {
    done_.insert(found.table.name.name + "." + found.column.name);
    auto wanted = found.check;
    try {
      wanted.expression = model::changed_enum(found.check.expression, op_);
    } catch (const error& problem) {
      throw error(fmt::format("cannot {}: {}", model::describe(op_), problem.what()));
    }
    retort::dialect::statement change = change_;
    const auto add = [&](model::operation_variant what) {
      change.change.push_back({std::move(what), change_.where});
    };
    change.change.clear();
    add(model::drop_constraint{found.table.name, found.check.name, model::constraint_kind::check});
    add(model::add_constraint{found.table.name, wanted});
    if (!op_.rename.empty()) {
      model::alter_column values{found.table.name, found.column.name};
      values.type = found.column.type;
      values.recodes = true;
      const auto name = target_.quote(found.column.name);
      values.conversion = fmt::format("CASE {0} WHEN {1} THEN {2} ELSE {0} END", name,
                                      target_.literal(op_.value), target_.literal(op_.rename));
      const auto old = target_.literal(op_.value);
      if (found.column.default_sql == old) values.default_sql = target_.literal(op_.rename);
      refuse_mentions(found);
      add(std::move(values));
    }
    table_ = target_.prepare(connection_, change);
  }

  const sqlite_dialect& target_;
  db::connection& connection_;
  retort::dialect::statement change_;
  model::alter_enum op_;
  /// "table.column" of the uses that have had their change.
  std::set<std::string> done_;
  std::unique_ptr<retort::dialect::table_change> table_;
};

}  // namespace

std::unique_ptr<retort::dialect::table_change> make_enum_change(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change) {
  auto first = std::make_unique<enum_change>(target, connection, change, std::set<std::string>());
  if (!first->is_empty()) return first;
  const auto& op = std::get<model::alter_enum>(change.change.front().what);
  throw error(
      fmt::format("cannot {}: no column COLUMN has a CHECK \"{}.…\" that says COLUMN IN (…)",
                  model::describe(op), op.name.name))
      .help("declare the column as types::enumeration");
}

}  // namespace retort::sqlite
