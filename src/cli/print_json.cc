#include <nlohmann/json.hpp>

#include "cli/print.h"

namespace retort::cli {
namespace {

using nlohmann::ordered_json;

/// Bytes that are not UTF-8 (a hostile database's) become U+FFFD rather than an exception.
std::string dump(const ordered_json& value) {
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

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
  for (const auto& step : result.steps) {
    const char* kind = step.kind == history::step_kind::upgrade     ? "upgrade"
                       : step.kind == history::step_kind::downgrade ? "downgrade"
                                                                    : "stamp";
    ordered_json revision = nullptr;
    if (step.revision) revision = set.at(*step.revision).revision.id;
    steps.push_back({{"direction", kind},
                     {"revision", revision},
                     {"before", step.before},
                     {"after", step.after}});
  }
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
