#include "model/lock_mode.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text_tools.h"

namespace retort::model {
namespace {

constexpr std::array<std::string_view, 8> modes = {
    "AccessShareLock", "RowShareLock",          "RowExclusiveLock", "ShareUpdateExclusiveLock",
    "ShareLock",       "ShareRowExclusiveLock", "ExclusiveLock",    "AccessExclusiveLock"};

/// Its letters, small, without the word "lock" at the end.
std::string letters_of(std::string_view mode) {
  std::string letters = base::lower(mode);
  std::erase_if(letters, [](char c) { return c == ' ' || c == '_'; });
  constexpr std::string_view last = "lock";
  if (letters.ends_with(last)) letters.resize(letters.size() - last.size());
  return letters;
}

}  // namespace

std::optional<int> lock_strength(std::string_view mode) {
  const auto wanted = letters_of(mode);
  const auto* found = std::ranges::find_if(
      modes, [&](std::string_view known) { return letters_of(known) == wanted; });
  if (found == modes.end()) return std::nullopt;
  return static_cast<int>(std::distance(modes.begin(), found)) + 1;
}

std::string lock_modes() {
  std::string list;
  for (const auto mode : modes) list += (list.empty() ? "" : ", ") + std::string(mode);
  return list;
}

}  // namespace retort::model
