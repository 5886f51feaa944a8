#pragma once

#include <string>
#include <string_view>

namespace retort::diff {

/// In a pattern of SQL, where a value goes that is not known yet.
inline constexpr std::string_view hole = "\x01";

/// The pattern with the value in each of its holes.
inline std::string put(std::string pattern, std::string_view value) {
  for (auto at = pattern.find(hole); at != std::string::npos; at = pattern.find(hole, at)) {
    pattern.replace(at, hole.size(), value);
    at += value.size();
  }
  return pattern;
}

}  // namespace retort::diff
