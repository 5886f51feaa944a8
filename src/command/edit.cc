#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "command/read_rows.h"
#include "command/verbs.h"
#include "process/run.h"

namespace retort::command {
namespace {

/// The editor and its own arguments ("code --wait"), as git takes them but without a shell.
std::vector<std::string> editor() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const char* value = std::getenv(name);
    auto words = base::split_list(value == nullptr ? "" : value, ' ');
    if (!words.empty()) return words;
  }
  for (const char* name : {"sensible-editor", "editor", "nano", "vim", "vi"}) {
    if (!process::find_program(name).empty()) return {name};
  }
  throw error("there is no editor").help("name one in the variable VISUAL or EDITOR");
}

std::string path_of(const engine::migration_file& file) {
  std::error_code ignored;
  if (std::filesystem::exists(file.full_path(), ignored)) return file.full_path();
  throw error(fmt::format("the source of revision {} is not on this machine: {}", file.revision.id,
                          file.full_path()))
      .help("edit it where the project's sources are");
}

}  // namespace

std::vector<std::string> edit(environment& env, const std::string& symbol, bool keeps_output) {
  const auto& set = env.some_migrations();
  const bool current = history::names_current(symbol);
  const auto rows = current ? read_rows(env) : history::rows();
  std::vector<std::string> paths;
  for (const std::size_t index : set.graph().resolve(symbol, rows)) {
    // Counted down from several heads, one may come more than once.
    auto path = path_of(set.at(index));
    if (std::ranges::find(paths, path) == paths.end()) paths.push_back(std::move(path));
  }
  if (paths.empty() && current) {
    throw error("the database is at no revision, so none is edited")
        .help("name the revision; `history` lists them");
  }
  if (paths.empty()) {
    throw error(fmt::format("'{}' names no revision to edit", symbol))
        .help("name a revision; `history` lists them");
  }
  auto words = editor();
  process::command run{words.front(), {words.begin() + 1, words.end()}};
  run.arguments.insert(run.arguments.end(), paths.begin(), paths.end());
  run.interactive = true;
  run.output_to_errors = keeps_output;
  const int status = process::run(run).status;
  if (status == 0) return paths;
  throw error(fmt::format("the editor {} ended with status {}", words.front(), status))
      .help("see what it said; VISUAL or EDITOR names another one");
}

}  // namespace retort::command
