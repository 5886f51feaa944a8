#include <fmt/format.h>

#include "base/text_tools.h"
#include "cli/print.h"

namespace retort::cli {
namespace {

std::string parents(const command::revision_info& info) {
  return info.down_revision.empty() ? "<base>" : base::join(info.down_revision, ", ");
}

std::string marks(const command::revision_info& info) {
  std::string text;
  if (!info.branch_labels.empty()) {
    text += fmt::format(" ({})", base::join(info.branch_labels, ", "));
  }
  if (info.is_head) text += info.is_effective_head ? " (effective head)" : " (head)";
  if (info.is_current) text += " (current)";
  if (info.is_branch_point) text += " (branchpoint)";
  if (info.is_merge_point) text += " (mergepoint)";
  return text;
}

std::string indented(const std::string& text) {
  std::string result = "      ";
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "      ";
  }
  return result;
}

}  // namespace

std::string history_line(const command::revision_info& info) {
  std::string text = parents(info);
  if (!info.depends_on.empty()) text += fmt::format(" ({})", base::join(info.depends_on, ", "));
  text += fmt::format(" -> {}{}, {}\n", info.revision, marks(info), info.message);
  return base::printable(text);
}

std::string short_line(const command::revision_info& info) {
  return base::printable(info.revision + marks(info) + "\n");
}

std::string block(const command::revision_info& info) {
  std::string text =
      fmt::format("Rev: {}{}\nParent: {}\n", info.revision, marks(info), parents(info));
  if (!info.depends_on.empty()) {
    text += fmt::format("Depends on: {}\n", base::join(info.depends_on, ", "));
  }
  if (!info.created.empty()) text += fmt::format("Created: {}\n", info.created);
  text += fmt::format("Path: {}\n\n    {}\n\n", info.file, info.message);
  return base::printable(text);
}

std::string branch_lines(const command::revision_info& info) {
  std::string text = history_line(info);
  for (const auto& child : info.next) {
    text += base::printable(fmt::format("    {} -> {}\n", info.revision, child));
  }
  return text;
}

std::string pair_lines(const verify::pair_result& result) {
  const char* verdict = !result.ok ? "FAILED" : result.irreversible ? "one-way" : "ok";
  std::string text = fmt::format("{:7} {:10} {}\n", verdict, result.backend, result.pair);
  if (!result.reason.empty()) text += indented(result.reason) + "\n";
  if (!result.losses.empty()) {
    text += fmt::format("      lost by design: {}\n", base::join(result.losses, ", "));
  }
  for (const auto& note : result.notes) text += indented("note: " + note) + "\n";
  return base::printable(text);
}

std::string rows_text(const history::rows& rows) {
  return rows.empty() ? "base" : base::printable(base::join(rows, ", "));
}

}  // namespace retort::cli
