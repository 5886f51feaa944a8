#include <algorithm>
#include <utility>

#include <retort/error.h>

#include "sqlite/dialect.h"
#include "sqlite/enum_change.h"
#include "sqlite/rebuild.h"
#include "sqlite/redefine.h"
#include "sqlite/tokens.h"

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

/// In a table that is not STRICT a column can be added as it was written.
bool can_add_as_written(db::connection& connection, const retort::dialect::statement& change) {
  const auto* added = std::get_if<model::add_column>(&change.change.front().what);
  if (added == nullptr || change.change.size() > 1 || !alter_is_enough(*added)) return false;
  const db::parameter name[] = {added->table.name};
  const auto found = connection.query(
      "SELECT sql FROM sqlite_master WHERE type = 'table' AND lower(name) = lower($1)", name);
  if (found.rows.empty()) return true;
  const std::string_view sql = found.rows[0][0].value();
  const auto tail = tokenise(sql.substr(sql.rfind(')') + 1));
  return std::ranges::none_of(tail, [](const token& t) { return is_word(t, "STRICT"); });
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
    if (can_add_as_written(connection, change)) return std::make_unique<plain_change>(change.sql);
    return make_rebuild(*this, connection, change);
  } catch (error& problem) {
    if (problem.where.file.empty()) {
      problem.at(change.where.file, change.where.line, change.where.column);
    }
    throw;
  }
}

}  // namespace retort::sqlite
