#include <doctest/doctest.h>

#include <random>

#include "engine/set_problems.h"
#include "unit/engine/migrations.h"

using namespace retort;

namespace {

using retort::testing::compiled_set;
using retort::testing::source;

std::string id_of(std::size_t number) {
  return {static_cast<char>('a' + number / 10), static_cast<char>('0' + number % 10)};
}

source sql_source(std::string id, std::vector<std::string> parents, std::string more = {}) {
  std::string text = "-- revision: " + id + "\n";
  std::string list;
  for (const auto& parent : parents) list += (list.empty() ? "" : ", ") + parent;
  if (!list.empty()) text += "-- down_revision: " + list + "\n";
  return {.revision = id,
          .path = id + "_x.sql",
          .sql = text + more + "-- migrate:up\nSELECT 1;\n",
          .parents = std::move(parents)};
}

/// What `current` tells of a revision.
std::vector<std::string> told(const engine::migration_set& set, const std::string& id) {
  const auto& graph = set.graph();
  std::vector<std::string> result;
  for (const auto index : graph.effective_current({id})) {
    const auto& file = set.at(index);
    result.push_back(std::string(file.revision.id) + file.full_path());
    result.back() += graph.is_head(index) ? " head" : "";
    result.back() += graph.is_effective_head(index) ? " effective" : "";
    result.back() += graph.is_branch_point(index) ? " branchpoint" : "";
    result.back() += graph.is_merge_point(index) ? " mergepoint" : "";
    for (const auto parent : file.revision.down_revision)
      result.push_back("<" + std::string(parent));
    for (const auto child : graph.children(index))
      result.push_back(">" + std::string(graph.id(child)));
  }
  return result;
}

/// Revisions behind one another, with forks and merges.
std::vector<source> random_history(std::mt19937& random) {
  const std::size_t size = 1 + random() % 40;
  std::vector<source> result;
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<std::string> parents;
    if (i != 0) parents.push_back(id_of(i - 1 - random() % std::min<std::size_t>(i, 3)));
    if (i > 3 && random() % 5 == 0) {
      auto second = id_of(random() % i);
      if (second != parents.front()) parents.push_back(std::move(second));
    }
    // Rows begin within a name, a header, a body.
    result.push_back(
        sql_source(id_of(i), parents, "-- " + std::string(random() % 3000, 'x') + "\n"));
  }
  return result;
}

}  // namespace

TEST_CASE("a revision's neighbours tell of it what the whole history does") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const auto sources = random_history(random);
    compiled_set compiled(sources);
    compiled.has_index = true;
    const auto set = compiled.set();
    const bundle::set* const sets[] = {&set};
    CHECK(engine::problems(sets, false).empty());
    const auto all = engine::load(sets);
    for (const auto& one : sources) {
      CAPTURE(seed);
      CAPTURE(one.revision);
      const auto near = engine::load_around(sets, one.revision);
      REQUIRE(near);
      CHECK(told(*near, one.revision) == told(all, one.revision));
      CHECK(near->files().size() <= all.files().size());
    }
  }
}

TEST_CASE("neighbours are found across C++, SQL and sets, and no others are read") {
  static const migration second = {.down_revision = {"a0"}};
  static const migration other = {.down_revision = {"c0"}};
  compiled_set first({sql_source("a0", {}),
                      {.revision = "b0", .path = "b0_x.cc", .code = &second},
                      sql_source("c0", {"b0"}),
                      sql_source("e0", {"c0"})});
  compiled_set behind({{.revision = "d0", .path = "d0_x.cc", .code = &other}});
  first.has_index = true;
  const auto set = first.set();
  const auto more = behind.set();
  const bundle::set* const sets[] = {&set, &more};
  const auto all = engine::load(sets);
  for (const std::string id : {"a0", "b0", "c0", "d0", "e0"}) {
    CAPTURE(id);
    const auto near = engine::load_around(sets, id);
    REQUIRE(near);
    CHECK(told(*near, id) == told(all, id));
  }
  CHECK(engine::load_around(sets, "a0")->files().size() == 2);
}

TEST_CASE("what a comment of a body seems to name is no neighbour") {
  auto misread = sql_source("c0", {"b0"});
  misread.parents.push_back("a0");
  compiled_set compiled({sql_source("a0", {}), sql_source("b0", {"a0"}), misread});
  compiled.has_index = true;
  const auto set = compiled.set();
  const bundle::set* const sets[] = {&set};
  CHECK(engine::problems(sets, false).empty());
  CHECK(told(*engine::load_around(sets, "a0"), "a0") == told(engine::load(sets), "a0"));
}

TEST_CASE("where neighbours are not all, the whole history is asked for") {
  static const migration labelled = {.branch_labels = {"billing"}};
  static const migration needy = {.depends_on = {"a0"}};
  const auto is_enough = [](std::vector<source> sources, bool has_index = true) {
    compiled_set compiled(std::move(sources));
    compiled.has_index = has_index;
    const auto set = compiled.set();
    const bundle::set* const sets[] = {&set};
    return engine::load_around(sets, "a0").has_value();
  };
  CHECK(is_enough({sql_source("a0", {})}));
  CHECK_FALSE(is_enough({sql_source("a0", {})}, false));
  CHECK_FALSE(is_enough({sql_source("b0", {})}));
  CHECK_FALSE(is_enough({sql_source("a0", {"z9"})}));
  CHECK_FALSE(
      is_enough({sql_source("a0", {}), {.revision = "b0", .path = "b0.cc", .code = &labelled}}));
  CHECK_FALSE(
      is_enough({sql_source("a0", {}), {.revision = "b0", .path = "b0.cc", .code = &needy}}));
}

TEST_CASE("an index that misses something is a problem of the build") {
  const auto problem_of = [](std::vector<source> sources) {
    compiled_set compiled(std::move(sources));
    compiled.has_index = true;
    const auto set = compiled.set();
    const bundle::set* const sets[] = {&set};
    const auto found = engine::problems(sets, false);
    return found.empty() ? std::string() : found.front().where.file + ": " + found.front().what();
  };
  auto missed = sql_source("b0", {"a0"});
  missed.parents.clear();
  CHECK(problem_of({sql_source("a0", {}), missed}) ==
        "b0_x.sql: the build's index does not have what the header of b0_x.sql declares");
  auto misnamed = sql_source("b0", {"a0"});
  misnamed.revision = "b1";
  CHECK(problem_of({sql_source("a0", {}), misnamed}).find("b0_x.sql: the build's index") == 0);
  CHECK(problem_of({sql_source("a0", {}), sql_source("b0", {"a0"}, "-- branch_labels: x\n")})
            .find("b0_x.sql: the build's index") == 0);
}
