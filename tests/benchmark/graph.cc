#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "history/revision_map.h"

// The graph alone, without files and databases: a chain, twenty branches with dependencies between
// them, and branches that are merged again and again.

namespace {

using namespace retort::history;

/// A graph, and the ids that it is a view of.
struct graph_text {
  std::deque<std::string> ids;
  std::vector<revision> revisions;

  revision& add() {
    revision added;
    added.id = ids.emplace_back(fmt::format("{:012x}", ids.size() * 2654435761U));
    return revisions.emplace_back(std::move(added));
  }
  std::string_view id(std::size_t i) const { return ids[i]; }
};

graph_text chain(std::size_t size) {
  graph_text made;
  for (std::size_t i = 0; i < size; ++i) {
    revision& r = made.add();
    if (i > 0) r.down_revision = {made.id(i - 1)};
  }
  return made;
}

graph_text branches(std::size_t size) {
  constexpr std::size_t lines = 20;
  graph_text made;
  for (std::size_t i = 0; i < size; ++i) {
    revision& r = made.add();
    if (i > 0) r.down_revision = {made.id(i <= lines ? 0 : i - lines)};
    if (i % 97 == 50) r.depends_on = {made.id(i - 37)};
  }
  return made;
}

graph_text diamonds(std::size_t size) {
  graph_text made;
  for (std::size_t i = 0; i < size; ++i) {
    revision& r = made.add();
    if (i == 0) continue;
    const std::size_t bottom = (i - 1) / 3 * 3;
    if (i % 3 == 0) {
      r.down_revision = {made.id(i - 1), made.id(i - 2)};
    } else {
      r.down_revision = {made.id(bottom)};
    }
  }
  return made;
}

using shape = graph_text(std::size_t);

std::size_t size_of(const benchmark::State& state) {
  return static_cast<std::size_t>(state.range(0));
}

void build(benchmark::State& state, shape* make) {
  const graph_text made = make(size_of(state));
  for (auto _ : state) benchmark::DoNotOptimize(revision_map(made.revisions));
}

void resolve_partial(benchmark::State& state, shape* make) {
  const graph_text made = make(size_of(state));
  const revision_map map(made.revisions);
  const std::string_view part = made.id(made.ids.size() / 2).substr(0, 10);
  for (auto _ : state) benchmark::DoNotOptimize(map.resolve(part, {}));
}

void upgrade(benchmark::State& state, shape* make) {
  const graph_text made = make(size_of(state));
  const revision_map map(made.revisions);
  for (auto _ : state) benchmark::DoNotOptimize(map.plan_upgrade({}, "heads"));
}

void downgrade(benchmark::State& state, shape* make) {
  const graph_text made = make(size_of(state));
  const revision_map map(made.revisions);
  const rows heads = map.plan_upgrade({}, "heads").after();
  for (auto _ : state) benchmark::DoNotOptimize(map.plan_downgrade(heads, "base"));
}

void list(benchmark::State& state, shape* make) {
  const graph_text made = make(size_of(state));
  const revision_map map(made.revisions);
  for (auto _ : state) benchmark::DoNotOptimize(map.history("", {}));
}

#define FOR_EACH_SHAPE(what)                                                                     \
  BENCHMARK_CAPTURE(what, chain, chain)->Range(100, 10000)->Unit(benchmark::kMillisecond);       \
  BENCHMARK_CAPTURE(what, branches, branches)->Range(100, 10000)->Unit(benchmark::kMillisecond); \
  BENCHMARK_CAPTURE(what, diamonds, diamonds)->Range(100, 10000)->Unit(benchmark::kMillisecond)

FOR_EACH_SHAPE(build);
FOR_EACH_SHAPE(resolve_partial);
FOR_EACH_SHAPE(upgrade);
FOR_EACH_SHAPE(downgrade);
FOR_EACH_SHAPE(list);

}  // namespace
