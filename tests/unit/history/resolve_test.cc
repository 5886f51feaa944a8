#include <doctest/doctest.h>

#include "unit/history/graphs.h"

using namespace retort::history;

TEST_CASE("names of revisions") {
  const auto map = parse_graph(
      "aaaa1111 [trunk]; bbbb2222 < aaaa1111; cccc3333 < bbbb2222 [cbranch]; cccd4444 < bbbb2222 "
      "[ebranch]; xyz");
  CHECK(resolve_text(map, "bbbb2222") == "bbbb2222");
  CHECK(resolve_text(map, "bbbb") == "bbbb2222");
  CHECK(resolve_text(map, "b") == "bbbb2222");
  CHECK(resolve_text(map, "cbranch") == "cccc3333");
  CHECK(resolve_text(map, "cbr") == "cccc3333");
  CHECK(resolve_text(map, "xyz") == "xyz");
  CHECK(resolve_text(map, "xy") == "error: no revision or branch 'xy' (did you mean 'xyz'?)");
  CHECK(resolve_text(map, "ccc") ==
        "error: 'ccc' is ambiguous: it begins 'cccc3333', 'cccd4444' (write more of it)");
  CHECK(resolve_text(map, "bbbb2223") ==
        "error: no revision or branch 'bbbb2223' (did you mean 'bbbb2222'?)");
  CHECK(resolve_text(map, "zz\x1b[31m") ==
        "error: no revision or branch 'zz\\x1b[31m' (`history` lists what there is)");
  CHECK(resolve_text(map, "") ==
        "error: the revision's name is empty (name a revision, or 'base')");
}

TEST_CASE("names qualified by a branch") {
  const auto map = parse_graph(
      "aaaa1111 [trunk]; bbbb2222 < aaaa1111; cccc3333 < bbbb2222 [cbranch]; cccd4444 < bbbb2222 "
      "[ebranch]");
  CHECK(resolve_text(map, "ebranch@ccc") == "cccd4444");
  CHECK(resolve_text(map, "ebranch@bbbb2222") == "bbbb2222");
  CHECK(resolve_text(map, "cccc3333@bbbb2222") == "bbbb2222");
  CHECK(resolve_text(map, "ebr@head") == "cccd4444");
  CHECK(resolve_text(map, "ebranch@heads") == "cccd4444");
  CHECK(resolve_text(map, "ebranch@base") == "");
  CHECK(resolve_text(map, "@bbbb") == "bbbb2222");
  CHECK(resolve_text(map, "ebranch@cccc3333") ==
        "error: revision 'cccc3333' is not on branch 'ebranch' (`history` lists what there is)");
  CHECK(resolve_text(map, "dbranch@head") ==
        "error: no branch 'dbranch' (did you mean 'cbranch'?)");
  CHECK(resolve_text(map, "nowhere@base") ==
        "error: no branch 'nowhere' (`history` lists what there is)");
  CHECK(resolve_text(map, "trunk@head") ==
        "error: 'trunk@head' is ambiguous: there are 2 heads, 'cccc3333', 'cccd4444' (name one of "
        "them, write BRANCH@head, or 'heads' for all of them)");
  CHECK(resolve_text(map, "ebranch@") ==
        "error: the revision's name is empty (name a revision, or 'base')");
}

TEST_CASE("words") {
  const auto map = parse_graph(forked);
  CHECK(resolve_text(map, "heads") == "d1 d2");
  CHECK(resolve_text(map, "base") == "");
  CHECK(resolve_text(map, "current", {"c1", "d2"}) == "c1 d2");
  CHECK(resolve_text(map, "current") == "");
  CHECK(resolve_text(map, "head") ==
        "error: 'head' is ambiguous: there are 2 heads, 'd1', 'd2' (name one of them, write "
        "BRANCH@head, or 'heads' for all of them)");
  // A head that only a dependency needs is one for `head`, none for `heads`.
  const auto dependent = parse_graph("x1; y1 ^ x1");
  CHECK(resolve_text(dependent, "heads") == "y1");
  CHECK(ids(dependent, dependent.heads()) == "x1 y1");
  CHECK(dependent.is_effective_head(0));
  CHECK_FALSE(dependent.is_effective_head(1));
}

TEST_CASE("what is relative counts from the heads") {
  const auto map = parse_graph(forked);
  CHECK(resolve_text(map, "-1") == "c1 c2");
  CHECK(resolve_text(map, "c2branch@-1") == "c2");
  CHECK(resolve_text(map, "-4") == "");
  CHECK(resolve_text(map, "-5") ==
        "error: relative revision -5 didn't produce 5 migrations (possible from 'd1': 4)");
  CHECK(
      resolve_text(map, "b+1") ==
      "error: 'b+1' cannot be used here: only -N, counted from the heads, can (name the revision)");
  // A label that looks relative is a label.
  CHECK(resolve_text(parse_graph("a; b < a [rel-1]; c < b"), "rel-1") == "b");
  CHECK(upgrade_text(parse_graph("a; b.x < a; c < b.x"), {}, "b.x+1") == "a b.x c {c}");
}

TEST_CASE("an empty history") {
  const revision_map map({});
  CHECK(resolve_text(map, "head") == "");
  CHECK(resolve_text(map, "heads") == "");
  CHECK(resolve_text(map, "base") == "");
  CHECK(history_text(map, "") == "");
  CHECK(upgrade_text(map, {}, "head") == "{}");
  CHECK(downgrade_text(map, {}, "base") == "{}");
  CHECK(map.at_heads({}));
  CHECK(resolve_text(map, "abcd") ==
        "error: no revision or branch 'abcd' (there are no revisions here yet)");
}

TEST_CASE("one revision, and the rows of a database that is there") {
  const auto map = parse_graph(forked);
  CHECK(map.resolve_one("c1branch@head", {}) == map.find("d1"));
  CHECK_FALSE(map.resolve_one("base", {}));
  CHECK(outcome([&] { return map.resolve_one("heads", {}) ? "" : ""; }) ==
        "error: 'heads' is ambiguous: there are 2 heads, 'd1', 'd2' (name one of them, write "
        "BRANCH@head, or 'heads' for all of them)");
  CHECK(map.rows_at("base").empty());
  CHECK(map.rows_at("c1branch") == rows{"c1"});
  CHECK(map.rows_at("heads") == rows{"d1", "d2"});
  CHECK(parse_graph("a [all]; x < a; y < a ^ x").rows_at("all@heads") == rows{"y"});
  CHECK(outcome([&] { return row_text(map.rows_at("a+1")); }) ==
        "error: a script cannot start at 'a+1' (name the revision that the database is at, or "
        "'base')");
  CHECK_FALSE(map.find("c1branch"));
}

TEST_CASE("a word that means something else is never what was meant") {
  const auto map = parse_graph("aaaa1111; bbbb2222 < aaaa1111");
  const std::string current_help =
      " (name a revision, `current` lists the database's; `upgrade +N` and `downgrade -N` count "
      "from "
      "there)";
  const std::string no_current =
      "error: 'current' names no revision here: it is where the database is" + current_help;
  CHECK(upgrade_text(map, {"aaaa1111"}, "current") == no_current);
  CHECK(downgrade_text(map, {"aaaa1111"}, "current") == no_current);
  CHECK(stamp_text(map, {"aaaa1111"}, {"current"}) == no_current);
  CHECK(upgrade_text(map, {"aaaa1111"}, "current+1") == no_current);
  CHECK(resolve_text(map, "bbbb@current", {"aaaa1111"}) == no_current);
  CHECK(upgrade_text(map, {}, "curent") ==
        "error: no revision or branch 'curent' (`history` lists what there is)");
  CHECK(resolve_text(map, "curent") ==
        "error: no revision or branch 'curent' (did you mean 'current'?)");
  CHECK(resolve_text(map, "heda") == "error: no revision or branch 'heda' (did you mean 'head'?)");
  const std::string branch_help =
      " (before the @ stands a branch label or a revision; without one, every branch is meant)";
  CHECK(upgrade_text(map, {}, "head@base") ==
        "error: no branch 'head': it is the newest revision of a branch" + branch_help);
  CHECK(upgrade_text(map, {}, "heads@base") ==
        "error: no branch 'heads': they are the newest revisions of every branch" + branch_help);
  CHECK(downgrade_text(map, {"aaaa1111"}, "base@aaaa") ==
        "error: no branch 'base': it is where nothing is applied" + branch_help);
  CHECK(upgrade_text(map, {}, "current@head") ==
        "error: no branch 'current': it is where the database is" + branch_help);
  CHECK(upgrade_text(map, {}, "curent@head") ==
        "error: no branch 'curent' (`history` lists what there is)");
}
