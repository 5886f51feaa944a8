#include "sqlite/old_rows.h"

#include <algorithm>

#include "base/text_tools.h"
#include "sqlite/tokens.h"

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

}  // namespace retort::sqlite
