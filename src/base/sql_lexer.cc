#include "base/sql_lexer.h"

#include <algorithm>
#include <array>

namespace retort::base {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Both databases take every byte above 127 as a letter.
constexpr bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) > 127;
}

/// A dollar quote's tag is an identifier without a dollar sign.
constexpr bool continues_tag(char c) { return starts_word(c) || is_digit(c); }

/// SQL is mostly words, so for their bytes a table has the answer.
constexpr auto word_bytes = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const char c = static_cast<char>(byte);
    table[byte] = continues_tag(c) || c == '$';
  }
  return table;
}();

bool continues_word(char c) { return word_bytes[static_cast<unsigned char>(c)]; }

/// One token that begins at `begin`. `at` moves to its end.
struct scanner {
  std::string_view sql;
  sql_flavour flavour;
  std::size_t begin;
  std::size_t at;

  char peek(std::size_t ahead = 0) const {
    return at + ahead < sql.size() ? sql[at + ahead] : '\0';
  }
  bool done() const { return at >= sql.size(); }
  /// Where a character stands from `from` on, or the input's end.
  std::size_t next(char c, std::size_t from) const {
    return std::min(sql.find(c, from), sql.size());
  }
  bool on_postgres() const { return flavour == sql_flavour::postgresql; }

  bool is_space(char c) const {
    // SQLite's tokenizer has no vertical tab among its spaces; PostgreSQL's has.
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
           (c == '\v' && on_postgres());
  }

  token_kind scan();
  token_kind line_comment();
  token_kind block_comment();
  token_kind quoted(char quote, token_kind kind);
  bool escaped_piece();
  bool skip_to_continuation();
  token_kind escaped_string();
  token_kind bracketed();
  token_kind dollar();
  token_kind word();
  token_kind number();
  token_kind sqlite_parameter();
  token_kind symbol() { return ++at, token_kind::symbol; }
};

token_kind scanner::scan() {
  const char c = peek();
  if (starts_word(c)) return word();
  if (is_space(c)) {
    while (!done() && is_space(peek())) ++at;
    return token_kind::space;
  }
  if (c == '-' && peek(1) == '-') return line_comment();
  if (c == '/' && peek(1) == '*') return block_comment();
  if (c == ';') return ++at, token_kind::semicolon;
  if (c == '\'') return quoted(c, token_kind::string);
  if (c == '"') return quoted(c, token_kind::quoted_name);
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
  if (on_postgres()) return c == '$' ? dollar() : symbol();
  if (c == '`') return quoted(c, token_kind::quoted_name);
  if (c == '[') return bracketed();
  if (c == '?' || c == ':' || c == '@' || c == '$') return sqlite_parameter();
  return symbol();
}

token_kind scanner::line_comment() {
  const std::size_t line_feed = next('\n', at);
  // PostgreSQL ends it at a carriage return too, SQLite does not.
  at = on_postgres() ? std::min(sql.substr(0, line_feed).find('\r', at), line_feed) : line_feed;
  return token_kind::comment;
}

token_kind scanner::block_comment() {
  at += 2;
  for (unsigned depth = 1; !done();) {
    if (peek() == '*' && peek(1) == '/') {
      at += 2;
      if (--depth == 0) return token_kind::comment;
    } else if (on_postgres() && peek() == '/' && peek(1) == '*') {
      at += 2;
      ++depth;
    } else {
      ++at;
    }
  }
  return token_kind::unterminated;
}

/// A doubled quote stands for itself.
token_kind scanner::quoted(char quote, token_kind kind) {
  for (++at; at = next(quote, at), !done(); at += 2) {
    if (peek(1) == quote) continue;
    ++at;
    return kind;
  }
  return token_kind::unterminated;
}

/// From an opening quote to behind the closing one, where a backslash takes the next character
/// along.
bool scanner::escaped_piece() {
  ++at;
  while (!done()) {
    if (peek() == '\\') {
      at = at + 1 < sql.size() ? at + 2 : at + 1;
    } else if (peek() == '\'') {
      ++at;
      if (peek() != '\'') return true;
      ++at;
    } else {
      ++at;
    }
  }
  return false;
}

/// Moves to the quote of a string's next piece where white space (or line comments) with a line
/// break stands between; else stays.
bool scanner::skip_to_continuation() {
  const std::size_t start = at;
  bool broken = false;
  while (!done()) {
    if (is_space(peek())) {
      broken = broken || peek() == '\n' || peek() == '\r';
      ++at;
    } else if (peek() == '-' && peek(1) == '-') {
      line_comment();
    } else {
      break;
    }
  }
  if (broken && peek() == '\'') return true;
  at = start;
  return false;
}

/// E'…' (at its quote). The rules of backslashes hold in its further pieces too ("String
/// Constants"), so these belong to one token here.
token_kind scanner::escaped_string() {
  do {
    if (!escaped_piece()) return token_kind::unterminated;
  } while (skip_to_continuation());
  return token_kind::string;
}

token_kind scanner::bracketed() {
  const std::size_t close = sql.find(']', at);
  at = close == std::string_view::npos ? sql.size() : close + 1;
  return close == std::string_view::npos ? token_kind::unterminated : token_kind::quoted_name;
}

/// $1, $tag$…$tag$, or a lone dollar sign.
token_kind scanner::dollar() {
  if (is_digit(peek(1))) {
    for (++at; is_digit(peek());) ++at;
    return token_kind::parameter;
  }
  std::size_t end = at + 1;
  if (end < sql.size() && starts_word(sql[end])) {
    while (end < sql.size() && continues_tag(sql[end])) ++end;
  }
  if (end >= sql.size() || sql[end] != '$') return symbol();
  const std::string_view tag = sql.substr(at, end + 1 - at);
  const std::size_t close = sql.find(tag, end + 1);
  at = close == std::string_view::npos ? sql.size() : close + tag.size();
  return close == std::string_view::npos ? token_kind::unterminated : token_kind::string;
}

/// A word, or a string whose prefix looks like one.
token_kind scanner::word() {
  while (!done() && continues_word(sql[at])) ++at;
  if (at - begin != 1) return token_kind::word;
  const char prefix = static_cast<char>(sql[begin] | 0x20);
  if (prefix == 'x' && peek() == '\'') return quoted('\'', token_kind::string);
  if (!on_postgres()) return token_kind::word;
  if (prefix == 'e' && peek() == '\'') return escaped_string();
  if ((prefix == 'b' || prefix == 'n') && peek() == '\'') return quoted('\'', token_kind::string);
  if (prefix == 'u' && peek() == '&' && (peek(1) == '\'' || peek(1) == '"')) {
    ++at;
    return peek() == '"' ? quoted('"', token_kind::quoted_name) : quoted('\'', token_kind::string);
  }
  return token_kind::word;
}

token_kind scanner::number() {
  const auto digits = [this] {
    while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)))) ++at;
  };
  if (peek() == '0' && (peek(1) | 0x20) == 'x' && is_hex(peek(2))) {
    for (at += 2; is_hex(peek()) || (peek() == '_' && is_hex(peek(1)));) ++at;
    return token_kind::number;
  }
  digits();
  // Two points are PL/pgSQL's range, not the end of a number.
  if (peek() == '.' && peek(1) != '.') {
    ++at;
    digits();
  }
  if ((peek() | 0x20) == 'e') {
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if (is_digit(peek(1 + sign))) {
      at += 1 + sign;
      digits();
    }
  }
  return token_kind::number;
}

/// ?, ?NNN, :name, @name, $name; a name may hold `::`.
token_kind scanner::sqlite_parameter() {
  if (peek() == '?') {
    for (++at; is_digit(peek());) ++at;
    return token_kind::parameter;
  }
  ++at;
  bool named = false;
  while (!done()) {
    if (continues_word(peek())) {
      named = true;
      ++at;
    } else if (named && peek() == ':' && peek(1) == ':') {
      at += 2;
    } else {
      break;
    }
  }
  return named ? token_kind::parameter : token_kind::symbol;
}

}  // namespace

token sql_lexer::next() {
  if (at_ >= sql_.size()) return {token_kind::end, sql_.size(), 0};
  scanner s{sql_, flavour_, at_, at_};
  const token_kind kind = s.scan();
  at_ = s.at;
  return {kind, s.begin, s.at - s.begin};
}

}  // namespace retort::base
