#include <doctest/doctest.h>

#include "unit/history/graphs.h"

// Alembic's own tests, condensed to numbered cases. Those of the graph are the first 24. A case
// stands here with what the tables beside this file do not hold of it; these are wholly there:
//
//   1, 5, 6  upgrade_test, downgrade_test     16, 17, 18  downgrade_test, upgrade_test, stamp_test
//   2, 7     downgrade_test                   21          resolve_test, problems_test
//   4        stamp_test                       24          property_test, resolve_test
//   14, 15   upgrade_test, downgrade_test, stamp_test
//
// Where Retort differs from Alembic (src/history/README.md), a case says what Retort does.

using namespace retort::history;

namespace {

enum class way { up, down };

struct plan_case {
  way direction;
  std::string_view graph;
  rows current;
  std::string_view target;
  std::string_view expected;
};

void check_plans(const std::vector<plan_case>& cases) {
  for (const plan_case& c : cases) {
    CAPTURE(c.graph);
    CAPTURE(row_text(c.current));
    CAPTURE(c.target);
    const auto map = parse_graph(c.graph);
    CHECK((c.direction == way::up ? upgrade_text(map, c.current, c.target)
                                  : downgrade_text(map, c.current, c.target)) == c.expected);
  }
}

std::string problem_messages(std::string_view graph) {
  std::vector<std::string> result;
  for (const retort::error& e : revision_map::problems(parse_revisions(graph))) {
    result.emplace_back(e.what());
  }
  return retort::base::join(result, "; ");
}

}  // namespace

TEST_CASE("case 3: a downgrade that does nothing, and one that has no way") {
  const std::string_view line = "aaaa1111; bbbb2222 < aaaa1111; cccc3333 < bbbb2222";
  check_plans({
      {way::down, forked, {"c1", "c2"}, "c1", "{c1,c2}"},
      {way::down, line, {"bbbb2222"}, "bbbb", "{bbbb2222}"},
      {way::down,
       line,
       {},
       "bbbb",
       "error: 'bbbb' is not a valid downgrade target: nothing is applied (`current` lists what is "
       "applied, `history` what there is)"},
      {way::down,
       line,
       {"bbbb2222"},
       "cccc",
       "error: 'cccc' is not a valid downgrade target: nothing above it is applied, the database "
       "is at 'bbbb2222' (`current` lists what is applied, `history` what there is)"},
  });
}

TEST_CASE("case 8: -1 with two rows is refused, whichever they are; a revision says which") {
  for (const rows& two : std::vector<rows>{
           {"d1", "d2"}, {"d2", "d1"}, {"c2", "d1"}, {"d1", "c2"}, {"c1", "d2"}, {"d2", "c1"}}) {
    CAPTURE(row_text(two));
    CHECK(downgrade_text(parse_graph(forked), two, "-1") ==
          fmt::format("error: '-1' is ambiguous: the database is at 2 revisions, '{0}', '{1}' (say "
                      "which one to go down from: {0}@-1)",
                      std::min(two[0], two[1]), std::max(two[0], two[1])));
  }
  check_plans({
      {way::down, forked, {"d1", "d2"}, "d2@-1", "d2 {c2,d1}"},
      {way::down, forked, {"c1", "d2"}, "c1@-1", "c1 {d2}"},
  });
}

TEST_CASE("case 9: the order of the rows changes nothing") {
  check_plans({
      {way::down, forked, {"d2", "c1"}, "d2-1", "d2 {c1,c2}"},
      {way::down, forked, {"d2", "d1"}, "c1branch@-1", "d1 {c1,d2}"},
  });
}

TEST_CASE("case 10: a row without children may go by its arm alone") {
  check_plans({
      {way::down, forked, {"c1", "d2"}, "c1@b", "c1 {d2}"},
      {way::down, forked, {"d1", "d2"}, "d2@b", "d2 c2 {d1}"},
  });
}

TEST_CASE("case 11: steps from nothing on a fork") {
  check_plans({
      {way::up, forked, {}, "+1", "a {a}"},
      {way::up, forked, {}, "base+1", "a {a}"},
      {way::down,
       forked,
       {},
       "-1",
       "error: relative revision -1 didn't produce 1 migrations (possible from the base: 0)"},
  });
}

TEST_CASE("cases 12, 13: a parent that another row implies is no row to be merged") {
  const auto upgrade = [](std::string_view graph, const rows& current, std::string_view target) {
    return change_text(parse_graph(graph).plan_upgrade(current, target));
  };
  const auto downgrade = [](std::string_view graph, const rows& current, std::string_view target) {
    return change_text(parse_graph(graph).plan_downgrade(current, target));
  };
  CHECK(upgrade(merge, {"b1", "d2"}, "d1") == "UPD b1>c1 | UPD c1>d1");
  CHECK(downgrade(merge, {"d1", "d2"}, "b1") == "UPD d1>c1 | UPD c1>b1");
  CHECK(upgrade(merge_of_three, {"b1", "b2", "d3"}, "d1") ==
        "UPD b2>c2 | UPD b1>c1 | DEL c1; UPD c2>d1");
  CHECK(upgrade(merge_of_three, {"d1", "d3"}, "d2") == "INS d2");
  CHECK(downgrade(merge_of_three, {"d1", "d2", "d3"}, "b1") == "UPD d1>c1 | UPD c1>b1");
}

TEST_CASE("case 19: a dependency that says nothing new") {
  // On the own parent.
  const std::string_view own = "a; b < a; c < b ^ b; d < c";
  // Below the revision anyway: b4 repeats what b2 has said.
  const std::string_view twice =
      "a1; a2 < a1; a3 < a2; b1; b2 < b1 ^ a3; b3 < b2; b4 < b3 ^ a3; b5 < b4";
  check_plans({
      {way::up, own, {"b"}, "head", "c d {d}"},
      {way::down, own, {"d"}, "b", "d c {b}"},
      {way::down, own, {"c"}, "-1", "c {b}"},
      {way::up, twice, {"a3", "b1"}, "b5", "b2 b3 b4 b5 {b5}"},
      {way::down, twice, {"b5"}, "b1", "b5 b4 b3 b2 {a3,b1}"},
      {way::down, twice, {"b4"}, "base", "b4 b3 b2 b1 a3 a2 a1 {}"},
  });
}

TEST_CASE("case 20: dependencies across branches") {
  const std::string_view across =
      "base1 [b_1]; a1a < base1; b1a < a1a; a1b < base1; b1b < a1b ^ a3; base2 [b_2]; a2 < base2; "
      "b2 < a2; c2 < b2 ^ a3; d2 < c2; base3 [b_3]; a3 < base3; b3 < a3";
  const std::string_view effective = "y1 [y]; y2 < y1 ^ x1; x1 [x]; x2 < x1";
  check_plans({
      {way::up, across, {}, "b_2@head", "base3 a3 base2 a2 b2 c2 d2 {d2}"},
      // Rows that only Alembic writes: x1 is below y2.
      {way::down, effective, {"x1", "y2"}, "x@-1", "y2 x1 {y1}"},
  });
}

TEST_CASE("case 22: targets on one line, in the wrong direction and on another line") {
  const std::string_view lines = "a1; a2 < a1; b1; b2 < b1; b3 < b2";
  check_plans({
      {way::down,
       lines,
       {"b3"},
       "a2",
       "error: 'a2' is not a valid downgrade target: nothing above it is applied, the database is "
       "at 'b3' (`current` lists what is applied, `history` what there is)"},
      {way::down,
       lines,
       {"b3"},
       "a1",
       "error: 'a1' is not a valid downgrade target: nothing above it is applied, the database is "
       "at 'b3' (`current` lists what is applied, `history` what there is)"},
  });
  CHECK(stamp_text(parse_graph(lines), {}, {"b3", "b3"}) == "INS b3");
  CHECK(history_text(parse_graph(lines), "a2:b3") ==
        "error: the range 'a2:b3' is empty: 'a2' is not below its end (the start of a range must "
        "be an ancestor of its end)");
}

TEST_CASE("case 23: loops and cycles, wherever they are") {
  struct broken {
    std::string_view graph;
    std::string_view expected;
  };
  const std::vector<broken> table = {
      // One revision that names itself: at a base, a head, a branch point, a merge point.
      {"a < a; b < a", "self-loop is detected in revisions (a)"},
      {"a; b < a; c < b, c", "self-loop is detected in revisions (c)"},
      {"a; b < a, b; c < b; d < b", "self-loop is detected in revisions (b)"},
      {"a; b < a; c < a; d < b, c, d; e < d", "self-loop is detected in revisions (d)"},
      {"a ^ a; b < a", "dependency self-loop is detected in revisions (a)"},
      {"a; b < a; c < b ^ c", "dependency self-loop is detected in revisions (c)"},
      {"a; b < a ^ b; c < b; d < b", "dependency self-loop is detected in revisions (b)"},
      {"a; b < a; c < a; d < b, c ^ d", "dependency self-loop is detected in revisions (d)"},
      // A cycle of dependencies: beside a healthy line, with a tail above, with one below.
      {"a ^ c; b ^ a; c ^ b; x; y < x", "dependency cycle is detected in revisions (a, b, c)"},
      {"a ^ c; b ^ a; c ^ b; d ^ c; e ^ d", "dependency cycle is detected in revisions (a, b, c)"},
      {"a; b ^ a, d; c ^ b; d ^ c", "dependency cycle is detected in revisions (b, c, d)"},
      // By a label.
      {"a ^ lib; b < a [lib]", "dependency cycle is detected in revisions (a, b)"},
      {"a ^ lib [lib]", "dependency self-loop is detected in revisions (a)"},
      // No loop: ids that are parts of each other.
      {"1; 11 < 1; 111 < 11; 1111 < 111 ^ 1", ""},
      {"ab; a < ab; b < a; abab < b ^ a", ""},
  };
  for (const broken& b : table) {
    CAPTURE(b.graph);
    CHECK(problem_messages(b.graph) == b.expected);
  }
}
