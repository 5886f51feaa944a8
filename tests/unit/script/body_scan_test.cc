#include "script/body_scan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "base/sql_lexer.h"
#include "rendered.h"
#include "script/marker.h"
#include "script/sql_file.h"

namespace {

using namespace retort::script;
using retort::base::sql_flavour;
using retort::base::token_kind;

constexpr std::size_t npos = body_scan::npos;

/// The definition: what one grammar's tokens say.
body_scan by_tokens(std::string_view text, sql_flavour flavour) {
  body_scan seen;
  retort::base::sql_lexer lexer(text, flavour);
  for (auto t = lexer.next(); t.kind != token_kind::end && seen.marker == npos; t = lexer.next()) {
    const auto token = lexer.text(t);
    if (t.kind == token_kind::unterminated) seen.unterminated = t.begin;
    if (t.kind != token_kind::comment || token[0] != '-') continue;
    if (!looks_like_marker(token.substr(2))) continue;
    const bool in_place = t.begin == 0 || text[t.begin - 1] == '\n';
    if (in_place) seen.marker = t.begin;
    if (!in_place && seen.misplaced == npos) seen.misplaced = t.begin;
  }
  return seen;
}

body_scan by_both(std::string_view text) {
  body_scan result = by_tokens(text, sql_flavour::sqlite);
  const body_scan other = by_tokens(text, sql_flavour::postgresql);
  result.marker = std::min(result.marker, other.marker);
  if (result.misplaced != other.misplaced) result.misplaced = npos;
  result.unterminated = result.unterminated == npos ? npos : other.unterminated;
  return result;
}

void check_same(const body_scan& seen, const body_scan& expected) {
  CHECK(seen.marker == expected.marker);
  CHECK(seen.misplaced == expected.misplaced);
  CHECK(seen.unterminated == expected.unterminated);
}

/// Whether the dialect's rules find nothing to refuse in a body.
bool is_fine(std::string_view body, sql_flavour flavour) {
  sql_section section;
  section.sql = std::string(body);
  return rendered([&] { check_transaction_control(section, flavour, "m.sql"); }) == "no error";
}

}  // namespace

TEST_CASE("a body ends where the tokens of its grammars say") {
  constexpr std::array pieces = {"'",
                                 "\"",
                                 "`",
                                 "[",
                                 "]",
                                 "$",
                                 "$$",
                                 "$a$",
                                 "/*",
                                 "*/",
                                 "--",
                                 "-",
                                 "/",
                                 "\\",
                                 "\n",
                                 "\r",
                                 "\v",
                                 " ",
                                 ";",
                                 ".",
                                 "e'",
                                 "e'\\'",
                                 "x'",
                                 "U&'",
                                 "$1",
                                 ":a",
                                 "1",
                                 "\"\"",
                                 "''",
                                 "SELECT",
                                 "begin",
                                 "commit",
                                 "stdin",
                                 "a",
                                 "end",
                                 "COPY a from",
                                 "\n-- migrate:down\n",
                                 "-- migrate:up\n",
                                 "\xC3\xA9",
                                 "rollback to",
                                 "create trigger",
                                 "0.5",
                                 "b$"};
  std::mt19937 random(1);
  int plain = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto left = random() % 12; left > 0; --left) {
      text += pieces[random() % pieces.size()];
      if (random() % 2 == 0) text += ' ';
    }
    CAPTURE(text);
    check_same(scan_body(text, 0, "sqlite"), by_tokens(text, sql_flavour::sqlite));
    check_same(scan_body(text, 0, "postgresql"), by_tokens(text, sql_flavour::postgresql));
    const body_scan seen = scan_body(text, 0, "");
    check_same(seen, by_both(text));
    if (!seen.plain) continue;
    ++plain;
    const auto body = std::string_view(text).substr(0, seen.marker);
    CHECK(is_fine(body, sql_flavour::sqlite));
    CHECK(is_fine(body, sql_flavour::postgresql));
  }
  CHECK(plain > 1000);
}

TEST_CASE("most bodies are plain") {
  const auto plain = [](const std::string& body) { return scan_body(body, 0, "").plain; };
  CHECK(plain("CREATE TABLE t (a TEXT DEFAULT 'it''s', \"b\" INT); -- a note\nDROP INDEX i;\n"));
  CHECK(plain("/ 2 - 1.5 <= 'x'::text"));
  CHECK(plain("SELECT 1; beginning; SELECT begin FROM commit;"));
  CHECK_FALSE(plain("SELECT 1;\n-- a note\n Begin;"));
  CHECK_FALSE(plain("END"));
  CHECK_FALSE(plain("SELECT 1; .tables"));
  CHECK_FALSE(plain("SELECT $$it's$$"));
}
