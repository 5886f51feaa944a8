#include "diff/sequence_bounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>

namespace retort::diff {
namespace {

using number = long long;

/// The setting that begins so, without that; empty: it is not said.
std::string value_of(const std::vector<std::string>& settings, std::string_view lead) {
  for (const auto& one : settings) {
    if (one.starts_with(lead)) return one.substr(lead.size());
  }
  return {};
}

number number_of(const std::string& text, number unless_said) {
  number value = unless_said;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

number largest_of(const std::string& type) {
  if (type == "smallint") return std::numeric_limits<std::int16_t>::max();
  if (type == "integer") return std::numeric_limits<std::int32_t>::max();
  return std::numeric_limits<number>::max();
}

/// The numbers that a sequence gives, as far as the type has them.
struct range {
  bool descends;
  number least;
  number most;

  range(const std::vector<std::string>& settings, const std::string& type)
      : descends(value_of(settings, "INCREMENT BY ").starts_with('-')) {
    const auto largest = largest_of(type);
    const auto smallest = -largest - 1;
    least = std::max(number_of(value_of(settings, "MINVALUE "), descends ? smallest : 1), smallest);
    most = std::min(number_of(value_of(settings, "MAXVALUE "), descends ? -1 : largest), largest);
  }
};

void set(std::vector<std::string>& settings, std::string_view what, const std::string& to) {
  const auto found = std::ranges::find_if(
      settings, [&](const std::string& one) { return one.find(what) != std::string::npos; });
  if (found != settings.end()) *found = to;
}

}  // namespace

std::optional<narrowing> narrowed(const std::vector<std::string>& from,
                                  const std::vector<std::string>& to, const std::string& type,
                                  const std::string& name, const std::string& literal) {
  const range old(from, type);
  const range now(to, type);
  if (now.least <= old.least && now.most >= old.most) return std::nullopt;
  narrowing found{to, {}, {}};
  if (now.least > old.least) set(found.wide, "MINVALUE", fmt::format("MINVALUE {}", old.least));
  if (now.most < old.most) set(found.wide, "MAXVALUE", fmt::format("MAXVALUE {}", old.most));
  const auto below = fmt::format("last_value < {}", now.least);
  const auto above = fmt::format("last_value > {}", now.most);
  const auto& before = now.descends ? above : below;
  const auto& behind = now.descends ? below : above;
  const auto start = value_of(to, "START WITH ");
  found.position = fmt::format(
      "SELECT pg_catalog.setval({}, CASE WHEN {} OR {} AND NOT is_called THEN {} WHEN {} THEN {} "
      "ELSE last_value END, is_called AND NOT {}) FROM {}",
      literal, before, behind, start, behind, now.descends ? now.least : now.most, before, name);
  found.review = fmt::format(
      "{} has narrower bounds: before them it begins again with {}, behind them it is at its end",
      name, start);
  return found;
}

}  // namespace retort::diff
