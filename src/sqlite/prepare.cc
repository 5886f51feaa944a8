#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include <retort/error.h>

#include "base/text_tools.h"
#include "sqlite/dialect.h"
#include "sqlite/enum_change.h"
#include "sqlite/join_changes.h"
#include "sqlite/quoted_strings.h"
#include "sqlite/reach.h"
#include "sqlite/rebuild.h"
#include "sqlite/redefine.h"
#include "sqlite/tokens.h"
#include "sqlite/virtual_table.h"
#include "sqlite/works.h"

// Which of the ways a change takes, by what it is of.

namespace retort::sqlite {
namespace {

/// A statement that needs nothing of what the database is.
class plain_change final : public retort::dialect::table_change {
 public:
  explicit plain_change(std::string sql) : statements_{std::move(sql)} {}
  const std::vector<std::string>& statements() const override { return statements_; }
  void confirm() override {}

 private:
  std::vector<std::string> statements_;
};

bool is_attached(const model::qualified_name& table) {
  return !table.schema.empty() && !base::equals_ignoring_case(table.schema, "main");
}

/// The CREATE statement of a table in `main`; empty: there is no such table.
std::string text_of_table(db::connection& connection, const model::qualified_name& table) {
  if (is_attached(table)) return {};
  const db::parameter name[] = {table.name};
  const auto found = connection.query(
      "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower($1)", name);
  return found.rows.empty() ? std::string() : found.rows[0][0].value_or("");
}

/// In a table that is not STRICT a column can be added as it was written.
bool can_add_as_written(const retort::dialect::statement& change, std::string_view sql) {
  const auto* added = std::get_if<model::add_column>(&change.change.front().what);
  if (added == nullptr || change.change.size() > 1 || !alter_is_enough(*added)) return false;
  const auto tail = tokenise(sql.substr(sql.rfind(')') + 1));
  return std::ranges::none_of(tail, [](const token& t) { return is_word(t, "STRICT"); });
}

std::unique_ptr<retort::dialect::table_change> change_table(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change);

/// Renames that stand first: what mentions the names follows them.
class renames_before final : public retort::dialect::table_change {
 public:
  renames_before(const sqlite_dialect& target, db::connection& connection,
                 retort::dialect::statement change, joined_change parts)
      : target_(target),
        connection_(connection),
        rest_(std::move(change)),
        part_(connection, {retort::dialect::changed_table(rest_.change).name}, rest_.change),
        broken_(broken_objects(connection, part_)) {
    rest_.change = std::move(parts.others);
    std::vector<retort::dialect::statement> written;
    for (const auto& op : parts.renames) target.write(op, written);
    for (auto& one : written) statements_.push_back(std::move(one.sql));
  }

  const std::vector<std::string>& statements() const override { return statements_; }
  void confirm() override {
    const auto why = newly_broken(connection_, part_, broken_);
    if (!why) return;
    error problem(fmt::format("cannot {}: {}", model::describe(rest_.change.front().what), *why));
    problem.at(rest_.where.file, rest_.where.line, rest_.where.column);
    throw problem.help(make_it_anew);
  }
  std::unique_ptr<table_change> next() override {
    return change_table(target_, connection_, rest_);
  }

 private:
  const sqlite_dialect& target_;
  db::connection& connection_;
  retort::dialect::statement rest_;
  std::vector<std::string> statements_;
  /// What all this can make a difference to.
  reach part_;
  /// What did not work before.
  std::map<std::string, std::string> broken_;
};

/// ALTER TABLE cannot rename the columns of a virtual table.
bool can_rename_first(const joined_change& parts, bool is_virtual) {
  return !parts.renames.empty() &&
         (!is_virtual || std::ranges::all_of(parts.renames, [](const auto& op) {
           return std::holds_alternative<model::rename_table>(op.what);
         }));
}

std::unique_ptr<retort::dialect::table_change> change_table(
    const sqlite_dialect& target, db::connection& connection,
    const retort::dialect::statement& change) {
  const auto& table = retort::dialect::changed_table(change.change);
  const auto text = text_of_table(connection, table);
  const bool is_virtual = makes_virtual_table(text);
  const bool is_plain = !is_virtual && can_add_as_written(change, text);
  const bool may_be_hidden = is_plain ? table.schema.empty() : !is_attached(table);
  if (may_be_hidden) require_not_hidden(connection, table, change.where);
  if (is_plain) {
    require_strings_stay(target, connection, change.change);
    return std::make_unique<plain_change>(change.sql);
  }
  auto parts = join_changes(change.change);
  if (parts && can_rename_first(*parts, is_virtual)) {
    return std::make_unique<renames_before>(target, connection, change, std::move(*parts));
  }
  auto in_order = change;
  if (parts && parts->renames.empty()) in_order.change = std::move(parts->others);
  require_strings_stay(target, connection, in_order.change);
  return is_virtual ? make_virtual_change(target, connection, in_order, text)
                    : make_rebuild(target, connection, in_order);
}

}  // namespace

std::unique_ptr<retort::dialect::table_change> sqlite_dialect::prepare(
    db::connection& connection, const retort::dialect::statement& change) const {
  try {
    const auto& first = change.change.front().what;
    if (std::holds_alternative<model::rename_index>(first) ||
        std::holds_alternative<model::replace_object>(first)) {
      return make_redefinition(*this, connection, change);
    }
    if (std::holds_alternative<model::alter_enum>(first)) {
      return make_enum_change(*this, connection, change);
    }
    return change_table(*this, connection, change);
  } catch (error& problem) {
    if (problem.where.file.empty()) {
      problem.at(change.where.file, change.where.line, change.where.column);
    }
    throw;
  }
}

}  // namespace retort::sqlite
