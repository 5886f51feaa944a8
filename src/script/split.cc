#include "script/split.h"

#include <cstddef>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"

namespace retort::script {
namespace {

using base::token;
using base::token_kind;

/// Turns ascending offsets into lines and columns, reading the text once.
class position_reader {
 public:
  position_reader(std::string_view text, unsigned first_line) : text_(text), line_(first_line) {}

  void move_to(std::size_t offset) {
    for (; at_ < offset; ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        column_ = 1;
      } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
        ++column_;
      }
    }
  }
  unsigned line() const { return line_; }
  unsigned column() const { return column_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  unsigned line_;
  unsigned column_ = 1;
};

/// What has been read of one statement: as much of its grammar as tells whether a semicolon ends
/// it.
class statement_state {
 public:
  explicit statement_state(base::sql_flavour flavour) : flavour_(flavour) {}

  bool empty() const { return count_ == 0; }
  bool semicolon_ends_it() const { return depth_ == 0 && !in_body_; }
  /// Whether the word just read makes it COPY … FROM STDIN.
  bool copies_from_stdin() const { return copies_from_stdin_; }

  void see(token_kind kind, std::string_view text) {
    if (kind == token_kind::word) {
      if (count_ == 0 || words_matter()) see_word(base::lower(text));
    } else {
      previous_ = kind == token_kind::semicolon ? ";" : "";
      if (on_postgres() && text == "(") ++depth_;
      if (on_postgres() && text == ")" && depth_ > 0) --depth_;
    }
    ++count_;
  }

 private:
  bool on_postgres() const { return flavour_ == base::sql_flavour::postgresql; }
  /// Most statements are told by their first words; what follows is only skipped.
  bool words_matter() const { return leading_ || has_body_ || copy_; }

  /// The state machine of the leading words: CREATE [TEMP|TEMPORARY] TRIGGER, CREATE [OR REPLACE]
  /// {FUNCTION|PROCEDURE}, COPY.
  void see_leading_word(const std::string& word) {
    if (count_ == 0) {
      copy_ = on_postgres() && word == "copy";
      leading_ = word == "create" || (word == "explain" && !on_postgres());
    } else if (leading_) {
      const bool routine = word == "function" || word == "procedure";
      has_body_ = on_postgres() ? routine : word == "trigger";
      leading_ = word == "or" || word == "replace" || word == "temp" || word == "temporary" ||
                 word == "create" || word == "query" || word == "plan";
    }
  }

  void see_word(const std::string& word) {
    see_leading_word(word);
    if (copy_ && depth_ == 0 && word == "stdin" && previous_ == "from") copies_from_stdin_ = true;
    if (!in_body_ && has_body_ && depth_ == 0) {
      in_body_ = on_postgres() ? word == "atomic" && previous_ == "begin" : word == "begin";
      if (in_body_) {
        previous_ = ";";
        return;
      }
    } else if (in_body_ && depth_ == 0 && word == "end" && previous_ == ";") {
      in_body_ = has_body_ = false;
    }
    previous_ = word;
  }

  base::sql_flavour flavour_;
  std::size_t count_ = 0;
  std::size_t depth_ = 0;
  bool leading_ = false;
  bool has_body_ = false;
  bool in_body_ = false;
  bool copy_ = false;
  bool copies_from_stdin_ = false;
  /// The token before: a word in lower case, ";" for a semicolon and a body's opening, "" for
  /// others.
  std::string previous_;
};

class splitter {
 public:
  splitter(std::string_view sql, base::sql_flavour flavour, unsigned first_line,
           std::string_view path)
      : sql_(sql),
        flavour_(flavour),
        path_(path),
        lexer_(sql, flavour),
        position_(sql, first_line),
        state_(flavour) {}

  std::vector<sql_statement> run() {
    for (token t = lexer_.next(); t.kind != token_kind::end; t = lexer_.next()) take(t);
    finish();
    return std::move(statements_);
  }

 private:
  void take(token t) {
    if (t.kind == token_kind::space || t.kind == token_kind::comment) return;
    const std::string_view text = lexer_.text(t);
    if (t.kind == token_kind::unterminated) fail_unterminated(t);
    if (t.kind == token_kind::symbol) refuse_shell_command(t);
    if (t.kind == token_kind::semicolon && state_.semicolon_ends_it()) return finish();
    if (state_.empty()) {
      position_.move_to(t.begin);
      begin_ = t.begin;
      current_ = {{}, position_.line(), position_.column()};
    }
    end_ = t.begin + t.size;
    state_.see(t.kind, text);
    if (state_.copies_from_stdin()) {
      throw place(error("COPY … FROM STDIN needs data that a migration cannot send"), t)
          .help("write INSERT statements, or load the file from a migration in C++");
    }
  }

  void finish() {
    if (!state_.empty()) {
      current_.sql = std::string(sql_.substr(begin_, end_ - begin_));
      statements_.push_back(std::move(current_));
    }
    state_ = statement_state(flavour_);
  }

  error place(error problem, token t) {
    const base::text_position here = base::position_at(sql_, t.begin);
    position_.move_to(t.begin);
    problem.at(
        {std::string(path_), position_.line(), position_.column(), std::string(here.line_text)});
    return problem;
  }

  [[noreturn]] void fail_unterminated(token t) {
    throw place(error("unterminated " + unterminated_kind(lexer_.text(t))), t)
        .help("it begins here and never ends");
  }

  /// A backslash outside quotes is no SQL in either grammar; a point cannot begin a statement.
  void refuse_shell_command(token t) {
    const bool psql = sql_[t.begin] == '\\';
    const bool sqlite = sql_[t.begin] == '.' && state_.empty() && !on_postgres();
    if (!psql && !sqlite) return;
    const std::size_t word_end = sql_.find_first_of(" \t\r\n;", t.begin);
    const std::string_view command = sql_.substr(t.begin, word_end - t.begin);
    throw place(error(fmt::format("'{}' is a command of {}, not SQL", command,
                                  psql ? "psql" : "the sqlite3 shell")),
                t)
        .help("remove it; a migration holds only SQL");
  }

  bool on_postgres() const { return flavour_ == base::sql_flavour::postgresql; }

  std::string_view sql_;
  base::sql_flavour flavour_;
  std::string_view path_;
  base::sql_lexer lexer_;
  position_reader position_;
  statement_state state_;
  sql_statement current_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::vector<sql_statement> statements_;
};

}  // namespace

std::vector<sql_statement> split(std::string_view sql, base::sql_flavour flavour,
                                 unsigned first_line, std::string_view path) {
  return splitter(sql, flavour, first_line, path).run();
}

std::string unterminated_kind(std::string_view token_text) {
  if (token_text.substr(0, 2) == "/*") return "comment";
  const char first = token_text.empty() ? '\0' : token_text.front();
  if (first == '$') {
    const std::size_t close = token_text.find('$', 1);
    return "dollar quote " + std::string(token_text.substr(0, close + 1));
  }
  const bool name = first == '"' || first == '`' || first == '[' ||
                    (token_text.size() > 2 && token_text[1] == '&' && token_text[2] == '"');
  return name ? "quoted name" : "string";
}

}  // namespace retort::script
