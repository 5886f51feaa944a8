#include "base/sql_lexer.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using retort::base::sql_flavour;
using retort::base::token_kind;

constexpr auto sqlite = sql_flavour::sqlite;
constexpr auto postgres = sql_flavour::postgresql;

const char* name(token_kind kind) {
  switch (kind) {
    case token_kind::end:
      return "end";
    case token_kind::space:
      return "space";
    case token_kind::comment:
      return "comment";
    case token_kind::word:
      return "word";
    case token_kind::quoted_name:
      return "name";
    case token_kind::string:
      return "string";
    case token_kind::number:
      return "number";
    case token_kind::parameter:
      return "parameter";
    case token_kind::semicolon:
      return "semicolon";
    case token_kind::symbol:
      return "symbol";
    case token_kind::unterminated:
      return "unterminated";
  }
  return "?";
}

/// "kind<text>" of each token but white space, joined by blanks.
std::string tokens(std::string_view sql, sql_flavour flavour) {
  retort::base::sql_lexer lexer(sql, flavour);
  std::string result;
  std::string joined;
  for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
    CHECK(t.size > 0);
    joined += lexer.text(t);
    if (t.kind == token_kind::space) continue;
    if (!result.empty()) result += ' ';
    result += std::string(name(t.kind)) + '<' + std::string(lexer.text(t)) + '>';
  }
  CHECK(joined == sql);
  const auto end = lexer.next();
  CHECK(end.begin == sql.size());
  CHECK(end.size == 0);
  return result;
}

struct example {
  sql_flavour flavour;
  std::string sql;
  std::string expected;
};

void check(const std::vector<example>& examples) {
  for (const example& e : examples) {
    CAPTURE(e.sql);
    CHECK(tokens(e.sql, e.flavour) == e.expected);
  }
}

}  // namespace

TEST_CASE("strings and quoted names") {
  check({
      {postgres, "'it''s'", "string<'it''s'>"},
      {postgres, R"('a\' b)", R"(string<'a\'> word<b>)"},
      {postgres, R"(E'a\'b' c)", R"(string<E'a\'b'> word<c>)"},
      {postgres, R"(e'\\' c)", R"(string<e'\\'> word<c>)"},
      {postgres, R"(E'it''s\'' c)", R"(string<E'it''s\''> word<c>)"},
      {postgres, "E'a'\n  'it\\'s' b", "string<E'a'\n  'it\\'s'> word<b>"},
      {postgres, "E'a' -- note\n 'it\\'s' b", "string<E'a' -- note\n 'it\\'s'> word<b>"},
      {postgres, "E'a' 'b'", "string<E'a'> string<'b'>"},
      {postgres, R"(some_e'a\' b)", R"(word<some_e> string<'a\'> word<b>)"},
      {postgres, "U&'d\\0061' U&\"x\"\"\"", "string<U&'d\\0061'> name<U&\"x\"\"\">"},
      {postgres, "u & 'a'", "word<u> symbol<&> string<'a'>"},
      {postgres, "B'01' x'ff' N'a'", "string<B'01'> string<x'ff'> string<N'a'>"},
      {postgres, "\"a\"\"b\"", "name<\"a\"\"b\">"},
      {postgres, "`a` [1]", "symbol<`> word<a> symbol<`> symbol<[> number<1> symbol<]>"},
      {sqlite, "'it''s' \"a;\" `b``;` [c;'] X'0F'",
       "string<'it''s'> name<\"a;\"> name<`b``;`> name<[c;']> string<X'0F'>"},
      {sqlite, R"(E'a\' b)", R"(word<E> string<'a\'> word<b>)"},
      {sqlite, "[a]]", "name<[a]> symbol<]>"},
  });
}

TEST_CASE("dollar quotes") {
  check({
      {postgres, "$$a;$b$'$$ c", "string<$$a;$b$'$$> word<c>"},
      {postgres, "$fn$ $$ ; $$ $fn$;", "string<$fn$ $$ ; $$ $fn$> semicolon<;>"},
      {postgres, "$a1_$x$a1_$", "string<$a1_$x$a1_$>"},
      {postgres, "$ä$;$ä$", "string<$ä$;$ä$>"},
      {postgres, "a$b$c", "word<a$b$c>"},
      {postgres, "$1 $12$x$;$x$", "parameter<$1> parameter<$12> string<$x$;$x$>"},
      {postgres, "$1a$", "parameter<$1> word<a$>"},
      {postgres, "$a b$", "symbol<$> word<a> word<b$>"},
      {postgres, "$a$ never", "unterminated<$a$ never>"},
      {postgres, "$A$ $a$", "unterminated<$A$ $a$>"},
      {sqlite, "$$", "parameter<$$>"},
      {sqlite, "$name ?12 ? :a @b @",
       "parameter<$name> parameter<?12> parameter<?> "
       "parameter<:a> parameter<@b> symbol<@>"},
      {postgres, "a::text @> :b",
       "word<a> symbol<:> symbol<:> word<text> symbol<@> symbol<>> symbol<:> word<b>"},
  });
}

TEST_CASE("comments") {
  check({
      {postgres, "a--b;\nc", "word<a> comment<--b;> word<c>"},
      {postgres, "--b\rc", "comment<--b> word<c>"},
      {sqlite, "--b\rc", "comment<--b\rc>"},
      {postgres, "/* a /* ; */ b */ c", "comment</* a /* ; */ b */> word<c>"},
      {sqlite, "/* a /* ; */ b */", "comment</* a /* ; */> word<b> symbol<*> symbol</>"},
      {postgres, "/*/ a */", "comment</*/ a */>"},
      {postgres, "a */*c*/ b", "word<a> symbol<*> comment</*c*/> word<b>"},
      {postgres, "a - -b / *c", "word<a> symbol<-> symbol<-> word<b> symbol</> symbol<*> word<c>"},
  });
}

TEST_CASE("words and numbers") {
  check({
      {postgres, "größe _x1$ é", "word<größe> word<_x1$> word<é>"},
      {postgres, "1 2.5 .5 1e10 1.e-3 0xFF 1_000",
       "number<1> number<2.5> number<.5> number<1e10> number<1.e-3> number<0xFF> number<1_000>"},
      {postgres, "1..10", "number<1> symbol<.> number<.10>"},
      {postgres, "1e a.b", "number<1> word<e> word<a> symbol<.> word<b>"},
      {postgres, "\v;", "semicolon<;>"},
      {sqlite, "\v;", "symbol<\v> semicolon<;>"},
      {sqlite, std::string("a\0b", 3), std::string("word<a> symbol<\0> word<b>", 25)},
      {sqlite, "", ""},
  });
}

TEST_CASE("tokens that never end") {
  for (const std::string sql : {"'abc", "'", "'a''", "\"abc", "/* a", "/*", "x'00", "\"a\"\""}) {
    CAPTURE(sql);
    CHECK(tokens(sql, postgres) == "unterminated<" + sql + ">");
    CHECK(tokens(sql, sqlite) == "unterminated<" + sql + ">");
  }
  for (const std::string sql :
       {"E'\\'", "E'\\", "$$", "$a$ $b$", "/* /* */", "U&\"a", "E'a'\n'b"}) {
    CAPTURE(sql);
    CHECK(tokens(sql, postgres) == "unterminated<" + sql + ">");
  }
  for (const std::string sql : {"[a", "`a", "`a``"}) {
    CAPTURE(sql);
    CHECK(tokens(sql, sqlite) == "unterminated<" + sql + ">");
  }
}
