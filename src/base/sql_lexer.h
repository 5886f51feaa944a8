#pragma once

#include <cstddef>
#include <string_view>

namespace retort::base {

/// The two grammars of string and identifier tokens. PostgreSQL: "Lexical Structure"; SQLite:
/// tokenize.c ("backtick" and [bracket] identifiers, no dollar quotes, comments do not nest).
enum class sql_flavour { sqlite, postgresql };

enum class token_kind {
  end,
  space,        ///< white space
  comment,      ///< -- to the line's end, or /* … */
  word,         ///< unquoted identifier or keyword
  quoted_name,  ///< "x", and on SQLite `x` and [x]
  string,       ///< '…', E'…', U&'…', B'…', X'…', $tag$…$tag$
  number,
  parameter,  ///< $1, ?1, :name, @name
  semicolon,
  symbol,        ///< one operator or punctuation character
  unterminated,  ///< a string, quoted name, dollar quote or comment that the input ends in
};

struct token {
  token_kind kind = token_kind::end;
  std::size_t begin = 0;  ///< byte offset in the input
  std::size_t size = 0;
};

/// Reads SQL token by token. Tokens cover the input without a gap, so joining their texts gives the
/// input back. Never throws; the input must outlive the lexer.
class sql_lexer {
 public:
  sql_lexer(std::string_view sql, sql_flavour flavour) : sql_(sql), flavour_(flavour) {}

  token next();
  std::string_view text(token t) const { return sql_.substr(t.begin, t.size); }

 private:
  std::string_view sql_;
  sql_flavour flavour_;
  std::size_t at_ = 0;
};

}  // namespace retort::base
