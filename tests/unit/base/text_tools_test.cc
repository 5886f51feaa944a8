#include "base/text_tools.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace retort::base;

TEST_CASE("trim, lower and split_list") {
  CHECK(trim(" \t a b \r\n") == "a b");
  CHECK(trim(" \n ").empty());
  CHECK(lower("AbC-Ü") == "abc-Ü");
  CHECK(equals_ignoring_case("Select", "sELECT"));
  CHECK_FALSE(equals_ignoring_case("a", "ab"));
  CHECK(split_list(" a, b ,,c,") == std::vector<std::string>{"a", "b", "c"});
  CHECK(split_list("  ").empty());
  CHECK(join(std::vector<std::string>{"a", "b"}, ", ") == "a, b");
}

TEST_CASE("did_you_mean finds slips of the fingers and nothing else") {
  const std::vector<std::string> known = {"upgrade", "downgrade", "head", "f140e6f46727"};
  CHECK(did_you_mean("upgarde", known) == "did you mean 'upgrade'?");
  CHECK(did_you_mean("HEAD", known) == "did you mean 'head'?");
  CHECK(did_you_mean("f140e6f4672", known) == "did you mean 'f140e6f46727'?");
  CHECK(did_you_mean("x", known).empty());
  CHECK(did_you_mean("banana", known).empty());
  CHECK(nearest("", known).empty());
}

TEST_CASE("did_you_mean completes what is only begun") {
  const std::vector<std::string> known = {"--check-heads",  "--config",       "--lock-wait",
                                          "--lock-timeout", "--lock-retries", "--lots",
                                          "--sql"};
  CHECK(did_you_mean("--check", known) == "did you mean '--check-heads'?");
  CHECK(did_you_mean("--lock-re", known) == "did you mean '--lock-retries'?");
  CHECK(did_you_mean("--lock", known) ==
        "did you mean '--lock-wait', '--lock-timeout' or '--lock-retries'?");
  CHECK(did_you_mean("--loc", known) ==
        "did you mean '--lock-wait', '--lock-timeout' or '--lock-retries'?");
  // Two letters begin too much, and so does what four candidates begin with.
  CHECK(did_you_mean("--", known).empty());
  CHECK(did_you_mean("--lo", known).empty());
}

TEST_CASE("position_at counts characters, not bytes") {
  const std::string text = "first\nzweite Zeile: ü x\r\nlast";
  const auto found = position_at(text, text.find('x'));
  CHECK(found.line == 2);
  CHECK(found.column == 17);
  CHECK(found.line_text == "zweite Zeile: ü x");
  CHECK(position_at(text, 0).column == 1);
  CHECK(position_at(text, 9999).line == 3);
}

TEST_CASE("is_utf8 knows overlong forms, surrogates and cut sequences") {
  std::size_t bad = 0;
  CHECK(is_utf8("aü€😀"));
  CHECK_FALSE(is_utf8("ab\xC0\x80", &bad));
  CHECK(bad == 2);
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));
  CHECK_FALSE(is_utf8("\xE2\x82"));
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));
  CHECK_FALSE(is_utf8("\xFF"));
}

TEST_CASE("printable defuses what drives a terminal") {
  CHECK(printable("a\nb\tc ü") == "a\nb\tc ü");
  CHECK(printable("\x1b[31mred") == "\\x1b[31mred");
  CHECK(printable("bell\x07") == "bell\\x07");
  CHECK(printable("\xC2\x9B"
                  "31m") == "\\xc2\\x9b31m");
  CHECK(printable("\xFF") == "\\xff");
  // Nor what shows a line in another order than it runs.
  CHECK(printable("a\xE2\x80\xAE"
                  "b\xE2\x81\xA6") == "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6");
  CHECK(printable("„a“ … 漢") == "„a“ … 漢");
}
