#include "sqlite/tokens.h"

#include <algorithm>
#include <array>

#include "base/text_tools.h"

namespace retort::sqlite {

using base::token_kind;

namespace {

constexpr auto operators =
    std::to_array<std::string_view>({"->>", "||", "<=", ">=", "<>", "==", "!=", "<<", ">>", "->"});

/// Joins the one-character symbols of the lexer to the operators of tokenize.c.
std::size_t operator_size(std::string_view rest) {
  for (auto candidate : operators) {
    if (rest.starts_with(candidate)) return candidate.size();
  }
  return 1;
}

}  // namespace

tokens tokenise(std::string_view sql) {
  tokens out;
  base::sql_lexer lexer(sql, base::sql_flavour::sqlite);
  std::size_t joined_to = 0;
  for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
    if (t.kind == token_kind::space || t.kind == token_kind::comment || t.begin < joined_to)
      continue;
    auto size = t.size;
    if (t.kind == token_kind::symbol) {
      size = operator_size(sql.substr(t.begin));
      joined_to = t.begin + size;
    }
    out.push_back({t.kind, sql.substr(t.begin, size)});
  }
  return out;
}

bool is_word(const token& t, std::string_view keyword) {
  return t.kind == token_kind::word && base::equals_ignoring_case(t.text, keyword);
}

bool is_symbol(const token& t, std::string_view symbol) {
  return t.kind == token_kind::symbol && t.text == symbol;
}

bool is_name(const token& t) {
  return t.kind == token_kind::word || t.kind == token_kind::quoted_name ||
         t.kind == token_kind::string;
}

std::string name_of(const token& t) {
  if (t.kind == token_kind::word || t.text.size() < 2) return std::string(t.text);
  auto inner = t.text.substr(1, t.text.size() - 2);
  char quote = t.text.front();
  std::string out;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    out += inner[i];
    if (quote != '[' && inner[i] == quote) ++i;
  }
  return out;
}

std::size_t skip_parentheses(std::span<const token> all, std::size_t open) {
  int depth = 0;
  for (auto i = open; i < all.size(); ++i) {
    if (is_symbol(all[i], "(")) ++depth;
    if (is_symbol(all[i], ")") && --depth == 0) return i + 1;
  }
  return all.size();
}

std::span<const token> strip_parentheses(std::span<const token> all) {
  while (all.size() > 2 && is_symbol(all.front(), "(") && is_symbol(all.back(), ")") &&
         skip_parentheses(all, 0) == all.size()) {
    all = all.subspan(1, all.size() - 2);
  }
  return all;
}

std::vector<std::span<const token>> split_commas(std::span<const token> all) {
  std::vector<std::span<const token>> out;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= all.size(); ++i) {
    if (i == all.size() || (depth == 0 && is_symbol(all[i], ","))) {
      out.push_back(all.subspan(begin, i - begin));
      begin = i + 1;
    } else if (is_symbol(all[i], "(")) {
      ++depth;
    } else if (is_symbol(all[i], ")")) {
      --depth;
    }
  }
  return out;
}

}  // namespace retort::sqlite
