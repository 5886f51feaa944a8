#include "command/models.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text_tools.h"
#include "engine/folder.h"

namespace retort::command {
namespace {

bool is_cxx(std::string_view path) {
  constexpr std::array<std::string_view, 3> endings = {".cc", ".cpp", ".cxx"};
  return std::ranges::any_of(endings, [&](auto ending) { return path.ends_with(ending); });
}

/// `said_by` is what names the file.
model_source read_models(const std::string& path, const char* said_by) {
  if (is_cxx(path)) {
    throw error(fmt::format("the models in {} are C++, which cannot be read at run time", path),
                failure::usage)
        .help("compile them in with retort_add_models, or name a SQL file");
  }
  try {
    return {path, engine::read_file(path), nullptr};
  } catch (error& problem) {
    problem.note(fmt::format("it is named by {}", said_by));
    throw;
  }
}

model_source compiled(const bundle::model& model) {
  model_source result;
  result.name = base::string_of(model.path);
  result.sql = base::joined(model.sql);
  if (model.code != nullptr) result.define = model.code->schema;
  return result;
}

}  // namespace

std::vector<model_source> find_models(const environment& env, const std::string& named_file) {
  std::vector<model_source> found;
  if (!named_file.empty()) {
    found.push_back(read_models(named_file, "--models"));
    return found;
  }
  for (const auto& path : env.config().models) {
    found.push_back(read_models(path, "`models` of the configuration"));
  }
  if (!found.empty()) return found;
  for (const auto* set : env.program().sets) {
    for (const auto& model : set->models) found.push_back(compiled(model));
  }
  return found;
}

}  // namespace retort::command
