#include <retort/error.h>

#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "unit/history/graphs.h"

// What is typed for a revision, against small graphs: it means something or is an error of ours,
// and every plan leaves rows of which none is an ancestor of another.
//
// An input is text, so that its corpus can be read and written by hand. Its first line makes the
// graph (a digit: one of the fixed ones; else a revision a character), the second chooses rows, and
// each further one is a symbol or range.

namespace {

using namespace retort;
using namespace retort::history;

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view fixed_graphs[] = {
    "",
    straight,
    forked,
    merge,
    merge_of_three,
    two_merges,
    merged_fork,
    dependent_lines,
    // Three merges of independent bases, and one that needs a parent of each.
    "a1; a2; a3; amerge < a1, a2, a3; b1; b2; bmerge < b1, b2; c1; c2; c3; cmerge < c1, c2, c3; "
    "d1 ^ a3, b2, c1",
    // Names that look like each other, and like something relative.
    "aaaa1111 [trunk]; aaaa2222 < aaaa1111; cc.1 < aaaa2222 [rel-1]; abcd < aaaa2222 [rel-12]; "
    "ab < cc.1, abcd; 12 ^ trunk",
};

std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

/// A revision a character, whose bits say what it needs of those before it.
std::vector<revision> generated(std::string_view recipe) {
  constexpr std::size_t most = 12;
  std::vector<revision> result;
  for (const char c : recipe.substr(0, most)) {
    const auto bits = static_cast<unsigned char>(c);
    const std::size_t i = result.size();
    const auto before = [&](std::size_t distance) -> const revision& {
      return result[i - 1 - distance % i];
    };
    revision r;
    r.id = kept(fmt::format("{}{}", i % 3 == 0 ? "abcd" : "r", i));
    if (i > 0) {
      const unsigned parents = bits & 3U;
      if (parents != 0) r.down_revision = {before((bits >> 2U) & 3U).id};
      if (parents == 3) r.down_revision.push_back(before(((bits >> 2U) & 3U) + 1).id);
      if ((bits & 16U) != 0) {
        const revision& needed = before((bits >> 1U) & 7U);
        r.depends_on = {needed.branch_labels.empty() ? needed.id : needed.branch_labels[0]};
      }
    }
    if ((bits & 32U) != 0) r.branch_labels = {kept(fmt::format("label{}", i))};
    result.push_back(r);
  }
  return result;
}

const revision_map& fixed_graph(std::size_t number) {
  static const std::vector<revision_map> all = [] {
    std::vector<revision_map> made;
    for (const std::string_view graph : fixed_graphs) made.push_back(parse_graph(graph));
    return made;
  }();
  return all.at(number);
}

/// Whether no row is an ancestor of another, and they are sorted.
bool is_sound(const revision_map& map, const rows& table) {
  if (!std::is_sorted(table.begin(), table.end())) return false;
  for (const std::string& row : table) {
    const auto n = map.find(row);
    if (!n) return false;
    for (const std::size_t lower : map.ancestors_and_self(*n)) {
      if (map.id(lower) != row && std::binary_search(table.begin(), table.end(), map.id(lower))) {
        return false;
      }
    }
  }
  return std::adjacent_find(table.begin(), table.end()) == table.end();
}

/// Each character names a revision, which becomes a row where it can.
rows choose_rows(const revision_map& map, std::string_view choice) {
  rows result;
  if (map.size() == 0) return result;
  for (const char c : choice.substr(0, 12)) {
    rows more = result;
    const std::string_view id = map.id(static_cast<unsigned char>(c) % map.size());
    more.emplace(std::lower_bound(more.begin(), more.end(), id), id);
    if (is_sound(map, more)) result = std::move(more);
  }
  return result;
}

/// Makes the row changes as a database would, each matching exactly one row.
void check_steps(const revision_map& map, const plan& made, const rows& current) {
  require(made.before == current);
  std::set<std::string> table(current.begin(), current.end());
  for (const step& s : made.steps) {
    rows after = rows_after(rows(table.begin(), table.end()), s);
    for (const row_change& c : s.changes) {
      if (!c.from.empty()) require(table.erase(c.from) == 1);
      if (!c.to.empty()) require(table.insert(c.to).second);
    }
    require(after == rows(table.begin(), table.end()));
    // On its way a stamp holds what the next step takes away.
    if (s.kind != step_kind::stamp) require(is_sound(map, after));
  }
  require(is_sound(map, rows(table.begin(), table.end())));
}

/// Anything but an error of ours ends the program.
template <typename Action>
void attempt(Action action) try {
  action();
} catch (const error& problem) {
  require(problem.what()[0] != '\0' && !problem.hint.empty());
}

void check_symbol(const revision_map& map, const rows& current, std::string_view symbol) {
  attempt([&] { check_steps(map, map.plan_upgrade(current, symbol), current); });
  attempt([&] { check_steps(map, map.plan_downgrade(current, symbol), current); });
  attempt([&] { require(map.resolve(symbol, current).size() <= map.size()); });
  attempt([&] { map.resolve_one(symbol, current); });
  attempt([&] { require(is_sound(map, map.rows_at(symbol))); });
  attempt([&] {
    std::set<std::size_t> once;
    for (const std::size_t i : map.history(symbol, current)) require(once.insert(i).second);
  });
}

void check_graph(const revision_map& map, std::string_view rest) {
  const rows current = choose_rows(map, next_line(rest));
  constexpr std::size_t most = 3;
  std::vector<std::string> symbols;
  while (!rest.empty() && symbols.size() < most) symbols.emplace_back(next_line(rest));
  for (const std::string& symbol : symbols) check_symbol(map, current, symbol);
  for (const bool purge : {false, true}) {
    attempt([&] { check_steps(map, map.plan_stamp(current, symbols, purge), current); });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Longer names only cost time: each is compared with all that might have been meant.
  constexpr std::size_t longest = 200;
  std::string_view rest(reinterpret_cast<const char*>(data), std::min(size, longest));
  const std::string_view recipe = next_line(rest);
  if (recipe.size() == 1 && recipe[0] >= '0' && recipe[0] <= '9') {
    check_graph(fixed_graph(static_cast<std::size_t>(recipe[0] - '0')), rest);
  } else {
    check_graph(revision_map(generated(recipe)), rest);
  }
  return 0;
}
