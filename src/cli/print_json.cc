#include <nlohmann/json.hpp>

#include "cli/print.h"

namespace retort::cli {
namespace {

using nlohmann::ordered_json;

/// Bytes that are not UTF-8 (a hostile database's) become U+FFFD rather than an exception.
std::string dump(const ordered_json& value) {
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

ordered_json step_object(const history::step& step, const engine::migration_set& set) {
  const char* kind = step.kind == history::step_kind::upgrade     ? "upgrade"
                     : step.kind == history::step_kind::downgrade ? "downgrade"
                                                                  : "stamp";
  ordered_json revision = nullptr;
  if (step.revision) revision = set.at(*step.revision).revision.id;
  return {
      {"direction", kind}, {"revision", revision}, {"before", step.before}, {"after", step.after}};
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

}  // namespace

std::string json_of(const command::plan_result& result, const engine::migration_set& set) {
  ordered_json steps = ordered_json::array();
  for (std::size_t i = 0; i < result.migrations.size(); ++i) {
    const auto& migration = result.migrations[i];
    ordered_json step = step_object(migration.step, set);
    step["transaction"] = migration.transaction;
    step["losses"] = result.losses[i].upgrade;
    step["downgrade_losses"] = result.losses[i].downgrade;
    step["statements"] = statement_objects(migration);
    steps.push_back(std::move(step));
  }
  return dump({{"before", result.before},
               {"after", result.after},
               {"steps", steps},
               {"sql", result.migrations.empty() ? "" : result.script}});
}

std::string json_of(const command::init_result& result) {
  return dump({{"directory", result.directory}, {"files", result.files}, {"next", result.next}});
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

std::string json_of(const std::vector<command::revision_info>& list, bool with_current) {
  ordered_json array = ordered_json::array();
  for (const auto& info : list) {
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
    array.push_back(std::move(item));
  }
  return dump(array);
}

std::string json_of(const command::run_result& result, const engine::migration_set& set) {
  ordered_json steps = ordered_json::array();
  for (const auto& step : result.steps) steps.push_back(step_object(step, set));
  return dump({{"before", result.before}, {"after", result.after}, {"steps", steps}});
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
  }
  return dump(array);
}

std::string json_of(const command::revision_result& result) {
  return dump({{"revision", result.revision}, {"path", result.path}});
}

std::string json_of(const std::vector<command::graph_problem>& problems) {
  ordered_json array = ordered_json::array();
  for (const auto& problem : problems) {
    array.push_back({{"severity", problem.is_warning ? "warning" : "error"},
                     {"message", problem.what.what()},
                     {"file", problem.what.where.file},
                     {"line", problem.what.where.line},
                     {"help", problem.what.hint}});
  }
  return dump(array);
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
