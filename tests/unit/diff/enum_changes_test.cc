#include "diff/enum_changes.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace retort::diff {
namespace {

using texts = std::vector<std::string>;

/// "b -> x", "+d", "+c before d", "anew".
texts between(const texts& from, const texts& to, bool guesses = true) {
  const auto found = changes_of_values(from, to, guesses);
  texts all;
  for (const auto& [old, now] : found.renamed) all.push_back(old + " -> " + now);
  for (const auto& one : found.added) {
    all.push_back("+" + one.value + (one.before.empty() ? "" : " before " + one.before));
  }
  for (const auto& value : found.removed) all.push_back("-" + value);
  if (found.is_anew) all.emplace_back("anew");
  return all;
}

TEST_CASE("what comes between the same neighbours as what went is taken for it") {
  CHECK(between({"a", "b", "c"}, {"a", "x", "c"}) == texts{"b -> x"});
  CHECK(between({"a", "b", "c"}, {"a", "x", "c", "d"}) == texts{"b -> x", "+d"});
  CHECK(between({"a", "b"}, {"z", "a", "x", "y"}) == texts{"b -> x", "+z before a", "+y"});
  CHECK(between({"a", "x", "c", "d"}, {"a", "b", "c"}) == texts{"x -> b", "-d", "anew"});
  CHECK(between({"a", "b"}, {"x", "y"}) == texts{"a -> x", "b -> y"});
}

TEST_CASE("values of the same letters are the same, wherever they stand") {
  CHECK(between({"IN_PROGRESS", "DONE"}, {"done", "in-progress"}) ==
        texts{"IN_PROGRESS -> in-progress", "DONE -> done", "anew"});
  CHECK(between({"a", "B"}, {"x", "b"}) == texts{"a -> x", "B -> b"});
  // Nothing but signs has no letters to know it by.
  CHECK(between({"<", "a"}, {"a", ">"}) == texts{"+>", "-<", "anew"});
}

TEST_CASE("where values change places none is taken for another one") {
  CHECK(between({"a", "b", "c"}, {"b", "a", "x"}) == texts{"+x", "-c", "anew"});
  CHECK(between({"a", "b"}, {"a"}) == texts{"-b", "anew"});
  CHECK(between({"a"}, {"b", "a", "c"}) == texts{"+b before a", "+c"});
  CHECK(between({"a"}, {"a"}).empty());
}

TEST_CASE("without guesses what goes is no other value") {
  CHECK(between({"a", "b"}, {"A", "b", "x"}, false) == texts{"+A before b", "+x", "-a", "anew"});
}

TEST_CASE("the values of an enumeration") {
  CHECK(enum_values("CREATE TYPE x AS ENUM ('a', 'it''s', 'b, c', '')") ==
        texts{"a", "it's", "b, c", ""});
  CHECK(enum_values("CREATE TYPE x AS (a text)").empty());
  CHECK(enum_values("CREATE DOMAIN x AS text DEFAULT 'a'").empty());
}

}  // namespace
}  // namespace retort::diff
