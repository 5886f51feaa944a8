#include <doctest/doctest.h>

#include "unit/history/graphs.h"

using namespace retort::history;

namespace {

struct downgrade_case {
  std::string_view graph;
  rows current;
  std::string_view target;
  std::string_view expected;
};

void check_downgrades(const std::vector<downgrade_case>& cases) {
  for (const downgrade_case& c : cases) {
    CAPTURE(c.graph);
    CAPTURE(row_text(c.current));
    CAPTURE(c.target);
    CHECK(downgrade_text(parse_graph(c.graph), c.current, c.target) == c.expected);
  }
}

}  // namespace

TEST_CASE("downgrade along one line") {
  check_downgrades({
      {straight, {"e"}, "base", "e d c b a {}"},
      {straight, {"e"}, "c", "e d {c}"},
      {straight, {"c"}, "c", "{c}"},
      {straight, {}, "base", "{}"},
      {straight,
       {},
       "b",
       "error: 'b' is not a valid downgrade target: nothing is applied (`current` lists what is "
       "applied, `history` what there is)"},
      {straight,
       {"b"},
       "c",
       "error: 'c' is not a valid downgrade target: nothing above it is applied, the database is "
       "at 'b' (`current` lists what is applied, `history` what there is)"},
      {"f140e6f46727",
       {"f140e6f46727"},
       "f140e6f4672x",
       "error: no revision or branch 'f140e6f4672x' (did you mean 'f140e6f46727'?)"},
      {straight,
       {"gone"},
       "base",
       "error: the database is at revision 'gone', which this program does not have (run a program "
       "that has it, or set the version by hand: `stamp --purge REVISION`)"},
  });
}

TEST_CASE("downgrade to a relative revision") {
  check_downgrades({
      {straight, {"d"}, "a+2", "d {c}"},
      {straight, {"d"}, "c-2", "d c b {a}"},
      {straight, {"e"}, "-3", "e d c {b}"},
      {straight, {"b"}, "-2", "b a {}"},
      {straight,
       {"b"},
       "-5",
       "error: relative revision -5 didn't produce 5 migrations (possible from 'b': 2)"},
      {straight,
       {},
       "-1",
       "error: relative revision -1 didn't produce 1 migrations (possible from the base: 0)"},
      {straight,
       {"b"},
       "+2",
       "error: '+2' goes nowhere: it is relative to what the database is at, and a downgrade does "
       "not go up (write -N)"},
      {straight,
       {"e"},
       "b-9",
       "error: relative revision -9 didn't produce 9 migrations (possible from 'b': 2)"},
  });
}

TEST_CASE("downgrade of branches") {
  check_downgrades({
      {forked, {"d1", "d2"}, "a", "d1 c1 d2 c2 b {a}"},
      {forked, {"d1", "d2"}, "c1branch@head-1", "d1 {c1,d2}"},
      {forked, {"d1", "d2"}, "base+2", "d1 c1 d2 c2 {b}"},
      {forked, {"d1", "d2"}, "c2branch@base+2", "d2 c2 {d1}"},
      {forked, {"d1", "d2"}, "c2branch@base+3", "d2 {c2,d1}"},
      {forked, {"c1", "d2"}, "d2-1", "d2 {c1,c2}"},
      {forked, {"d1", "d2"}, "c1branch@-1", "d1 {c1,d2}"},
      {forked, {"c1", "d2"}, "c1branch@b", "c1 {d2}"},
      {forked, {"c1", "d2"}, "c2branch@b", "d2 c2 {c1}"},
      {forked, {"c1", "d2"}, "c2@b", "d2 c2 {c1}"},
      {forked, {"d1", "d2"}, "d1@b", "d1 c1 {d2}"},
      {forked, {"d1", "d2"}, "c2branch@base", "d1 c1 d2 c2 b a {}"},
      {forked,
       {"d1", "d2"},
       "typo@base",
       "error: no branch 'typo' (`history` lists what there is)"},
      {forked,
       {"c1"},
       "c2branch@-1",
       "error: branch 'c2branch' is not in the database, so 'c2branch@-1' goes nowhere (`current` "
       "lists what is)"},
      {"a [x]; b < a; c < b; d < b",
       {"c"},
       "x@b",
       "error: 'x@b' is not a valid downgrade target: 'a' does not lie above it (write REVISION@b, "
       "REVISION being what to go down from)"},
  });
}

TEST_CASE("a relative downgrade from several rows never guesses") {
  check_downgrades({
      {forked,
       {"d1", "d2"},
       "-1",
       "error: '-1' is ambiguous: the database is at 2 revisions, 'd1', 'd2' (say which one to go "
       "down from: d1@-1)"},
      {forked, {"d1", "d2"}, "d1@-1", "d1 {c1,d2}"},
      {forked, {"c2", "d1"}, "c2@-1", "c2 {d1}"},
      {"a [x]; b < a; c < a",
       {"b", "c"},
       "x@-1",
       "error: 'x@-1' is ambiguous: the database is at 2 revisions of that branch, 'b', 'c' (say "
       "which one to go down from: b@-1)"},
  });
}

TEST_CASE("downgrade of merges") {
  check_downgrades({
      {merge, {"d1", "d2"}, "b1", "d1 c1 {b1,d2}"},
      {merge_of_three, {"d1", "d2", "d3"}, "b1", "d1 c1 {b1,d2,d3}"},
      {merged_fork, {"f"}, "b", "f e d1 c1 d2 c2 {b}"},
      {merged_fork, {"e"}, "d1", "e {d1,d2}"},
      {merged_fork,
       {"e"},
       "-1",
       "error: 'e' is a merge of 'd1', 'd2': there is no single revision one step down (name the "
       "revision to go down to: 'd1', 'd2')"},
      {merged_fork,
       {"f"},
       "c1branch@-2",
       "error: 'e' is a merge of 'd1', 'd2': there is no single revision one step down (name the "
       "revision to go down to: 'd1', 'd2')"},
  });
}

TEST_CASE("downgrade with dependencies") {
  const std::string_view kaboom =
      "a1; a2; a3; amerge < a1, a2, a3; b1; b2; bmerge < b1, b2; c1; c2; c3; cmerge < c1, c2, c3; "
      "d1 ^ a3, b2, c1";
  const std::string_view across =
      "base1 [b_1]; a1a < base1; b1a < a1a; a1b < base1; b1b < a1b ^ a3; base2 [b_2]; a2 < base2; "
      "b2 < a2; c2 < b2 ^ a3; d2 < c2; base3 [b_3]; a3 < base3; b3 < a3";
  const std::string_view effective = "y1 [y]; y2 < y1 ^ x1; x1 [x]; x2 < x1";
  check_downgrades({
      {dependent_lines, {"c2", "d1"}, "c1", "d1 {c2}"},
      {kaboom, {"amerge", "bmerge", "cmerge", "d1"}, "b2", "bmerge {amerge,b1,cmerge,d1}"},
      {kaboom, {"amerge", "b1", "cmerge", "d1"}, "d1@base", "d1 {amerge,b1,b2,cmerge}"},
      {kaboom,
       {"amerge", "b1", "b2", "cmerge"},
       "base",
       "amerge a1 b1 b2 cmerge c1 a2 a3 c2 c3 {}"},
      {"a1; a2 < a1; a3 < a2 ^ b1; b1; b2 < b1 ^ a2; b3 < b2", {"a3", "b2"}, "b1", "b2 {a3}"},
      {"a1; a2 < a1; a3 < a2; b1; b2 < b1 ^ a3; b3 < b2; b4 < b3 ^ a3", {"b4"}, "b3", "b4 {b3}"},
      {"a1; b1 ^ a1; bmerge < a1, b1", {"bmerge"}, "a1", "bmerge {b1}"},
      {"a1; b1 ^ a1; bmerge < a1, b1", {"bmerge"}, "b1", "bmerge {b1}"},
      {"a; b < a; c < a ^ b; d < b, c", {"d"}, "c", "d {c}"},
      {"a; b < a; c < a ^ b; d < b, c", {"d"}, "b", "d {c}"},
      {"a1; a2 < a1; a3 < a2; b1; b2 < b1 ^ a2", {"a3", "b2"}, "a2", "a3 {b2}"},
      {"a1; a2 < a1 [one]; b1; b2 < b1 ^ a2 [two]", {"b2"}, "b1", "b2 {a2,b1}"},
      {"a1; a2 < a1 [one]; b1; b2 < b1 ^ a2 [two]", {"b2"}, "one@base", "b2 a2 a1 {b1}"},
      {"a1; a2 < a1 [one]; b1; b2 < b1 ^ a2 [two]", {"b2"}, "two@base", "b2 b1 {a2}"},
      {across, {"b1a", "b1b", "b3", "d2"}, "b_2@base", "d2 c2 b2 a2 base2 {b1a,b1b,b3}"},
      {across, {"b1a", "b1b", "b3", "d2"}, "b_3@base", "b1b d2 c2 b3 a3 base3 {a1b,b1a,b2}"},
      {"a; b < a; c1 < b [c1branch]; d1 < c1; c2 < b [c2branch]; d2 < c2 ^ c1",
       {"d1", "d2"},
       "c2branch@b",
       "d2 c2 {d1}"},
      {"a; b < a; c1 < b [c1branch]; d1 < c1; c2 < b [c2branch]; d2 < c2 ^ c1",
       {"d1", "d2"},
       "c1branch@b",
       "d1 d2 c1 {c2}"},
      {effective, {"y2"}, "x@-1", "y2 x1 {y1}"},
      {effective, {"x2", "y2"}, "x@-1", "x2 {y2}"},
      // Rows stay free of ancestors of other rows, also where a merge names a parent's ancestor.
      {"a; b < a; m < b, a; other", {"m", "other"}, "b", "m {b,other}"},
  });
}

TEST_CASE("row changes of a downgrade") {
  const std::string_view diamond = "a; b < a [left]; c < a [right]; d < b, c";
  const auto changes = [](std::string_view graph, const rows& current, std::string_view target) {
    return change_text(parse_graph(graph).plan_downgrade(current, target));
  };
  CHECK(changes(diamond, {"d"}, "b") == "INS b; UPD d>c");
  CHECK(changes(diamond, {"b", "c"}, "left@a") == "DEL b");
  CHECK(changes(diamond, {"d"}, "a") == "INS b; UPD d>c | DEL b | UPD c>a");
  CHECK(changes("a1; a2 < a1; b1; b2 < b1 ^ a2", {"b2"}, "b1") == "INS b1; UPD b2>a2");
}

TEST_CASE("what is proposed in place of -N works") {
  const auto map = parse_graph("a; b < a; c < a; d < b, c; e < a; f < e");
  CHECK(downgrade_text(map, {"d", "e"}, "-1") ==
        "error: '-1' is ambiguous: the database is at 2 revisions, 'd', 'e' (say which one to go "
        "down from: e@-1)");
  CHECK(downgrade_text(map, {"d", "e"}, "e@-1") == "e {d}");
  CHECK(downgrade_text(map, {"d", "e"}, "-3") ==
        "error: '-3' is ambiguous: the database is at 2 revisions, 'd', 'e' (name the revision to "
        "go down to; `history` lists what there is)");
  CHECK(downgrade_text(map, {"d", "f"}, "a@-1") ==
        "error: 'a@-1' is ambiguous: the database is at 2 revisions of that branch, 'd', 'f' (say "
        "which one to go down from: f@-1)");
  const auto merges = parse_graph("a; b < a; c < b, a; d < a, b");
  CHECK(downgrade_text(merges, {"c", "d"}, "-1") ==
        "error: '-1' is ambiguous: the database is at 2 revisions, 'c', 'd' (name the revision to "
        "go down to; `history` lists what there is)");
}
