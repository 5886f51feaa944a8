#include "dialect/quoting.h"

#include <fmt/format.h>
#include <retort/error.h>

#include <algorithm>
#include <array>

#include "base/sql_words.h"
#include "base/text_tools.h"

namespace retort::dialect {
namespace {

void refuse_nul(std::string_view what, std::string_view text) {
  if (text.find('\0') == std::string_view::npos) return;
  throw error(fmt::format("the {} '{}' holds a NUL character, which no database can store", what,
                          base::printable(text)));
}

}  // namespace

std::string quote_identifier(std::string_view identifier) {
  refuse_nul("name", identifier);
  if (base::is_bare_name(identifier)) return std::string(identifier);
  return base::in_quotes('"', identifier);
}

std::string quote_identifier(const model::qualified_name& name) {
  const std::string own = quote_identifier(name.name);
  return name.schema.empty() ? own : quote_identifier(name.schema) + "." + own;
}

std::string quote_collation(std::string_view collation) {
  return collation.starts_with('"') ? std::string(collation) : quote_identifier(collation);
}

std::string quote_literal(std::string_view value) {
  refuse_nul("string", value);
  return base::in_quotes('\'', value);
}

std::string sql_fragment(std::string_view sql, base::sql_flavour flavour) {
  std::string out;
  int depth = 0;
  base::sql_lexer lexer(sql, flavour);
  auto refuse = [&](std::string_view why) {
    throw error(fmt::format("the SQL \"{}\" {}", base::printable(base::trim(sql)), why));
  };
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    auto text = lexer.text(t);
    if (t.kind == base::token_kind::comment) {
      out += ' ';
      continue;
    }
    if (t.kind == base::token_kind::unterminated)
      refuse("has a quote or comment that does not end");
    if (t.kind == base::token_kind::semicolon) refuse("has a semicolon");
    if (text == "(") ++depth;
    if (text == ")" && --depth < 0) break;
    out += text;
  }
  if (depth != 0) refuse("has unbalanced parentheses");
  return std::string(base::trim(out));
}

bool is_parenthesised(std::string_view sql, base::sql_flavour flavour) {
  int depth = 0;
  bool closed = false;
  base::sql_lexer lexer(sql, flavour);
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    if (t.kind == base::token_kind::space || t.kind == base::token_kind::comment) continue;
    auto text = lexer.text(t);
    if (closed || (depth == 0 && text != "(")) return false;
    if (text == "(") ++depth;
    if (text == ")") closed = --depth == 0;
  }
  return closed;
}

std::string in_parentheses(std::string_view sql, base::sql_flavour flavour) {
  auto fragment = sql_fragment(sql, flavour);
  return is_parenthesised(fragment, flavour) ? fragment : fmt::format("({})", fragment);
}

}  // namespace retort::dialect
