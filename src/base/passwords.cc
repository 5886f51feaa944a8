#include "base/passwords.h"

#include <algorithm>
#include <cctype>

#include "base/text_tools.h"

namespace retort::base {
namespace {

constexpr std::string_view hidden = "***";
constexpr std::string_view keyword = "password";
constexpr std::string_view quoted = "\"password\"";

constexpr std::string_view blanks = " \t\n\r\f\v";
/// What ends a value that has no quotes of its own.
constexpr std::string_view ends = " \t\n\r\f\v'\"";

/// The quotes with which a string at the beginning of the text opens, and closes: `'`, `''` within
/// another string, `$$`, `$tag$`. Empty: there is none, or nothing in it.
std::string_view quotes_of(std::string_view text) {
  if (text.starts_with('\'')) {
    const auto size = std::min(text.find_first_not_of('\''), text.size());
    const bool is_end = size == text.size() || blanks.find(text[size]) != std::string_view::npos ||
                        text[size] == ';' || text[size] == ',' || text[size] == ')';
    return size % 2 == 0 && is_end ? std::string_view() : text.substr(0, size);
  }
  if (!text.starts_with('$')) return {};
  const auto end = text.find('$', 1);
  if (end == std::string_view::npos) return {};
  const auto tag = text.substr(1, end - 1);
  const bool is_tag = tag.empty() || (std::isdigit(static_cast<unsigned char>(tag.front())) == 0 &&
                                      std::ranges::all_of(tag, [](unsigned char c) {
                                        return c == '_' || c >= 0x80 || std::isalnum(c) != 0;
                                      }));
  return is_tag ? text.substr(0, end + 1) : std::string_view();
}

/// Where the string ends that these quotes have opened: in front of those that close it.
std::size_t end_of_string(std::string_view text, std::string_view quotes) {
  auto end = text.find(quotes, quotes.size());
  if (quotes.front() == '$') return std::min(end, text.size());
  while (end != std::string_view::npos) {
    // Quotes that stand twice, or behind a backslash, are characters of the string.
    const bool is_twice = text.substr(end + quotes.size()).starts_with(quotes);
    if (!is_twice && text[end - 1] != '\\') break;
    end = text.find(quotes, end + (is_twice ? 2 : 1) * quotes.size());
  }
  return std::min(end, text.size());
}

/// Where the string begins that a word at the end of what is in front of `text` is told by: behind
/// `=`, or behind blanks and comments, and the letters that some strings have in front.
std::size_t begin_of_string(std::string_view text) {
  std::size_t at = text.starts_with('"') || text.starts_with('=') ? 1 : 0;
  while (at < text.size()) {
    if (blanks.find(text[at]) != std::string_view::npos) {
      ++at;
    } else if (text.substr(at).starts_with("/*")) {
      at = std::min(text.find("*/", at), text.size() - 2) + 2;
    } else {
      break;
    }
  }
  const auto rest = lower(text.substr(at, 3));
  if (rest.starts_with("e'")) at += 1;
  if (rest.starts_with("u&'")) at += 2;
  return at;
}

/// Where a value without quotes ends; in a URL, at the next parameter.
std::size_t end_of_value(std::string_view text, std::size_t begin) {
  const auto before = text.substr(0, begin);
  const bool is_url = before.substr(before.find_last_of(ends) + 1).find("://") != std::string::npos;
  const auto end = std::min(text.find_first_of(ends, begin), text.size());
  return is_url ? std::min(text.find('&', begin), end) : end;
}

std::string without_url_passwords(std::string text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    const auto end = std::min(text.find_first_of(ends, at + 3), text.size());
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
      const auto end = end_of_value(text, behind + 1);
      if (end > behind + 1) hide(behind + 1, end);
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
      behind = equals_ignoring_case(text, keyword) || equals_ignoring_case(text, quoted);
    }
  }
  return result;
}

}  // namespace retort::base
