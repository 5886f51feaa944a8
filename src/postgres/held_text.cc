#include "postgres/held_text.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace retort::postgres {
namespace {

constexpr std::string_view lead = "U&'";

bool is_plain(std::string_view text) {
  return !text.starts_with(lead) &&
         std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Takes the first character of well-formed UTF-8 off the text.
unsigned take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  unsigned number = size == 1 ? first : first & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < std::min(size, text.size()); ++i) {
    number = (number << 6) | (static_cast<unsigned char>(text[i]) & 0x3f);
  }
  text.remove_prefix(std::min(size, text.size()));
  return number;
}

void append_character(std::string& text, unsigned number) {
  const auto byte = [&](unsigned value) { text += static_cast<char>(value); };
  if (number < 0x80) return byte(number);
  if (number < 0x800) {
    byte(0xc0 | (number >> 6));
  } else if (number < 0x10000) {
    byte(0xe0 | (number >> 12));
    byte(0x80 | ((number >> 6) & 0x3f));
  } else {
    byte(0xf0 | (number >> 18));
    byte(0x80 | ((number >> 12) & 0x3f));
    byte(0x80 | ((number >> 6) & 0x3f));
  }
  byte(0x80 | (number & 0x3f));
}

}  // namespace

std::string escaped(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string held(lead);
  while (!text.empty()) {
    const unsigned number = take_character(text);
    if (number == '\\' || number == '\'') held += static_cast<char>(number);
    if (number < 0x80) {
      held += static_cast<char>(number);
    } else {
      held += number < 0x10000 ? fmt::format("\\{:04X}", number) : fmt::format("\\+{:06X}", number);
    }
  }
  return held + "'";
}

std::string unescaped(std::string_view held) {
  if (!held.starts_with(lead) || held.size() == lead.size() || !held.ends_with('\'')) {
    return std::string(held);
  }
  std::string text;
  auto rest = held.substr(lead.size(), held.size() - lead.size() - 1);
  while (!rest.empty()) {
    const char first = rest.front();
    rest.remove_prefix(1);
    const bool is_doubled = (first == '\'' || first == '\\') && rest.starts_with(first);
    if (first != '\\' || is_doubled) {
      text += first;
      rest.remove_prefix(is_doubled ? 1 : 0);
      continue;
    }
    const bool is_long = rest.starts_with('+');
    const std::size_t size = is_long ? 6 : 4;
    const auto digits = rest.substr(is_long ? 1 : 0, size);
    unsigned number = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    // Somebody else's text that only begins like ours.
    if (problem != std::errc() || digits.size() != size || end != digits.data() + size) {
      return std::string(held);
    }
    append_character(text, number);
    rest.remove_prefix(digits.size() + (is_long ? 1 : 0));
  }
  return text;
}

}  // namespace retort::postgres
