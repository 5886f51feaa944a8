#include "script/sql_file.h"

#include <algorithm>

#include "base/text_tools.h"
#include "script/body_scan.h"
#include "script/marker.h"
#include "script/source_text.h"
#include "script/sql_header.h"

namespace retort::script {
namespace {

bool has_up(const std::vector<sql_section>& sections) {
  return std::any_of(sections.begin(), sections.end(),
                     [](const sql_section& s) { return s.direction == direction::up; });
}

class file_parser {
 public:
  explicit file_parser(const source_text& source) : source_(source), text_(source.text()) {}

  void read_header(sql_header& header) const {
    std::vector<header_line> lines;
    lines.reserve(8);
    find_marker(&lines);
    parse_header(lines, source_, header);
  }

  std::vector<sql_section> read_sections() const {
    std::vector<sql_section> sections;
    sections.reserve(2);
    for (std::size_t marker = find_marker(nullptr); marker != std::string_view::npos;) {
      sections.push_back(parse_marker(source_, marker));
      marker = read_body(marker, sections.back());
    }
    return sections;
  }

 private:
  /// The offset of the first marker; the line comments before it, where they are wanted. Comments
  /// are the same in both grammars but for nesting, which headers do not need.
  std::size_t find_marker(std::vector<header_line>* lines) const {
    constexpr std::string_view blanks = " \t\n\r\f";
    for (std::size_t at = text_.find_first_not_of(blanks); at != std::string_view::npos;
         at = text_.find_first_not_of(blanks, at)) {
      if (text_.compare(at, 2, "--") != 0) {
        at = skip_block_comment(at);
        continue;
      }
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      const std::string_view text = text_.substr(at + 2, end - at - 2);
      if (looks_like_marker(text)) {
        if (at == 0 || text_[at - 1] == '\n') return at;
        refuse_misplaced(at);
      }
      at = end;
      const std::string_view content = base::trim(text);
      if (lines == nullptr || content.empty()) continue;
      lines->push_back({content, static_cast<std::size_t>(content.data() - text_.data())});
    }
    return std::string_view::npos;
  }

  /// Returns its end.
  std::size_t skip_block_comment(std::size_t at) const {
    if (text_.compare(at, 2, "/*") != 0) {
      throw source_.at(at, "SQL before the file's first section")
          .help("write '-- migrate:up' above it");
    }
    const std::size_t end = text_.find("*/", at + 2);
    if (end == std::string_view::npos) refuse_unterminated(at);
    return end + 2;
  }

  /// Fills in the section's text and returns the offset of the marker behind it.
  std::size_t read_body(std::size_t marker, sql_section& section) const {
    const std::size_t line_end = text_.find('\n', marker);
    const std::size_t begin = line_end == std::string_view::npos ? text_.size() : line_end + 1;
    const body_scan seen = scan_body(text_, begin, section.dialect);
    if (seen.misplaced < seen.marker) refuse_misplaced(seen.misplaced);
    if (seen.marker == std::string_view::npos && seen.unterminated != std::string_view::npos)
      refuse_unterminated(seen.unterminated);
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

sql_file parse_sql_file(std::string_view content, std::string_view path) {
  const source_text source(content, path);
  sql_file file;
  static_cast<sql_header&>(file) = parse_sql_header(content, path);
  file.sections = file_parser(source).read_sections();
  if (has_up(file.sections)) return file;
  throw error("the file has no '-- migrate:up' section")
      .at(path, file.sections.empty() ? file.revision_line : file.sections[0].line)
      .help("write '-- migrate:up' above the statements of the upgrade");
}

sql_header parse_sql_header(std::string_view content, std::string_view path) {
  const source_text source = source_text::known(content, path);
  sql_header header;
  file_parser(source).read_header(header);
  return header;
}

std::vector<sql_section> parse_sql_sections(std::string_view content, std::string_view path) {
  const source_text source(content, path);
  auto sections = file_parser(source).read_sections();
  // Only with the header can be said where an up section is missing.
  return has_up(sections) ? sections : parse_sql_file(content, path).sections;
}

}  // namespace retort::script
