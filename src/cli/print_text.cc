#include <fmt/format.h>

#include "base/text_tools.h"
#include "cli/print.h"
#include "engine/offline.h"

namespace retort::cli {
namespace {

std::string parents(const command::revision_info& info) {
  return info.down_revision.empty() ? "<base>" : base::join(info.down_revision, ", ");
}

std::string list_of(const char* name, std::span<const std::string_view> items) {
  return items.empty() ? "" : fmt::format("{}: {}\n", name, base::join(items, ", "));
}

std::string labels(const command::revision_info& info) {
  return info.branch_labels.empty() ? ""
                                    : fmt::format(" ({})", base::join(info.branch_labels, ", "));
}

std::string head_mark(const command::revision_info& info) {
  return !info.is_head ? "" : info.is_effective_head ? " (effective head)" : " (head)";
}

std::string marks(const command::revision_info& info) {
  std::string text = head_mark(info);
  if (info.is_current) text += " (current)";
  if (info.is_branch_point) text += " (branchpoint)";
  if (info.is_merge_point) text += " (mergepoint)";
  return text;
}

/// Of a block, as Alembic has them there: no word of effective heads, and another order.
std::string block_marks(const command::revision_info& info) {
  std::string text = info.is_head ? " (head)" : "";
  if (info.is_branch_point) text += " (branchpoint)";
  if (info.is_merge_point) text += " (mergepoint)";
  if (info.is_current) text += " (current)";
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

std::string lock_lines(const verify::statement_locks& one) {
  auto text = fmt::format("      {}\n", base::first_line(one.statement));
  if (!one.is_measured) text += "          runs outside a transaction: not measured\n";
  for (const auto& lock : one.taken.locks) {
    text += fmt::format("          locks {}: {}\n", lock.relation, lock.mode);
  }
  for (const auto& table : one.taken.rewrites)
    text += fmt::format("          rewrites {}\n", table);
  return text;
}

}  // namespace

std::string history_line(const command::revision_info& info) {
  std::string text = parents(info);
  if (!info.depends_on.empty()) text += fmt::format(" ({})", base::join(info.depends_on, ", "));
  text += fmt::format(" -> {}{}{}, {}\n", info.revision, labels(info), marks(info), info.message);
  return base::printable(text);
}

std::string current_line(const command::revision_info& info) {
  return base::printable(fmt::format("{}{}\n", info.revision, marks(info)));
}

std::string head_line(const command::revision_info& info) {
  return base::printable(fmt::format("{}{}{}\n", info.revision, labels(info), head_mark(info)));
}

std::string block(const command::revision_info& info) {
  std::string text = fmt::format("Rev: {}{}\n{}: {}\n", info.revision, block_marks(info),
                                 info.is_merge_point ? "Merges" : "Parent", parents(info));
  text += list_of("Also depends on", info.depends_on);
  if (info.is_branch_point) text += list_of("Branches into", info.children);
  text += list_of("Branch names", info.branch_labels);
  if (!info.created.empty()) text += fmt::format("Created: {}\n", info.created);
  text += fmt::format("Path: {}\n\n    {}\n\n", info.file, info.message);
  return base::printable(text);
}

std::string branch_line(const command::revision_info& info) {
  return base::printable(fmt::format("{}{}{}\n", info.revision, labels(info), marks(info)));
}

std::string child_line(const command::revision_info& info, const command::revision_info& child,
                       bool verbose) {
  const auto indent = base::position_at(info.revision, info.revision.size()).column - 1;
  std::string text =
      fmt::format("{:{}} -> {}{}{}", "", indent, child.revision, labels(child), marks(child));
  if (verbose) text += fmt::format(", {}", child.message);
  return base::printable(text + "\n");
}

std::string pair_lines(const verify::pair_result& result) {
  const char* verdict = !result.ok ? "FAILED" : result.irreversible ? "one-way" : "ok";
  std::string text = fmt::format("{:7} {:10} {}\n", verdict, result.backend, result.pair);
  if (!result.reason.empty()) text += indented(result.reason) + "\n";
  if (!result.losses.empty()) {
    text += fmt::format("      lost by design: {}\n", base::join(result.losses, ", "));
  }
  for (const auto& note : result.notes) text += indented("note: " + note) + "\n";
  for (const auto& one : result.locks) text += lock_lines(one);
  return base::printable(text);
}

std::string crash_lines(const verify::crash_result& result) {
  std::string text = fmt::format("{:7} {:10} {}: {} deaths\n", result.ok ? "ok" : "FAILED",
                                 result.backend, result.direction, result.deaths);
  if (!result.reason.empty()) text += indented(result.reason) + "\n";
  return base::printable(text);
}

std::string rehearsal_lines(const command::rehearsed_migration& migration,
                            const engine::migration_set& set) {
  std::string text =
      fmt::format("{}  {:.3f} s\n", engine::step_title(migration.step, set), migration.seconds);
  for (const auto& statement : migration.statements) {
    text += fmt::format("    {:.3f} s  {}\n", statement.seconds, base::first_line(statement.sql));
    for (const auto& lock : statement.locks) {
      text += fmt::format("             locks {}: {}\n", lock.relation, lock.mode);
    }
  }
  for (const auto& rows : migration.rows) {
    text += fmt::format("    {}: {} rows, {} before\n", rows.table, rows.after, rows.before);
  }
  return base::printable(text);
}

std::string journal_line(const engine::journal_entry& entry) {
  std::string text;
  const auto took =
      entry.finished.empty() ? std::string() : fmt::format("  {} ms", entry.milliseconds);
  if (entry.kind == "run") {
    text = fmt::format("{}  {}  {}{}  {}, {}", entry.started, entry.direction, entry.outcome, took,
                       entry.who, entry.program);
  } else if (entry.kind == "migration") {
    text = fmt::format("    {}  {}{}", entry.revision, entry.outcome, took);
  } else {
    text = fmt::format("    {}, statement {}  {}{}  {}", entry.revision, entry.statement,
                       entry.outcome, took, base::first_line(entry.sql));
  }
  if (!entry.problem.empty()) text += "  " + entry.problem;
  return base::printable(text) + "\n";
}

std::string answer_text(guard_answer answer) {
  switch (answer) {
    case guard_answer::ok:
      return "ok";
    case guard_answer::behind:
      return "behind";
    case guard_answer::newer_but_compatible:
      return "newer but compatible";
    case guard_answer::incompatible:
      break;
  }
  return "incompatible";
}

std::string rows_text(const history::rows& rows) {
  return rows.empty() ? "base" : base::printable(base::join(rows, ", "));
}

std::string doubt_lines(const command::stamp_doubt& doubt) {
  const auto at = rows_text(doubt.rows);
  if (doubt.unknown) {
    return base::printable(fmt::format("it is not known whether the database is what {} is: {}\n",
                                       at, doubt.unknown->what()));
  }
  std::string out = fmt::format("the database is not what the migrations make up to {}:\n", at);
  for (const auto& one : doubt.differences) out += "  " + base::printable(one.text) + "\n";
  return out;
}

std::string models_lines(const command::checked_models& models, bool quiet) {
  const auto note = models.unread.empty() || quiet
                        ? std::string()
                        : "note: " + base::printable(models.unread) + "\n";
  if (models.differences.empty()) {
    return quiet ? note : fmt::format("{} equals the models\n", models.what) + note;
  }
  std::string out = fmt::format("{} differs from the models:\n", models.what) + note;
  for (const auto& one : models.differences) out += "  " + base::printable(one.text) + "\n";
  if (models.no_way) {
    out += fmt::format("no SQL is known that would make them equal: {}\n",
                       base::printable(models.no_way->what()));
  }
  return out;
}

}  // namespace retort::cli
