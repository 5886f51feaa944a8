#include <doctest/doctest.h>

#include "unit/history/graphs.h"

using namespace retort::history;

namespace {

struct upgrade_case {
  std::string_view graph;
  rows current;
  std::string_view target;
  std::string_view expected;
};

void check_upgrades(const std::vector<upgrade_case>& cases) {
  for (const upgrade_case& c : cases) {
    CAPTURE(c.graph);
    CAPTURE(row_text(c.current));
    CAPTURE(c.target);
    CHECK(upgrade_text(parse_graph(c.graph), c.current, c.target) == c.expected);
  }
}

}  // namespace

TEST_CASE("upgrade along one line") {
  check_upgrades({
      {straight, {}, "head", "a b c d e {e}"},
      {straight, {}, "c", "a b c {c}"},
      {straight, {"a"}, "c", "b c {c}"},
      {straight, {"c"}, "c", "{c}"},
      {straight, {"c"}, "a", "{c}"},
      {straight, {"c"}, "base", "{c}"},
      {straight, {"e"}, "head", "{e}"},
  });
}

TEST_CASE("upgrade to a relative revision") {
  check_upgrades({
      {straight, {}, "+1", "a {a}"},
      {straight, {}, "base+1", "a {a}"},
      {straight, {"a"}, "+2", "b c {c}"},
      {straight, {"a"}, "b+2", "b c d {d}"},
      {straight, {"a"}, "d-2", "b {b}"},
      {straight, {"c"}, "a-1", "{c}"},
      {straight, {}, "base-1", "a b c d e {e}"},
      {straight,
       {"b"},
       "-2",
       "error: '-2' goes nowhere: it is relative to what the database is at, and an upgrade does "
       "not go down (write +N)"},
      {straight,
       {"b"},
       "+5",
       "error: relative revision +5 didn't produce 5 migrations (possible from 'b': 3)"},
      {straight,
       {"b"},
       "head+1",
       "error: relative revision +1 didn't produce 1 migrations (possible from 'head': 0)"},
      {straight,
       {},
       "c-4",
       "error: relative revision -4 didn't produce 4 migrations (possible from 'c': 3)"},
      {straight,
       {},
       "c-99999999999999999999999",
       "error: relative revision -99999999999999999999999 didn't produce "
       "99999999999999999999999 migrations (possible from 'c': 3)"},
      {straight, {}, "c+1+1", "error: no revision or branch 'c+1' (`history` lists what there is)"},
      {straight, {}, "", "error: the revision's name is empty (name a revision, or 'base')"},
  });
}

TEST_CASE("upgrade of branches") {
  check_upgrades({
      {forked, {"a"}, "heads", "b c2 d2 c1 d1 {d1,d2}"},
      {forked, {"a"}, "c1branch@head", "b c1 d1 {d1}"},
      {forked,
       {"a"},
       "head",
       "error: 'head' is ambiguous: there are 2 heads, 'd1', 'd2' (name one of them, write "
       "BRANCH@head, or 'heads' for all of them)"},
      {forked, {"b"}, "c2branch@head-1", "c2 {c2}"},
      {forked, {"c1"}, "c2branch@+1", "c2 {c1,c2}"},
      {forked, {"c1", "c2"}, "c2branch@+1", "d2 {c1,d2}"},
      {forked, {}, "c2branch@+3", "a b c2 {c2}"},
      {forked,
       {"b"},
       "+1",
       "error: there are several ways up from 'b': 'c1', 'c2' (name the revision to go to, or "
       "write BRANCH@ before the relative revision)"},
      {forked,
       {"c1", "c2"},
       "+1",
       "error: '+1' is ambiguous: the database is at 2 revisions, 'c1', 'c2' (name a revision, or "
       "write BRANCH@ before the relative revision)"},
      {"a; b",
       {},
       "+1",
       "error: there are several ways up from the base: 'a', 'b' (name the revision to go to, or "
       "write BRANCH@ before the relative revision)"},
      {forked, {"b"}, "c3branch@head", "error: no branch 'c3branch' (did you mean 'c1branch'?)"},
      // The later loaded line runs first.
      {"a1; b1 < a1; a2; b2 < a2", {}, "heads", "a2 b2 a1 b1 {b1,b2}"},
  });
}

TEST_CASE("upgrade of merges") {
  check_upgrades({
      {merge, {"b1", "d2"}, "d1", "c1 d1 {d1,d2}"},
      {merge_of_three, {"b1", "b2", "d3"}, "d1", "c2 c1 d1 {d1,d3}"},
      {merge_of_three, {"d1", "d3"}, "d2", "d2 {d1,d2,d3}"},
      {two_merges, {"a"}, "b3", "b3 {b3}"},
      {two_merges, {"b3"}, "b1", "b1 {b1,b3}"},
      {two_merges, {"b1", "b3"}, "b2", "b2 {b1,b2,b3}"},
      {two_merges, {"b1", "b2", "b3"}, "c2", "c2 {c2}"},
      {two_merges, {"c2"}, "d2", "d2 {d2}"},
      {two_merges, {"d2"}, "c1", "c1 {c1,d2}"},
      {two_merges, {"c1", "d2"}, "d1", "d1 {d1,d2}"},
      {merged_fork, {"b"}, "f", "c2 d2 c1 d1 e f {f}"},
  });
  const auto overlapping =
      parse_graph("a; b1 < a; b2 < a; b3 < a; c1 < b1, b2; c2 < b2, b3; d1 < c1; d2 < c2");
  rows current = {"a"};
  for (const auto& [target, after] :
       std::vector<std::pair<std::string, std::string>>{{"b2", "{b2}"},
                                                        {"b3", "{b2,b3}"},
                                                        {"c2", "{c2}"},
                                                        {"d2", "{d2}"},
                                                        {"b1", "{b1,d2}"},
                                                        {"c1", "{c1,d2}"},
                                                        {"d1", "{d1,d2}"}}) {
    const auto plan = overlapping.plan_upgrade(current, target);
    REQUIRE(plan.steps.size() == 1);
    current = plan.after();
    CHECK(row_text(current) == after);
  }
}

TEST_CASE("upgrade with dependencies") {
  check_upgrades({
      {dependent_lines, {"a2"}, "c2", "a1 b1 c1 b2 c2 {c2}"},
      {"a1; b1 < a1; c1 < b1 [c1lib]; a2; b2 < a2; c2 < b2 ^ c1lib",
       {"a2"},
       "c2",
       "a1 b1 c1 b2 c2 {c2}"},
      {"a1; a2 < a1 [one]; b1; b2 < b1 ^ a2 [two]", {}, "two@head", "a1 a2 b1 b2 {b2}"},
      {"a1; a2 < a1; a3 < a2; b1; b2 < b1 ^ a2", {"b2"}, "a3", "a3 {a3,b2}"},
      // A parent that only another parent implies is no row to be merged.
      {"r1; r2 < r1; r3; r5 < r1, r2, r3", {"r2", "r3"}, "r5", "r5 {r5}"},
      // A revision that depends on its own parent, and two that depend on the same.
      {"a; b < a ^ a", {}, "b", "a b {b}"},
      {"a1; a2 < a1; a3 < a2; b1; b2 < b1 ^ a3; b3 < b2; b4 < b3 ^ a3", {"b3"}, "b4", "b4 {b4}"},
  });
}

TEST_CASE("upgrade to several targets") {
  // The branch has two heads, and one is a dependency of the other.
  const auto map = parse_graph("a [all]; x < a; y < a ^ x");
  CHECK(upgrade_text(map, {}, "all@heads") ==
        "error: requested revision 'x' overlaps with requested revision 'y', which includes it "
        "(ask for 'y' alone)");
  CHECK(upgrade_text(map, {}, "heads") == "a x y {y}");
}

TEST_CASE("upgrade from rows that make no sense") {
  check_upgrades({
      {straight,
       {"gone"},
       "head",
       "error: the database is at revision 'gone', which this program does not have (run a program "
       "that has it, or set the version by hand: `stamp --purge REVISION`)"},
      // A row is a whole id, whatever a person may abbreviate.
      {"abcd12",
       {"abcd"},
       "head",
       "error: the database is at revision 'abcd', which this program does not have (run a program "
       "that has it, or set the version by hand: `stamp --purge REVISION`)"},
      {straight,
       {"b", "d"},
       "head",
       "error: the version table holds 'b' and also 'd', which includes it (set the version by "
       "hand: `stamp --purge REVISION`)"},
  });
}

TEST_CASE("row changes of an upgrade") {
  const std::string_view diamond = "a; b < a [left]; c < a [right]; d < b, c";
  const std::string_view depending = "a1; a2 < a1 [one]; b1; b2 < b1 ^ a2 [two]";
  const auto changes = [](std::string_view graph, const rows& current, std::string_view target) {
    return change_text(parse_graph(graph).plan_upgrade(current, target));
  };
  CHECK(changes(diamond, {}, "heads") == "INS a | UPD a>c | INS b | DEL b; UPD c>d");
  CHECK(changes(diamond, {"c"}, "head") == "INS b | DEL b; UPD c>d");
  CHECK(changes(depending, {}, "two@head") == "INS a1 | UPD a1>a2 | INS b1 | DEL b1; UPD a2>b2");
  CHECK(changes("a1; a2 < a1; a3 < a2; b1; b2 < b1 ^ a2", {"b2"}, "a3") == "INS a3");
}
