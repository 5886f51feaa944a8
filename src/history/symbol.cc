#include "history/symbol.h"

#include <algorithm>

namespace retort::history {
namespace {

constexpr long furthest = 1'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

symbol parse_symbol(std::string_view text) {
  symbol result;
  result.text = text;
  result.name = text;
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    result.branch = text.substr(0, at);
    result.name = text.substr(at + 1);
  }
  const std::string_view rest = result.name;
  const auto digits = static_cast<std::size_t>(
      std::find_if_not(rest.rbegin(), rest.rend(), is_digit) - rest.rbegin());
  if (digits == 0 || digits == rest.size()) return result;
  const std::size_t sign = rest.size() - digits - 1;
  if (rest[sign] != '+' && rest[sign] != '-') return result;
  result.name = rest.substr(0, sign);
  result.relative = rest.substr(sign);
  for (const char c : result.relative.substr(1)) {
    result.steps = std::min(furthest, result.steps * 10 + (c - '0'));
  }
  if (rest[sign] == '-') result.steps = -result.steps;
  return result;
}

}  // namespace retort::history
