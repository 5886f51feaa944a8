#include "diff/privileges.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text_tools.h"
#include "diff/identity_changes.h"
#include "diff/object_changes.h"
#include "model/apply_objects.h"

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

std::vector<std::string_view> split_arguments(std::string_view list) {
  std::vector<std::string_view> all;
  if (list.empty()) return all;
  for (auto part : base::split_views(list, ',')) all.push_back(base::trim(part));
  return all;
}

/// Whether the arguments "x integer, OUT y text" have just these types, "integer".
bool have_types(std::string_view arguments, std::string_view types) {
  auto all = split_arguments(arguments);
  std::erase_if(all, [](std::string_view one) { return one.starts_with("OUT "); });
  return std::ranges::equal(
      all, split_arguments(types), [](std::string_view argument, std::string_view type) {
        return argument == type || argument.ends_with(" " + std::string(type));
      });
}

/// Between the first parenthesis behind `at` and the last one before `end`.
std::string_view arguments_in(std::string_view text, std::size_t at, std::string_view end) {
  const auto open = text.find('(', at);
  const auto close = text.find(end, open);
  return open == text.npos || close == text.npos ? std::string_view()
                                                 : text.substr(open + 1, close - open - 1);
}

/// Of a routine's privileges, which say the types of its arguments: the key under which they are
/// those of one in `all`, whose arguments may be called otherwise; empty: it is not there.
std::string key_of_routine(const model::schema& all, const std::string& key,
                           const model::object& privileges) {
  const auto& definition = privileges.definition;
  const auto tail = key.substr(privileges.kind.size());
  for (const char* kind : {"function", "procedure", "aggregate"}) {
    if (all.objects.contains(kind + tail)) return key;
  }
  const auto types = arguments_in(definition, definition.find("ROUTINE "), ") ");
  for (const auto& [other, object] : all.objects) {
    const bool is_routine = model::is_routine(object.kind) || object.kind == "aggregate";
    if (!is_routine || object.name != privileges.name) continue;
    const auto behind = other.substr(object.kind.size());
    if (behind.ends_with(')') && have_types(arguments_in(behind + " ", 0, ") "), types)) {
      return privileges.kind + behind;
    }
  }
  return {};
}

/// The schema that a thing is said of, and which goes.
bool is_of_gone_schema(const model::object& privileges, const model::schema& wanted,
                       const model::schema& shown, const dialect::dialect& target) {
  return std::ranges::any_of(shown.objects, [&](const auto& entry) {
    const auto& [key, object] = entry;
    if (object.kind != "schema" || wanted.objects.contains(key)) return false;
    if (privileges.kind == "grants on schema") return privileges.name == object.name;
    const auto words = " IN SCHEMA " + target.quote(object.name) + " ";
    return privileges.definition.find(words) != std::string::npos;
  });
}

/// The key of what is said of something in `wanted`; empty: that is not there.
std::string key_in(const model::schema& wanted, const model::schema& shown, const std::string& key,
                   const model::object& privileges, const dialect::dialect& target) {
  const auto& kind = privileges.kind;
  if (kind == "grants on schema" || kind == "grants by default") {
    return is_of_gone_schema(privileges, wanted, shown, target) ? std::string() : key;
  }
  if (kind == "grants on function") return key_of_routine(wanted, key, privileges);
  if (wanted.find(privileges.name) != nullptr) return key;
  const bool is_named = std::ranges::any_of(wanted.objects, [&](const auto& entry) {
    return !is_of_privileges(entry.second) && entry.second.name == privileges.name;
  });
  return is_named || is_of_identity(privileges.name, wanted, target) ? key : std::string();
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
    if (!is_of_privileges(object)) continue;
    const auto its_key = key_in(wanted, shown, key, object, target);
    if (its_key.empty()) continue;
    auto kept = object;
    kept.definition = still_possible(object, wanted, target);
    if (!kept.definition.empty()) wanted.objects.emplace(its_key, std::move(kept));
  }
}

void leave_out_other_privileges(model::schema& shown, const model::schema& wanted) {
  std::erase_if(shown.objects, [&](const auto& entry) {
    return is_of_privileges(entry.second) && !wanted.objects.contains(entry.first);
  });
}

}  // namespace retort::diff
