#include "command/sum.h"

#include <algorithm>
#include <filesystem>

#include "base/text_tools.h"
#include "command/text_file.h"
#include "command/verbs.h"
#include "engine/folder.h"
#include "engine/sum.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

using base::joined;
using base::string_of;

sum_file of_folder(const environment& env, const std::string& folder) {
  const auto& set = env.migrations();
  sum_file result;
  result.path = (fs::path(folder) / engine::sum_name).generic_string();
  result.is_kept = fs::exists(result.path);
  if (result.is_kept) result.text = engine::read_file(result.path);
  for (const auto index : set.graph().topological_order()) {
    const fs::path file(set.at(index).revision.file);
    if (file.lexically_relative(folder).generic_string().substr(0, 2) != "..") {
      result.members.push_back(index);
    }
  }
  return result;
}

sum_file of_set(const environment& env, const bundle::set& compiled) {
  const auto& set = env.migrations();
  const auto directory = string_of(compiled.directory);
  sum_file result;
  result.path = (fs::path(directory) / engine::sum_name).generic_string();
  result.is_kept = compiled.has_sum;
  result.text = joined(compiled.sum);
  for (const auto index : set.graph().topological_order()) {
    if (set.at(index).directory == directory) result.members.push_back(index);
  }
  return result;
}

}  // namespace

std::vector<sum_file> sum_files(const environment& env) {
  std::vector<sum_file> result;
  const auto folders = env.script_folders();
  for (const auto& folder : folders) result.push_back(of_folder(env, folder));
  if (!folders.empty()) return result;
  for (const auto* set : env.program().sets) result.push_back(of_set(env, *set));
  return result;
}

std::vector<graph_problem> check_sum(environment& env) {
  const auto& set = env.migrations();
  std::vector<graph_problem> result;
  for (const auto& file : sum_files(env)) {
    if (!file.is_kept) continue;
    const auto shown = env.script_folders().empty() ? std::string(engine::sum_name) : file.path;
    for (auto& problem : engine::sum_problems(set, file.members, file.text, shown)) {
      result.push_back({std::move(problem), false});
    }
    for (const auto index : engine::unsummed(set, file.members, file.text)) {
      const auto& revision = set.at(index).revision;
      error problem("revision " + std::string(revision.id) + " is not in retort.sum yet");
      problem.at(revision.file, revision.line);
      problem.help("when it is released: `check sum --write`");
      result.push_back({std::move(problem), true});
    }
  }
  return result;
}

bool has_sum(const environment& env) {
  return std::ranges::any_of(sum_files(env), &sum_file::is_kept);
}

std::vector<std::string> write_sum(environment& env, bool anew) {
  const auto& set = env.migrations();
  std::vector<std::string> written;
  for (const auto& file : sum_files(env)) {
    std::error_code ignored;
    if (!fs::is_directory(fs::path(file.path).parent_path(), ignored)) {
      throw error("the sources are not on this machine: there is no folder for " + file.path)
          .help("run this where the project is built");
    }
    // What the build has read may be older than what is there.
    const auto text = fs::exists(file.path) ? engine::read_file(file.path) : std::string();
    const auto problems = engine::sum_problems(set, file.members, text, file.path);
    if (!anew && !problems.empty()) throw problems.front();
    const auto now = engine::extended_sum(set, file.members, text, anew);
    if (now == text || file.members.empty()) continue;
    replace_file(file.path, now);
    written.push_back(file.path);
  }
  return written;
}

}  // namespace retort::command
