#include "engine/executor.h"

#include <doctest/doctest.h>

#include "engine/offline.h"
#include "support/fake_database.h"
#include "unit/engine/migrations.h"

using namespace retort;
using retort::testing::chain;
using retort::testing::fake_connection;
using retort::testing::fake_dialect;

namespace {

using lines = std::vector<std::string>;

const lines create_version_table = {
    "CREATE TABLE IF NOT EXISTS v (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"};

/// A run of the chain.
struct harness {
  fake_connection connection;
  fake_dialect dialect;
  engine::migration_set set = chain();
  engine::observer nobody;

  std::vector<history::step> up(const std::string& target,
                                engine::transaction_mode mode = engine::transaction_mode::migration,
                                bool may_replan = true) {
    engine::executor executor(connection, dialect, set, {dialect, {{}, "v"}}, nobody);
    engine::run_request request;
    request.mode = mode;
    request.may_replan = may_replan;
    request.plan = [&](const history::rows& rows) {
      return set.graph().plan_upgrade(rows, target);
    };
    return steps_of(executor.run(request));
  }
  std::vector<history::step> down(const std::string& target) {
    engine::executor executor(connection, dialect, set, {dialect, {{}, "v"}}, nobody);
    engine::run_request request;
    request.plan = [&](const history::rows& rows) {
      return set.graph().plan_downgrade(rows, target);
    };
    return steps_of(executor.run(request));
  }
  static std::vector<history::step> steps_of(const std::vector<history::plan>& made) {
    std::vector<history::step> steps;
    for (const auto& stretch : made) {
      steps.insert(steps.end(), stretch.steps.begin(), stretch.steps.end());
    }
    return steps;
  }
  error failure(const std::string& target) {
    try {
      up(target);
    } catch (const error& problem) {
      return problem;
    }
    return error("nothing failed");
  }
};

}  // namespace

TEST_CASE("each migration commits with its version row") {
  harness run;
  CHECK(run.up("b2").size() == 2);
  CHECK(run.connection.log ==
        lines{"BEGIN", create_version_table[0], "CREATE a",
              "INSERT INTO v (version_num) VALUES ('a1')", "COMMIT", "BEGIN", "CREATE b",
              "INSERT b", "UPDATE v SET version_num = 'b2' WHERE version_num = 'a1'", "COMMIT"});
  CHECK(run.up("b2").empty());
}

TEST_CASE("a failing statement leaves nothing of its migration and keeps the ones before") {
  harness run;
  run.connection.fail_at = "INSERT b";
  const error problem = run.failure("head");
  CHECK(std::string(problem.what()) == "upgrade to b2 failed: it broke");
  CHECK(problem.where.file == "b2_two.sql");
  CHECK(problem.where.line == 6);
  CHECK(problem.where.column == 10);
  CHECK(problem.where.line_text == "  INSERT b");
  CHECK(problem.notes ==
        lines{"Fake 1.0, SQLSTATE XX000", "the database is at a1; nothing of b2 remains"});
  CHECK(run.connection.rows == std::set<std::string>{"a1"});
  CHECK(run.connection.log.back() == "ROLLBACK");
  CHECK_FALSE(run.connection.open);

  run.connection.fail_at.clear();
  CHECK(run.up("head").size() == 2);
  CHECK(run.connection.rows == std::set<std::string>{"c3"});
}

TEST_CASE("a transaction that was ended and begun anew is given up") {
  for (const bool together : {false, true}) {
    CAPTURE(together);
    harness run;
    run.dialect.batches = together;
    run.connection.has_table = true;
    run.connection.ends_at = "INSERT b";
    CHECK(std::string(run.failure("head").what()) ==
          "upgrade to b2 failed: one of its statements ended the migration's transaction, so that "
          "what came before it in the migration may be lost or committed");
    CHECK(run.connection.rows == std::set<std::string>{"a1"});
  }
}

TEST_CASE("even the version table goes with a first migration that fails") {
  harness run;
  run.connection.fail_at = "CREATE a";
  run.failure("head");
  CHECK_FALSE(run.connection.has_table);
}

TEST_CASE("a whole run may be one transaction") {
  harness run;
  run.up("head", engine::transaction_mode::run);
  CHECK(std::count(run.connection.log.begin(), run.connection.log.end(), "COMMIT") == 1);
  harness failing;
  failing.connection.fail_at = "CREATE c";
  CHECK_THROWS_WITH(failing.up("head", engine::transaction_mode::run),
                    "upgrade to c3 failed: it broke");
  CHECK(failing.connection.rows.empty());
}

TEST_CASE("another runner's migrations are not run again") {
  harness run;
  run.connection.moves = {{"b2"}};
  const auto steps = run.up("head");
  REQUIRE(steps.size() == 1);
  CHECK(run.set.at(*steps[0].revision).revision.id == "c3");
  CHECK(std::find(run.connection.log.begin(), run.connection.log.end(), "CREATE a") ==
        run.connection.log.end());

  harness finished;
  finished.connection.moves = {{"c3"}};
  CHECK(finished.up("head").empty());
}

TEST_CASE("a relative target is not asked again from another place") {
  harness run;
  run.connection.moves = {{"a1"}};
  try {
    run.up("+1", engine::transaction_mode::migration, false);
    FAIL("it should have been refused");
  } catch (const error& problem) {
    CHECK(problem.kind == failure::try_again);
    CHECK(std::string(problem.what()) == "another runner has moved the database meanwhile");
  }
  CHECK(run.connection.rows == std::set<std::string>{"a1"});
}

TEST_CASE("rows that are others inside each transaction end in an error, not in a loop") {
  harness run;
  run.connection.has_table = true;
  // Moved before each BEGIN, and back after its ROLLBACK.
  run.connection.moves_back = true;
  run.connection.moves.assign(100, {"a1"});
  CHECK_THROWS_WITH(run.up("head"),
                    "v holds other rows inside a transaction than outside, so that no plan fits "
                    "the database");
  CHECK(run.connection.moves.size() == 95);
}

TEST_CASE("downgrade runs the down sections, and refuses before anything ran") {
  harness run;
  run.up("b2");
  CHECK(run.down("base").size() == 2);
  CHECK(run.connection.rows.empty());
  harness one_way;
  one_way.up("head");
  one_way.connection.log.clear();
  CHECK_THROWS_WITH(one_way.down("base"), "c3 cannot be downgraded: its file has no down section");
  CHECK(one_way.connection.log.empty());
}

TEST_CASE("the offline script says what the run would do") {
  harness run;
  const auto plan = run.set.graph().plan_upgrade({}, "b2");
  CHECK(testing::script_of({.plan = plan}, run.set, run.dialect, {run.dialect, {{}, "v"}}) ==
        ".stop on error\n"
        "\n-- Running upgrade base -> a1\n"
        "BEGIN;\n"
        "CREATE TABLE IF NOT EXISTS v (version_num VARCHAR(32) NOT NULL PRIMARY KEY);\n"
        "-- expects nothing;\n"
        "CREATE a;\n"
        "INSERT INTO v (version_num) VALUES ('a1');\n"
        "-- expects a1;\n"
        "COMMIT;\n"
        "\n-- Running upgrade a1 -> b2\n"
        "BEGIN;\n"
        "-- expects a1;\n"
        "CREATE b;\n"
        "INSERT b;\n"
        "UPDATE v SET version_num = 'b2' WHERE version_num = 'a1';\n"
        "-- expects b2;\n"
        "COMMIT;\n");
}
