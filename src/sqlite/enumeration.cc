#include "sqlite/enumeration.h"

#include "sqlite/tokens.h"

namespace retort::sqlite {

std::string enumerated_column(const model::check& check) {
  if (check.name.find('.') == std::string::npos) return {};
  const auto all = tokenise(check.expression);
  if (all.size() < 5 || !is_name(all[0]) || !is_word(all[1], "IN") || !is_symbol(all[2], "(") ||
      !is_symbol(all.back(), ")")) {
    return {};
  }
  for (std::size_t i = 3; i + 1 < all.size(); ++i) {
    const bool is_value = i % 2 == 1;
    if (is_value ? all[i].kind != base::token_kind::string : !is_symbol(all[i], ",")) return {};
  }
  return name_of(all[0]);
}

}  // namespace retort::sqlite
