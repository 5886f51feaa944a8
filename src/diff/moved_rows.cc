#include "diff/moved_rows.h"

#include <fmt/format.h>

#include <utility>

#include "base/text_tools.h"
#include "diff/identity_changes.h"
#include "diff/privileges.h"
#include "diff/serials.h"
#include "diff/steps.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

void move_sequences(const model::table& from, const std::string& made, const model::schema& side,
                    const dialect::dialect& target, std::vector<model::operation>& steps) {
  for (const auto& column : from.columns) {
    const auto name = target.quote(column.name);
    for (const auto& [key, object] : side.objects) {
      if (!is_owner(object, from.name, column.name, target)) continue;
      steps.push_back(execute(
          fmt::format("ALTER SEQUENCE {} OWNED BY {}.{}", target.quote(object.name), made, name)));
    }
    if (!column.identity) continue;
    // As it stands: one that is at its end has no next number.
    steps.push_back(
        execute(fmt::format("SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), "
                            "last_value, is_called) FROM {}",
                            target.literal(made), target.literal(column.name),
                            identity_sequence(from, column, target))));
  }
}

}  // namespace

model::table bare(const model::table& table) {
  model::table made;
  made.name = table.name;
  made.columns = table.columns;
  for (auto& column : made.columns) column.comment.clear();
  for (const auto& line : table.opaque) {
    if (line == "UNLOGGED") made.opaque.push_back(line);
  }
  return made;
}

void move_rows(const model::table& from, const std::string& made, const model::schema& side,
               const dialect::dialect& target, std::vector<model::operation>& steps,
               const std::map<std::string, std::string>& computed) {
  std::vector<std::string> columns;
  std::vector<std::string> values;
  for (const auto& column : from.columns) {
    if (column.generated) continue;
    columns.push_back(target.quote(column.name));
    const auto found = computed.find(column.name);
    values.push_back(found == computed.end() ? columns.back() : found->second);
  }
  const bool is_partitioned = !model::partition_key(from).empty();
  // Rows that a policy hides would stay behind, and go with the table: an error is better.
  steps.push_back(execute("SET row_security = off"));
  steps.push_back(
      execute(fmt::format("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}{}", made,
                          base::join(columns, ", "), base::join(values, ", "),
                          is_partitioned ? "" : "ONLY ", target.quote(from.name))));
  steps.push_back(execute("RESET row_security"));
  // A sequence can belong to no table of somebody else's.
  const auto owner = owner_clause(from.name, side);
  if (!owner.empty()) steps.push_back(execute(fmt::format("ALTER TABLE {} {}", made, owner)));
  move_sequences(from, made, side, target, steps);
}

}  // namespace retort::diff
