#include "diff/text_shape.h"

#include <doctest/doctest.h>

namespace retort::diff {
namespace {

using base::sql_flavour;

constexpr auto postgres_flavour = sql_flavour::postgresql;
constexpr auto sqlite_flavour = sql_flavour::sqlite;

struct row {
  const char* pattern;
  sql_flavour flavour;
  /// The shortest text of each shape.
  std::vector<std::string> texts;
};

TEST_CASE("the shortest texts that a pattern may mean") {
  const std::vector<row> rows = {
      {"A-%", postgres_flavour, {"A-"}},
      {"_b\\_%", sqlite_flavour, {"0b_"}},
      {"[A-Z][^a-z0-9]?x*", sqlite_flavour, {"AA0x"}},
      {"^[A-Z]{3}-\\d+$", postgres_flavour, {"AAA-0"}},
      {"^(ab|c[xy])?d{2,}$", postgres_flavour, {"dd", "abdd", "cxdd"}},
      {"^(?=.*x)[[:alpha:]]{2}\\.$", postgres_flavour, {"aa."}},
      {"[0-9]x", postgres_flavour, {"0x", "0x"}},
      {"plain", postgres_flavour, {}},
  };
  for (const auto& one : rows) {
    CAPTURE(one.pattern);
    std::vector<std::string> texts;
    for (const auto& shape : shapes_of(one.pattern, one.flavour)) texts.push_back(text_of(shape));
    CHECK(texts == one.texts);
  }
}

TEST_CASE("patterns that end too early are read as far as they go") {
  for (const char* pattern : {"[", "[^", "[a-", "(", "(?:", "a{", "a{2", "a{2,", "\\", "a|", ")",
                              "*", "[[:alpha:", "_\\", "a{99999999999}"}) {
    CAPTURE(pattern);
    for (const auto& shape : shapes_of(pattern, postgres_flavour))
      CHECK(text_of(shape).size() < 2000);
    for (const auto& shape : shapes_of(pattern, sqlite_flavour))
      CHECK(text_of(shape).size() < 2000);
  }
}

TEST_CASE("the same text at a length") {
  const auto shape = shapes_of("^A[0-9]*b?$", postgres_flavour).front();
  CHECK(text_of(of_length(shape, 5)) == "A0000");
  CHECK(of_length(shape, 0).empty());
  CHECK(of_length(shapes_of("a_", postgres_flavour).front(), 3).empty());
  CHECK(text_of(of_length(shapes_of("^xy", postgres_flavour).back(), 4)) == "xy00");
  CHECK(text_of(of_length(shapes_of("(x|y)$", postgres_flavour).back(), 3)) == "00y");
  CHECK(of_length(shapes_of("^x\\Z", postgres_flavour).back(), 2).empty());
  CHECK(text_of(of_length(shape_around("@"), 3)) == "00@");
}

TEST_CASE("SQL for a text of each number") {
  const auto numbered = [](const char* pattern, sql_flavour flavour) {
    return numbered_text(shapes_of(pattern, flavour).front(), "n", flavour);
  };
  CHECK(numbered("it's-%", postgres_flavour) == "'it''s-' || (n)::text");
  CHECK(numbered("A-%@%", sqlite_flavour) == "'A-' || n || '@'");
  CHECK(numbered("^[xy]\\d{4}$", postgres_flavour) ==
        "substr('xy', (1 + n / 10000 % 2)::integer, 1) || lpad((n % 10000)::text, 4, '0')");
  CHECK(numbered("A-[0-9][0-9]", sqlite_flavour) == "'A-' || printf('%02d', n % 100)");
}

}  // namespace
}  // namespace retort::diff
