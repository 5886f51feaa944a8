#include "foreign/tool.h"

#include <algorithm>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "foreign/readers.h"

namespace retort::foreign {
namespace {

constexpr std::array<std::string_view, all_tools.size()> names = {
    "dbmate", "goose", "golang-migrate", "flyway", "diesel"};

bool claims(tool which, const source_file& file) {
  switch (which) {
    case tool::dbmate:
      return is_dbmate(file);
    case tool::goose:
      return is_goose(file);
    case tool::golang_migrate:
      return is_golang_migrate(file);
    case tool::flyway:
      return is_flyway(file);
    case tool::diesel:
      return is_diesel(file);
  }
  return false;
}

}  // namespace

std::string_view name_of(tool which) { return names[static_cast<std::size_t>(which)]; }

std::optional<tool> tool_named(std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return all_tools[static_cast<std::size_t>(found - names.begin())];
}

std::string tool_names() { return base::join(names, ", "); }

std::string_view source_file::base_name() const {
  return std::string_view(name).substr(name.rfind('/') + 1);
}

tool find_tool(const std::vector<source_file>& files, std::string_view folder) {
  std::vector<tool> found;
  std::vector<std::string> examples;
  for (const tool which : all_tools) {
    const auto first = std::find_if(files.begin(), files.end(),
                                    [&](const auto& file) { return claims(which, file); });
    if (first == files.end()) continue;
    found.push_back(which);
    examples.push_back(fmt::format("{} ({})", name_of(which), first->name));
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    throw error(fmt::format("{} holds no migrations of a tool that can be imported, so nothing is "
                            "imported",
                            folder),
                failure::usage)
        .help(fmt::format("name the folder with the migrations themselves; what can be read is {}",
                          tool_names()));
  }
  throw error(fmt::format("{} could be of several tools, so nothing is imported: {}", folder,
                          base::join(examples, ", ")),
              failure::usage)
      .help(fmt::format("say which: --from {}", name_of(found.front())));
}

}  // namespace retort::foreign
