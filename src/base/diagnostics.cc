#include "base/diagnostics.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text_tools.h"

namespace retort::base {
namespace {

struct palette {
  const char* strong = "";
  const char* faint = "";
  const char* off = "";
};

/// What looks like a URL may have come from anywhere, and with it its password: `://user:***@`.
std::string shown(std::string_view text) {
  std::string result = printable(text);
  for (auto at = result.find("://"); at != std::string::npos; at = result.find("://", at + 3)) {
    const auto end = std::min(result.find_first_of(" '\"", at + 3), result.size());
    const auto sign = result.rfind('@', end);
    const auto colon = result.find(':', at + 3);
    if (sign == std::string::npos || sign < at || colon > sign) continue;
    result.replace(colon + 1, sign - colon - 1, "***");
  }
  return result;
}

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

/// The source line with a caret below it. Tabs stay tabs, so that the caret stands right.
std::string excerpt(const source_location& where, const palette& colours) {
  if (where.line_text.empty()) return {};
  std::string result =
      fmt::format("{}   |{} {}\n", colours.faint, colours.off, shown(where.line_text));
  if (where.column == 0) return result;
  std::string padding;
  std::size_t column = 1;
  for (const char c : where.line_text) {
    if (column >= where.column) break;
    if ((static_cast<unsigned char>(c) & 0xC0U) == 0x80U) continue;
    padding += c == '\t' ? '\t' : ' ';
    ++column;
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
