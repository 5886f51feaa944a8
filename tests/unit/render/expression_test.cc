#include <doctest/doctest.h>

#include "render/expression.h"

namespace retort::render {
namespace {

expression long_word(char c, std::size_t size) { return word("\"" + std::string(size, c) + "\""); }

}  // namespace

TEST_CASE("what fits is one line") {
  CHECK(formatted(call("op.f", {word("1"), list({word("2"), word("3")})}), 84) ==
        "op.f(1, {2, 3})");
  auto built = call("change");
  built.then("type", {word("t::text")}).then("not_null");
  CHECK(formatted(built, 0) == "change().type(t::text).not_null()");
}

TEST_CASE("a line has 100 characters with the semicolon") {
  const auto one = [](std::size_t size) {
    return formatted(call("op.f", {long_word('a', 40), long_word('b', size)}), 2);
  };
  const auto a = "op.f(\"" + std::string(40, 'a') + "\",";
  CHECK(one(45) == a + " \"" + std::string(45, 'b') + "\")");
  CHECK(one(46) == a + "\n       \"" + std::string(46, 'b') + "\")");
}

TEST_CASE("what is too wide beside the bracket stands below it") {
  CHECK(formatted(call("op.long_name_of_a_call", {word("1"), long_word('a', 80)}), 2) ==
        "op.long_name_of_a_call(\n      1, \"" + std::string(80, 'a') + "\")");
}

TEST_CASE("one item a line") {
  auto parts = list({word("a"), word("b")});
  parts.one_a_line = true;
  CHECK(formatted(call("op.f", {word("1"), parts}), 0) ==
        "op.f(1, {\n            a,\n            b,\n        })");
  CHECK(formatted(call("op.f", {word("1"), parts, word("2")}), 0) ==
        "op.f(1,\n     {\n         a,\n         b,\n     },\n     2)");
}

TEST_CASE("breaks between arguments come before those within a chain or a list") {
  auto column = call("column", {word("\"a_column_with_a_name\""), word("t::text")});
  column.then("generated_virtual", {word("\"lower(x)\"")});
  CHECK(
      formatted(call("op.add_column", {word("\"a_table_with_a_name\""), column}), 2) ==
      "op.add_column(\"a_table_with_a_name\",\n"
      "                column(\"a_column_with_a_name\", t::text).generated_virtual(\"lower(x)\"))");

  const auto both = list({long_word('a', 37), long_word('b', 40)});
  CHECK(formatted(call("op.create_index", {long_word('t', 26), word("\"t\""), both}), 2) ==
        "op.create_index(\n      \"" + std::string(26, 't') + "\", \"t\",\n      {\"" +
            std::string(37, 'a') + "\", \"" + std::string(40, 'b') + "\"})");

  auto refers = call("column", {word("\"account_of_the_transaction\""), word("t::integer")});
  refers.then("references", {word("\"accounts_of_a_user\""), word("\"id\"")});
  auto columns = list({call("column", {word("\"id\""), word("t::text")}), refers});
  columns.one_a_line = true;
  CHECK(formatted(call("op.create_table", {word("\"pending\""), columns}), 2) ==
        "op.create_table(\n"
        "      \"pending\",\n"
        "      {\n"
        "          column(\"id\", t::text),\n"
        "          column(\"account_of_the_transaction\", "
        "t::integer).references(\"accounts_of_a_user\", \"id\"),\n"
        "      })");
}

TEST_CASE("calls on a result stand below each other") {
  auto built = call("column", {long_word('a', 50)});
  built.then("b", {long_word('b', 30)}).then("c");
  CHECK(formatted(built, 2) == "column(\"" + std::string(50, 'a') + "\")\n      .b(\"" +
                                   std::string(30, 'b') + "\")\n      .c()");
}

TEST_CASE("the lines of a raw string are nobody else's") {
  CHECK(formatted(call("op.f", {word("R\"(a\n b)\"")}), 2) == "op.f(R\"(a\n b)\")");
  CHECK(formatted(call("op.f", {word("R\"(a\n b)\""), word("1")}), 2) ==
        "op.f(R\"(a\n b)\",\n       1)");
}

}  // namespace retort::render
