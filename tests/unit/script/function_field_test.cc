#include "script/function_field.h"

#include <doctest/doctest.h>

namespace retort::script {
namespace {

std::string field(const std::string& body) {
  return "RETORT_MIGRATION(a){\n    .upgrade =\n        [](retort::operations& op) {\n" + body +
         "\n        },\n};\n";
}

std::string statement(std::size_t size) { return "op.f(\"" + std::string(size - 9, 'x') + "\");"; }

}  // namespace

TEST_CASE("a short function stands in the line of its field") {
  const std::string begin = "RETORT_MIGRATION(a){\n    .upgrade =";
  const std::string in(10, ' ');
  const auto made = [](const std::string& body) {
    return with_short_function(field(body), ".upgrade");
  };
  CHECK(made(in + statement(53)) ==
        begin + " [](retort::operations& op) { " + statement(53) + " },\n};\n");
  const auto below = "\n        [](retort::operations& op) { ";
  CHECK(made(in + statement(54)) == begin + below + statement(54) + " },\n};\n");
  CHECK(made(in + statement(60)) == begin + below + statement(60) + " },\n};\n");
  CHECK(made(in + statement(61)) == field(in + statement(61)));
}

TEST_CASE("every other function stays as it is") {
  for (const char* body :
       {"          op.f();\n          op.g();", "          // why\n          op.f();",
        "          (void)op;  // nothing yet", "          op.f(R\"(\n)\");"}) {
    CAPTURE(std::string(body));
    CHECK(with_short_function(field(body), ".upgrade") == field(body));
  }
  CHECK(with_short_function(field("          op.f();"), ".downgrade") ==
        field("          op.f();"));
  CHECK(with_short_function("    .upgrade =\n", ".upgrade") == "    .upgrade =\n");
  CHECK(with_short_function("    .upgrade =\n  {\n", ".upgrade") == "    .upgrade =\n  {\n");
}

TEST_CASE("where the statements of a template's body begin") {
  CHECK(body_column("    .upgrade = [](retort::operations& op) {\n@upgrades@\n    },\n") == 6);
  CHECK(body_column("    .upgrade =\n        [](retort::operations& op) {\n@upgrades@\n") == 10);
  CHECK(body_column("{\n@upgrades@\n") == 2);
  CHECK(body_column("no body") == 6);
}

}  // namespace retort::script
