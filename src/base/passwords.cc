#include "base/passwords.h"

#include <algorithm>

#include "base/text_tools.h"

namespace retort::base {
namespace {

constexpr std::string_view hidden = "***";
constexpr std::string_view keyword = "password";

/// The quotes with which a string at the beginning of the text opens, and closes: `'`, `''` within
/// another string, `$$`, `$tag$`. Empty: there is none.
std::string_view quotes_of(std::string_view text) {
  if (text.starts_with('\'')) return text.substr(0, text.find_first_not_of('\''));
  if (!text.starts_with('$')) return {};
  const auto end = text.find('$', 1);
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

/// Where the string ends that these quotes have opened: in front of those that close it.
std::size_t end_of_string(std::string_view text, std::string_view quotes) {
  auto end = text.find(quotes, quotes.size());
  // Quotes that stand twice are a character of the string.
  while (quotes.front() == '\'' && end != std::string_view::npos &&
         text.substr(end + quotes.size()).starts_with(quotes)) {
    end = text.find(quotes, end + 2 * quotes.size());
  }
  return std::min(end, text.size());
}

/// What stands between the word and its string: blanks, and the letters in front of some strings.
std::size_t begin_of_string(std::string_view text) {
  auto at = std::min(text.find_first_not_of(" \t\n="), text.size());
  const auto rest = lower(text.substr(at, 3));
  if (rest.starts_with("e'")) at += 1;
  if (rest.starts_with("u&'")) at += 2;
  return at;
}

std::string without_url_passwords(std::string text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const auto end = std::min(text.find_first_of(" '\"", at + 3), text.size());
    const auto sign = text.rfind('@', end);
    const auto colon = text.find(':', at + 3);
    if (sign == std::string::npos || sign < at || colon > sign) continue;
    text.replace(colon + 1, sign - colon - 1, hidden);
  }
  return text;
}

}  // namespace

std::string text_without_passwords(std::string_view text) {
  const auto lowered = lower(text);
  std::string result;
  std::size_t done = 0;
  const auto hide = [&](std::size_t begin, std::size_t end) {
    result.append(text.substr(done, begin - done)) += hidden;
    done = end;
  };
  for (auto found = lowered.find(keyword); found != std::string::npos;
       found = lowered.find(keyword, std::max(done, found + 1))) {
    const auto behind = found + keyword.size();
    const auto string = behind + begin_of_string(text.substr(behind));
    if (const auto quotes = quotes_of(text.substr(string)); !quotes.empty()) {
      hide(string + quotes.size(), string + end_of_string(text.substr(string), quotes));
    } else if (text.substr(behind).starts_with('=')) {
      hide(behind + 1, std::min(text.find_first_of(" \t\n'\"&;,)", behind + 1), text.size()));
    }
  }
  return without_url_passwords(result.append(text.substr(done)));
}

std::string without_passwords(std::string_view sql, sql_flavour flavour) {
  // Most texts have none, and need not be read as SQL to know it.
  if (lower(sql).find(keyword) == std::string::npos && sql.find("://") == std::string_view::npos) {
    return std::string(sql);
  }
  std::string result;
  bool behind = false;
  sql_lexer lexer(sql, flavour);
  for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (t.kind == token_kind::string) {
      result += behind ? "'***'" : text_without_passwords(text);
    } else {
      result += text;
    }
    if (t.kind != token_kind::space && t.kind != token_kind::comment) {
      behind = t.kind == token_kind::word && equals_ignoring_case(text, keyword);
    }
  }
  return result;
}

}  // namespace retort::base
