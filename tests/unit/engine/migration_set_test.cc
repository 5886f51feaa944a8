#include "engine/migration_set.h"
#include "engine/set_problems.h"

#include <doctest/doctest.h>

#include "unit/engine/migrations.h"

using namespace retort;

namespace {

std::vector<std::string> problems_of(const std::vector<retort::testing::source>& sources,
                                     bool single_head = false) {
  const retort::testing::compiled_set compiled(sources);
  const auto set = compiled.set();
  const bundle::set* const sets[] = {&set};
  std::vector<std::string> result;
  for (const auto& problem : engine::problems(sets, single_head)) {
    result.push_back(problem.where.file + ":" + std::to_string(problem.where.line) + " " +
                     problem.what());
  }
  return result;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a lock that there is not is found when the program is built") {
  static const migration code = {.max_lock = "ShareLok"};
  static const declaration declared = {"a1", 4};
  const auto found =
      problems_of({{.revision = "a1", .path = "a1_x.cc", .code = &code, .declared = &declared}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].find("'ShareLok' is no lock for .max_lock") != std::string::npos);
}

TEST_CASE("C++ and SQL migrations are one thing") {
  static const migration code = {.down_revision = {"a1"}, .message = "Two"};
  static const declaration declared = {"b2", 7};
  const auto set = retort::testing::load_set(
      {{.revision = "a1", .path = "a1_x.sql", .sql = "-- One\n-- revision: a1\n-- migrate:up\n"},
       {.revision = "b2", .path = "b2_x.cc", .code = &code, .declared = &declared}});
  REQUIRE(set.files().size() == 2);
  CHECK(set.at(0).revision.message == "One");
  CHECK(set.at(1).revision.line == 7);
  CHECK(set.graph().heads() == std::vector<std::size_t>{1});
}

TEST_CASE("the build is told every problem with its place") {
  const char* const up = "\n-- migrate:up\n";
  static const std::string a = std::string("-- revision: a1") + up;
  static const std::string b = std::string("-- B\n-- revision: b2\n-- down_revision: a2") + up;
  static const std::string c = std::string("-- revision: c3\n-- down_revision: a1") + up;
  static const std::string d = std::string("-- revision: d4\n-- down_revision: a1") + up;
  CHECK(problems_of({{.revision = "a1", .path = "a1.sql", .sql = a}}).empty());
  CHECK(problems_of({{.revision = "a1", .path = "x1_a.sql", .sql = a}}) ==
        texts{"x1_a.sql:1 x1_a.sql declares revision 'a1', which its name does not show"});
  CHECK(problems_of({{.revision = "a1", .path = "2025_a1_a.sql", .sql = a}}).empty());
  CHECK(problems_of({{.path = "q.cc", .problem = "declares no revision", .line = 3}}) ==
        texts{"q.cc:3 declares no revision"});
  const auto unknown = problems_of({{.revision = "a1", .path = "a1.sql", .sql = a},
                                    {.revision = "b2", .path = "b2.sql", .sql = b}});
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].find("b2.sql:3 ") == 0);
  CHECK(unknown[0].find("a2") != std::string::npos);
  const std::vector<retort::testing::source> fork = {
      {.revision = "a1", .path = "a1.sql", .sql = a},
      {.revision = "c3", .path = "c3.sql", .sql = c},
      {.revision = "d4", .path = "d4.sql", .sql = d}};
  CHECK(problems_of(fork).empty());
  CHECK(problems_of(fork, true) ==
        texts{"d4.sql:1 there are 2 heads (c3, d4), and SINGLE_HEAD promises one"});
}
