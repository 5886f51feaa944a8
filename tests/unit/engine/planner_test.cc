#include "engine/planner.h"

#include <doctest/doctest.h>

#include "support/fake_database.h"
#include "unit/engine/migrations.h"

using namespace retort;
using retort::testing::fake_dialect;
using retort::testing::load_set;

namespace {

using lines = std::vector<std::string>;

lines described(const std::vector<model::operation>& operations) {
  lines result;
  for (const auto& op : operations) result.push_back(model::describe(op.what));
  return result;
}

lines down(const engine::migration_set& set, std::size_t index) {
  const fake_dialect dialect;
  return described(
      engine::planner(set, dialect).operations_of(index, engine::direction::downgrade));
}

std::string refusal(const engine::migration_set& set, std::size_t index) {
  const fake_dialect dialect;
  const auto problem = engine::planner(set, dialect).irreversible(index);
  return problem ? problem->what() : "";
}

const migration first = {
    .upgrade =
        [](operations& op) {
          op.create_table("t", {column("a", types::integer), column("b", types::text)});
          op.create_index("ix", "t", {"b"});
        },
};
const migration second = {
    .down_revision = {"a1"},
    .upgrade =
        [](operations& op) {
          op.drop_index("ix");
          op.drop_column("t", "b");
          op.add_column("t", "c", types::text);
        },
};
const migration raw = {
    .down_revision = {"b2"},
    .upgrade = [](operations& op) { op.execute("UPDATE t SET c = ';'; DELETE FROM t"); },
};
const migration after_raw = {
    .down_revision = {"c3"},
    .upgrade = [](operations& op) { op.drop_table("t"); },
};
const migration declared_one_way = {
    .down_revision = {"d4"},
    .upgrade = [](operations& op) { op.execute("SELECT 1"); },
    .downgrade = irreversible,
};

engine::migration_set all() {
  return load_set({{.revision = "a1", .path = "a1.cc", .code = &first},
                   {.revision = "b2", .path = "b2.cc", .code = &second},
                   {.revision = "c3", .path = "c3.cc", .code = &raw},
                   {.revision = "d4", .path = "d4.cc", .code = &after_raw},
                   {.revision = "e5", .path = "e5.cc", .code = &declared_one_way}});
}

}  // namespace

TEST_CASE("a downgrade that nobody wrote is the upgrade reversed") {
  CHECK(down(all(), 0) == lines{"drop index ix", "drop table t"});
  CHECK(down(all(), 1) == lines{"drop column t.c", "add column t.b", "create index ix on t"});
}

TEST_CASE("the way back of an attached partition looks at what it was before") {
  static const migration tables = {.upgrade = [](operations& op) {
    op.create_table("whole", {column("a", types::integer).primary_key()},
                    {.partition_by = "LIST (a)"});
    op.create_table("part", {column("a", types::integer)});
  }};
  static const migration attached = {.down_revision = {"a1"}, .upgrade = [](operations& op) {
                                       op.attach_partition("whole", "part", "DEFAULT");
                                     }};
  const auto set = load_set({{.revision = "a1", .path = "a1.cc", .code = &tables},
                             {.revision = "b2", .path = "b2.cc", .code = &attached}});
  CHECK(down(set, 1) == lines{"detach partition part from whole", "drop primary key of part"});
}

TEST_CASE("what cannot be derived names the operation") {
  CHECK(refusal(all(), 0).empty());
  CHECK(refusal(all(), 2) ==
        "c3 cannot be downgraded: cannot derive the downgrade: execute UPDATE t SET c = ';' cannot "
        "be "
        "reversed, raw SQL says nothing about its way back");
  CHECK(refusal(all(), 3).find("its definition is not known because of the raw SQL at ") !=
        std::string::npos);
  CHECK(refusal(all(), 4) == "e5 cannot be downgraded: it is declared irreversible");
}

TEST_CASE("raw SQL of a C++ migration is split like a file") {
  const fake_dialect dialect;
  const auto set = all();
  const auto found = engine::planner(set, dialect).operations_of(2, engine::direction::upgrade);
  REQUIRE(found.size() == 2);
  CHECK(std::get<model::execute>(found[1].what).sql == "DELETE FROM t");
}

TEST_CASE("sections for another dialect do not run, and do not make a migration one-way") {
  const auto set = load_set({{.revision = "a1",
                              .path = "a1.sql",
                              .sql = "-- revision: a1\n-- migrate:up dialect:postgresql "
                                     "transaction:false\nPG;\n-- migrate:up\nBOTH;\n-- migrate:up "
                                     "dialect:sqlite foreign_keys:on\nLITE;\n-- migrate:down\n"}});
  const fake_dialect dialect;
  const engine::planner plans(set, dialect);
  const auto plan = plans.plan(set.graph().plan_upgrade({}, "head").steps);
  REQUIRE(plan.size() == 1);
  REQUIRE(plan[0].statements.size() == 2);
  CHECK(plan[0].statements[0].sql == "BOTH");
  CHECK(plan[0].statements[1].sql == "LITE");
  CHECK(plan[0].transaction);
  CHECK(plan[0].foreign_keys);
  CHECK(down(set, 0).empty());
}

TEST_CASE("with foreign keys enforced a table cannot be built anew") {
  static const migration rebuild = {
      .foreign_keys = true,
      .upgrade =
          [](operations& op) {
            op.create_table("t_new", {column("a", types::integer)});
            op.drop_table("t");
            op.execute("ALTER TABLE t_new RENAME TO t");
          },
  };
  static const migration harmless = {
      .foreign_keys = true,
      .upgrade = [](operations& op) { op.create_table("t", {column("a", types::integer)}); },
  };
  const fake_dialect dialect;
  const auto rebuilding = load_set({{.revision = "a1", .path = "a1.cc", .code = &rebuild}});
  CHECK_THROWS_WITH(
      engine::planner(rebuilding, dialect).plan(rebuilding.graph().plan_upgrade({}, "a1").steps),
      "t is dropped and built anew while foreign keys are enforced, which would delete the rows "
      "that refer to it");
  const auto fine = load_set({{.revision = "a1", .path = "a1.cc", .code = &harmless}});
  CHECK(engine::planner(fine, dialect)
            .plan(fine.graph().plan_downgrade({"a1"}, "base").steps)
            .size() == 1);
}
