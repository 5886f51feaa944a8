#include <doctest/doctest.h>

#include "unit/history/graphs.h"

using namespace retort::history;

TEST_CASE("stamp moves the rows of a line in one step") {
  const auto f = parse_graph(forked);
  CHECK(stamp_text(f, {}, {"heads"}) == "INS d1 | INS d2");
  CHECK(stamp_text(f, {"c2", "d1"}, {"b"}) == "DEL c2; UPD d1>b");
  CHECK(stamp_text(f, {"c2", "d1"}, {"c1branch@base"}) == "DEL d1");
  CHECK(stamp_text(f, {"c2", "d1"}, {"c2branch@head"}) == "UPD c2>d2");
  CHECK(stamp_text(f, {"c2", "d1"}, {"base"}) == "DEL c2 | DEL d1");
  CHECK(stamp_text(f, {"c2", "d1"}, {"c2"}) == "");
  CHECK(stamp_text(f, {}, {"base"}) == "");

  const auto m = parse_graph(merged_fork);
  CHECK(stamp_text(m, {"e"}, {"c2"}) == "UPD e>c2");
  CHECK(stamp_text(m, {"e"}, {"a"}) == "UPD e>a");
  CHECK(stamp_text(m, {"c2"}, {"e"}) == "UPD c2>e");
  CHECK(stamp_text(m, {"b"}, {"e"}) == "UPD b>e");
  CHECK(stamp_text(m, {"c2", "d1"}, {"e"}) == "DEL c2; UPD d1>e");
  CHECK(stamp_text(m, {"c2", "d1"}, {"c2branch@head"}) == "DEL c2; UPD d1>f");
}

TEST_CASE("stamp of several revisions") {
  const auto forest = parse_graph("a1; b1 < a1; a2; b2 < a2");
  CHECK(stamp_text(forest, {}, {"heads"}) == "INS b1 | INS b2");
  CHECK(stamp_text(forest, {"b1", "b2"}, {"heads"}) == "");
  // A revision that is asked for and there already stays.
  CHECK(stamp_text(forest, {"a2", "b1"}, {"heads"}) == "UPD a2>b2");
  CHECK(stamp_text(forest, {"b1", "b2"}, {"a1", "a2"}) == "DEL b1; UPD b2>a1 | INS a2");

  const auto tree = parse_graph("a; b < a; c < b; e < b; f < b");
  CHECK(stamp_text(tree, {"a"}, {"e", "f"}) == "UPD a>e | INS f");
  CHECK(stamp_text(tree, {"b"}, {"heads"}) == "UPD b>c | INS e | INS f");
  CHECK(stamp_text(tree, {"e"}, {"e"}) == "");
  // An ancestor of another one that is asked for is no row.
  CHECK(stamp_text(tree, {}, {"a", "e", "f"}) == "INS e | INS f");
  CHECK(stamp_text(parse_graph(straight), {"d"}, {"b", "c"}) == "UPD d>c");
}

TEST_CASE("stamp keeps what a dependency implies") {
  const auto d = parse_graph("a1; a2 < a1 [one]; b1; b2 < b1 ^ a2 [two]");
  CHECK(stamp_text(d, {"b2"}, {"b1"}) == "INS a2; UPD b2>b1");
  CHECK(stamp_text(d, {"b2"}, {"a2"}) == "INS b1; UPD b2>a2");
  CHECK(stamp_text(d, {"b2"}, {"two@base"}) == "UPD b2>a2");
  CHECK(stamp_text(d, {"b2"}, {"one@base"}) == "UPD b2>b1");
  CHECK(stamp_text(d, {"b2"}, {"base"}) == "DEL b2");
  const auto lines = parse_graph(dependent_lines);
  CHECK(stamp_text(lines, {"c2", "e1"}, {"b1"}) == "DEL c2; INS b2; UPD e1>b1");
  CHECK(stamp_text(lines, {"c2", "d1"}, {"e1"}) == "UPD d1>e1");
}

TEST_CASE("stamp --purge leaves nothing of what was there") {
  const auto map = parse_graph(straight);
  CHECK(stamp_text(map, {"fake"}, {"c"}) ==
        "error: the database is at revision 'fake', which this program does not have (run a "
        "program that has it, or set the version by hand: `stamp --purge REVISION`)");
  CHECK(stamp_text(map, {"b", "fake"}, {"c"}, true) == "DEL b; DEL fake | INS c");
  CHECK(stamp_text(map, {"fake"}, {"base"}, true) == "DEL fake");
  CHECK(stamp_text(map, {}, {"c"}, true) == "INS c");
}

TEST_CASE("stamp takes no relative revision") {
  const auto map = parse_graph(straight);
  CHECK(stamp_text(map, {"c"}, {"-1"}) ==
        "error: '-1' is relative, and a stamp takes none (name the revision)");
  CHECK(stamp_text(map, {"c"}, {"+1"}) ==
        "error: '+1' is relative, and a stamp takes none (name the revision)");
  CHECK(stamp_text(map, {"c"}, {"a+1"}) ==
        "error: 'a+1' is relative, and a stamp takes none (name the revision)");
  // As in Alembic: without rows it counts from the heads.
  CHECK(stamp_text(map, {}, {"-1"}) == "INS d");
  CHECK(stamp_text(map, {}, {"-9"}) ==
        "error: relative revision -9 didn't produce 9 migrations (possible from 'e': 5)");
}

TEST_CASE("a stamp's steps name revision and rows") {
  const auto map = parse_graph(forked);
  const auto plan = map.plan_stamp({"c2", "d1"}, std::vector<std::string>{"b"}, false);
  const auto& steps = plan.steps;
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].kind == step_kind::stamp);
  CHECK(map.id(*steps[0].revision) == "b");
  CHECK(plan.before == rows{"c2", "d1"});
  CHECK(plan.after() == rows{"b"});
  const auto to_base = map.plan_stamp({"b"}, std::vector<std::string>{"base"}, false).steps;
  REQUIRE(to_base.size() == 1);
  CHECK_FALSE(to_base[0].revision);
}
