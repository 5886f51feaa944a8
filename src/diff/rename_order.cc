#include "diff/rename_order.h"

#include <algorithm>
#include <utility>

#include "base/identifier.h"
#include "base/text_tools.h"

namespace retort::diff {
namespace {

bool has_name(const model::schema& in, const model::qualified_name& name) {
  const auto has_index = [&](const auto& entry) {
    return entry.first.schema == name.schema && entry.second.find_index(name.name) != nullptr;
  };
  const auto is_one = [&](const auto& entry) { return entry.second.name == name; };
  return in.find(name) != nullptr || std::ranges::any_of(in.tables, has_index) ||
         std::ranges::any_of(in.objects, is_one);
}

}  // namespace

std::string name_between(const std::string& name,
                         const std::function<bool(const std::string&)>& is_taken) {
  for (int number = 1;; ++number) {
    const auto tail = "__renamed" + (number == 1 ? std::string() : std::to_string(number));
    auto between = std::string(base::clipped(name, base::longest_identifier - tail.size())) + tail;
    if (!is_taken(between)) return between;
  }
}

model::qualified_name name_between(const model::qualified_name& name, const schema_pair& all) {
  return {
      name.schema, name_between(name.name, [&](const std::string& other) {
        return has_name(all.from, {name.schema, other}) || has_name(all.to, {name.schema, other});
      })};
}

std::vector<std::vector<name_change>> one_by_one(
    std::vector<name_change> all, base::sql_flavour flavour,
    const std::function<bool(const std::string&)>& is_taken) {
  const auto is_same = [&](const std::string& a, const std::string& b) {
    return flavour == base::sql_flavour::sqlite ? base::equals_ignoring_case(a, b) : a == b;
  };
  const auto who_has = [&](const std::string& name) {
    return std::ranges::find_if(all,
                                [&](const name_change& one) { return is_same(one.from, name); });
  };
  const auto pop = [&](std::vector<name_change>::iterator at) {
    auto one = std::move(*at);
    all.erase(at);
    return one;
  };
  std::vector<std::vector<name_change>> order;
  while (!all.empty()) {
    const auto free = std::ranges::find_if(
        all, [&](const name_change& one) { return who_has(one.to) == all.end(); });
    if (free != all.end()) {
      order.push_back({pop(free)});
      continue;
    }
    // A ring: one steps aside, the others move up into the place before them.
    const auto first = pop(all.begin());
    const auto between = name_between(first.from, is_taken);
    std::vector<name_change> ring = {{first.from, between}};
    for (auto place = first.from;;) {
      const auto next =
          std::ranges::find_if(all, [&](const name_change& one) { return is_same(one.to, place); });
      if (next == all.end()) break;
      place = next->from;
      ring.push_back(pop(next));
    }
    ring.push_back({between, first.to});
    order.push_back(std::move(ring));
  }
  return order;
}

}  // namespace retort::diff
