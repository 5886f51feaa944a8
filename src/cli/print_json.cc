#include <nlohmann/json.hpp>

#include "cli/print.h"

namespace retort::cli {
namespace {

using nlohmann::ordered_json;

/// Bytes that are not UTF-8 (a hostile database's) become U+FFFD rather than an exception.
std::string dump(const ordered_json& value) {
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// `rows` is what the step finds, and becomes what it leaves.
ordered_json step_object(const history::step& step, history::rows& rows,
                         const engine::migration_set& set) {
  const char* kind = step.kind == history::step_kind::upgrade     ? "upgrade"
                     : step.kind == history::step_kind::downgrade ? "downgrade"
                                                                  : "stamp";
  ordered_json revision = nullptr;
  if (step.revision) revision = set.at(*step.revision).revision.id;
  ordered_json object = {{"direction", kind}, {"revision", revision}, {"before", rows}};
  rows = rows_after(std::move(rows), step);
  object["after"] = rows;
  return object;
}

ordered_json step_objects(const std::vector<history::plan>& made,
                          const engine::migration_set& set) {
  ordered_json array = ordered_json::array();
  for (const auto& stretch : made) {
    auto rows = stretch.before;
    for (const auto& step : stretch.steps) array.push_back(step_object(step, rows, set));
  }
  return array;
}

const char* phase_name(dialect::phase phase) {
  switch (phase) {
    case dialect::phase::before_transaction:
      return "before_transaction";
    case dialect::phase::in_transaction:
      return "in_transaction";
    case dialect::phase::after_transaction:
      return "after_transaction";
  }
  return "";
}

ordered_json statement_objects(const engine::planned_migration& migration) {
  ordered_json array = ordered_json::array();
  for (const auto& statement : migration.statements) {
    array.push_back({{"sql", statement.sql},
                     {"phase", phase_name(statement.phase)},
                     {"file", statement.where.file},
                     {"line", statement.where.line}});
    if (!statement.rows.empty()) array.back()["rows"] = statement.rows;
  }
  return array;
}

ordered_json array_of(const std::vector<dialect::held_lock>& locks) {
  ordered_json array = ordered_json::array();
  for (const auto& lock : locks) {
    array.push_back({{"relation", lock.relation}, {"mode", lock.mode}});
  }
  return array;
}

ordered_json locks_object(const std::string& revision, const verify::statement_locks& one) {
  ordered_json object = {{"revision", revision}, {"statement", one.statement}};
  object["locks"] = one.is_measured ? array_of(one.taken.locks) : ordered_json(nullptr);
  object["rewrites"] = one.is_measured ? ordered_json(one.taken.rewrites) : ordered_json(nullptr);
  return object;
}

}  // namespace

std::string json_of(const command::plan_result& result, const std::string& script,
                    const engine::migration_set& set) {
  ordered_json steps = ordered_json::array();
  auto rows = result.before;
  for (std::size_t i = 0; i < result.migrations.size(); ++i) {
    const auto& migration = result.migrations[i];
    ordered_json step = step_object(migration.step, rows, set);
    step["transaction"] = migration.transaction;
    step["losses"] = result.losses[i].upgrade;
    step["downgrade_losses"] = result.losses[i].downgrade;
    step["statements"] = statement_objects(migration);
    steps.push_back(std::move(step));
  }
  ordered_json object = {{"before", result.before}, {"after", result.after}};
  // A list of initial values would copy it.
  object["steps"] = std::move(steps);
  object["sql"] = result.migrations.empty() ? "" : script;
  return dump(object);
}

std::string json_of(const command::init_result& result) {
  return dump({{"directory", result.directory}, {"files", result.files}, {"next", result.next}});
}

std::string json_of(const command::import_result& result) {
  ordered_json revisions = ordered_json::array();
  for (const auto& one : result.revisions) {
    revisions.push_back({{"revision", one.revision}, {"path", one.path}, {"sources", one.sources}});
  }
  return dump({{"from", result.from}, {"revisions", revisions}, {"notes", result.notes}});
}

std::string json_of(const command::adopt_result& result, const engine::migration_set& set) {
  return dump({{"from", result.from},
               {"table", result.table},
               {"before", result.run.before},
               {"after", result.run.after},
               {"steps", step_objects(result.run.made, set)},
               {"dropped", result.dropped},
               {"notes", result.notes}});
}

std::string json_of(const std::vector<command::template_info>& list) {
  ordered_json array = ordered_json::array();
  for (const auto& one : list) {
    array.push_back({{"name", one.name}, {"description", one.description}});
  }
  return dump(array);
}

std::string json_list(const std::string& key, const std::vector<std::string>& values) {
  ordered_json object;
  object[key] = values;
  return dump(object);
}

std::string json_of(const command::revision_info& info, bool with_current) {
  ordered_json item = {{"revision", info.revision},
                       {"down_revision", info.down_revision},
                       {"branch_labels", info.branch_labels},
                       {"depends_on", info.depends_on},
                       {"is_head", info.is_head},
                       {"is_branch_point", info.is_branch_point},
                       {"is_merge_point", info.is_merge_point},
                       {"message", info.message},
                       {"created", info.created},
                       {"file", info.file}};
  if (with_current) item["is_current"] = info.is_current;
  return dump(item);
}

std::string json_array_lines::next(const std::string& item) {
  std::string text = std::exchange(is_empty_, false) ? "[\n  " : ",\n  ";
  // A line of an object ends nowhere but between its values: in a string it is written otherwise.
  for (std::size_t i = 0; i + 1 < item.size(); ++i) {
    text += item[i];
    if (item[i] == '\n') text += "  ";
  }
  return text;
}

std::string json_of(const command::run_result& result, const engine::migration_set& set) {
  ordered_json object = {{"before", result.before},
                         {"after", result.after},
                         {"steps", step_objects(result.made, set)}};
  if (!result.backup.path.empty()) {
    object["backup"] = {{"path", result.backup.path},
                        {"bytes", result.backup.bytes},
                        {"restore", result.backup.restore}};
  }
  return dump(object);
}

std::string json_of(const std::vector<verify::pair_result>& list) {
  ordered_json array = ordered_json::array();
  for (const auto& item : list) {
    array.push_back({{"revision", item.revision},
                     {"backend", item.backend},
                     {"pair", item.pair},
                     {"ok", item.ok},
                     {"irreversible", item.irreversible},
                     {"reason", item.reason},
                     {"losses", item.losses},
                     {"notes", item.notes}});
    for (const auto& one : item.locks) array.push_back(locks_object(item.revision, one));
  }
  return dump(array);
}

std::string json_of(const std::vector<verify::crash_result>& list) {
  ordered_json array = ordered_json::array();
  for (const auto& item : list) {
    array.push_back({{"backend", item.backend},
                     {"direction", item.direction},
                     {"deaths", item.deaths},
                     {"ok", item.ok},
                     {"reason", item.reason}});
  }
  return dump(array);
}

std::string json_of(const command::revision_result& result) {
  const bool written = !result.path.empty();
  ordered_json item = {
      {"revision", written ? ordered_json(result.revision) : ordered_json(nullptr)},
      {"path", written ? ordered_json(result.path) : ordered_json(nullptr)}};
  if (!result.reviews.empty()) item["reviews"] = result.reviews;
  if (!result.online_path.empty()) item["online_path"] = result.online_path;
  if (!result.unread.empty()) item["note"] = result.unread;
  return dump(item);
}

std::string json_of(const std::vector<command::graph_problem>& graph,
                    const std::vector<command::graph_problem>& sum,
                    const std::vector<error>& changed, const command::checked_models& models) {
  ordered_json array = ordered_json::array();
  const auto add = [&](const char* check, const error& what, bool is_warning) {
    array.push_back({{"check", check},
                     {"severity", is_warning ? "warning" : "error"},
                     {"message", what.what()},
                     {"file", what.where.file},
                     {"line", what.where.line},
                     {"help", what.hint}});
  };
  for (const auto& problem : graph) add("graph", problem.what, problem.is_warning);
  for (const auto& problem : sum) add("sum", problem.what, problem.is_warning);
  for (const auto& problem : changed) add("checksums", problem, false);
  for (const auto& one : models.differences) {
    array.push_back({{"check", "models"}, {"severity", "difference"}, {"message", one.text}});
  }
  if (!models.unread.empty()) {
    array.push_back({{"check", "models"}, {"severity", "note"}, {"message", models.unread}});
  }
  if (!models.sql.empty()) {
    array.push_back({{"check", "models"}, {"severity", "sql"}, {"message", models.sql}});
  }
  return dump(array);
}

std::string json_of(const std::vector<engine::journal_entry>& entries) {
  ordered_json array = ordered_json::array();
  const auto nullable = [](const std::string& text) {
    return text.empty() ? ordered_json(nullptr) : ordered_json(text);
  };
  for (const auto& entry : entries) {
    array.push_back({{"run", entry.run},
                     {"kind", entry.kind},
                     {"direction", entry.direction},
                     {"revision", nullable(entry.revision)},
                     {"statement",
                      entry.statement == 0 ? ordered_json(nullptr) : ordered_json(entry.statement)},
                     {"sql", nullable(entry.sql)},
                     {"checksum", nullable(entry.checksum)},
                     {"started", entry.started},
                     {"finished", nullable(entry.finished)},
                     {"milliseconds", entry.milliseconds},
                     {"outcome", entry.outcome},
                     {"error", nullable(entry.problem)},
                     {"who", entry.who},
                     {"program", entry.program},
                     {"compatible_with", nullable(entry.compatible_with)}});
  }
  return dump(array);
}

std::string json_of(const command::repair_result& result, bool is_done) {
  ordered_json decided = nullptr;
  if (!result.decided.empty()) decided = {{"sql", result.decided}, {"done", is_done}};
  return dump({{"accepted", result.accepted}, {"statement", decided}});
}

std::string json_of(const guard_result& result) {
  return dump({{"answer", answer_text(result.answer)},
               {"may_run", result.may_run()},
               {"reason", result.reason},
               {"rows", result.rows},
               {"newer", result.newer}});
}

std::string json_of(const command::rehearsal& result, const engine::migration_set& set) {
  ordered_json steps = ordered_json::array();
  auto version_rows = result.before;
  for (const auto& migration : result.migrations) {
    ordered_json step = step_object(migration.step, version_rows, set);
    step["seconds"] = migration.seconds;
    step["statements"] = ordered_json::array();
    for (const auto& statement : migration.statements) {
      step["statements"].push_back({{"sql", statement.sql},
                                    {"file", statement.where.file},
                                    {"line", statement.where.line},
                                    {"seconds", statement.seconds},
                                    {"locks", array_of(statement.locks)}});
    }
    step["rows"] = ordered_json::array();
    for (const auto& rows : migration.rows) {
      step["rows"].push_back(
          {{"table", rows.table}, {"before", rows.before}, {"after", rows.after}});
    }
    steps.push_back(std::move(step));
  }
  return dump({{"before", result.before}, {"after", result.after}, {"steps", steps}});
}

std::string json_flag(const std::string& key, bool value) {
  ordered_json object;
  object[key] = value;
  return dump(object);
}

std::string json_text(const std::string& key, const std::string& value) {
  ordered_json object;
  object[key] = value;
  return dump(object);
}

}  // namespace retort::cli
