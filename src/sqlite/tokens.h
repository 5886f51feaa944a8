#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/sql_lexer.h"
#include "base/text_tools.h"

namespace retort::sqlite {

/// A token that means something: no space, no comment, and an operator of several characters in one
/// piece. `text` points into the SQL.
struct token {
  base::token_kind kind = base::token_kind::end;
  std::string_view text;
};

using tokens = std::vector<token>;

tokens tokenise(std::string_view sql);

/// Whether two names are one to SQLite, which tells the cases of ASCII letters not apart.
inline bool same_name(std::string_view a, std::string_view b) {
  return base::equals_ignoring_case(a, b);
}

/// Whether the token is this unquoted word, in any case. `keyword` is upper-case.
bool is_word(const token& t, std::string_view keyword);
bool is_symbol(const token& t, std::string_view symbol);
/// Whether the token may be a name: a word, a quoted name, or a string, which SQLite takes too.
bool is_name(const token& t);
/// The name that a token spells, without its quotes.
std::string name_of(const token& t);

/// The index behind the parenthesis that closes the one at `open`; the end where there is none.
std::size_t skip_parentheses(std::span<const token> all, std::size_t open);
/// The tokens without redundant parentheses around the whole.
std::span<const token> strip_parentheses(std::span<const token> all);
/// The pieces between commas that stand in no parentheses.
std::vector<std::span<const token>> split_commas(std::span<const token> all);

using base::upper;

/// SQL in normal form. Two texts have the same one when they differ only in white space, in
/// comments, in the case of keywords, or in how a name that needs no quotes is quoted.
///
/// A word is taken for a keyword where SQLite reserves it, or where its neighbours leave no doubt
/// (`x LIKE y`, `ORDER BY`); every other word keeps its case, because it may name a view's column.
/// SQLite takes "x" for a string where no column x is, so double quotes go only where a name stands
/// for sure (`name_places`), which is how SQLite itself changes a text when a table is renamed, and
/// where the name is one of `columns`.
std::string normal_sql(std::span<const token> all, std::span<const std::string> columns = {});
/// The same for an expression: redundant parentheses around the whole are left out too.
std::string normal_expression(std::string_view sql, std::span<const std::string> columns = {});
std::string normal_expression(std::span<const token> all,
                              std::span<const std::string> columns = {});

}  // namespace retort::sqlite
