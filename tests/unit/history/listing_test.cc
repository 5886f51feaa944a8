#include <doctest/doctest.h>

#include "unit/history/graphs.h"

using namespace retort::history;

TEST_CASE("ranges of the history") {
  const auto map = parse_graph("a; b < a; c < b");
  CHECK(history_text(map, "") == "c b a");
  CHECK(history_text(map, ":") == "c b a");
  CHECK(history_text(map, "a:b") == "b a");
  CHECK(history_text(map, ":b") == "b a");
  CHECK(history_text(map, "a:") == "c b a");
  CHECK(history_text(map, "a:+2") == "c b a");
  CHECK(history_text(map, "a:+9") == "c b a");
  CHECK(history_text(map, "-2:c") == "c b a");
  CHECK(history_text(map, "-3:c") == "c b a");
  CHECK(history_text(map, "-5:c") == "c b a");
  CHECK(history_text(map, "-1:") == "c b");
  CHECK(history_text(map, "a+1:") == "c b");
  CHECK(history_text(map, "current:", {"b"}) == "c b");
  CHECK(history_text(map, ":current", {"b"}) == "b a");
  CHECK(history_text(map, "current:current", {"b"}) == "b");
  CHECK(history_text(map, "current:") == "c b a");
  CHECK(history_text(map, ":current") == "c b a");
}

TEST_CASE("ranges that are none") {
  const auto map = parse_graph("a; b < a; c < b; d < a");
  CHECK(history_text(map, "a") == "error: 'a' is not a range (a range is written [START]:[END])");
  CHECK(history_text(map, "a:b:c") ==
        "error: 'a:b:c' is not a range (a range is written [START]:[END])");
  CHECK(history_text(map, "c:a") ==
        "error: the range 'c:a' is empty: 'c' is not below its end (the start of a range must be "
        "an ancestor of its end)");
  CHECK(history_text(map, "d:c") ==
        "error: the range 'd:c' is empty: 'd' is not below its end (the start of a range must be "
        "an ancestor of its end)");
  CHECK(
      history_text(map, "+1:c") ==
      "error: a range cannot begin at '+1' (write a revision, or -N to count down from the heads)");
  CHECK(history_text(map, "-3:-1") ==
        "error: a range cannot end at '-1': its end lies above its beginning (write a revision, +N "
        "to count up from the beginning, or ID-N)");
  CHECK(history_text(map, "a:current", {"gone"}) ==
        "error: the database is at revision 'gone', which this program does not have (run a "
        "program that has it, or set the version by hand: `stamp --purge REVISION`)");
}

TEST_CASE("ranges over branches") {
  const auto map = parse_graph(forked);
  CHECK(history_text(map, "") == "d1 c1 d2 c2 b a");
  CHECK(history_text(map, "c1branch@base:heads") == "d1 c1 b a");
  CHECK(history_text(map, "c1branch@b:heads") == "d1 c1 b");
  CHECK(history_text(map, "c1:d1") == "d1 c1");
  CHECK(history_text(map, "b:") == "d1 c1 d2 c2 b");
  // The start's own line only, also where the end is above it by a dependency.
  CHECK(history_text(parse_graph("a1; a2 < a1; b1; b2 < b1 ^ a2"), "a1:b2") == "a2 a1");
  CHECK(history_text(parse_graph("a1; a2 < a1; b1; b2 < b1 ^ a2"), "") == "b2 b1 a2 a1");
  // Nor does what is outside of the range, e, change the order inside.
  CHECK(history_text(parse_graph("a; b < a; c < a; e ^ b; d < b, c"), "a:") == "d b c a");
  // m2, which is not listed, is no line to go down.
  CHECK(history_text(parse_graph("r; m1 < r; m2 ^ m1; n < m1, m2; z < r"), "r:") == "n m1 z r");
  // b and d are heads that overlap; of them d alone is of the branch.
  CHECK(history_text(parse_graph("a; b < a; c < a ^ b; d < c [lib]"), "lib@a:a@heads") ==
        "d c b a");
}

TEST_CASE("points of a graph") {
  const auto map = parse_graph(merged_fork);
  CHECK(ids(map, map.heads()) == "f");
  CHECK(ids(map, map.bases()) == "a");
  CHECK(ids(map, map.branch_points()) == "b");
  CHECK(map.is_merge_point(*map.find("e")));
  CHECK(map.is_branch_point(*map.find("b")));
  CHECK_FALSE(map.is_branch_point(*map.find("c1")));
  CHECK(map.is_head(*map.find("f")));
  CHECK(ids(map, map.topological_order()) == "a b c2 d2 c1 d1 e f");
  CHECK(ids(map, map.ancestors_and_self(*map.find("d1"))) == "a b c1 d1");
  CHECK(map.id(map.children(*map.find("b"))[1]) == "c2");
  CHECK(map.id(map.parents(*map.find("e"))[0]) == "d1");
  const auto dependent = parse_graph(dependent_lines);
  CHECK(dependent.id(dependent.dependencies(*dependent.find("c2"))[0]) == "c1");
  CHECK(ids(dependent, dependent.ancestors_and_self(*dependent.find("c2"))) == "a1 b1 c1 a2 b2 c2");
}

TEST_CASE("labels are inherited") {
  const auto labels = [](std::string_view graph) {
    const auto map = parse_graph(graph);
    std::vector<std::string> result;
    for (std::size_t i = 0; i < map.size(); ++i) {
      result.push_back(std::string(map.id(i)) + "=" + retort::base::join(map.labels(i), "+"));
    }
    return retort::base::join(result, " ");
  };
  CHECK(labels("a; b < a [x]; c < b") == "a=x b=x c=x");
  CHECK(labels("a; b < a; c < b [x]; d < b") == "a= b= c=x d=");
  CHECK(labels("a [y]; b < a [x]; c < b") == "a=x+y b=x+y c=x+y");
  // A fork above the label keeps it from going down.
  CHECK(labels("a; b < a [x]; c < b; d < b") == "a= b=x c=x d=x");
  // So does a dependency on the way, and a merge.
  CHECK(labels("a; b < a; c < b [x]; other ^ b") == "a= b= c=x other=");
  CHECK(labels("a1; a2; m < a1, a2; n < m [x]") == "a1= a2= m= n=x");
}

TEST_CASE("current") {
  const auto map = parse_graph("a1; a2 < a1; a3 < a2; b1; b2 < b1 ^ a2; b3 < b2");
  CHECK(ids(map, map.effective_current({"a1", "b1"})) == "a1 b1");
  CHECK(ids(map, map.effective_current({"b2"})) == "a2 b2");
  CHECK(ids(map, map.effective_current({"b3"})) == "a2 b3");
  CHECK(ids(map, map.effective_current({})) == "");
  CHECK(ids(map, map.applied({"b2"})) == "a1 a2 b1 b2");
  CHECK(map.at_heads({"a3", "b3"}));
  for (const rows& r : std::vector<rows>{
           {}, {"a2"}, {"a3"}, {"b3"}, {"a2", "b3"}, {"a3", "b2"}, {"a3", "b3", "gone"}}) {
    CAPTURE(row_text(r));
    CHECK_FALSE(map.at_heads(r));
  }
  // A head that is the dependency of another revision has no row of its own.
  const auto dependent = parse_graph("x1; y1 ^ x1");
  CHECK(dependent.at_heads({"y1"}));
  CHECK(row_text(dependent.plan_upgrade({}, "heads").after()) == "{y1}");
}

TEST_CASE("what asks for the database") {
  CHECK(names_current("current"));
  CHECK(names_current("-3:current"));
  CHECK(names_current("current:"));
  CHECK_FALSE(names_current(""));
  CHECK_FALSE(names_current("heads"));
  CHECK_FALSE(names_current("currently:"));
}
