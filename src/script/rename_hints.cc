#include "script/rename_hints.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <retort/error.h>

#include "base/text_tools.h"

namespace retort::script {
namespace {

using base::token;
using base::token_kind;

constexpr std::string_view mark = "@renamed";

bool is_name(token_kind kind) {
  return kind == token_kind::word || kind == token_kind::quoted_name;
}

/// A name as the database knows it.
std::string name_of(std::string_view text, token_kind kind, base::sql_flavour flavour) {
  if (kind == token_kind::word) {
    return flavour == base::sql_flavour::postgresql ? base::lower(text) : std::string(text);
  }
  const char close = text.back();
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == close && text[i + 1] == close) ++i;
  }
  return name;
}

/// Follows the statements of a file, and knows what stands behind it.
class reader {
 public:
  reader(std::string_view sql, base::sql_flavour flavour, std::string_view path)
      : sql_(sql), flavour_(flavour), path_(path) {}

  std::vector<model::rename_hint> run() {
    base::sql_lexer lexer(sql_, flavour_);
    for (auto t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
      if (t.kind == token_kind::space) continue;
      if (t.kind == token_kind::comment) {
        look_into(t);
      } else {
        take(t);
        end_ = t.begin + t.size;
      }
    }
    return std::move(found_);
  }

 private:
  /// What a statement, or a line of its table, is.
  enum class subject { nothing, table, column, constraint, index, other };
  /// Of a statement: what is awaited, or that it is known enough.
  enum class stage { verb, kind, name, named, known };

  void take(token t) {
    const auto text = sql_.substr(t.begin, t.size);
    if (is_over_) begin_statement();
    if (t.kind == token_kind::semicolon && depth_ == 0) {
      is_over_ = true;
    } else if (text == "(") {
      open();
    } else if (text == ")") {
      if (depth_ > 0 && --depth_ == 0 && is_in_parts_) leave_parts();
    } else if (text == "," && depth_ == 1 && is_in_parts_) {
      begins_part_ = true;
    } else if (depth_ == 0) {
      take_head(t.kind, text);
    } else if (begins_part_) {
      begin_part(t.kind, text);
    }
  }

  void begin_statement() {
    is_over_ = is_in_parts_ = begins_part_ = false;
    depth_ = 0;
    stage_ = stage::verb;
    table_ = {};
    column_.clear();
    subject_ = subject::nothing;
  }

  /// `CREATE [TEMPORARY …] TABLE [IF NOT EXISTS] schema.name`, as far as it is one.
  void take_head(token_kind kind, std::string_view text) {
    const auto word = kind == token_kind::word ? base::lower(text) : std::string(text);
    if (stage_ == stage::verb) {
      set(word == "create" ? stage::kind : stage::known, subject::other);
    } else if (stage_ == stage::kind) {
      if (word == "table")
        set(stage::name, subject::table);
      else if (word == "index")
        set(stage::known, subject::index);
      else if (!is_adjective(word))
        set(stage::known, subject::other);
    } else if (stage_ == stage::name) {
      if (is_if_not_exists(word) && table_.schema.empty()) return;
      table_.name = is_name(kind) ? name_of(text, kind, flavour_) : std::string();
      stage_ = is_name(kind) ? stage::named : stage::known;
    } else if (stage_ == stage::named && text == ".") {
      table_.schema = std::exchange(table_.name, {});
      stage_ = stage::name;
    } else {
      stage_ = stage::known;
    }
  }

  void set(stage now, subject what) {
    stage_ = now;
    subject_ = what;
  }

  static bool is_adjective(std::string_view word) {
    constexpr std::array<std::string_view, 8> before_a_table = {
        "foreign", "global", "local", "temp", "temporary", "unique", "unlogged", "virtual"};
    return std::ranges::find(before_a_table, word) != before_a_table.end();
  }

  static bool is_if_not_exists(std::string_view word) {
    return word == "if" || word == "not" || word == "exists";
  }

  /// What the name of a table is followed by at once are its parts.
  void open() {
    ++depth_;
    if (stage_ != stage::named) return;
    stage_ = stage::known;
    is_in_parts_ = begins_part_ = true;
  }

  void begin_part(token_kind kind, std::string_view text) {
    constexpr std::array<std::string_view, 7> constraints = {
        "check", "constraint", "exclude", "foreign", "like", "primary", "unique"};
    begins_part_ = false;
    const auto word = kind == token_kind::word ? base::lower(text) : std::string();
    const bool is_constraint = std::ranges::find(constraints, word) != constraints.end();
    subject_ = is_constraint || !is_name(kind) ? subject::constraint : subject::column;
    column_ = subject_ == subject::column ? name_of(text, kind, flavour_) : std::string();
  }

  void leave_parts() {
    is_in_parts_ = begins_part_ = false;
    subject_ = subject::table;
    column_.clear();
  }

  error problem(token t, const std::string& message) const {
    const auto place = base::position_at(sql_, t.begin);
    error made(message);
    made.at(path_, place.line, place.column);
    return made;
  }

  void look_into(token t) {
    const auto text = sql_.substr(t.begin, t.size);
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return;
    const auto from = old_name(text.substr(at + mark.size()));
    if (!from) {
      throw problem(t, "a hint of a rename does not say the old name")
          .help(
              "write -- @renamed from=old_name, or from=\"old name\", without a schema or a table");
    }
    if (subject_ == subject::index && is_beside(t)) return;
    const bool is_known =
        subject_ == subject::column || (subject_ == subject::table && !table_.name.empty());
    if (!is_beside(t) || !is_known) {
      throw problem(t, fmt::format("nothing stands before the hint that it was named {}", *from))
          .help("write it on the line of a column's definition or of CREATE TABLE, behind it");
    }
    const auto place = base::position_at(sql_, t.begin);
    found_.push_back({table_, column_, *from, {std::string(path_), place.line, place.column}});
  }

  /// Whether something stands before it on its line.
  bool is_beside(token t) const {
    return end_ != 0 && sql_.substr(end_, t.begin - end_).find('\n') == std::string_view::npos;
  }

  /// What follows `from=`, where it is one name.
  std::optional<std::string> old_name(std::string_view text) const {
    if (text.ends_with("*/")) text.remove_suffix(2);
    const auto rest = base::trim(text);
    constexpr std::string_view lead = "from=";
    if (rest.data() == text.data() || !rest.starts_with(lead)) return std::nullopt;
    base::sql_lexer lexer(rest.substr(lead.size()), flavour_);
    const auto name = lexer.next();
    const auto behind = lexer.next();
    const bool ends = behind.kind == token_kind::end || behind.kind == token_kind::space;
    if (!is_name(name.kind) || !ends) return std::nullopt;
    auto result = name_of(lexer.text(name), name.kind, flavour_);
    return result.empty() ? std::nullopt : std::optional(std::move(result));
  }

  std::string_view sql_;
  base::sql_flavour flavour_;
  std::string_view path_;
  std::vector<model::rename_hint> found_;
  /// Behind the last token that is neither space nor comment.
  std::size_t end_ = 0;
  /// Behind its semicolon a statement is over, and still what a hint on the line is about.
  bool is_over_ = true;
  stage stage_ = stage::verb;
  subject subject_ = subject::nothing;
  std::size_t depth_ = 0;
  bool is_in_parts_ = false;
  bool begins_part_ = false;
  model::qualified_name table_;
  std::string column_;
};

}  // namespace

std::vector<model::rename_hint> rename_hints(std::string_view sql, base::sql_flavour flavour,
                                             std::string_view path) {
  if (sql.find(mark) == std::string_view::npos) return {};
  return reader(sql, flavour, path).run();
}

}  // namespace retort::script
