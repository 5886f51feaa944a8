#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retort::foreign {

/// The tools whose migrations are SQL files that can be read.
enum class tool { dbmate, goose, golang_migrate, flyway, diesel };

inline constexpr std::array all_tools = {tool::dbmate, tool::goose, tool::golang_migrate,
                                         tool::flyway, tool::diesel};

/// "dbmate", "goose", "golang-migrate", "flyway", "diesel".
std::string_view name_of(tool which);
std::optional<tool> tool_named(std::string_view name);
/// The names, separated by commas.
std::string tool_names();

/// A file below a folder of migrations.
struct source_file {
  /// Relative to that folder, with `/` between names.
  std::string name;
  /// As errors show it.
  std::string path;
  /// Bytes; only of .sql, .conf and .toml.
  std::string content;

  std::string_view base_name() const;
  /// Whether it stands in the folder itself.
  bool is_direct() const { return name.find('/') == std::string::npos; }
};

/// The one tool whose migrations the files are. Throws `error` (usage) where there are none, or
/// they could be of several.
tool find_tool(const std::vector<source_file>& files, std::string_view folder);

}  // namespace retort::foreign
