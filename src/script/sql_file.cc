#include "script/sql_file.h"

#include <algorithm>

#include "base/text_tools.h"
#include "script/body_scan.h"
#include "script/marker.h"
#include "script/source_text.h"
#include "script/sql_header.h"

namespace retort::script {
namespace {

using base::token_kind;

constexpr std::size_t npos = std::string_view::npos;

bool has_up(const std::vector<sql_section>& sections) {
  return std::any_of(sections.begin(), sections.end(),
                     [](const sql_section& s) { return s.direction == direction::up; });
}

class file_parser {
 public:
  explicit file_parser(const source_text& source) : source_(source), text_(source.text()) {}

  /// Returns the offset of the first marker.
  std::size_t read_header(sql_header& header) const {
    std::vector<header_line> lines;
    lines.reserve(8);
    const std::size_t marker = read_header_lines(&lines);
    parse_header(lines, source_, header);
    return marker;
  }

  std::size_t skip_header() const { return read_header_lines(nullptr); }

  std::vector<sql_section> read_sections(std::size_t marker) const {
    std::vector<sql_section> sections;
    sections.reserve(2);
    while (marker != npos) {
      sections.push_back(parse_marker(source_, marker));
      marker = read_body(marker, sections.back());
    }
    return sections;
  }

  sql_file run() const {
    sql_file file;
    file.sections = read_sections(read_header(file));
    if (!has_up(file.sections)) {
      throw error("the file has no '-- migrate:up' section")
          .at(source_.path(), file.sections.empty() ? file.revision_line : file.sections[0].line)
          .help("write '-- migrate:up' above the statements of the upgrade");
    }
    return file;
  }

 private:
  /// The line comments before the first marker, where they are wanted; returns the marker's offset.
  /// Comments are the same in both grammars but for nesting, which headers do not need.
  std::size_t read_header_lines(std::vector<header_line>* lines) const {
    base::sql_lexer lexer(text_, base::sql_flavour::sqlite);
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
      if (lines == nullptr) continue;
      const std::string_view content = base::trim(text.substr(2));
      if (content.empty()) continue;
      lines->push_back({content, static_cast<std::size_t>(content.data() - text_.data())});
    }
    return npos;
  }

  /// Fills in the section's text and returns the offset of the marker behind it.
  std::size_t read_body(std::size_t marker, sql_section& section) const {
    const std::size_t line_end = text_.find('\n', marker);
    const std::size_t begin = line_end == npos ? text_.size() : line_end + 1;
    const body_scan seen = scan_body(text_, begin, section.dialect);
    if (seen.misplaced < seen.marker) refuse_misplaced(seen.misplaced);
    if (seen.marker == npos && seen.unterminated != npos) refuse_unterminated(seen.unterminated);
    section.sql = std::string(text_.substr(begin, std::min(seen.marker, text_.size()) - begin));
    section.first_line = section.line + 1;
    section.plain = seen.plain;
    return seen.marker;
  }

  [[noreturn]] void refuse_unterminated(std::size_t offset) const {
    throw source_.at(offset, "unterminated " + unterminated_kind(text_.substr(offset)))
        .help("it begins here and never ends");
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
  const source_text source(content, path);
  return file_parser(source).run();
}

sql_header parse_sql_header(std::string_view content, const std::string& path) {
  const source_text source = source_text::known(content, path);
  sql_header header;
  file_parser(source).read_header(header);
  return header;
}

std::vector<sql_section> parse_sql_sections(std::string_view content, const std::string& path) {
  const source_text source(content, path);
  const file_parser parser(source);
  auto sections = parser.read_sections(parser.skip_header());
  // Only with the header can be said where an up section is missing.
  return has_up(sections) ? sections : parse_sql_file(content, path).sections;
}

}  // namespace retort::script
