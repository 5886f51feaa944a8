#include "model/mentions.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/sql_lexer.h"
#include "base/sql_words.h"
#include "base/text_tools.h"
#include "model/table.h"

namespace retort::model {
namespace {

using base::token_kind;

struct word {
  token_kind kind;
  std::string_view text;
};

/// Words that stand for no column without quotes, in neither grammar (SQLite's parse.y, where a
/// keyword has no `%fallback ID`; PostgreSQL's "SQL Key Words", reserved).
constexpr auto reserved = std::to_array<std::string_view>(
    {"all",    "and",     "as",      "between",   "case",  "check",  "collate", "distinct",
     "else",   "from",    "group",   "having",    "in",    "is",     "isnull",  "join",
     "limit",  "not",     "notnull", "null",      "on",    "or",     "order",   "select",
     "table",  "then",    "union",   "unique",    "using", "values", "when",    "where",
     "exists", "default", "primary", "references"});

bool is_reserved(std::string_view text) {
  return std::any_of(reserved.begin(), reserved.end(),
                     [&](std::string_view one) { return base::equals_ignoring_case(one, text); });
}

/// The name in quotes, a doubled quote being one.
std::string unquoted(std::string_view text) {
  const char close = text.back();
  std::string result;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    result += text[i];
    if (text[i] == close && close != ']') ++i;
  }
  return result;
}

/// Walks over an expression and tells which of its words may be a column's name.
class column_finder {
 public:
  column_finder(std::string_view expression, base::sql_flavour flavour) {
    base::sql_lexer lexer(expression, flavour);
    for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
      words_.push_back({t.kind, lexer.text(t)});
    }
  }

  const std::vector<word>& words() const { return words_; }

  /// Whether the word at `at` may be the column. To be asked from left to right.
  bool is_column(std::size_t at, std::string_view column) {
    const auto& here = words_[at];
    if (here.kind == token_kind::quoted_name) {
      return base::equals_ignoring_case(unquoted(here.text), column) && !is_next(at, ".");
    }
    if (here.kind != token_kind::word) return false;
    if (base::equals_ignoring_case(here.text, "case")) ++open_cases_;
    if (open_cases_ > 0 && base::equals_ignoring_case(here.text, "end"))
      return --open_cases_, false;
    if (!base::equals_ignoring_case(here.text, column) || is_reserved(here.text)) return false;
    return !is_next(at, "(") && !is_next(at, ".") && !is_next_string(at) && !is_type(at);
  }

 private:
  std::size_t after(std::size_t at) const {
    do {
      ++at;
    } while (at < words_.size() &&
             (words_[at].kind == token_kind::space || words_[at].kind == token_kind::comment));
    return at;
  }

  bool is_next(std::size_t at, std::string_view symbol) const {
    at = after(at);
    return at < words_.size() && words_[at].text == symbol;
  }

  /// `date '2026-01-01'`
  bool is_next_string(std::size_t at) const {
    at = after(at);
    return at < words_.size() && words_[at].kind == token_kind::string;
  }

  /// `CAST(x AS text)`, `x::text`
  bool is_type(std::size_t at) const {
    while (at > 0 && (words_[at - 1].kind == token_kind::space ||
                      words_[at - 1].kind == token_kind::comment)) {
      --at;
    }
    if (at == 0) return false;
    const auto before = words_[at - 1].text;
    return base::equals_ignoring_case(before, "as") ||
           (before == ":" && at > 1 && words_[at - 2].text == ":");
  }

  std::vector<word> words_;
  int open_cases_ = 0;
};

}  // namespace

bool mentions(std::string_view expression, std::string_view column) {
  // The words of both grammars: SQLite has further quotes.
  for (const auto flavour : {base::sql_flavour::postgresql, base::sql_flavour::sqlite}) {
    column_finder found(expression, flavour);
    for (std::size_t at = 0; at < found.words().size(); ++at) {
      if (found.is_column(at, column)) return true;
    }
  }
  return false;
}

std::string renamed(std::string_view expression, std::string_view column, std::string_view to) {
  const std::string replacement =
      base::is_bare_name(to) ? std::string(to) : base::in_quotes('"', to);
  std::string result;
  column_finder found(expression, base::sql_flavour::sqlite);
  for (std::size_t at = 0; at < found.words().size(); ++at) {
    result += found.is_column(at, column) ? std::string_view(replacement) : found.words()[at].text;
  }
  return result;
}

bool uses(const index& item, std::string_view column) {
  const bool in_key = std::any_of(item.keys.begin(), item.keys.end(), [&](const index_key& key) {
    return key.is_expression ? mentions(key.what, column) : key.what == column;
  });
  const bool included =
      std::find(item.include.begin(), item.include.end(), column) != item.include.end();
  return in_key || included || mentions(item.where, column);
}

}  // namespace retort::model
