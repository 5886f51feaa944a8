#include "base/sql_words.h"

#include <algorithm>
#include <array>

#include "base/text_tools.h"

namespace retort::base {
namespace {

// PostgreSQL: "SQL Key Words", those reserved, also where a function or type may have the name.
// SQLite: the keywords that parse.y lets fall back to no identifier. Sorted.
constexpr auto reserved_words = std::to_array<std::string_view>({
    "add",
    "all",
    "alter",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "autoincrement",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "false",
    "fetch",
    "filter",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "ilike",
    "in",
    "index",
    "initially",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "over",
    "overlaps",
    "placing",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
});
static_assert(std::is_sorted(reserved_words.begin(), reserved_words.end()));

bool is_plain(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::ranges::all_of(
      name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// The first words of a statement in lower case, as many as it has before anything else.
std::array<std::string, 3> leading_words(std::string_view sql, sql_flavour flavour) {
  std::array<std::string, 3> words;
  sql_lexer lexer(sql, flavour);
  for (auto word = words.begin(); word != words.end();) {
    const token t = lexer.next();
    const bool before_first = word == words.begin() && t.kind == token_kind::semicolon;
    if (t.kind == token_kind::space || t.kind == token_kind::comment || before_first) continue;
    if (t.kind != token_kind::word) break;
    *word++ = lower(lexer.text(t));
  }
  return words;
}

}  // namespace

bool is_bare_name(std::string_view name) {
  return is_plain(name) && !std::binary_search(reserved_words.begin(), reserved_words.end(), name);
}

std::string in_quotes(char quote, std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += quote;
  for (auto end = text.find(quote); end != std::string_view::npos; end = text.find(quote)) {
    out.append(text.substr(0, end + 1)) += quote;
    text.remove_prefix(end + 1);
  }
  return out.append(text) += quote;
}

std::string_view terminator(std::string_view sql) {
  for (auto comment = sql.find("--"); comment != std::string_view::npos;) {
    const auto line_end = sql.find('\n', comment);
    if (line_end == std::string_view::npos) return "\n;\n";
    comment = sql.find("--", line_end);
  }
  return ";\n";
}

std::vector<std::string> words(std::string_view sql, sql_flavour flavour, std::size_t most) {
  std::vector<std::string> result;
  sql_lexer lexer(sql, flavour);
  for (auto t = lexer.next(); t.kind != token_kind::end && result.size() < most; t = lexer.next()) {
    if (t.kind == token_kind::space || t.kind == token_kind::comment) continue;
    result.push_back(t.kind == token_kind::word ? lower(lexer.text(t))
                                                : std::string(lexer.text(t)));
  }
  return result;
}

std::string called_of(std::span<const std::string_view> functions, std::string_view sql,
                      sql_flavour flavour) {
  const auto all = words(sql, flavour, std::string_view::npos);
  for (std::size_t at = 0; at + 2 < all.size(); ++at) {
    const bool is_call = all[at + 1] == "(" && all[at + 2] == ")";
    if (is_call && std::ranges::find(functions, all[at]) != functions.end()) return all[at];
  }
  return {};
}

std::string transaction_keyword(std::string_view sql, sql_flavour flavour) {
  const auto words = leading_words(sql, flavour);
  const std::string& first = words[0];
  if (first == "begin" || first == "commit" || first == "end" || first == "abort") return first;
  if ((first == "start" || first == "prepare") && words[1] == "transaction") {
    return first + " transaction";
  }
  if (first != "rollback") return {};
  // ROLLBACK [WORK | TRANSACTION] TO [SAVEPOINT] name keeps the transaction.
  const bool noise = words[1] == "work" || words[1] == "transaction";
  return words[noise ? 2 : 1] == "to" ? std::string() : first;
}

}  // namespace retort::base
