#include <algorithm>
#include <array>
#include <string>

#include "base/text_tools.h"
#include "sqlite/name_places.h"
#include "sqlite/tokens.h"

namespace retort::sqlite {

using base::token_kind;

namespace {

// The keywords that parse.y lets fall back to no identifier, and the three words for the time.
// Sorted.
constexpr auto reserved_words = std::to_array<std::string_view>({
    "ADD",
    "ALL",
    "ALTER",
    "AND",
    "AS",
    "AUTOINCREMENT",
    "BETWEEN",
    "CASE",
    "CHECK",
    "COLLATE",
    "COMMIT",
    "CONSTRAINT",
    "CREATE",
    "CROSS",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "DEFAULT",
    "DEFERRABLE",
    "DELETE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "ESCAPE",
    "EXCEPT",
    "EXISTS",
    "FOREIGN",
    "FROM",
    "GROUP",
    "HAVING",
    "IN",
    "INDEX",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "ISNULL",
    "JOIN",
    "LEFT",
    "LIMIT",
    "NATURAL",
    "NOT",
    "NOTHING",
    "NOTNULL",
    "NULL",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "PRIMARY",
    "REFERENCES",
    "RETURNING",
    "SELECT",
    "SET",
    "TABLE",
    "THEN",
    "TO",
    "TRANSACTION",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "USING",
    "VALUES",
    "WHEN",
    "WHERE",
});
static_assert(std::ranges::is_sorted(reserved_words));

/// Words that may be names too, and the word before or after them that leaves no doubt. Both given:
/// both are wanted.
struct phrase {
  std::string_view before;
  std::string_view word;
  std::string_view after;
};
constexpr auto phrases = std::to_array<phrase>({
    {"ORDER", "BY", ""},      {"GROUP", "BY", ""},       {"PARTITION", "BY", ""},
    {"", "PARTITION", "BY"},  {"OR", "IGNORE", ""},      {"OR", "REPLACE", ""},
    {"OR", "ABORT", ""},      {"OR", "FAIL", ""},        {"OR", "ROLLBACK", ""},
    {"ON", "CONFLICT", ""},   {"", "DO", "NOTHING"},     {"", "DO", "UPDATE"},
    {"", "REPLACE", "INTO"},  {"WITH", "RECURSIVE", ""}, {"", "WITH", "RECURSIVE"},
    {"CREATE", "VIEW", ""},   {"CREATE", "TRIGGER", ""}, {"CREATE", "VIRTUAL", ""},
    {"VIRTUAL", "TABLE", ""}, {"", "BEFORE", "INSERT"},  {"", "BEFORE", "UPDATE"},
    {"", "BEFORE", "DELETE"}, {"", "AFTER", "INSERT"},   {"", "AFTER", "UPDATE"},
    {"", "AFTER", "DELETE"},  {"", "INSTEAD", "OF"},     {"INSTEAD", "OF", ""},
    {"UPDATE", "OF", ""},     {"", "FOR", "EACH"},       {"FOR", "EACH", "ROW"},
    {"EACH", "ROW", ""},      {"", "BEGIN", "SELECT"},   {"", "BEGIN", "INSERT"},
    {"", "BEGIN", "UPDATE"},  {"", "BEGIN", "DELETE"},   {"", "BEGIN", "REPLACE"},
    {"", "BEGIN", "WITH"},    {"LEFT", "OUTER", ""},     {"RIGHT", "OUTER", ""},
    {"", "RIGHT", "JOIN"},    {"", "FULL", "JOIN"},      {"", "FULL", "OUTER"},
    {"", "RIGHT", "OUTER"},   {"PRIMARY", "KEY", ""},
});

bool is_reserved(std::string_view word) {
  return std::ranges::binary_search(reserved_words, std::string_view(upper(word)));
}

/// Words that SQLite takes for names in some places only, so that they keep their quotes.
bool is_doubtful(std::string_view name) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"ASC", "CAST", "CONFLICT", "DESC", "END", "FALSE", "FULL", "GLOB", "INDEXED", "LIKE",
       "MATCH", "OF", "RAISE", "REGEXP", "RIGHT", "ROW", "TRUE"});
  return std::ranges::any_of(
      words, [&](std::string_view word) { return base::equals_ignoring_case(word, name); });
}

/// Keywords that are values by themselves.
bool is_value_word(const token& t) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"NULL", "TRUE", "FALSE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"});
  return std::ranges::any_of(words, [&](std::string_view word) { return is_word(t, word); });
}

/// Whether an expression may end in the token, so that what follows is an operator.
bool ends_operand(const token& t) {
  switch (t.kind) {
    case token_kind::word:
      return !is_reserved(t.text) || is_value_word(t);
    case token_kind::symbol:
      return t.text == ")";
    case token_kind::semicolon:
      return false;
    default:
      return true;
  }
}

bool begins_operand(const token& t) {
  if (t.kind == token_kind::word) {
    return !is_reserved(t.text) || is_value_word(t) || is_word(t, "CASE") || is_word(t, "NOT");
  }
  if (t.kind == token_kind::symbol) return t.text == "(" || t.text == "-" || t.text == "+";
  return t.kind != token_kind::semicolon;
}

/// Turns a token list to text. Which words are keywords depends on the words beside them.
class normaliser {
 public:
  normaliser(std::span<const token> all, std::span<const std::string> columns)
      : all_(all), columns_(columns), names_(name_places(all)) {}

  std::string run() {
    for (at_ = 0; at_ < all_.size(); ++at_) {
      bool keyword = is_keyword();
      if (is_word(all_[at_], "CASE")) ++open_cases_;
      if (is_word(all_[at_], "END") && open_cases_ > 0) --open_cases_;
      if (at_ > 0 && wants_space()) out_ += ' ';
      out_ += spelling(keyword);
      previous_unary_ = is_unary();
      previous_keyword_ = keyword;
    }
    return std::move(out_);
  }

 private:
  const token* previous() const { return at_ > 0 ? &all_[at_ - 1] : nullptr; }
  const token* following() const { return at_ + 1 < all_.size() ? &all_[at_ + 1] : nullptr; }

  bool is_keyword() const {
    const auto& t = all_[at_];
    if (t.kind != token_kind::word) return false;
    const auto* before = previous();
    const auto* after = following();
    if ((before && is_symbol(*before, ".")) || (after && is_symbol(*after, "."))) return false;
    return is_reserved(t.text) || is_operator_word(before, after) || is_phrase(before, after) ||
           is_call_word(after) || is_sort_word(before, after) || is_constant(after) ||
           is_end(before);
  }

  bool is_operator_word(const token* before, const token* after) const {
    const auto& t = all_[at_];
    if (!is_word(t, "LIKE") && !is_word(t, "GLOB") && !is_word(t, "MATCH") &&
        !is_word(t, "REGEXP")) {
      return false;
    }
    return before && after && (ends_operand(*before) || is_word(*before, "NOT")) &&
           begins_operand(*after);
  }

  bool is_phrase(const token* before, const token* after) const {
    return std::ranges::any_of(phrases, [&](const phrase& p) {
      return is_word(all_[at_], p.word) &&
             (p.before.empty() || (before && is_word(*before, p.before))) &&
             (p.after.empty() || (after && is_word(*after, p.after)));
    });
  }

  bool is_call_word(const token* after) const {
    const auto& t = all_[at_];
    if (is_word(t, "CAST") || is_word(t, "RAISE")) return after && is_symbol(*after, "(");
    bool is_raise_action =
        is_word(t, "ABORT") || is_word(t, "FAIL") || is_word(t, "IGNORE") || is_word(t, "ROLLBACK");
    return is_raise_action && at_ >= 2 && is_word(all_[at_ - 2], "RAISE");
  }

  bool is_sort_word(const token* before, const token* after) const {
    const auto& t = all_[at_];
    if (!is_word(t, "ASC") && !is_word(t, "DESC")) return false;
    bool ends_here = !after || is_symbol(*after, ",") || is_symbol(*after, ")") ||
                     is_word(*after, "LIMIT") || after->kind == token_kind::semicolon;
    return before && ends_operand(*before) && ends_here;
  }

  bool is_constant(const token* after) const {
    const auto& t = all_[at_];
    return (is_word(t, "TRUE") || is_word(t, "FALSE")) && !(after && is_symbol(*after, "("));
  }

  bool is_end(const token* before) const {
    return is_word(all_[at_], "END") &&
           (open_cases_ > 0 || (before && before->kind == token_kind::semicolon));
  }

  bool is_unary() const {
    const auto& t = all_[at_];
    if (t.kind != token_kind::symbol) return false;
    if (t.text == "~") return true;
    if (t.text != "-" && t.text != "+") return false;
    const auto* before = previous();
    return !before || !ends_operand(*before) ||
           (previous_keyword_ && !is_word(*before, "END") && !is_value_word(*before));
  }

  bool wants_space() const {
    const auto& t = all_[at_];
    const auto& before = *previous();
    if (previous_unary_) {
      // Two signs side by side would begin a comment.
      return is_symbol(before, "-") && is_symbol(t, "-");
    }
    if (is_symbol(before, "(") || is_symbol(before, ".")) return false;
    if (is_symbol(t, ")") || is_symbol(t, ",") || is_symbol(t, ".")) return false;
    if (t.kind == token_kind::semicolon) return false;
    if (is_symbol(t, "(")) {
      // A function call or a list of columns; a keyword stands apart.
      bool callee = before.kind == token_kind::quoted_name ||
                    (before.kind == token_kind::word &&
                     (!previous_keyword_ || is_word(before, "CAST") || is_word(before, "RAISE")));
      return !callee;
    }
    return true;
  }

  std::string spelling(bool keyword) const {
    const auto& t = all_[at_];
    if (keyword) return upper(t.text);
    if (is_sure_name()) return requoted(name_of(t));
    return std::string(t.text);
  }

  /// Whether a token in quotes is a name. [x] and `x` are never strings.
  bool is_sure_name() const {
    const auto& t = all_[at_];
    if (names_[at_]) return true;
    if (t.kind != token_kind::quoted_name) return false;
    const auto is_it = [&](const std::string& column) {
      return base::equals_ignoring_case(column, name_of(t));
    };
    return t.text.front() != '"' || std::ranges::any_of(columns_, is_it);
  }

  /// A name without quotes where it is the same name and the same statement then.
  static std::string requoted(const std::string& name) {
    bool plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9') && !is_reserved(name) &&
                 !is_doubtful(name) && std::ranges::all_of(name, [](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
                 });
    if (plain) return name;
    std::string out = "\"";
    for (char c : name) {
      if (c == '"') out += '"';
      out += c;
    }
    return out + '"';
  }

  std::span<const token> all_;
  std::span<const std::string> columns_;
  std::vector<bool> names_;
  std::size_t at_ = 0;
  int open_cases_ = 0;
  bool previous_unary_ = false;
  bool previous_keyword_ = false;
  std::string out_;
};

}  // namespace

std::string normal_sql(std::span<const token> all, std::span<const std::string> columns) {
  return normaliser(all, columns).run();
}

std::string normal_expression(std::span<const token> all, std::span<const std::string> columns) {
  return normal_sql(strip_parentheses(all), columns);
}

std::string normal_expression(std::string_view sql, std::span<const std::string> columns) {
  return normal_expression(tokenise(sql), columns);
}

}  // namespace retort::sqlite
