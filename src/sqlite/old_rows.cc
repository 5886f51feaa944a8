#include "sqlite/old_rows.h"

#include <algorithm>

#include "base/text_tools.h"
#include "sqlite/tokens.h"
#include "sqlite/types.h"

namespace retort::sqlite {

bool reads_tables(std::string_view expression) {
  const auto all = tokenise(expression);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (is_word(all[i], "SELECT")) return true;
    // "The IN and NOT IN operators": `x IN t` is `x IN (SELECT * FROM t)`.
    if (is_word(all[i], "IN") && i + 1 < all.size() && is_name(all[i + 1])) return true;
  }
  return false;
}

std::string value_beside(const model::table& old, const std::string& column) {
  auto name = "retort_new_" + column;
  while (std::ranges::any_of(old.columns, [&](const model::column& other) {
    return base::equals_ignoring_case(other.name, name);
  })) {
    name += '_';
  }
  return name;
}

bool converts(const model::operation& op, const model::table& before) {
  const auto* altered = std::get_if<model::alter_column>(&op.what);
  if (altered == nullptr || !altered->type) return false;
  const auto* column = before.find_column(altered->column);
  if (column == nullptr || !altered->conversion.empty()) return true;
  return affinity_of(column->type.raw) != affinity_of(type_name(*altered->type, before.strict));
}

std::optional<std::string> rowid_name(const model::table& before, const model::table& after) {
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    const auto taken = [&](const model::column& column) {
      return base::equals_ignoring_case(column.name, name);
    };
    if (std::ranges::none_of(before.columns, taken) && std::ranges::none_of(after.columns, taken)) {
      return name;
    }
  }
  return std::nullopt;
}

}  // namespace retort::sqlite
