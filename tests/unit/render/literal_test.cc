#include <doctest/doctest.h>

#include "render/literal.h"

namespace retort::render {

TEST_CASE("string literals") {
  CHECK(text("it's").head == R"("it's")");
  CHECK(text("a \"b\" \\ c").head == R"("a \"b\" \\ c")");
  CHECK(text("two\nlines").head == "R\"text(two\nlines)text\"");
  CHECK(text("a\r\nb\tc").head == R"("a\015\nb\tc")");
  CHECK(text("?"
             "?=")
            .head == R"("?\?=")");
  CHECK(text("Grüße").head == "\"Grüße\"");
  CHECK(text("\xff").head == R"("\377")");
  CHECK(bytes_text(std::string_view("\0é", 3)).head == R"("\000\303\251")");
}

TEST_CASE("SQL in string literals") {
  CHECK(sql_text("a > 0").head == R"("a > 0")");
  CHECK(sql_text("\"A\" > 0").head == R"x(R"sql("A" > 0)sql")x");
  CHECK(sql_text("'a\\b'").head == R"x(R"sql('a\b')sql")x");
  CHECK(sql_text("\")sql\"").head == R"x(R"sql2(")sql")sql2")x");
  CHECK(sql_text(std::string(81, 'a')).head.starts_with("R\"sql("));
  CHECK(sql_text("a\r\n\"b\"").head == R"("a\015\n\"b\"")");
}

}  // namespace retort::render
