#include "diff/text_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/text_tools.h"

namespace retort::diff {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view others = "-_./:,;@#+*=~!?&%$ ";

std::string any_character() { return std::string(digits) + std::string(letters); }
std::string every_character() {
  return any_character() + std::string(capitals) + std::string(others);
}

bool has_character(std::string_view text, char c) { return text.find(c) != std::string_view::npos; }

/// Beyond these the alternatives of a pattern are not looked at.
constexpr std::size_t most_shapes = 8;
using shapes = std::vector<text_shape>;

shapes joined(const shapes& first, const shapes& second) {
  shapes all;
  for (const auto& one : first) {
    for (const auto& two : second) {
      if (all.size() == most_shapes) return all;
      all.push_back(one);
      all.back().insert(all.back().end(), two.begin(), two.end());
    }
  }
  return all;
}

std::string all_but(const std::string& characters) {
  auto rest = every_character();
  std::erase_if(rest, [&](char c) { return has_character(characters, c); });
  return rest;
}

/// Reads a class in brackets, as GLOB and regular expressions have it.
class class_reader {
 public:
  /// `at` is behind the bracket, and behind the closing one afterwards.
  class_reader(std::string_view pattern, std::size_t& at) : pattern_(pattern), at_(at) {}

  std::string run() {
    const bool is_negated = at_ < pattern_.size() && has_character("^!", pattern_[at_]);
    if (is_negated) ++at_;
    std::string found;
    for (bool is_first = true; at_ < pattern_.size() && (is_first || pattern_[at_] != ']');
         is_first = false) {
      found += next();
    }
    if (at_ < pattern_.size()) ++at_;
    return is_negated ? all_but(found) : found;
  }

 private:
  std::string next() {
    for (const auto& [name, characters] : named_) {
      if (!pattern_.substr(at_).starts_with(name)) continue;
      at_ += name.size();
      return characters;
    }
    if (pattern_[at_] == '\\' && at_ + 1 < pattern_.size()) ++at_;
    const char first = pattern_[at_++];
    const bool is_range =
        at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']';
    if (!is_range) return {first};
    const char last = pattern_[at_ + 1];
    at_ += 2;
    std::string range;
    for (int c = static_cast<unsigned char>(first); c <= static_cast<unsigned char>(last); ++c) {
      range += static_cast<char>(c);
    }
    return range;
  }

  std::string_view pattern_;
  std::size_t& at_;
  const std::vector<std::pair<std::string_view, std::string>> named_ = {
      {"[:digit:]", std::string(digits)},
      {"[:alpha:]", std::string(letters) + std::string(capitals)},
      {"[:alnum:]", any_character()},
      {"[:lower:]", std::string(letters)},
      {"[:upper:]", std::string(capitals)},
      {"[:xdigit:]", std::string(digits) + "abcdef"},
      {"[:space:]", " "},
      {"[:punct:]", "-_."},
      {"\\d", std::string(digits)},
      {"\\w", any_character()},
      {"\\s", " "},
  };
};

/// PostgreSQL, "Regular Expression Details"; what it leaves out only makes the shape a worse guess.
class regex_reader {
 public:
  explicit regex_reader(std::string_view pattern) : pattern_(pattern) {}

  /// As if it were about the whole text, and then, where it is not, with more around it.
  shapes run() {
    while (pattern_.starts_with("(?i)")) pattern_.remove_prefix(4);
    auto found = alternatives();
    if (begins_ && ends_) return found;
    const shapes more = {{{any_character(), 0, text_part::any_number}}};
    auto open = begins_ ? found : joined(more, found);
    if (!ends_) open = joined(open, more);
    found.insert(found.end(), open.begin(), open.end());
    return found;
  }

 private:
  bool is_at(char c) const { return at_ < pattern_.size() && pattern_[at_] == c; }

  shapes alternatives() {
    auto found = sequence();
    while (is_at('|')) {
      ++at_;
      for (auto& other : sequence()) {
        if (found.size() < most_shapes) found.push_back(std::move(other));
      }
    }
    return found;
  }

  shapes sequence() {
    shapes found = {{}};
    while (at_ < pattern_.size() && !is_at('|') && !is_at(')')) {
      const auto one = atom();
      found = joined(found, repeated(one));
    }
    return found;
  }

  shapes atom() {
    const char c = pattern_[at_++];
    if (c == '(') return group();
    if (c == '[') return {{{class_reader(pattern_, at_).run()}}};
    if (c == '.') return {{{any_character()}}};
    if (c == '^' || c == '$') return edge(c == '^');
    if (c == '\\' && at_ < pattern_.size()) return escaped(pattern_[at_++]);
    return {{{std::string(1, c)}}};
  }

  shapes edge(bool is_begin) {
    (is_begin ? begins_ : ends_) = true;
    return {{}};
  }

  shapes group() {
    const auto rest = pattern_.substr(at_);
    const bool only_looks = rest.starts_with("?=") || rest.starts_with("?!") ||
                            rest.starts_with("?<=") || rest.starts_with("?<!");
    if (rest.starts_with("?:")) at_ += 2;
    auto found = alternatives();
    if (is_at(')')) ++at_;
    return only_looks ? shapes{{}} : found;
  }

  shapes escaped(char c) {
    if (c == 'd') return {{{std::string(digits)}}};
    if (c == 'w') return {{{any_character()}}};
    if (c == 's') return {{{" "}}};
    if (c == 'D' || c == 'S') return {{{std::string(letters)}}};
    if (c == 'W') return {{{"-"}}};
    if (c == 'A' || c == 'Z') return edge(c == 'A');
    if (has_character("mMyYbB<>", c)) return {{}};
    return {{{std::string(1, c)}}};
  }

  std::optional<std::pair<int, int>> bounds() {
    if (at_ >= pattern_.size()) return std::nullopt;
    const char c = pattern_[at_];
    if (c == '{' && at_ + 1 < pattern_.size() && has_character(digits, pattern_[at_ + 1])) {
      return counted_bounds();
    }
    if (!has_character("?*+", c)) return std::nullopt;
    ++at_;
    return std::pair(c == '+' ? 1 : 0, c == '?' ? 1 : text_part::any_number);
  }

  int number() {
    int value = 0;
    while (at_ < pattern_.size() && has_character(digits, pattern_[at_]) &&
           value < text_part::any_number) {
      value = value * 10 + (pattern_[at_++] - '0');
    }
    while (at_ < pattern_.size() && has_character(digits, pattern_[at_])) ++at_;
    return std::min(value, text_part::any_number);
  }

  std::pair<int, int> counted_bounds() {
    ++at_;
    const int least = number();
    int most = least;
    if (is_at(',')) {
      ++at_;
      most = is_at('}') ? text_part::any_number : number();
    }
    while (at_ < pattern_.size() && pattern_[at_++] != '}') {
    }
    return {least, most};
  }

  shapes repeated(const shapes& what) {
    const auto found = bounds();
    if (!found) return what;
    const auto [least, most] = *found;
    if (is_at('?')) ++at_;
    const bool is_one = what.size() == 1 && what.front().size() == 1;
    if (is_one && what.front().front().least == 1 && what.front().front().most == 1) {
      return {{{what.front().front().characters, least, most}}};
    }
    shapes all = {{}};
    for (int i = 0; i < std::min(least, text_part::any_number / 10); ++i) all = joined(all, what);
    if (most == least) return all;
    // Once more, where the least of it leaves nothing to choose from.
    for (auto& more : joined(all, what)) {
      if (all.size() < most_shapes) all.push_back(std::move(more));
    }
    return all;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  /// Whether it says where the text begins, and ends.
  bool begins_ = false;
  bool ends_ = false;
};

text_shape shape_of_like(std::string_view pattern) {
  text_shape shape;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '%') {
      shape.push_back({any_character(), 0, text_part::any_number});
    } else if (pattern[i] == '_') {
      shape.push_back({any_character()});
    } else {
      if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
      shape.push_back({std::string(1, pattern[i])});
    }
  }
  return shape;
}

text_shape shape_of_glob(std::string_view pattern) {
  text_shape shape;
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i++];
    if (c == '*') {
      shape.push_back({any_character(), 0, text_part::any_number});
    } else if (c == '?') {
      shape.push_back({any_character()});
    } else if (c == '[') {
      shape.push_back({class_reader(pattern, i).run()});
    } else {
      shape.push_back({std::string(1, c)});
    }
  }
  return shape;
}

std::string in_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("''") : std::string(1, c);
  return quoted + "'";
}

/// More numbers than these no table's rows need.
constexpr std::int64_t most_numbers = 1'000'000'000;
/// So many characters beyond what a pattern wants tell rows apart.
constexpr int most_extra = 6;

/// Each place that can have more than one character, with the parts of the number before it.
class text_writer {
 public:
  text_writer(std::string_view number, base::sql_flavour flavour)
      : number_(number), is_sqlite_(flavour == base::sql_flavour::sqlite) {}

  std::string run(const text_shape& shape) {
    // What takes the whole number, as it is, reads best.
    const auto whole = std::ranges::find_if(shape, [](const text_part& part) {
      const bool has_digits =
          std::ranges::all_of(digits, [&](char c) { return has_character(part.characters, c); });
      return has_digits && part.least <= 1 && part.most == text_part::any_number;
    });
    if (whole != shape.end()) return around_number(shape, whole);
    const auto merged = with_neighbours_merged(shape);
    for (auto part = merged.rbegin(); part != merged.rend(); ++part) {
      const int extra = std::min(part->most - part->least, most_extra);
      put(part->characters, part->least + (part->characters.size() > 1 ? extra : 0));
    }
    return pieces();
  }

 private:
  std::string around_number(const text_shape& shape, text_shape::const_iterator whole) {
    for (auto part = shape.end(); part != shape.begin();) {
      --part;
      if (part != whole) {
        before_ = text_of({*part}) + before_;
        continue;
      }
      flush();
      pieces_.push_back(is_sqlite_ ? std::string(number_) : fmt::format("({})::text", number_));
    }
    return pieces();
  }

  static text_shape with_neighbours_merged(const text_shape& shape) {
    text_shape merged;
    for (const auto& part : shape) {
      if (merged.empty() || merged.back().characters != part.characters) {
        merged.push_back(part);
        continue;
      }
      merged.back().least += part.least;
      merged.back().most += part.most;
    }
    return merged;
  }

  /// One of the characters so many times, in front of what is there.
  void put(const std::string& characters, int count) {
    for (int i = 0; i < count; ++i) {
      if (characters.size() < 2 || weight_ >= most_numbers) {
        before_ = characters.substr(0, 1) + before_;
        continue;
      }
      if (characters == digits) {
        i += put_digits(count - i) - 1;
        continue;
      }
      flush();
      pieces_.push_back(fmt::format("substr({}, (1 + {} % {}){}, 1)", in_quotes(characters),
                                    part_of_number(), characters.size(),
                                    is_sqlite_ ? "" : "::integer"));
      weight_ *= static_cast<std::int64_t>(characters.size());
    }
  }

  /// As many digits as there is room for, as one number.
  int put_digits(int count) {
    int size = 0;
    std::int64_t numbers = 1;
    for (; size < count && weight_ * numbers < most_numbers; ++size) numbers *= 10;
    flush();
    const auto part = fmt::format("{} % {}", part_of_number(), numbers);
    pieces_.push_back(is_sqlite_ ? fmt::format("printf('%0{}d', {})", size, part)
                                 : fmt::format("lpad(({})::text, {}, '0')", part, size));
    weight_ *= numbers;
    return size;
  }

  std::string part_of_number() const {
    return weight_ == 1 ? std::string(number_) : fmt::format("{} / {}", number_, weight_);
  }

  void flush() {
    if (!before_.empty()) pieces_.push_back(in_quotes(before_));
    before_.clear();
  }

  std::string pieces() {
    flush();
    std::ranges::reverse(pieces_);
    return pieces_.empty() ? "''" : base::join(pieces_, " || ");
  }

  std::string_view number_;
  bool is_sqlite_;
  std::int64_t weight_ = 1;
  /// From the end on; `before_` stands in front of them.
  std::vector<std::string> pieces_;
  std::string before_;
};

}  // namespace

std::vector<text_shape> shapes_of(std::string_view pattern, base::sql_flavour flavour) {
  const auto has_any = [&](std::string_view of) {
    return pattern.find_first_of(of) != std::string_view::npos;
  };
  shapes found;
  if (has_any("%_")) found.push_back(shape_of_like(pattern));
  if (flavour == base::sql_flavour::sqlite) {
    if (has_any("*?[")) found.push_back(shape_of_glob(pattern));
  } else if (has_any("^$.*+?[](){}|\\")) {
    for (auto& one : regex_reader(pattern).run()) found.push_back(std::move(one));
  }
  return found;
}

text_shape shape_around(std::string_view text) {
  text_shape shape = {{any_character(), 0, text_part::any_number}};
  for (const char c : text) shape.push_back({std::string(1, c)});
  shape.push_back(shape.front());
  return shape;
}

text_shape of_length(const text_shape& shape, int length) {
  auto fixed = shape;
  int missing = length;
  for (const auto& part : fixed) missing -= part.least;
  if (missing < 0) return {};
  for (auto& part : fixed) {
    const int extra = std::min(missing, part.most - part.least);
    part.least += extra;
    part.most = part.least;
    missing -= extra;
  }
  return missing == 0 ? fixed : text_shape{};
}

std::string text_of(const text_shape& shape) {
  std::string text;
  for (const auto& part : shape) {
    if (part.characters.empty()) continue;
    text.append(static_cast<std::size_t>(part.least), part.characters.front());
  }
  return text;
}

std::string numbered_text(const text_shape& shape, std::string_view number,
                          base::sql_flavour flavour) {
  return text_writer(number, flavour).run(shape);
}

}  // namespace retort::diff
