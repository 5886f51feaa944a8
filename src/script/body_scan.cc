#include "script/body_scan.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "script/marker.h"

namespace retort::script {
namespace {

using base::sql_flavour;
using base::token_kind;

constexpr std::size_t npos = body_scan::npos;

bool is_marker_comment(std::string_view comment) {
  return comment.starts_with("--") && looks_like_marker(comment.substr(2));
}

/// What one grammar sees, token by token.
body_scan scan_tokens(std::string_view text, std::size_t from, sql_flavour flavour) {
  body_scan seen;
  base::sql_lexer lexer(text.substr(from), flavour);
  for (base::token t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
    const std::size_t offset = from + t.begin;
    if (t.kind == token_kind::unterminated) seen.unterminated = offset;
    if (t.kind != token_kind::comment || !is_marker_comment(lexer.text(t))) continue;
    if (offset == 0 || text[offset - 1] == '\n') {
      seen.marker = offset;
      return seen;
    }
    if (seen.misplaced == npos) seen.misplaced = offset;
  }
  return seen;
}

body_scan scan_by_both(std::string_view text, std::size_t from) {
  body_scan both = scan_tokens(text, from, sql_flavour::postgresql);
  const body_scan other = scan_tokens(text, from, sql_flavour::sqlite);
  both.marker = std::min(both.marker, other.marker);
  if (both.misplaced != other.misplaced) both.misplaced = npos;
  if (other.unterminated == npos) both.unterminated = npos;
  return both;
}

enum class byte_kind : char {
  idle,  ///< says nothing about where the body ends
  blank,
  word,
  quote,  ///< strings and names that are the same in both grammars
  dash,
  slash,
  semicolon,
  tricky,  ///< may be read differently by the grammars, or begins a shell's command
};

constexpr auto byte_kinds = [] {
  std::array<byte_kind, 256> kinds{};
  const auto set = [&](std::string_view bytes, byte_kind kind) {
    for (const char c : bytes) kinds[static_cast<unsigned char>(c)] = kind;
  };
  for (std::size_t byte = 128; byte < kinds.size(); ++byte) kinds[byte] = byte_kind::word;
  set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", byte_kind::word);
  set(" \t\n\f", byte_kind::blank);
  set("'\"", byte_kind::quote);
  set("-", byte_kind::dash);
  set("/", byte_kind::slash);
  set(";", byte_kind::semicolon);
  set("$[`\\\r\v", byte_kind::tricky);
  return kinds;
}();

byte_kind kind_of(char c) { return byte_kinds[static_cast<unsigned char>(c)]; }

/// Whether a statement that begins with this word may be one that `check_transaction_control`
/// refuses.
bool is_conspicuous(std::string_view word) {
  constexpr std::array<std::string_view, 8> words = {"abort", "begin",   "commit",   "copy",
                                                     "end",   "prepare", "rollback", "start"};
  return std::any_of(words.begin(), words.end(), [&](std::string_view known) {
    return known.size() == word.size() && base::equals_ignoring_case(known, word);
  });
}

/// Reads a body in which the grammars cannot differ, as nearly all are, in one pass over its bytes.
/// It gives up at the first byte that may be read in two ways.
class quick_scan {
 public:
  quick_scan(std::string_view text, std::size_t from) : text_(text), from_(from), at_(from) {}

  std::optional<body_scan> run() {
    seen_.plain = true;
    while (at_ < text_.size() && seen_.marker == npos) {
      if (!step()) return std::nullopt;
    }
    return seen_;
  }

 private:
  /// Takes the next piece; false: it is a tricky one.
  bool step() {
    switch (kind_of(text_[at_])) {
      case byte_kind::blank:
        return ++at_, true;
      case byte_kind::word:
        return word();
      case byte_kind::quote:
        return quoted();
      case byte_kind::dash:
        return next_is('-') ? comment() : symbol();
      case byte_kind::slash:
        return !next_is('*') && symbol();
      case byte_kind::semicolon:
        at_statement_ = true;
        return ++at_, true;
      case byte_kind::idle:
        return symbol();
      case byte_kind::tricky:
        break;
    }
    return false;
  }

  bool next_is(char c) const { return at_ + 1 < text_.size() && text_[at_ + 1] == c; }

  bool word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && kind_of(text_[at_]) == byte_kind::word) ++at_;
    if (at_statement_ && is_conspicuous(text_.substr(begin, at_ - begin))) seen_.plain = false;
    at_statement_ = false;
    return true;
  }

  bool symbol() {
    // A point before a statement is a command of the sqlite3 shell.
    if (at_statement_ && text_[at_] == '.') seen_.plain = false;
    at_statement_ = false;
    return ++at_, true;
  }

  /// A doubled quote ends one string and begins the next: that comes to the same. A letter before
  /// may make it another kind of string.
  bool quoted() {
    const bool has_prefix = at_ > from_ && kind_of(text_[at_ - 1]) == byte_kind::word;
    const std::size_t close = text_.find(text_[at_], at_ + 1);
    at_statement_ = false;
    at_ = close + 1;
    return !has_prefix && close != npos;
  }

  bool comment() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find('\n', begin), text_.size());
    const std::string_view comment = text_.substr(begin, at_ - begin);
    if (comment.find('\r') != npos) return false;
    if (!is_marker_comment(comment)) return true;
    if (begin == 0 || text_[begin - 1] == '\n') {
      seen_.marker = begin;
    } else if (seen_.misplaced == npos) {
      seen_.misplaced = begin;
    }
    return true;
  }

  std::string_view text_;
  std::size_t from_;
  std::size_t at_;
  /// Nothing of a statement has been read yet.
  bool at_statement_ = true;
  body_scan seen_;
};

}  // namespace

body_scan scan_body(std::string_view text, std::size_t from, std::string_view dialect) {
  if (const auto seen = quick_scan(text, from).run()) return *seen;
  if (dialect == "sqlite") return scan_tokens(text, from, sql_flavour::sqlite);
  if (dialect == "postgresql") return scan_tokens(text, from, sql_flavour::postgresql);
  return scan_by_both(text, from);
}

}  // namespace retort::script
