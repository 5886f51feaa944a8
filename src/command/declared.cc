#include "command/declared.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string_view>
#include <vector>

#include <retort/error.h>

#include "base/text_tools.h"
#include "engine/folder.h"
#include "script/sql_file.h"

namespace retort::command {
namespace fs = std::filesystem;
namespace {

using names = std::vector<std::string>;

/// What of `wanted` stands under a key.
struct declaration {
  const char* key;
  names wanted;
  names found;
};

names in_quotes(const std::string& content, const names& wanted) {
  names found;
  std::ranges::copy_if(wanted, std::back_inserter(found), [&](const std::string& name) {
    return content.find(fmt::format("\"{}\"", name)) != std::string::npos;
  });
  return found;
}

/// As CMake reads it; empty: none.
std::string id_in(const std::string& content, script::file_format format) {
  static const std::regex sql("^-- *revision: *([^ \t\r]+)");
  static const std::regex code("^RETORT_MIGRATION\\(([A-Za-z0-9_]+)\\)");
  std::istringstream lines(content);
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, match, format == script::file_format::sql ? sql : code)) {
      return match[1];
    }
  }
  return {};
}

names texts(const std::vector<std::string_view>& all) { return {all.begin(), all.end()}; }

std::vector<declaration> declarations(const script::new_migration& made, script::file_format format,
                                      const fs::path& path) {
  const auto content = engine::read_file(path.string());
  std::vector<declaration> all = {{"revision", {made.revision}, {}},
                                  {"down_revision", made.down_revision, {}},
                                  {"branch_labels", made.branch_labels, {}},
                                  {"depends_on", made.depends_on, {}}};
  if (format == script::file_format::cpp) {
    for (auto& one : all) one.found = in_quotes(content, one.wanted);
    all.front().found = {id_in(content, format)};
    return all;
  }
  const auto file = script::parse_sql_file(content, path.string());
  all[0].found = {std::string(file.revision)};
  all[1].found = texts(file.down_revision);
  all[2].found = texts(file.branch_labels);
  all[3].found = texts(file.depends_on);
  return all;
}

}  // namespace

std::string declared_id(const fs::path& path) {
  const std::string extension = path.extension().string();
  const bool is_sql = extension == ".sql";
  if (!is_sql && extension != ".cc" && extension != ".cpp") return {};
  return id_in(engine::read_file(path.string()),
               is_sql ? script::file_format::sql : script::file_format::cpp);
}

void require_declared(const script::new_migration& made, script::file_format format,
                      const fs::path& path) {
  for (const auto& one : declarations(made, format, path)) {
    if (one.found == one.wanted) continue;
    throw error(fmt::format("{} would not declare {} {}, so nothing is written", path.string(),
                            one.key, base::join(one.wanted, ", ")))
        .help(fmt::format("give the template {} its `@{}@`, and see what the post-write hooks do",
                          script::template_name(format), one.key));
  }
}

}  // namespace retort::command
