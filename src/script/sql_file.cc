#include "script/sql_file.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "script/marker.h"
#include "script/source_text.h"
#include "script/sql_header.h"

namespace retort::script {
namespace {

using base::sql_flavour;
using base::token_kind;

constexpr std::size_t npos = std::string_view::npos;

/// What one grammar sees from a place up to the next marker; offsets into the file.
struct marker_scan {
  std::size_t marker = npos;
  /// A marker before it that does not stand at its line's start.
  std::size_t misplaced = npos;
  /// A token before it that never ends.
  std::size_t unterminated = npos;
};

bool is_marker_comment(std::string_view comment) {
  return comment.substr(0, 2) == "--" && looks_like_marker(comment.substr(2));
}

marker_scan scan(std::string_view text, std::size_t from, sql_flavour flavour) {
  marker_scan seen;
  const std::string_view rest = text.substr(from);
  base::sql_lexer lexer(rest, flavour);
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

class file_parser {
 public:
  explicit file_parser(const source_text& source) : source_(source), text_(source.text()) {}

  sql_file run() {
    sql_file file;
    std::vector<header_line> header;
    std::size_t marker = read_header_lines(header);
    parse_header(header, source_, file);
    while (marker != npos) {
      file.sections.push_back(parse_marker(source_, marker));
      marker = read_body(marker, file.sections.back());
    }
    const bool has_up = std::any_of(file.sections.begin(), file.sections.end(),
                                    [](const auto& s) { return s.direction == direction::up; });
    if (!has_up) {
      throw error("the file has no '-- migrate:up' section")
          .at(source_.path(), file.sections.empty() ? file.revision_line : file.sections[0].line)
          .help("write '-- migrate:up' above the statements of the upgrade");
    }
    return file;
  }

 private:
  /// The line comments before the first marker; returns the marker's offset. Comments are the same
  /// in both grammars but for nesting, which headers do not need.
  std::size_t read_header_lines(std::vector<header_line>& lines) const {
    base::sql_lexer lexer(text_, sql_flavour::sqlite);
    for (base::token t = lexer.next(); t.kind != token_kind::end; t = lexer.next()) {
      const std::string_view text = lexer.text(t);
      if (t.kind == token_kind::space) continue;
      if (t.kind == token_kind::unterminated && text.substr(0, 2) == "/*") {
        throw source_.at(t.begin, "unterminated comment").help("it begins here and never ends");
      }
      if (t.kind != token_kind::comment) {
        throw source_.at(t.begin, "SQL before the file's first section")
            .help("write '-- migrate:up' above it");
      }
      if (text.front() != '-') continue;
      if (looks_like_marker(text.substr(2))) {
        if (t.begin == 0 || text_[t.begin - 1] == '\n') return t.begin;
        refuse_misplaced(t.begin);
      }
      const std::string_view content = base::trim(text.substr(2));
      if (content.empty()) continue;
      lines.push_back({content, static_cast<std::size_t>(content.data() - text_.data())});
    }
    return npos;
  }

  /// Fills in the section's text and returns the offset of the marker behind it.
  std::size_t read_body(std::size_t marker, sql_section& section) const {
    const std::size_t line_end = text_.find('\n', marker);
    const std::size_t begin = line_end == npos ? text_.size() : line_end + 1;
    const std::size_t end = next_marker(begin, section.dialect);
    section.sql = std::string(text_.substr(begin, end == npos ? npos : end - begin));
    section.first_line = section.line + 1;
    return end;
  }

  std::size_t next_marker(std::size_t from, const std::string& dialect) const {
    marker_scan seen =
        scan(text_, from, dialect == "sqlite" ? sql_flavour::sqlite : sql_flavour::postgresql);
    if (dialect.empty()) {
      const marker_scan other = scan(text_, from, sql_flavour::sqlite);
      seen.marker = std::min(seen.marker, other.marker);
      if (seen.misplaced != other.misplaced) seen.misplaced = npos;
      seen.unterminated = other.unterminated == npos ? npos : seen.unterminated;
    }
    if (seen.misplaced < seen.marker) refuse_misplaced(seen.misplaced);
    if (seen.marker == npos && seen.unterminated != npos) {
      throw source_
          .at(seen.unterminated,
              "unterminated " + unterminated_kind(text_.substr(seen.unterminated)))
          .help("it begins here and never ends");
    }
    return seen.marker;
  }

  [[noreturn]] void refuse_misplaced(std::size_t offset) const {
    throw source_.at(offset, "a section marker that is not at its line's start")
        .help("write it on a line of its own, without spaces before it");
  }

  const source_text& source_;
  std::string_view text_;
};

}  // namespace

sql_file parse_sql_file(std::string_view content, const std::string& path) {
  return file_parser(source_text(content, path)).run();
}

}  // namespace retort::script
