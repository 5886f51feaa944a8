#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "unit/history/graphs.h"

using namespace retort;
using namespace retort::history;

namespace {

class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

  /// A graph of `n` revisions in a random load order.
  std::vector<revision> revisions(std::size_t n) {
    const unsigned dependencies = pick(std::vector<unsigned>{0, 20, 40});
    std::vector<revision> result;
    for (std::size_t i = 0; i < n; ++i) {
      revision r;
      r.id = kept(fmt::format("{:x}{:03x}r{}", below(16), below(4096), i));
      r.file = kept(fmt::format("{}.sql", r.id));
      r.line = 1;
      if (i > 0 && chance(85)) {
        const std::size_t count = chance(75) ? 1 : 2 + below(2);
        for (std::size_t k = 0; k < count; ++k) {
          r.down_revision.push_back(result[i - 1 - below(std::min<std::size_t>(i, 5))].id);
        }
      }
      if (i > 0 && chance(dependencies)) {
        const revision& other = result[below(i)];
        r.depends_on.push_back(!other.branch_labels.empty() && chance(50) ? other.branch_labels[0]
                                                                          : other.id);
      }
      if (chance(15)) r.branch_labels.push_back(kept(fmt::format("label{}", i)));
      result.push_back(r);
    }
    std::shuffle(result.begin(), result.end(), random_);
    return result;
  }

  /// Something that a person might type.
  std::string symbol(const revision_map& map) {
    std::vector<std::string> names = {"head", "heads", "base", "current", "nowhere", ""};
    for (int i = 0; i < 6; ++i) names.emplace_back(map.id(below(map.size())));
    names.push_back(names.back().substr(0, 1 + below(5)));
    for (const revision& r : map.revisions()) {
      for (int i = 0; i < 2; ++i) {
        names.insert(names.end(), r.branch_labels.begin(), r.branch_labels.end());
      }
    }
    std::string result;
    if (chance(35)) result += pick(names) + "@";
    if (chance(80)) result += pick(names);
    if (chance(40))
      result += pick(std::vector<std::string>{"+1", "-1", "+2", "-2", "+9", "-0", "-"});
    return result;
  }

 private:
  std::mt19937_64 random_;
};

std::uint64_t first_seed() {
  if (const char* given = std::getenv("RETORT_TEST_SEED")) return std::stoull(given);
  return std::random_device()();
}

std::set<std::size_t> as_set(const std::vector<std::size_t>& v) { return {v.begin(), v.end()}; }

/// Makes the row changes as a database would, each matching exactly one row.
void check_changes(const plan& made, rows table) {
  CHECK(made.before == table);
  for (const step& s : made.steps) {
    const rows after = rows_after(table, s);
    std::multiset<std::string> now(table.begin(), table.end());
    for (const row_change& c : s.changes) {
      if (!c.from.empty()) CHECK(now.erase(c.from) == 1);
      if (!c.to.empty()) {
        CHECK(now.count(c.to) == 0);
        now.insert(c.to);
      }
    }
    table.assign(now.begin(), now.end());
    CHECK(after == table);
  }
  CHECK(made.after() == table);
}

/// The order of an upgrade: everything that a step's revision needs is applied.
void check_order(const revision_map& map, std::set<std::size_t> applied, const plan& made) {
  rows table = made.before;
  for (const step& s : made.steps) {
    table = rows_after(std::move(table), s);
    const std::size_t r = *s.revision;
    if (s.kind == step_kind::downgrade) CHECK(applied.erase(r) == 1);
    for (const node n : map.parents(r)) CHECK(applied.contains(n));
    for (const node n : map.dependencies(r)) CHECK(applied.contains(n));
    if (s.kind == step_kind::downgrade) {
      for (const std::size_t other : applied) {
        for (const node n : map.parents(other)) CHECK(n != r);
        for (const node n : map.dependencies(other)) CHECK(n != r);
      }
    } else {
      CHECK(applied.insert(r).second);
    }
    CHECK(as_set(map.applied(table)) == applied);
  }
}

}  // namespace

TEST_CASE("upgrade to the heads and downgrade to the base visit everything once") {
  const std::uint64_t seed = first_seed();
  for (std::uint64_t run = 0; run < 300; ++run) {
    CAPTURE(seed + run);
    generator make(seed + run);
    const revision_map map(make.revisions(1 + make.below(30)));
    const auto up = map.plan_upgrade({}, "heads");
    CHECK(up.steps.size() == map.size());
    check_order(map, {}, up);
    check_changes(up, {});
    CHECK(map.at_heads(up.after()));
    CHECK(map.plan_upgrade(up.after(), "heads").empty());
    std::vector<std::size_t> order;
    for (const step& s : up.steps) order.push_back(*s.revision);
    CHECK(order == map.topological_order());
    std::reverse(order.begin(), order.end());
    CHECK(order == map.history("", {}));

    const auto down = map.plan_downgrade(up.after(), "base");
    CHECK(down.steps.size() == map.size());
    check_order(map, as_set(map.topological_order()), down);
    check_changes(down, up.after());
    CHECK(down.after().empty());
  }
}

TEST_CASE("the way down leads through the rows of the way up, with merges and dependencies too") {
  const std::uint64_t seed = first_seed();
  std::size_t met = 0;
  for (std::uint64_t run = 0; run < 300; ++run) {
    CAPTURE(seed + run);
    generator make(seed + run);
    const revision_map map(make.revisions(1 + make.below(30)));
    std::map<std::set<std::size_t>, rows> seen;
    rows table;
    // Some of it first, so that not every way up is the same.
    const auto some = map.plan_upgrade({}, map.id(make.below(map.size())));
    const auto rest = map.plan_upgrade(some.after(), "heads");
    for (const plan& up : {some, rest}) {
      for (const step& s : up.steps) {
        table = rows_after(std::move(table), s);
        seen[as_set(map.applied(table))] = table;
      }
    }
    for (const step& s : map.plan_downgrade(table, "base").steps) {
      table = rows_after(std::move(table), s);
      const auto found = seen.find(as_set(map.applied(table)));
      if (found == seen.end()) continue;
      ++met;
      CHECK(found->second == table);
    }
  }
  CHECK(met > 500);
}

TEST_CASE("any sequence of commands keeps the rows sound, and fails by name") {
  const std::uint64_t seed = first_seed();
  int done = 0;
  for (std::uint64_t run = 0; run < 500; ++run) {
    CAPTURE(seed + run);
    generator make(seed + run);
    const revision_map map(make.revisions(1 + make.below(10)));
    rows table;
    for (int i = 0; i < 20; ++i) {
      const std::string symbol = make.symbol(map);
      CAPTURE(symbol);
      CAPTURE(row_text(table));
      try {
        plan made{table, {}};
        switch (make.below(5)) {
          case 0:
            made = map.plan_downgrade(table, symbol);
            break;
          case 1:
            made = map.plan_stamp(table, std::vector{symbol, make.symbol(map)}, make.chance(20));
            break;
          case 2:
            map.history(symbol + ":" + make.symbol(map), table);
            break;
          case 3:
            map.resolve(symbol, table);
            break;
          default:
            made = map.plan_upgrade(table, symbol);
        }
        check_changes(made, table);
        if (!made.empty() && made.steps[0].kind != step_kind::stamp) {
          check_order(map, as_set(map.applied(table)), made);
        }
        table = made.after();
        ++done;
      } catch (const error& e) {
        CHECK_FALSE(std::string(e.what()).empty());
        CHECK_FALSE(e.hint.empty());
      }
      // No row is an ancestor of another.
      for (const std::string& row : table) {
        for (const std::size_t lower : map.ancestors_and_self(*map.find(row))) {
          if (map.id(lower) != row) {
            CHECK(std::find(table.begin(), table.end(), map.id(lower)) == table.end());
          }
        }
      }
    }
  }
  CHECK(done > 2000);
}

TEST_CASE("an upgrade is undone by a downgrade to where it began") {
  const std::uint64_t seed = first_seed();
  for (std::uint64_t run = 0; run < 300; ++run) {
    CAPTURE(seed + run);
    generator make(seed + run);
    auto revisions = make.revisions(2 + make.below(20));
    // One line of descent has one way back.
    for (revision& r : revisions) {
      if (r.down_revision.size() > 1) r.down_revision.resize(1);
      r.depends_on.clear();
    }
    const revision_map map(revisions);
    const std::size_t to = make.below(map.size());
    const auto line = map.ancestors_and_self(to);
    const std::string from(map.id(line[make.below(line.size())]));
    const auto up = map.plan_upgrade({from}, map.id(to));
    const rows there = up.after();
    const auto down = map.plan_downgrade(there, from);
    CHECK(down.steps.size() == up.steps.size());
    CHECK(down.after() == rows{from});
  }
}

TEST_CASE("ten thousand revisions") {
  std::vector<revision> revisions;
  for (std::size_t i = 0; i < 10000; ++i) {
    revision r;
    r.id = kept(fmt::format("{:012x}", i * 2654435761u));
    if (i > 0) r.down_revision.push_back(revisions[i <= 20 ? 0 : i - 20].id);
    if (i % 97 == 50) r.depends_on.push_back(revisions[i - 37].id);
    revisions.push_back(r);
  }
  const revision_map map(revisions);
  const auto up = map.plan_upgrade({}, "heads");
  CHECK(up.steps.size() == 10000);
  CHECK(map.plan_downgrade(up.after(), "base").steps.size() == 10000);
  CHECK(map.history("", {}).size() == 10000);
}
