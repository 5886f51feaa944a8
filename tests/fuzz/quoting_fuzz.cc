#include <retort/error.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/sql_lexer.h"
#include "dialect/quoting.h"

// Names, strings and pieces of SQL that somebody hostile has chosen: an error of ours, or exactly
// one name, one string, and a piece that does not break out of its parentheses. Both databases read
// them with the same lexer that is fuzzed by sql_file_fuzz.

namespace {

using namespace retort;
using base::sql_flavour;
using base::token_kind;

constexpr sql_flavour flavours[] = {sql_flavour::sqlite, sql_flavour::postgresql};

void require(bool holds) {
  if (!holds) std::abort();
}

std::string undoubled(std::string_view quoted) {
  std::string text;
  const char quote = quoted.front();
  for (std::size_t at = 1; at + 1 < quoted.size(); ++at) {
    text += quoted[at];
    if (quoted[at] == quote) ++at;
  }
  return text;
}

void check_name(std::string_view name) {
  const auto written = dialect::quote_identifier(name);
  for (const auto flavour : flavours) {
    base::sql_lexer lexer(written, flavour);
    const auto token = lexer.next();
    require(token.size == written.size());
    require(token.kind == token_kind::word
                ? written == name
                : token.kind == token_kind::quoted_name && undoubled(written) == name);
  }
}

void check_string(std::string_view value) {
  const auto written = dialect::quote_literal(value);
  for (const auto flavour : flavours) {
    base::sql_lexer lexer(written, flavour);
    const auto token = lexer.next();
    require(token.kind == token_kind::string && token.size == written.size());
    require(undoubled(written) == value);
  }
}

void check_fragment(std::string_view sql) {
  for (const auto flavour : flavours) {
    std::string written;
    try {
      written = dialect::in_parentheses(sql, flavour);
    } catch (const error&) {
      continue;
    }
    base::sql_lexer lexer(written, flavour);
    int depth = 0;
    std::size_t end = 0;
    for (auto token = lexer.next(); token.kind != token_kind::end; token = lexer.next()) {
      require(token.kind != token_kind::semicolon && token.kind != token_kind::unterminated &&
              token.kind != token_kind::comment);
      require(end == 0 || depth > 0);
      if (lexer.text(token) == "(") ++depth;
      if (lexer.text(token) == ")") --depth;
      require(depth >= 0);
      end = token.begin + token.size;
    }
    require(depth == 0 && end == written.size());
  }
}

template <class Check>
void tried(const Check& check) {
  try {
    check();
  } catch (const error&) {
    // Refused, with a message.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tried([&] { check_name(text); });
  tried([&] { check_string(text); });
  check_fragment(text);
  return 0;
}
