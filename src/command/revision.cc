#include <algorithm>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>

#include "command/migration_body.h"
#include "command/text_file.h"
#include "command/verbs.h"
#include "command/write_revision.h"

namespace retort::command {
namespace {

/// Labels stay as they are written; a partial id becomes the whole one.
std::vector<std::string> dependencies(const engine::migration_set& set,
                                      const revision_request& request) {
  std::vector<std::string> result;
  for (const auto& symbol : request.depends_on) {
    const auto named = resolve_in_files(set, symbol);
    if (named.size() != 1) {
      throw error(named.empty()
                      ? fmt::format("'{}' names no revision to depend on", symbol)
                      : fmt::format("'{}' names {} revisions to depend on", symbol, named.size()))
          .help("name one revision or branch label; --depends-on may be repeated");
    }
    for (const std::size_t index : named) {
      const auto& declared = set.at(index).revision.branch_labels;
      const bool label = std::find(declared.begin(), declared.end(), symbol) != declared.end();
      auto name = label ? symbol : std::string(set.at(index).revision.id);
      if (std::ranges::find(result, name) == result.end()) result.push_back(std::move(name));
    }
  }
  return result;
}

/// Takes the steps that fit out of the list.
template <class Fits>
std::vector<diff::done_step> taken(std::vector<diff::done_step>& steps, const Fits& fits) {
  const auto rest = std::stable_partition(steps.begin(), steps.end(),
                                          [&](const diff::done_step& step) { return !fits(step); });
  std::vector<diff::done_step> out(std::make_move_iterator(rest),
                                   std::make_move_iterator(steps.end()));
  steps.erase(rest, steps.end());
  return out;
}

/// The mark of C++ that holds one database's SQL where the program is for two; else empty.
std::string sql_of_one(const environment& env, const dialect::dialect& target,
                       const script::new_migration& made, script::file_format format) {
  const bool has_sql = made.upgrades.find("op.execute(") != std::string::npos ||
                       made.downgrades.find("op.execute(") != std::string::npos;
  if (!has_sql || format != script::file_format::cpp || env.program().backends.size() < 2) {
    return {};
  }
  return fmt::format("op.execute is SQL of {} here, and this program is for another database, too",
                     target.name());
}

revision_result write_found(environment& env, model_comparison found, script::new_migration made,
                            const revision_request& request, script::file_format format) {
  const auto& naming = env.config().naming_convention;
  const body_form form{format, new_body_column(env, format)};
  const auto body = [&](const std::vector<diff::done_step>& steps) {
    return migration_body(steps, *found.target, form, naming);
  };
  auto& up = found.upgrade.steps;
  auto& down = found.downgrade.steps;
  const auto online = taken(up, [](const diff::done_step& step) { return step.is_online; });
  const auto& undone = found.online_downgrade.steps;
  if (up.empty() && down.empty()) {
    made.transaction = false;
    made.upgrades = body(online);
    made.downgrades = body(undone);
    return write_revision(env, std::move(made), request);
  }
  made.upgrades = body(up);
  made.downgrades = body(down);
  const auto own_sql = sql_of_one(env, *found.target, made, format);
  if (!own_sql.empty()) made.upgrades.insert(0, review_comment(own_sql, form));
  const unfinished_files both;
  auto result = write_revision(env, std::move(made), request);
  result.reviews = reviews_in(up);
  if (online.empty()) return result;
  try {
    script::new_migration behind;
    behind.down_revision = {result.revision};
    behind.message = request.message + ", online";
    behind.upgrades = body(online);
    behind.downgrades = body(undone);
    behind.transaction = false;
    new_file_request how = request;
    how.revision_id.clear();
    how.branch_label.clear();
    result.online_path = write_revision(env, std::move(behind), how, result.revision).path;
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(result.path, ignored);
    throw;
  }
  return result;
}

}  // namespace

revision_result revision(environment& env, const revision_request& request) {
  const auto& set = env.migrations();
  script::new_migration made;
  const bool first = set.files().empty() && request.heads == std::vector<std::string>{"head"};
  if (!first) made.down_revision = new_parents(set, request.heads, request.splice);
  made.depends_on = dependencies(set, request);
  if (!request.autogenerate) return write_revision(env, std::move(made), request);
  const auto format = chosen_format(env, request.format);
  auto comparison = request.comparison;
  comparison.in_cpp = format == script::file_format::cpp;
  comparison.online = env.config().autogenerate_online;
  const auto found = compare_models(env, comparison, true);
  if (found.no_way) throw *found.no_way;
  auto result = found.upgrade.steps.empty()
                    ? revision_result()
                    : write_found(env, found, std::move(made), request, format);
  result.unread = found.unread;
  return result;
}

}  // namespace retort::command
