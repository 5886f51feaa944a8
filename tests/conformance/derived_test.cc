#include <doctest/doctest.h>
#include <fmt/format.h>
#include <retort/migration.h>
#include <retort/operations.h>
#include <retort/postgres.h>
#include <retort/sqlite.h>

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "dialect/backend.h"
#include "engine/migration_set.h"
#include "engine/planner.h"
#include "unit/engine/migrations.h"

// Downgrades that nobody wrote, of a long history.

namespace retort::conformance {
namespace {

constexpr std::size_t length = 120;
/// How often an upgrade was replayed.
int replays = 0;
/// Whether the second migration hides the schema.
bool has_raw_sql = false;

template <std::size_t n>
struct link {
  static constexpr char id[] = {'a' + n / 26, 'a' + n % 26, '\0'};

  static void upgrade(operations& op) {
    ++replays;
    if constexpr (n == 0) {
      op.create_table("t", {column("id", types::integer), column("c0", types::text)});
    } else {
      if (n == 1 && has_raw_sql) op.execute("ALTER TABLE t ADD COLUMN raw text");
      op.add_column("t", fmt::format("c{}", n), types::text);
      op.drop_column("t", fmt::format("c{}", n - 1));
      if (n == 5 && has_raw_sql) op.drop_column("t", "raw");
    }
  }
};

template <std::size_t n>
migration made() {
  if constexpr (n == 0) {
    return {.upgrade = link<0>::upgrade};
  } else {
    static const names parents = {link<n - 1>::id};
    return {.down_revision = parents, .upgrade = link<n>::upgrade};
  }
}

template <std::size_t... n>
engine::migration_set chain(std::index_sequence<n...>) {
  static const std::array<migration, sizeof...(n)> all = {made<n>()...};
  std::vector<testing::source> sources;
  (sources.push_back({.revision = link<n>::id, .path = link<n>::id, .code = &all[n]}), ...);
  return testing::load_set(std::move(sources));
}

std::string described(const std::vector<model::operation>& operations) {
  std::string all;
  for (const auto& op : operations) all += model::describe(op.what) + "; ";
  return all;
}

void check_all(const backend& database, bool raw) {
  has_raw_sql = raw;
  const auto set = chain(std::make_index_sequence<length>());
  const auto derived = [&](const engine::planner& plans, std::size_t n) {
    return described(plans.operations_of(n, engine::direction::downgrade));
  };
  const auto expected = [](std::size_t n) {
    return fmt::format("add column t.c{}; drop column t.c{}; ", n - 1, n);
  };
  const engine::planner down(set, database.dialect());
  const engine::planner up(set, database.dialect());
  replays = 0;
  for (auto n = length - 1; n > 5; --n) CHECK(derived(down, n) == expected(n));
  CHECK(replays < static_cast<int>(8 * length));
  replays = 0;
  for (std::size_t n = 6; n < length; ++n) CHECK(derived(up, n) == expected(n));
  CHECK(replays < static_cast<int>(8 * length));
  if (!raw) return;
  CHECK(derived(down, 5) == "add column t.raw; add column t.c4; drop column t.c5; ");
  CHECK_THROWS_AS(derived(down, 1), error);
}

TEST_CASE("derived downgrades of a history replay each of its migrations a few times") {
  check_all(sqlite_backend(), false);
  check_all(postgres_backend(), false);
}

TEST_CASE("so they do behind raw SQL, which a database in memory sees") {
  check_all(sqlite_backend(), true);
}

}  // namespace
}  // namespace retort::conformance
