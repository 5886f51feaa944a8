#include "diff/open_to_rows.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "diff/table_changes.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

/// The comments on these go with them; that of a constraint that stays goes, too.
constexpr std::array kinds = {"trigger", "rule", "policy", "domain constraint", "constraint"};

bool acts_on_rows(const model::object& object) {
  const bool is_comment = object.kind == "comment";
  return std::ranges::any_of(kinds, [&](std::string_view kind) {
    return is_comment ? object.name.name.starts_with(std::string(kind) + ' ') : object.kind == kind;
  });
}

bool acts_on_rows(const std::string& line) {
  const bool is_key =
      line.starts_with("CONSTRAINT ") && line.find(" FOREIGN KEY ") != std::string::npos;
  return is_key || is_trigger_state(line) || line == model::enabled_line ||
         line == model::forced_line;
}

}  // namespace

model::schema open_to_rows(model::schema whole, base::sql_flavour flavour) {
  std::erase_if(whole.objects, [](const auto& entry) { return acts_on_rows(entry.second); });
  // A migration on SQLite looks at foreign keys when all rows are there.
  if (flavour == base::sql_flavour::sqlite) return whole;
  for (auto& [name, table] : whole.tables) {
    table.foreign_keys.clear();
    std::erase_if(table.checks, [](const model::check& check) { return check.not_valid; });
    std::erase_if(table.opaque, [](const std::string& line) { return acts_on_rows(line); });
  }
  return whole;
}

}  // namespace retort::diff
