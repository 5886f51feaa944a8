#include "dialect/quoting.h"

#include <doctest/doctest.h>
#include <retort/error.h>

#include <string>

namespace {

using namespace std::string_literals;
using namespace retort::dialect;
using retort::base::sql_flavour;

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const retort::error& problem) {
    return problem.what();
  }
  return "no error";
}

TEST_CASE("identifiers are quoted only where they need it") {
  struct {
    const char* name;
    const char* quoted;
  } const cases[] = {
      {"users", "users"},     {"_x1", "_x1"},
      {"Users", "\"Users\""}, {"order", "\"order\""},
      {"user", "\"user\""},   {"with", "\"with\""},
      {"key", "key"},         {"name", "name"},
      {"1st", "\"1st\""},     {"two words", "\"two words\""},
      {"a\"b", "\"a\"\"b\""}, {"a-b", "\"a-b\""},
      {"", "\"\""},           {"r\u00e9sum\u00e9", "\"r\u00e9sum\u00e9\""},
      {"a$b", "\"a$b\""},
  };
  for (const auto& c : cases) CHECK(quote_identifier(c.name) == c.quoted);
  CHECK(message_of([] { quote_identifier("a\0b"s); }) ==
        "the name 'a\\x00b' holds a NUL character, which no database can store");
}

TEST_CASE("string constants") {
  CHECK(quote_literal("it's") == "'it''s'");
  CHECK(quote_literal("") == "''");
  CHECK(quote_literal("a\\b\"c") == "'a\\b\"c'");
  CHECK(message_of([] { quote_literal("\0"s); }) ==
        "the string '\\x00' holds a NUL character, which no database can store");
}

TEST_CASE("a piece of SQL cannot break out of its place") {
  auto fragment = [](const char* sql) { return sql_fragment(sql, sql_flavour::sqlite); };
  CHECK(fragment("  a > 0 -- positive") == "a > 0");
  CHECK(fragment("a /* why */> 0\n") == "a  > 0");
  CHECK(fragment("x = '--;('") == "x = '--;('");
  CHECK(message_of([&] { fragment("a > 'x"); }) ==
        "the SQL \"a > 'x\" has a quote or comment that does not end");
  CHECK(message_of([&] { fragment("a); DROP TABLE t"); }) ==
        "the SQL \"a); DROP TABLE t\" has unbalanced parentheses");
  CHECK(message_of([&] { fragment("(a"); }) == "the SQL \"(a\" has unbalanced parentheses");
  CHECK(message_of([&] { fragment("a; b"); }) == "the SQL \"a; b\" has a semicolon");
}

TEST_CASE("parentheses are added where there are none around the whole") {
  auto wrap = [](const char* sql) { return in_parentheses(sql, sql_flavour::postgresql); };
  CHECK(wrap("a > 0") == "(a > 0)");
  CHECK(wrap(" (a > 0) ") == "(a > 0)");
  CHECK(wrap("(a) + (b)") == "((a) + (b))");
  CHECK(wrap("((a) + (b))") == "((a) + (b))");
  CHECK(wrap("f(a)") == "(f(a))");
  CHECK(wrap("'('") == "('(')");
}

}  // namespace
