#include "engine/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/text_tools.h"
#include "engine/checksum.h"

namespace retort::engine {
namespace {

/// The rows that are among the program's revisions.
history::rows known(const migration_set& set, history::rows rows) {
  std::erase_if(rows, [&](const std::string& row) { return !set.graph().find(row); });
  return rows;
}

std::string when(const journal_entry& entry) {
  return fmt::format("{} was applied at {} by {}, run by {}", base::printable(entry.revision),
                     entry.finished, base::printable(entry.program), base::printable(entry.who));
}

}  // namespace

std::vector<changed_migration> changed_migrations(db::connection& connection,
                                                  const migration_set& set,
                                                  const dialect::dialect& target,
                                                  const journal& log, const history::rows& rows) {
  std::vector<changed_migration> result;
  const auto entries = log.applied(connection);
  if (entries.empty()) return result;
  std::unordered_map<std::string_view, const journal_entry*> by_revision;
  for (const auto& entry : entries) by_revision.emplace(entry.revision, &entry);
  for (const std::size_t index : set.graph().applied(known(set, rows))) {
    const auto found = by_revision.find(set.at(index).revision.id);
    if (found == by_revision.end() || found->second->checksum.empty()) continue;
    auto now = checksum_of(set, target, index);
    if (now != found->second->checksum) result.push_back({index, *found->second, std::move(now)});
  }
  return result;
}

error explain(const changed_migration& changed, const migration_set& set) {
  const auto& revision = set.at(changed.index).revision;
  error problem(fmt::format("{} has changed since it ran on this database", revision.id));
  problem.at(revision.file, revision.line);
  problem.note(when(changed.applied));
  return problem.help(
      "take the change back and write a new migration; where the change means nothing, accept it "
      "with `repair`");
}

std::optional<error> unknown_rows(db::connection& connection, const migration_set& set,
                                  const journal& log, const history::rows& rows) {
  std::vector<std::string> unknown;
  for (const auto& row : rows) {
    if (!set.graph().find(row)) unknown.push_back(row);
  }
  if (unknown.empty()) return std::nullopt;
  const auto entries = log.applied(connection);
  std::vector<const journal_entry*> told;
  std::int64_t last_known = 0;
  for (const auto& entry : entries) {
    if (std::ranges::find(unknown, entry.revision) != unknown.end()) told.push_back(&entry);
    if (set.graph().find(entry.revision)) last_known = std::max(last_known, entry.id);
  }
  if (told.empty()) return std::nullopt;
  // What was applied before something that this program has cannot be newer than the program.
  const bool newer = std::ranges::all_of(told, [&](const auto* e) { return e->id > last_known; });
  const auto names = base::printable(base::join(unknown, ", "));
  error problem(newer ? fmt::format("the database is newer than this program, which does not have "
                                    "its revision {}",
                                    names)
                      : fmt::format("this program does not have revision {}, which the database "
                                    "had before others that it has: a file is missing",
                                    names));
  for (const auto* entry : told) problem.note(when(*entry));
  return newer ? problem.help(
                     "run the newer program, or one that has this revision; `guard` says whether "
                     "this one still works with the database")
               : problem.help("bring the file back, from version control or from that program");
}

std::vector<journal_entry> standing(db::connection& connection, const journal& log) {
  auto entries = log.applied(connection);
  for (const auto& gone : log.taken_back(connection)) {
    std::erase_if(entries, [&](const journal_entry& entry) {
      return entry.revision == gone.revision && entry.id < gone.id;
    });
  }
  return entries;
}

guard_result guard_of_nothing(const migration_set& set) {
  guard_result result;
  if (set.files().empty()) return result;
  result.answer = guard_answer::behind;
  result.reason = "there is no database yet";
  return result;
}

guard_result guard(db::connection& connection, const migration_set& set, const journal& log,
                   const history::rows& rows,
                   const std::optional<unfinished_migration>& unfinished) {
  guard_result result;
  result.rows = rows;
  if (unfinished) {
    result.answer = guard_answer::incompatible;
    result.reason = explain(*unfinished).what();
    return result;
  }
  if (known(set, rows) == rows) {
    if (!set.graph().at_heads(rows)) {
      result.answer = guard_answer::behind;
      result.reason = "the database lacks migrations of this program: upgrade it";
    }
    return result;
  }
  const auto entries = standing(connection, log);
  result.answer = guard_answer::incompatible;
  const auto has = [&](std::string_view id) {
    return std::ranges::any_of(entries, [&](const auto& entry) { return entry.revision == id; });
  };
  for (const auto& row : rows) {
    if (set.graph().find(row) || has(row)) continue;
    result.reason = fmt::format(
        "the journal knows nothing of revision {}, which this program does "
        "not have",
        row);
    return result;
  }
  for (const auto head : set.graph().heads()) {
    const auto id = set.graph().id(head);
    if (has(id) || std::ranges::find(rows, id) != rows.end()) continue;
    result.reason =
        fmt::format("the database has what this program does not have, and lacks {}", id);
    return result;
  }
  for (const auto& entry : entries) {
    if (set.graph().find(entry.revision)) continue;
    result.newer.push_back(entry.revision);
    if (!entry.compatible_with.empty() && set.graph().find(entry.compatible_with)) continue;
    result.reason =
        entry.compatible_with.empty()
            ? fmt::format("{} does not say which older programs work after it", entry.revision)
            : fmt::format("after {} only programs work that have {}", entry.revision,
                          entry.compatible_with);
    return result;
  }
  result.answer = guard_answer::newer_but_compatible;
  result.reason = "the database is newer than this program, which still works with it";
  return result;
}

}  // namespace retort::engine
