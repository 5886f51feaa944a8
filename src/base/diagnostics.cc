#include "base/diagnostics.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/passwords.h"
#include "base/text_tools.h"

namespace retort::base {
namespace {

struct palette {
  const char* strong = "";
  const char* faint = "";
  const char* off = "";
};

/// What looks like a password may have come from anywhere.
std::string shown(std::string_view text) { return text_without_passwords(printable(text)); }

/// A message of a database may have several.
std::string in_one_line(std::string_view text) {
  std::string result = shown(text);
  std::ranges::replace(result, '\n', ' ');
  return result;
}

std::string place(const source_location& where) {
  std::string text = printable(where.file);
  if (where.line != 0) text += fmt::format(":{}", where.line);
  if (where.line != 0 && where.column != 0) text += fmt::format(":{}", where.column);
  return text;
}

/// Where the column's character begins in the line.
std::size_t offset_of(const source_location& where) {
  std::size_t column = 0;
  for (std::size_t at = 0; at < where.line_text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(where.line_text[at]) & 0xC0U) != 0x80U;
    if (begins && ++column == where.column) return at;
  }
  return where.line_text.size();
}

/// The source line with a caret below it. Tabs stay tabs, so that the caret stands right.
std::string excerpt(const source_location& where, const palette& colours) {
  if (where.line_text.empty()) return {};
  std::string result =
      fmt::format("{}   |{} {}\n", colours.faint, colours.off, shown(where.line_text));
  if (where.column == 0) return result;
  // What is shown in front of the caret may have more characters than the line, or fewer.
  std::string padding;
  for (const char c : shown(std::string_view(where.line_text).substr(0, offset_of(where)))) {
    if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) continue;
    padding += c == '\t' ? '\t' : ' ';
  }
  return result + fmt::format("{}   |{} {}{}^{}\n", colours.faint, colours.off, padding,
                              colours.strong, colours.off);
}

}  // namespace

std::string render(const error& problem, bool colour) {
  const palette colours = colour ? palette{"\033[1;31m", "\033[2m", "\033[0m"} : palette{};
  std::string text =
      fmt::format("{}FAILED:{} {}\n", colours.strong, colours.off, in_one_line(problem.what()));
  if (!problem.where.file.empty()) {
    text += fmt::format("{}  -->{} {}\n", colours.faint, colours.off, place(problem.where));
    text += excerpt(problem.where, colours);
  }
  for (const auto& line : problem.notes) text += fmt::format("  {}\n", shown(line));
  if (!problem.hint.empty()) text += fmt::format("  help: {}\n", printable(problem.hint));
  return text;
}

std::string render_for_build(const error& problem, const std::string& source_root,
                             std::string_view severity) {
  source_location where = problem.where;
  const bool absolute = !where.file.empty() && where.file.front() == '/';
  if (!source_root.empty() && !absolute) where.file = source_root + "/" + where.file;
  if (where.line == 0) where.line = 1;
  std::string text =
      fmt::format("{}: {}: {}\n", place(where), severity, in_one_line(problem.what()));
  for (const auto& line : problem.notes) text += fmt::format("  {}\n", shown(line));
  if (!problem.hint.empty()) text += fmt::format("  help: {}\n", printable(problem.hint));
  return text;
}

}  // namespace retort::base
