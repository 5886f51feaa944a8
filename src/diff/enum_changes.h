#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort::diff {

// PostgreSQL: what becomes of the values of an enumeration.

/// The values of `CREATE TYPE x AS ENUM (…)`; none: it is no enumeration.
std::vector<std::string> enum_values(std::string_view definition);

struct added_value {
  std::string value;
  /// The one in front of which it comes; empty: it is the last.
  std::string before;
};

struct value_changes {
  /// Those that go and those that come in their place: ones of the same letters, or else ones
  /// between the same neighbours, in their order.
  std::vector<std::pair<std::string, std::string>> renamed;
  /// Those that come besides, in order.
  std::vector<added_value> added;
  /// Those that go, and nothing comes in their place.
  std::vector<std::string> removed;
  /// Behind the renames some go, or stand elsewhere: only another type has what is wanted.
  bool is_anew = false;
};

/// Without `guesses` none is renamed.
value_changes changes_of_values(const std::vector<std::string>& from,
                                const std::vector<std::string>& to, bool guesses);

}  // namespace retort::diff
