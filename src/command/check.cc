#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "command/migration_body.h"
#include "command/verbs.h"
#include "engine/folder.h"
#include "engine/guard.h"
#include "engine/set_problems.h"
#include "record/recorder.h"

namespace retort::command {
namespace {

/// What replaying the C++ migrations shows: calls that cannot mean anything are errors; a downgrade
/// that was left out and cannot be derived is a warning, for somebody may think that there is one.
void append_replays(const environment& env, std::vector<graph_problem>& out) {
  const auto& set = env.migrations();
  for (std::size_t index = 0; index < set.files().size(); ++index) {
    const migration* code = set.at(index).code;
    if (code == nullptr) continue;
    const auto& backends = env.program().backends;
    for (const auto* database : backends) {
      const engine::planner plans(set, database->dialect());
      const std::size_t before = out.size();
      try {
        plans.operations_of(index, engine::direction::upgrade);
        const auto one_way =
            code->downgrade == nullptr ? plans.irreversible(index) : std::optional<error>();
        if (one_way) out.push_back({*one_way, true});
        const bool is_written =
            code->downgrade != nullptr && !record::is_irreversible(code->downgrade);
        if (is_written) plans.operations_of(index, engine::direction::downgrade);
      } catch (const error& problem) {
        out.push_back({problem, false});
      }
      if (out.size() == before) continue;
      if (backends.size() > 1) {
        out.back().what.notes.push_back(fmt::format("so it is on {}", database->dialect().name()));
      }
      break;
    }
  }
}

/// A file's text as far as it is here; a compiled migration's source need not be.
std::string text_of(const engine::migration_file& file) {
  if (file.code == nullptr) return std::string(file.sql);
  std::error_code ignored;
  const auto path = file.full_path();
  return std::filesystem::exists(path, ignored) ? engine::read_file(path) : std::string();
}

/// The lines of a text, blanks around them apart.
std::vector<std::string_view> trimmed_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(base::trim(text.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

/// What autogenerate left for a person to look at, and nobody has taken out since. In C++ a comment
/// goes on in the lines below.
void append_reviews(const engine::migration_set& set, std::vector<graph_problem>& out) {
  for (const auto& file : set.files()) {
    const auto text = text_of(file);
    const bool is_code = file.code != nullptr;
    const auto lead = std::string(is_code ? "// " : "-- ") + std::string(review_mark);
    const auto lines = trimmed_lines(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (!lines[i].starts_with(lead)) continue;
      std::string words(lines[i].substr(lead.size()));
      for (auto next = i + 1; is_code && next < lines.size(); ++next) {
        if (!lines[next].starts_with("// ") || lines[next].starts_with(lead)) break;
        words.append(lines[next].substr(2));
      }
      error mark("not reviewed yet: " + words);
      mark.at(std::string(file.revision.file), static_cast<unsigned>(i + 1), 0);
      out.push_back({mark.help("take the comment out when you have looked at it"), true});
    }
  }
}

/// As a run would have it: in a transaction, on SQLite without enforcement of foreign keys, under
/// which a rebuild would delete rows that refer to others.
std::string whole_script(const std::string& body, const dialect::dialect& target) {
  const auto off = target.script_foreign_keys(false);
  const auto on = target.script_foreign_keys(true);
  return fmt::format("{}BEGIN;\n\n{}\n\nCOMMIT;{}", off, body, on.empty() ? "" : "\n" + on);
}

}  // namespace

std::vector<error> check_checksums(environment& env) {
  const auto& set = env.migrations();
  const auto& backend = env.database_backend();
  std::vector<error> result;
  const auto connection = env.connect(true);
  if (connection == nullptr) return result;
  env.journal(backend).require_readable(*connection);
  const auto rows = env.store(backend).read(*connection);
  for (const auto& changed : engine::changed_migrations(*connection, set, backend.dialect(),
                                                        env.journal(backend), rows)) {
    result.push_back(engine::explain(changed, set));
  }
  return result;
}

std::vector<graph_problem> check_graph(environment& env) {
  const auto folders = env.script_folders();
  const std::vector<const bundle::set*> sets(env.program().sets);
  const auto found = folders.empty() ? engine::problems(sets, env.program().single_head)
                                     : engine::problems(folders, env.config().recursive);
  std::vector<graph_problem> result;
  for (const auto& problem : found) result.push_back({problem, false});
  if (!result.empty()) return result;
  append_replays(env, result);
  append_reviews(env.migrations(), result);
  return result;
}

checked_models check_models(environment& env, comparison_request request, bool with_sql) {
  request.from_history = request.from_history || !env.has_database();
  checked_models result;
  result.what = request.from_history ? "the history" : env.database().url.display();
  auto found = compare_models(env, request, with_sql);
  result.differences = std::move(found.differences);
  result.unread = std::move(found.unread);
  result.no_way = std::move(found.no_way);
  if (!result.no_way && !found.upgrade.steps.empty()) {
    result.sql = whole_script(
        migration_body(found.upgrade.steps, *found.target, {script::file_format::sql, 0}),
        *found.target);
  }
  return result;
}

}  // namespace retort::command
