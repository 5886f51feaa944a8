#include "diff/privileges.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/text_tools.h"
#include "diff/identity_changes.h"
#include "diff/object_changes.h"

namespace retort::diff {
namespace {

/// Whether it is the sequence of an identity, which is no object of its own.
bool is_of_identity(const model::qualified_name& name, const model::schema& all,
                    const dialect::dialect& target) {
  const auto quoted = target.quote(name);
  return std::ranges::any_of(all.tables, [&](const auto& entry) {
    const auto& table = entry.second;
    return std::ranges::any_of(table.columns, [&](const model::column& column) {
      return column.identity && identity_sequence(table, column, target) == quoted;
    });
  });
}

bool has_subject(const model::schema& all, const model::object& privileges,
                 const dialect::dialect& target) {
  if (privileges.kind == "grants on schema" || privileges.kind == "grants by default") return true;
  if (all.find(privileges.name) != nullptr) return true;
  const bool is_named = std::ranges::any_of(all.objects, [&](const auto& entry) {
    return !is_of_privileges(entry.second) && entry.second.name == privileges.name;
  });
  return is_named || is_of_identity(privileges.name, all, target);
}

/// The column that `GRANT SELECT (c) ON TABLE …` is about, as SQL has it; empty: it is about none.
std::string_view column_in(std::string_view line) {
  const auto open = line.find('(');
  if (open == line.npos || open > line.find(" ON ")) return {};
  bool in_quotes = false;
  auto end = open + 1;
  for (; end < line.size() && (in_quotes || line[end] != ')'); ++end) {
    if (line[end] == '"') in_quotes = !in_quotes;
  }
  return line.substr(open + 1, end - open - 1);
}

/// Without those on columns that go, and the owner of a sequence that becomes an identity's, and so
/// its table's owner's.
std::string still_possible(const model::object& privileges, const model::schema& wanted,
                           const dialect::dialect& target) {
  const auto* table = wanted.find(privileges.name);
  const bool is_sequence = table == nullptr && is_of_identity(privileges.name, wanted, target);
  auto lines = privileges_in(privileges.definition);
  std::erase_if(lines, [&](const std::string& line) {
    if (is_sequence) return line.starts_with("ALTER SEQUENCE ");
    const auto name = column_in(line);
    return table != nullptr && !name.empty() &&
           std::ranges::none_of(table->columns, [&](const model::column& column) {
             return target.quote(column.name) == name;
           });
  });
  return base::join(lines, ";\n");
}

}  // namespace

bool is_of_privileges(const model::object& object) { return object.kind.starts_with("grants"); }

std::string owner_clause(const model::qualified_name& table, const model::schema& side) {
  const auto found = side.objects.find("grants " + table.display());
  if (found == side.objects.end()) return {};
  for (const auto& line : privileges_in(found->second.definition)) {
    const auto at = line.find(" OWNER TO ");
    if (line.starts_with("ALTER ") && at != line.npos) return line.substr(at + 1);
  }
  return {};
}

void leave_out_privileges(model::schema& side) {
  std::erase_if(side.objects, [](const auto& entry) { return is_of_privileges(entry.second); });
}

void keep_privileges(model::schema& wanted, const model::schema& shown,
                     const dialect::dialect& target) {
  leave_out_privileges(wanted);
  for (const auto& [key, object] : shown.objects) {
    if (!is_of_privileges(object) || !has_subject(wanted, object, target)) continue;
    auto kept = object;
    kept.definition = still_possible(object, wanted, target);
    if (!kept.definition.empty()) wanted.objects.emplace(key, std::move(kept));
  }
}

void leave_out_other_privileges(model::schema& shown, const model::schema& wanted) {
  std::erase_if(shown.objects, [&](const auto& entry) {
    return is_of_privileges(entry.second) && !wanted.objects.contains(entry.first);
  });
}

}  // namespace retort::diff
