#include "postgres/held_text.h"

#include <doctest/doctest.h>

namespace retort::postgres {
namespace {

TEST_CASE("a text that any encoding holds, and back") {
  const struct {
    std::string text;
    std::string held;
  } cases[] = {{"", ""},
               {"plain 'quotes' and \\ too", "plain 'quotes' and \\ too"},
               {"5 €", "U&'5 \\20AC'"},
               {"it's \\ ä\n", "U&'it''s \\\\ \\00E4\n'"},
               {"😀x", "U&'\\+01F600x'"},
               {"U&'5 \\20AC'", "U&'U&''5 \\\\20AC'''"},
               {"U&'", "U&'U&'''"},
               {"\xf4\x8f\xbf\xbf\xdf\xbf", "U&'\\+10FFFF\\07FF'"}};
  for (const auto& one : cases) {
    CHECK(escaped(one.text) == one.held);
    CHECK(unescaped(one.held) == one.text);
  }
}

TEST_CASE("what is no text of ours stays as it is") {
  for (const std::string text : {"U&'", "U&'x", "U&'\\20'", "U&'\\'", "U&'\\+00'", "caf\xc3\xa9"}) {
    CHECK(unescaped(text) == text);
  }
}

}  // namespace
}  // namespace retort::postgres
