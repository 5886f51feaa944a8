#include "base/text_tools.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace retort::base {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Edits between two words, case ignored: insertions, deletions, replacements and swaps of
/// neighbours (the "optimal string alignment" distance).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  const auto same = [&](std::size_t i, std::size_t j) {
    return lower_char(a[i - 1]) == lower_char(b[j - 1]);
  };
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] = std::min(
          {cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (same(i, j) ? 0U : 1U)});
      if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j)) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// Length of the well-formed UTF-8 sequence at `at` (The Unicode Standard, table 3-7), or 0.
std::size_t utf8_sequence(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto tail = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = from; i < count; ++i) {
      if ((byte(i) & 0xC0U) != 0x80U) return false;
    }
    return true;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1, 2) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return byte(1) >= low && byte(1) <= high && tail(2, 3) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return byte(1) >= low && byte(1) <= high && tail(2, 4) ? 4 : 0;
  }
  return 0;
}

/// The first byte above 127 from `at` on, or the text's end.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  constexpr std::uint64_t high_bits = 0x8080808080808080U;
  for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & high_bits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

template <class Text>
std::string join_all(std::span<const Text> pieces, std::string_view separator) {
  std::string result;
  for (const auto& piece : pieces) {
    if (&piece != pieces.data()) result += separator;
    result += piece;
  }
  return result;
}

}  // namespace

std::string joined(std::initializer_list<text> pieces) {
  std::string result;
  for (const auto& piece : pieces) result.append(piece.data(), piece.size());
  return result;
}

std::vector<std::string_view> views_of(std::initializer_list<text> list) {
  std::vector<std::string_view> result;
  for (const auto& name : list) result.push_back(view_of(name));
  return result;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower_char);
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_char(x) == lower_char(y); });
}

std::vector<std::string_view> split_views(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  if (text.empty()) return pieces;
  while (true) {
    const auto end = text.find(separator);
    const auto piece = trim(text.substr(0, end));
    if (!piece.empty()) pieces.push_back(piece);
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> split_list(std::string_view text, char separator) {
  const auto pieces = split_views(text, separator);
  return {pieces.begin(), pieces.end()};
}

std::string join(std::span<const std::string> pieces, std::string_view separator) {
  return join_all(pieces, separator);
}

std::string join(std::span<const std::string_view> pieces, std::string_view separator) {
  return join_all(pieces, separator);
}

std::string nearest(std::string_view given, std::span<const std::string> candidates) {
  const std::string* best = nullptr;
  // A third of the word, at least one and at most three slips: "hed" finds "head", "x" finds
  // nothing.
  std::size_t allowed = std::clamp<std::size_t>(given.size() / 3, 1, 3);
  for (const auto& candidate : candidates) {
    // Each character too many is an edit; this spares most words the table.
    const auto [shorter, longer] = std::minmax({given.size(), candidate.size()});
    if (longer - shorter > allowed) continue;
    const std::size_t distance = edit_distance(given, candidate);
    if (distance <= allowed && distance < std::max(given.size(), candidate.size())) {
      if (best != nullptr && distance == allowed) continue;
      best = &candidate;
      allowed = distance;
    }
  }
  return best == nullptr ? std::string() : *best;
}

namespace {

/// The candidates that go on where `given` ends; none where it is too short to mean anything, or
/// there are too many of them to choose from.
std::vector<std::string> completions(std::string_view given,
                                     std::span<const std::string> candidates) {
  constexpr std::size_t shortest = 3;
  constexpr std::size_t most = 3;
  std::vector<std::string> result;
  if (given.size() < shortest) return result;
  for (const auto& candidate : candidates) {
    if (candidate.size() > given.size() && candidate.starts_with(given)) {
      result.push_back(candidate);
    }
  }
  if (result.size() > most) result.clear();
  return result;
}

}  // namespace

std::string did_you_mean(std::string_view given, std::span<const std::string> candidates) {
  std::vector<std::string> meant = completions(given, candidates);
  if (meant.empty()) meant.push_back(nearest(given, candidates));
  if (meant.front().empty()) return {};
  for (auto& one : meant) one = "'" + one + "'";
  return "did you mean " + alternatives(meant) + "?";
}

std::string alternatives(std::span<const std::string> words) {
  std::string text = words.front();
  for (std::size_t i = 1; i < words.size(); ++i) {
    text += (i + 1 == words.size() ? " or " : ", ") + words[i];
  }
  return text;
}

std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string hex(std::string_view bytes) {
  std::string digits;
  digits.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    constexpr std::string_view digit = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(byte);
    digits += digit[value >> 4];
    digits += digit[value & 15];
  }
  return digits;
}

std::optional<std::string> unhex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned value = 0;
    const char* end = digits.data() + i + 2;
    const auto [rest, problem] = std::from_chars(digits.data() + i, end, value, 16);
    if (problem != std::errc() || rest != end) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

std::size_t byte_of_character(std::string_view text, unsigned position) {
  std::size_t at = 0;
  for (unsigned character = 1; character < position && at < text.size(); ++character) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

text_position position_at(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  text_position result;
  std::size_t line_begin = 0;
  for (auto end = text.find('\n'); end < offset; end = text.find('\n', line_begin)) {
    ++result.line;
    line_begin = end + 1;
  }
  for (std::size_t i = line_begin; i < offset; ++i) {
    if (!is_continuation(text[i])) ++result.column;
  }
  std::string_view line = text.substr(line_begin);
  line = line.substr(0, line.find('\n'));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  result.line_text = line;
  return result;
}

bool is_utf8(std::string_view text, std::size_t* bad_offset) {
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
    const std::size_t size = utf8_sequence(text, at);
    if (size == 0) {
      if (bad_offset != nullptr) *bad_offset = at;
      return false;
    }
    at += size;
  }
  return true;
}

namespace {

/// The length of the ASCII at the text's beginning that no terminal takes for a command.
std::size_t shown_as_it_is(std::string_view text) {
  const auto end = std::ranges::find_if_not(
      text, [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t'; });
  return static_cast<std::size_t>(end - text.begin());
}

/// Whether a character of several bytes in UTF-8 is one of the C1 controls, which drive terminals
/// too, or turns the direction of what follows ("Unicode Bidirectional Algorithm", 2): a line would
/// be read otherwise than it runs.
bool is_control(std::string_view character) {
  if (character.size() == 2) return character >= "\xC2\x80" && character <= "\xC2\x9F";
  return (character >= "\xE2\x80\xAA" && character <= "\xE2\x80\xAE") ||
         (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9");
}

}  // namespace

std::string printable(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t size = shown_as_it_is(text.substr(at)); size > 0) {
      result += text.substr(at, size);
      at += size;
      continue;
    }
    const auto c = static_cast<unsigned char>(text[at]);
    const std::size_t size = utf8_sequence(text, at);
    if (size == 0 || c == 0x7F || c < 0x20 || is_control(text.substr(at, size))) {
      const std::size_t bad = size == 0 ? 1 : size;
      for (std::size_t i = 0; i < bad; ++i) {
        const auto byte = static_cast<unsigned char>(text[at + i]);
        result += "\\x";
        result += digits[byte >> 4U];
        result += digits[byte & 0xFU];
      }
      at += bad;
    } else {
      result += text.substr(at, size);
      at += size;
    }
  }
  return result;
}

}  // namespace retort::base
