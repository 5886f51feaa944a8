#include <doctest/doctest.h>

#include "unit/history/graphs.h"

using namespace retort;
using namespace retort::history;

namespace {

/// `file:line: message (hint)` of each problem, a line each.
std::string problem_text(std::string_view graph) {
  std::string result;
  for (const error& e : revision_map::problems(parse_revisions(graph))) {
    result += fmt::format("{}:{}: {} ({})\n", e.where.file, e.where.line, e.what(), e.hint);
  }
  return result;
}

const std::string word_hint =
    "(base, head, heads and current mean something else on the command line)\n";
const std::string cycle_hint =
    "(each of them comes before itself; correct the down_revision of one)\n";
const std::string dependency_cycle_hint =
    "(each of them comes before itself; correct the depends_on of one)\n";

}  // namespace

TEST_CASE("a sound graph has no problem") {
  CHECK(problem_text(forked) == "");
  CHECK(problem_text(dependent_lines) == "");
  // Ids that are parts of each other are not each other; parent and dependency may be the same.
  CHECK(problem_text("user; user_foo < user ^ user; foo < user_foo") == "");
}

TEST_CASE("ids") {
  CHECK(problem_text("no@signs-or+dashes:") ==
        "versions/no@signs-or+dashes:.sql:1: characters +, -, :, @ not allowed in revision "
        "identifier 'no@signs-or+dashes:' (these characters have a meaning where revisions are "
        "named on the command line)\n");
  for (const std::string word : {"base", "head", "heads", "current"}) {
    CHECK(problem_text(word) ==
          fmt::format("versions/{0}.sql:1: '{0}' is not allowed as a revision identifier {1}", word,
                      word_hint));
  }
  CHECK(
      problem_text("a23456789012345678901234567890123") ==
      "versions/a23456789012345678901234567890123.sql:1: revision identifier "
      "'a23456789012345678901234567890123' has 33 characters (the version table holds up to 32)\n");
  CHECK(problem_text("ü2345678901234567890123456789012") == "");
  const auto nameless = revision_map::problems({revision{}});
  REQUIRE(nameless.size() == 1);
  CHECK(nameless[0].what() == std::string("a revision has no id"));
  const auto twice = revision_map::problems(parse_revisions("a; b < a; a"));
  REQUIRE(twice.size() == 1);
  CHECK(twice[0].what() == std::string("revision 'a' is there twice"));
  CHECK(twice[0].notes == std::vector<std::string>{"the other one is versions/a.sql:1"});
  const auto one = parse_revisions("a");
  const auto again = revision_map::problems({one[0], one[0]});
  REQUIRE(again.size() == 1);
  CHECK(again[0].what() == std::string("the file of revision 'a' is read twice"));
}

TEST_CASE("names that are nowhere") {
  CHECK(problem_text("abcd1234; b < abcd1235; c ^ abcd123") ==
        "versions/b.sql:2: down_revision of revision 'b' names 'abcd1235', which is not there (did "
        "you mean 'abcd1234'?)\nversions/c.sql:3: depends_on of revision 'c' names 'abcd123', "
        "which is not there (did you mean 'abcd1234'?)\n");
  // `history` reads the same files, so it is no help.
  CHECK(problem_text("abcdef1234; b < abcd") ==
        "versions/b.sql:2: down_revision of revision 'b' names 'abcd', which is not there (did you "
        "mean 'abcdef1234'?)\n");
  CHECK(problem_text("a; b < zzzz") ==
        "versions/b.sql:2: down_revision of revision 'b' names 'zzzz', which is not there (correct "
        "down_revision there, or add the file of revision 'zzzz')\n");
  CHECK(
      problem_text("a; b < heads; c ^ head") ==
      "versions/b.sql:2: down_revision of revision 'b' names 'heads', which is not there (correct "
      "down_revision there, or add the file of revision 'heads')\n"
      "versions/c.sql:3: depends_on of revision 'c' names 'head', which is not there (correct "
      "depends_on there, or add the file of revision 'head')\n");
  // A label may be depended on, but is no parent.
  CHECK(problem_text("a [library]; b < libary; c ^ libary") ==
        "versions/b.sql:2: down_revision of revision 'b' names 'libary', which is not there "
        "(correct down_revision there, or add the file of revision 'libary')\n"
        "versions/c.sql:3: depends_on of revision 'c' names 'libary', which is not there (did you "
        "mean 'library'?)\n");
  CHECK(problem_text("a [x]; b < x") ==
        "versions/b.sql:2: down_revision of revision 'b' names 'x', which is not there ('x' is a "
        "branch label; write the revision's id, 'a')\n");
  CHECK(problem_text("a [x]; b ^ x") == "");
}

TEST_CASE("labels") {
  CHECK(problem_text("a [x]; b < a [x]") ==
        "versions/b.sql:2: branch label 'x' of revision 'b' is already a label of revision 'a' "
        "(give one of them another name)\n");
  CHECK(problem_text("a; b < a [a]") ==
        "versions/b.sql:2: branch label 'a' of revision 'b' is already the id of revision 'a' "
        "(give one of them another name)\n");
  CHECK(problem_text("a [head]") ==
        "versions/a.sql:1: 'head' is not allowed as a branch label (a label is a name without @ "
        "and :, and none of base, head, heads, current)\n");
  CHECK(problem_text("a [my-branch]") == "");
}

TEST_CASE("loops and cycles") {
  CHECK(problem_text("a < a") ==
        "versions/a.sql:1: self-loop is detected in revisions (a) (take 'a' out of its own "
        "down_revision)\n");
  for (const char* graph : {"a < a; b < a", "a; b < a, b; c < b", "a; b < a; c < b, c"}) {
    CAPTURE(graph);
    CHECK(problem_text(graph).find("self-loop is detected in revisions (") != std::string::npos);
  }
  CHECK(problem_text("a ^ a") ==
        "versions/a.sql:1: dependency self-loop is detected in revisions (a) (take 'a' out of its "
        "own depends_on)\n");
  CHECK(problem_text("a [x] ; b < a; c < b") == "");
  // A cycle beside a healthy line; with a tail below, above, and on both sides.
  CHECK(problem_text("a < c; b < a; c < b; x; y < x") ==
        "versions/a.sql:1: cycle is detected in revisions (a, b, c) " + cycle_hint);
  CHECK(problem_text("a < c; b < a; c < b; d < c; e < d") ==
        "versions/a.sql:1: cycle is detected in revisions (a, b, c) " + cycle_hint);
  CHECK(problem_text("a; b < a, d; c < b; d < c") ==
        "versions/b.sql:2: cycle is detected in revisions (b, c, d) " + cycle_hint);
  CHECK(problem_text("a; b < a, c; c < b; d < c") ==
        "versions/b.sql:2: cycle is detected in revisions (b, c) " + cycle_hint);
  CHECK(problem_text("a ^ c; b < a; c < b; d < c") ==
        "versions/a.sql:1: dependency cycle is detected in revisions (a, b, c) " +
            dependency_cycle_hint);
  CHECK(problem_text("a ^ b; b ^ a; c < d; d < c") ==
        "versions/a.sql:1: dependency cycle is detected in revisions (a, b) " +
            dependency_cycle_hint + "versions/c.sql:3: cycle is detected in revisions (c, d) " +
            cycle_hint);
}

TEST_CASE("a problem of a field is told at the field's own line") {
  auto graph = parse_revisions("a; b < gone ^ lost; c < a [head]; d < e; e < d");
  for (auto& one : graph) one.lines = {11, 12, 13};
  std::vector<std::string> places;
  for (const error& e : revision_map::problems(graph)) {
    places.push_back(fmt::format("{}:{}", e.where.file, e.where.line));
  }
  CHECK(places == std::vector<std::string>{"versions/b.sql:11", "versions/b.sql:13",
                                           "versions/c.sql:12", "versions/d.sql:11"});
}

TEST_CASE("a map of a broken graph is not made") {
  CHECK_THROWS_WITH_AS(parse_graph("a; b < gone"),
                       "down_revision of revision 'b' names 'gone', which is not there", error);
}
