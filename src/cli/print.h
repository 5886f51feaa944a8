#pragma once

#include <string>
#include <vector>

#include "command/verbs.h"

namespace retort::cli {

// Results as text for people. Each function returns whole lines; names and messages are made
// printable.

// The words and marks of revisions are Alembic's.

/// `history`: `f140e6f46727 -> 31eb30e5f037 (label) (head), Add file size field`
std::string history_line(const command::revision_info& info);
/// `current`: `31eb30e5f037 (head)`, without labels.
std::string current_line(const command::revision_info& info);
/// `heads`: `31eb30e5f037 (label) (head)`
std::string head_line(const command::revision_info& info);
/// The block of `show` and `-v`.
std::string block(const command::revision_info& info);
/// `branches`: `31eb30e5f037 (label) (branchpoint)`, and below it each child, with its message
/// where `verbose`.
std::string branch_line(const command::revision_info& info);
std::string child_line(const command::revision_info& info, const command::revision_info& child,
                       bool verbose);
std::string pair_lines(const verify::pair_result& result);
std::string crash_lines(const verify::crash_result& result);
/// `rehearse`: a migration, and below it its statements with time and locks, and its rows.
std::string rehearsal_lines(const command::rehearsed_migration& migration,
                            const engine::migration_set& set);
/// `journal`: a run, and below it, indented, what it did.
std::string journal_line(const engine::journal_entry& entry);
/// "ok", "behind", "newer but compatible", "incompatible"
std::string answer_text(guard_answer answer);
/// "base" or the rows, separated by commas.
std::string rows_text(const history::rows& rows);

/// What `stamp` shows before it asks.
std::string doubt_lines(const command::stamp_doubt& doubt);

// The same results as JSON, in the form of src/cli/README.md.

std::string json_of(const command::revision_info& info, bool with_current);

/// An array whose items are written as they come.
class json_array_lines {
 public:
  /// `item`: what a `json_of` returns. Returns the text for it.
  std::string next(const std::string& item);
  std::string end() const { return is_empty_ ? "[]\n" : "\n]\n"; }

 private:
  bool is_empty_ = true;
};
std::string json_of(const command::run_result& result, const engine::migration_set& set);
std::string json_of(const std::vector<verify::pair_result>& list);
std::string json_of(const std::vector<verify::crash_result>& list);
/// `script`: what `command::plan` gave to its sink.
std::string json_of(const command::plan_result& result, const std::string& script,
                    const engine::migration_set& set);
std::string json_of(const command::revision_result& result);
std::string json_of(const command::init_result& result);
std::string json_of(const command::import_result& result);
std::string json_of(const command::adopt_result& result, const engine::migration_set& set);
std::string json_of(const std::vector<command::template_info>& list);
std::string json_of(const std::vector<command::graph_problem>& graph,
                    const std::vector<command::graph_problem>& sum,
                    const std::vector<error>& changed, const command::checked_models& models);
/// What `check models` has found, for people.
std::string models_lines(const command::checked_models& models, bool quiet);
std::string json_of(const std::vector<engine::journal_entry>& entries);
std::string json_of(const command::repair_result& result, bool is_done);
std::string json_of(const guard_result& result);
std::string json_of(const command::rehearsal& result, const engine::migration_set& set);
/// `{"key": value}`
std::string json_flag(const std::string& key, bool value);
std::string json_list(const std::string& key, const std::vector<std::string>& values);
std::string json_text(const std::string& key, const std::string& value);

}  // namespace retort::cli
