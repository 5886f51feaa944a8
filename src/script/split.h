#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sql_lexer.h"

namespace retort::script {

/// One SQL statement and the place of its first word, 1-based, the column in characters.
struct sql_statement {
  /// As written, from its first token to its last: without the closing semicolon and without
  /// comments around it; comments inside stay.
  std::string sql;
  unsigned line = 1;
  unsigned column = 1;

  bool operator==(const sql_statement&) const = default;
};

/// Cuts SQL at its semicolons, in order; what holds only comments is no statement. A semicolon does
/// not end a statement
/// - in a string, a quoted name or a comment;
/// - on SQLite, in the body of CREATE TRIGGER (BEGIN … END);
/// - on PostgreSQL, in parentheses (CREATE RULE … DO (a; b)) and in the body of CREATE FUNCTION and
///   CREATE PROCEDURE in standard form (BEGIN ATOMIC … END).
/// A body ends at the END that follows a semicolon, or its BEGIN: no statement can begin with END,
/// and elsewhere END belongs to CASE or is a name (SQLite's parse.y and PostgreSQL's gram.y allow
/// both).
///
/// `first_line` is the line of `path` that `sql` begins on; `path` only serves errors. Throws
/// `error` with the place of a token that never ends, of a command of psql or of the sqlite3 shell,
/// and of `COPY … FROM STDIN`: none of them is SQL that a driver could send.
std::vector<sql_statement> split(std::string_view sql, base::sql_flavour flavour,
                                 unsigned first_line = 1, std::string_view path = {});

/// What an `unterminated` token is, for a message: "string", "quoted name", "dollar quote $tag$" or
/// "comment".
std::string unterminated_kind(std::string_view token_text);

}  // namespace retort::script
