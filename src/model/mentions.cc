#include "model/mentions.h"

#include <algorithm>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "model/table.h"

namespace retort::model {

bool mentions(std::string_view expression, std::string_view column) {
  // The words of both grammars; SQLite's further quotes are read in a second pass.
  for (const auto flavour : {base::sql_flavour::postgresql, base::sql_flavour::sqlite}) {
    base::sql_lexer lexer(expression, flavour);
    for (auto token = lexer.next(); token.kind != base::token_kind::end; token = lexer.next()) {
      const auto text = lexer.text(token);
      if (token.kind == base::token_kind::word && base::equals_ignoring_case(text, column)) {
        return true;
      }
      if (token.kind == base::token_kind::quoted_name &&
          base::equals_ignoring_case(text.substr(1, text.size() - 2), column)) {
        return true;
      }
    }
  }
  return false;
}

std::string renamed(std::string_view expression, std::string_view column, std::string_view to) {
  const bool is_plain = std::all_of(to.begin(), to.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  std::string replacement(to);
  if (!is_plain) {
    for (std::size_t at = 0; (at = replacement.find('"', at)) != std::string::npos; at += 2) {
      replacement.insert(at, 1, '"');
    }
    replacement = '"' + replacement + '"';
  }
  std::string result;
  base::sql_lexer lexer(expression, base::sql_flavour::sqlite);
  for (auto token = lexer.next(); token.kind != base::token_kind::end; token = lexer.next()) {
    const auto text = lexer.text(token);
    const bool word =
        token.kind == base::token_kind::word && base::equals_ignoring_case(text, column);
    const bool quoted = token.kind == base::token_kind::quoted_name &&
                        base::equals_ignoring_case(text.substr(1, text.size() - 2), column);
    result += word || quoted ? std::string_view(replacement) : text;
  }
  return result;
}

bool uses(const index& item, std::string_view column) {
  const bool in_key = std::any_of(item.keys.begin(), item.keys.end(), [&](const index_key& key) {
    return key.is_expression ? mentions(key.what, column) : key.what == column;
  });
  const bool included =
      std::find(item.include.begin(), item.include.end(), column) != item.include.end();
  return in_key || included || mentions(item.where, column);
}

}  // namespace retort::model
