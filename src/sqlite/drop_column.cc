#include "sqlite/drop_column.h"

#include <algorithm>

#include "base/sql_lexer.h"
#include "model/mentions.h"

namespace retort::sqlite {
namespace {

/// To drop the last column SQLite (alter.c, `dropColumnFunc`) goes back to the next comma, and be
/// it one in a comment.
bool has_comma_in_comment(std::string_view sql) {
  base::sql_lexer lexer(sql, base::sql_flavour::sqlite);
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    if (t.kind == base::token_kind::comment && lexer.text(t).find(',') != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool can_drop(const model::schema& all, const model::table& table, const std::string& column,
              std::string_view text) {
  if (has_comma_in_comment(text)) return false;
  const auto over_it = [&](const auto& item) {
    return std::ranges::find(item.columns, column) != item.columns.end();
  };
  if (table.primary_key && over_it(*table.primary_key)) return false;
  if (std::ranges::any_of(table.uniques, over_it)) return false;
  if (std::ranges::any_of(table.foreign_keys, over_it)) return false;
  const auto mentioned = [&](const std::string& sql) { return model::mentions(sql, column); };
  if (std::ranges::any_of(table.checks, mentioned, &model::check::expression)) return false;
  if (std::ranges::any_of(table.opaque, mentioned)) return false;
  if (std::ranges::any_of(table.indexes,
                          [&](const auto& index) { return model::uses(index, column); })) {
    return false;
  }
  if (std::ranges::any_of(table.columns, [&](const auto& other) {
        return other.generated && mentioned(other.generated->expression);
      })) {
    return false;
  }
  return std::ranges::none_of(
      all.objects, [&](const auto& object) { return mentioned(object.second.definition); });
}

}  // namespace retort::sqlite
