#include <doctest/doctest.h>

#include <random>

#include <retort/error.h>
#include <retort/sqlite.h>

#include "conformance/changed_place.h"
#include "conformance/postgres_server.h"
#include "model/apply.h"
#include "record/recorder.h"

// Every kind of change on both databases, on a table with rows, children, a reference to itself, a
// view and a trigger: what the database shows afterwards is what `apply` predicted, the derived way
// back gives back what was there, and no row changes that should not.

namespace retort::conformance {
namespace {

class walked_place : public changed_place {
 public:
  walked_place(std::unique_ptr<db::connection> connection, const dialect::dialect& target)
      : changed_place(std::move(connection), target) {
    make_world();
  }

  /// With tables in other schemas.
  void spread() { run_script(connection(), spread_world, target()); }

  /// Whether the change is one of this database.
  bool try_out(const kind_of_change& kind) {
    INFO(std::string(kind.name));
    const auto before = shown();
    const auto kept = rows();
    auto operations = record::replay(kind.body, target().name());
    for (auto& op : operations) op.where = {"test", 1, 0};
    if (!run(operations)) return false;
    model::tracked_schema predicted{before, {}};
    for (const auto& op : operations) model::apply(predicted, op);
    const auto after = shown();
    auto expected = target().normalise(predicted.schema);
    if (kind.is_servers) expected.objects = after.objects;
    CHECK(differences(expected, after) == "");
    check_contents(kept, rows(), kind.changes);
    REQUIRE(run(model::reverse_all(operations, {before, {}})));
    CHECK(differences(before, shown()) == "");
    check_contents(kept, rows(), kind.changes);
    return true;
  }

  /// Changes one after the other, and all of them back. Each is done as predicted, or refused and
  /// then without a trace.
  void walk(const std::vector<const kind_of_change*>& sequence) {
    const auto start = shown();
    const auto kept = rows();
    std::set<std::string> changes;
    std::vector<std::vector<model::operation>> ways_back;
    for (const auto* kind : sequence) {
      INFO(std::string(kind->name));
      const auto before = shown();
      auto operations = record::replay(kind->body, target().name());
      model::tracked_schema predicted{before, {}};
      try {
        for (auto& op : operations) op.where = {"test", 1, 0};
        auto back = model::reverse_all(operations, {before, {}});
        for (const auto& op : operations) model::apply(predicted, op);
        if (!run(operations)) continue;
        ways_back.push_back(std::move(back));
      } catch (const error&) {
        CHECK(differences(before, shown()) == "");
        continue;
      }
      changes.insert(kind->changes.begin(), kind->changes.end());
      auto expected = target().normalise(predicted.schema);
      const auto after = shown();
      if (kind->is_servers) expected.objects = after.objects;
      CHECK(differences(expected, after) == "");
    }
    for (auto back = ways_back.rbegin(); back != ways_back.rend(); ++back) {
      INFO(model::describe(back->front().what));
      REQUIRE_NOTHROW(run(*back));
    }
    CHECK(differences(start, shown()) == "");
    check_contents(kept, rows(), changes);
  }
};

/// Calls `walk` with random sequences of changes: the same ones every time, unless
/// RETORT_PROPERTY_SEED and RETORT_PROPERTY_CASES say otherwise.
template <class Walk>
void random_sequences(const std::vector<kind_of_change>& of, unsigned usual_cases, Walk walk) {
  const auto seed = setting("RETORT_PROPERTY_SEED", 1);
  const auto cases = setting("RETORT_PROPERTY_CASES", usual_cases);
  for (unsigned i = 0; i < cases; ++i) {
    CAPTURE(seed + i);
    std::minstd_rand random(seed + i);
    std::vector<const kind_of_change*> sequence(2 + random() % 6);
    for (auto& kind : sequence) kind = &of[random() % of.size()];
    walk(sequence);
  }
}

TEST_CASE("every kind of change on SQLite, there and back") {
  const auto& target = sqlite_backend().dialect();
  int done = 0;
  for (const auto& kind : kinds()) {
    if (walked_place(target.open_memory(), target).try_out(kind)) ++done;
  }
  CHECK(done >= 40);
}

TEST_CASE("every kind of change on PostgreSQL, there and back") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  int done = 0;
  for (const auto& kind : kinds()) {
    clear(*database.connection);
    if (walked_place(database.open(), postgres_backend().dialect()).try_out(kind)) ++done;
  }
  CHECK(done >= 40);
}

TEST_CASE("every kind of change of several PostgreSQL schemas, there and back") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  for (const auto& kind : spread_kinds()) {
    clear(*database.connection);
    walked_place place(database.open(), postgres_backend().dialect());
    place.spread();
    CHECK(place.try_out(kind));
  }
}

TEST_CASE("random changes of an SQLite database, there and back") {
  const auto& target = sqlite_backend().dialect();
  random_sequences(kinds(), 60, [&](const auto& sequence) {
    walked_place(target.open_memory(), target).walk(sequence);
  });
}

TEST_CASE("random changes of a PostgreSQL database, there and back") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto all = kinds();
  all.insert(all.end(), spread_kinds().begin(), spread_kinds().end());
  random_sequences(all, 30, [&](const auto& sequence) {
    clear(*database.connection);
    walked_place place(database.open(), postgres_backend().dialect());
    place.spread();
    place.walk(sequence);
  });
}

}  // namespace
}  // namespace retort::conformance
