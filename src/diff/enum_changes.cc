#include "diff/enum_changes.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <functional>
#include <optional>

#include "model/apply_objects.h"

namespace retort::diff {
namespace {

using values = std::vector<std::string>;
/// For each value the place of the one that it becomes; none: there is none.
using places = std::vector<std::optional<std::size_t>>;

/// Without what `IN_PROGRESS` and `in-progress` have of their own; empty: it is nothing else.
std::string letters_of(const std::string& value) {
  std::string letters;
  for (const char letter : value) {
    const auto c = static_cast<unsigned char>(letter);
    if (std::isalnum(c) != 0 || c > 127) letters += static_cast<char>(std::tolower(c));
  }
  return letters;
}

bool is_taken(const places& all, std::size_t place) {
  return std::ranges::find(all, std::optional(place)) != all.end();
}

void pair_up(const values& from, const values& to, places& found,
             const std::function<bool(const std::string&, const std::string&)>& is_same) {
  for (std::size_t i = 0; i < from.size(); ++i) {
    for (std::size_t j = 0; j < to.size() && !found[i]; ++j) {
      if (!is_taken(found, j) && is_same(from[i], to[j])) found[i] = j;
    }
  }
}

bool keeps_order(const places& found) {
  std::optional<std::size_t> last;
  return std::ranges::all_of(found, [&](const std::optional<std::size_t>& place) {
    if (!place) return true;
    const bool is_behind = !last || *place > *last;
    last = place;
    return is_behind;
  });
}

/// What goes becomes what comes between the same neighbours.
void pair_up_neighbours(std::size_t to_size, places& found) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i]) {
      auto behind = i;
      while (behind < found.size() && !found[behind]) ++behind;
      const auto end = behind == found.size() ? to_size : *found[behind];
      if (next < end) found[i] = next;
    }
    if (found[i]) next = *found[i] + 1;
  }
}

}  // namespace

std::vector<std::string> enum_values(std::string_view definition) {
  values all;
  if (definition.find(" AS ENUM (") == std::string_view::npos) return all;
  for (const auto& literal : model::enum_literals(definition)) {
    std::string value;
    for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
      value += literal[i];
      if (literal[i] == '\'') ++i;
    }
    all.push_back(std::move(value));
  }
  return all;
}

value_changes changes_of_values(const values& from, const values& to, bool guesses) {
  places found(from.size());
  pair_up(from, to, found, std::equal_to<>());
  if (guesses)
    pair_up(from, to, found, [](const std::string& a, const std::string& b) {
      const auto letters = letters_of(a);
      return !letters.empty() && letters == letters_of(b);
    });
  value_changes result;
  if (guesses && keeps_order(found)) pair_up_neighbours(to.size(), found);
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!found[i]) {
      result.removed.push_back(from[i]);
    } else if (from[i] != to[*found[i]]) {
      result.renamed.emplace_back(from[i], to[*found[i]]);
    }
  }
  result.is_anew = !result.removed.empty() || !keeps_order(found);
  for (std::size_t j = 0; j < to.size(); ++j) {
    if (is_taken(found, j)) continue;
    auto next = j;
    while (next < to.size() && !is_taken(found, next)) ++next;
    result.added.push_back({to[j], next == to.size() ? std::string() : to[next]});
  }
  return result;
}

}  // namespace retort::diff
