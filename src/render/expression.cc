#include "render/expression.h"

#include <algorithm>
#include <utility>

namespace retort::render {
namespace {

constexpr std::size_t widest = 100;
constexpr std::size_t step = 4;

char closing(char open) { return open == '(' ? ')' : '}'; }

bool is_one_a_line(const expression& what) { return what.one_a_line && !what.items.empty(); }

/// In one line, but for the line breaks of raw strings.
std::string flat(const expression& what) {
  std::string text = what.head;
  if (what.open != '\0') {
    text += what.open;
    for (const auto& item : what.items) {
      if (&item != what.items.data()) text += ", ";
      text += flat(item);
    }
    text += closing(what.open);
  }
  for (const auto& one : what.calls) text += flat(one);
  return text;
}

bool has_one_a_line(const expression& what) {
  return is_one_a_line(what) || std::ranges::any_of(what.items, has_one_a_line) ||
         std::ranges::any_of(what.calls, has_one_a_line);
}

bool has_lines(const expression& what) { return flat(what).find('\n') != std::string::npos; }

/// Whether a raw string with line breaks stands before the last item of a list, or before the last
/// call on something: what follows it begins in a line of its own.
bool has_lines_before_end(const expression& what) {
  if (!what.calls.empty()) {
    auto before = what;
    before.calls.pop_back();
    return has_lines(before) || has_lines_before_end(what.calls.back());
  }
  if (what.items.empty()) return false;
  return std::any_of(what.items.begin(), what.items.end() - 1, has_lines) ||
         has_lines_before_end(what.items.back());
}

/// Source with line breaks, and what those cost that no rule asks for.
struct layout {
  std::string text = {};
  std::size_t cost = 0;
};

/// A piece of source that begins in some column.
struct block {
  std::string text;
  std::size_t cost = 0;
  std::size_t lines = 0;
  /// By how many characters its lines are too wide, all together.
  std::size_t overflow = 0;
  /// The column behind its last character.
  std::size_t end = 0;

  bool operator<(const block& other) const {
    if (overflow != other.overflow) return overflow < other.overflow;
    return cost != other.cost ? cost < other.cost : lines < other.lines;
  }
};

// A break between the arguments of a call, and one before them, is cheap; what breaks up a list in
// braces is worth a few of those, and what breaks up a chain of calls, or parts a single argument
// from its call, one more.
constexpr std::size_t cheap = 2;
constexpr std::size_t dear = 8;
constexpr std::size_t dearest = 10;

/// Of a break before an item that stands in `open`. `is_inner`: within other brackets.
std::size_t cost_before(const expression& item, char open, bool is_inner) {
  if (open == '{') return dear;
  if (item.open != '{') return cheap;
  return 2 * cheap + (is_inner ? 1 : 0);
}

/// Of a break behind the bracket.
std::size_t cost_behind_bracket(const expression& what, bool is_inner) {
  return what.items.size() > 1 && !is_inner ? 2 * cheap : dearest;
}

/// `tail` more characters follow on the last line.
block measured(layout what, std::size_t column, std::size_t tail) {
  block made = {std::move(what.text), what.cost};
  std::size_t width = column;
  const auto end_line = [&](std::size_t size) {
    ++made.lines;
    if (size > widest) made.overflow += size - widest;
  };
  for (const char c : made.text) {
    // What follows the first byte of a character in UTF-8 takes no room.
    if ((static_cast<unsigned char>(c) & 0xc0U) == 0x80U) continue;
    if (c == '\n') end_line(std::exchange(width, 0));
    if (c != '\n') ++width;
  }
  end_line(width + tail);
  made.end = width;
  return made;
}

std::string line_break(std::size_t column) { return "\n" + std::string(column, ' '); }

/// `is_inner`: it stands in brackets.
block laid_out(const expression& what, std::size_t column, std::size_t tail, bool is_inner);

/// What takes several lines begins in a line of its own unless it is the second of two, or a raw
/// string alone.
bool wants_own_line(const std::vector<expression>& items, std::size_t at, const block& beside) {
  const auto& item = items[at];
  const bool is_word = item.open == '\0' && item.calls.empty();
  return !is_word && beside.text.find('\n') != std::string::npos &&
         (at + 1 < items.size() || at > 1);
}

/// The items side by side as long as there is room, further lines in the column of the first.
layout packed(const expression& list, std::size_t column, std::size_t tail, bool is_inner) {
  const auto& items = list.items;
  layout made;
  std::size_t at = column;
  bool was_broken = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t behind = i + 1 < items.size() ? 1 : tail;
    auto below = laid_out(items[i], column, behind, true);
    ++below.lines;
    below.cost += cost_before(items[i], list.open, is_inner);
    auto beside = laid_out(items[i], at, behind, true);
    const bool is_below =
        i > 0 && (was_broken || wants_own_line(items, i, beside) || below < beside);
    if (is_below) made.text.back() = '\n';
    if (is_below) made.text.append(column, ' ');
    const auto& taken = is_below ? below : beside;
    made.text += taken.text;
    made.cost += taken.cost;
    was_broken = taken.text.find('\n') != std::string::npos;
    at = taken.end + 2;
    if (i + 1 < items.size()) made.text += ", ";
  }
  return made;
}

layout in_lines(const expression& what, std::size_t column) {
  layout made = {what.head + what.open};
  for (const auto& item : what.items) {
    const auto one = laid_out(item, column + step, 1, true);
    made.text += line_break(column + step) + one.text + ',';
    // Within an item a break is worth a little more than the same one around the list.
    made.cost += one.cost + (one.cost > 0 && item.calls.empty() ? cheap + 1 : 0);
  }
  made.text += line_break(column) + closing(what.open);
  return made;
}

/// Designated initialisers that do not fit in a line.
bool is_designated(const expression& what) {
  return what.open == '{' && !what.items.empty() && what.items.front().head.starts_with('.');
}

/// Each item in a line of its own, and `begin` before the first one.
layout below_each_other(const expression& what, std::string begin, std::size_t column,
                        std::size_t tail, bool is_inner) {
  layout made = {std::move(begin)};
  for (const auto& item : what.items) {
    const bool is_last = &item == &what.items.back();
    const auto one = laid_out(item, column, is_last ? tail + 1 : 1, true);
    made.text += one.text;
    made.cost += one.cost;
    if (is_last) continue;
    made.text += ',' + line_break(column);
    made.cost += cost_before((&item)[1], what.open, is_inner);
  }
  made.text += closing(what.open);
  return made;
}

/// What stands in brackets, in the ways in which clang-format would try it.
std::vector<layout> bracketed(const expression& what, std::size_t column, std::size_t tail,
                              bool is_inner) {
  if (is_one_a_line(what)) return {in_lines(what, column)};
  const auto inside = column + what.head.size() + 1;
  const auto begin = what.head + what.open;
  if (is_designated(what)) return {below_each_other(what, begin, inside, tail, is_inner)};
  std::vector<layout> ways;
  const auto add_packed = [&](const std::string& start, std::size_t at, std::size_t cost) {
    auto way = packed(what, at, tail + 1, is_inner);
    ways.push_back({start + way.text + closing(what.open), way.cost + cost});
  };
  add_packed(begin, inside, 0);
  if (what.open == '(' && !what.items.empty()) {
    const auto start = begin + line_break(column + step);
    const auto cost = cost_behind_bracket(what, is_inner);
    add_packed(start, column + step, cost);
    if (std::ranges::any_of(what.items, is_one_a_line)) {
      auto way = below_each_other(what, start, column + step, tail, is_inner);
      way.cost += cost;
      ways.push_back(std::move(way));
    }
  }
  return ways;
}

/// Each call in a line of its own.
layout chained(const expression& what, std::size_t column, std::size_t tail, bool is_inner) {
  auto base = what;
  base.calls.clear();
  auto first = laid_out(base, column, 0, is_inner);
  layout made = {std::move(first.text), first.cost};
  for (const auto& one : what.calls) {
    const std::size_t behind = &one == &what.calls.back() ? tail : 0;
    const auto call = laid_out(one, column + step, behind, true);
    made.text += line_break(column + step) + call.text;
    made.cost += call.cost + dearest;
  }
  return made;
}

block laid_out(const expression& what, std::size_t column, std::size_t tail, bool is_inner) {
  const bool must_break = has_one_a_line(what) || has_lines_before_end(what);
  block best;
  if (!must_break) {
    best = measured({flat(what)}, column, tail);
    if (best.lines == 1 && best.overflow == 0) return best;
  }
  std::vector<layout> ways;
  const auto value = what.head.find(" = ");
  if (what.open == '\0' && what.head.starts_with('.') && value != std::string::npos) {
    // `.comment =` and below it the value.
    ways.push_back(
        {what.head.substr(0, value + 2) + line_break(column + step) + what.head.substr(value + 3),
         dearest});
  } else if (!what.calls.empty()) {
    ways.push_back(chained(what, column, tail, is_inner));
  } else if (what.open != '\0') {
    ways = bracketed(what, column, tail, is_inner);
  }
  for (auto& way : ways) {
    auto tried = measured(std::move(way), column, tail);
    if (best.lines == 0 || tried < best) best = std::move(tried);
  }
  return best;
}

}  // namespace

expression& expression::then(std::string_view name, std::vector<expression> arguments) {
  calls.push_back(call("." + std::string(name), std::move(arguments)));
  return *this;
}

expression word(std::string_view token) { return {std::string(token)}; }

expression call(std::string_view function, std::vector<expression> arguments) {
  return {std::string(function), '(', std::move(arguments)};
}

expression list(std::vector<expression> items) { return {{}, '{', std::move(items)}; }

std::string formatted(const expression& what, std::size_t indent) {
  return laid_out(what, indent, 1, false).text;
}

}  // namespace retort::render
