#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_tools.h"
#include "postgres/connection.h"

// Reads libpq's report of a failed statement. libpqxx gives no access to its fields, least of all
// to the position, which the report shows as a caret below an excerpt of one line.

namespace retort::postgres {
namespace {

constexpr std::string_view parts[] = {"DETAIL:  ", "HINT:  ", "QUERY:  ", "CONTEXT:  "};

/// serialization_failure, deadlock_detected, lock_not_available: the same statement may succeed
/// when the others are done.
constexpr const char* passing_failures[] = {"40001", "40P01", "55P03"};

/// The code points of well-formed UTF-8; tabs as spaces, as libpq shows them.
std::u32string characters(std::string_view text) {
  std::u32string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += byte == '\t' ? U' ' : static_cast<char32_t>(byte);
    } else if (byte >= 0xc0) {
      out += static_cast<char32_t>(byte & (byte < 0xe0 ? 0x1f : byte < 0xf0 ? 0x0f : 0x07));
    } else if (!out.empty()) {
      out.back() = (out.back() << 6) | (byte & 0x3f);
    }
  }
  return out;
}

/// Columns on a terminal, by the blocks that East Asian text and emoji come from.
unsigned width(char32_t c) {
  const bool is_combining = c >= 0x300 && c <= 0x36f;
  const bool is_wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                       (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                       (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                       (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
  return is_combining ? 0 : is_wide ? 2 : 1;
}

/// Where line number `line` of `sql` begins, counted from 0; lines end as libpq sees them.
std::size_t line_start(const std::u32string& sql, unsigned line) {
  std::size_t at = 0;
  for (unsigned current = 1; current < line; ++current) {
    const auto end = sql.find_first_of(U"\r\n", at);
    if (end == std::u32string::npos) return std::u32string::npos;
    at = end + (sql.compare(end, 2, U"\r\n") == 0 ? 2 : 1);
  }
  return at;
}

/// 1-based character in `sql` that the caret points to; 0 where it cannot be told. `shown` is
/// `LINE n: excerpt`, the excerpt with `...` at an end that was cut off.
unsigned caret_position(std::string_view shown, std::string_view caret, std::string_view sql) {
  const auto colon = shown.find(": ");
  if (colon == std::string_view::npos) return 0;
  const auto number = base::split_list(shown.substr(0, colon), ' ');
  const auto line = static_cast<unsigned>(std::atoi(number.back().c_str()));
  auto excerpt = characters(shown.substr(colon + 2));
  const auto lead = characters(shown.substr(0, colon + 2)).size();
  const auto column = caret.find('^');
  if (line == 0 || column == std::string_view::npos || column < lead) return 0;

  std::size_t in_excerpt = 0;
  for (std::size_t columns = 0; columns < column - lead && in_excerpt < excerpt.size();) {
    columns += width(excerpt[in_excerpt++]);
  }
  const auto whole = characters(sql);
  const auto start = line_start(whole, line);
  if (start == std::u32string::npos) return 0;
  const auto end = std::min(whole.find_first_of(U"\r\n", start), whole.size());
  const auto text = whole.substr(start, end - start);
  // An excerpt that is the beginning of the line may begin with dots of its own.
  if (text.compare(0, in_excerpt, excerpt, 0, in_excerpt) == 0) {
    return static_cast<unsigned>(start + in_excerpt + 1);
  }
  if (!excerpt.starts_with(U"...") || in_excerpt < 3) return 0;
  excerpt.erase(0, 3);
  if (excerpt.ends_with(U"...")) excerpt.erase(excerpt.size() - 3);
  const auto found = text.find(excerpt);
  return found == std::u32string::npos ? 0
                                       : static_cast<unsigned>(start + found + in_excerpt - 3 + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool begins_part(std::string_view line) {
  return std::any_of(std::begin(parts), std::end(parts),
                     [&](std::string_view part) { return line.starts_with(part); });
}

/// libpq adds this where it does not know the statement's text any more.
unsigned take_position(std::string& message) {
  constexpr std::string_view lead = " at character ";
  const auto at = message.rfind(lead);
  if (at == std::string::npos) return 0;
  const auto digits = message.substr(at + lead.size());
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return 0;
  message.resize(at);
  return static_cast<unsigned>(std::atoi(digits.c_str()));
}

}  // namespace

error statement_error(std::string_view report, std::string_view sqlstate, std::string_view sql) {
  const auto lines = lines_of(report);
  std::string message;
  std::vector<std::string> notes;
  std::size_t shown = lines.size();
  bool has_query = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool is_shown =
        lines[i].starts_with("LINE ") && i + 1 < lines.size() && base::trim(lines[i + 1]) == "^";
    if (is_shown && shown == lines.size()) {
      shown = i++;
    } else if (begins_part(lines[i])) {
      has_query = has_query || lines[i].starts_with("QUERY:  ");
      const auto colon = lines[i].find(':');
      notes.push_back(std::string(lines[i].substr(0, colon)) + ": " +
                      base::printable(lines[i].substr(colon + 3)));
    } else if (!notes.empty()) {
      notes.push_back("  " + base::printable(lines[i]));
    } else {
      if (!message.empty()) message += ' ';
      message += base::printable(base::trim(lines[i]));
    }
  }
  if (const auto severity = message.find(":  "); severity < message.find(' ')) {
    message.erase(0, severity + 3);
  }
  const auto told = take_position(message);
  error problem(message);
  problem.sqlstate = std::string(sqlstate);
  for (const char* passing : passing_failures) {
    if (sqlstate == passing) problem.kind = failure::try_again;
  }
  problem.notes = std::move(notes);
  // With QUERY the line is one of a query inside a function, and not of this statement.
  if (!has_query) {
    problem.position =
        shown < lines.size() ? caret_position(lines[shown], lines[shown + 1], sql) : told;
  }
  return problem;
}

}  // namespace retort::postgres
