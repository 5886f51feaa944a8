#include "process/postgres_programs.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/text_tools.h"
#include "process/run.h"

namespace retort::process {
namespace {

namespace fs = std::filesystem;

bool holds_server(const std::string& folder) {
  return !find_program(folder + "/initdb").empty() && !find_program(folder + "/postgres").empty();
}

/// The first number in a folder's name: 15 of "15", "pgsql-15" and "postgresql@15"; 0 without one.
int version_in(const std::string& name) {
  const auto digit =
      std::find_if(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return std::atoi(std::string(digit, name.end()).c_str());
}

/// The newest `parent`/`prefix`*/bin that holds a server.
std::string newest_below(const std::string& parent, const std::string& prefix) {
  std::vector<std::pair<int, std::string>> found;
  std::error_code problem;
  for (fs::directory_iterator entry(parent, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    const auto name = entry->path().filename().string();
    auto folder = (entry->path() / "bin").string();
    if (name.starts_with(prefix) && holds_server(folder)) {
      found.emplace_back(version_in(name), std::move(folder));
    }
  }
  return found.empty() ? std::string() : std::max_element(found.begin(), found.end())->second;
}

}  // namespace

std::string find_postgres_programs() {
  if (const auto initdb = find_program("initdb"); !initdb.empty()) {
    // PATH may hold a link; the server needs its real folder to find its own files.
    std::error_code problem;
    auto folder = fs::canonical(initdb, problem).parent_path().string();
    if (!problem && holds_server(folder)) return folder;
  }
  const std::pair<const char*, const char*> places[] = {{"/usr/lib/postgresql", ""},
                                                        {"/usr", "pgsql-"}};
  for (const auto& [parent, prefix] : places) {
    if (auto folder = newest_below(parent, prefix); !folder.empty()) return folder;
  }
  if (!find_program("pg_config").empty()) {
    const auto answer = run({.program = "pg_config", .arguments = {"--bindir"}});
    auto folder = std::string(base::trim(answer.output));
    if (answer.status == 0 && holds_server(folder)) return folder;
  }
  for (const char* parent : {"/opt/homebrew/opt", "/usr/local/opt"}) {
    if (auto folder = newest_below(parent, "postgresql"); !folder.empty()) return folder;
  }
  return {};
}

}  // namespace retort::process
