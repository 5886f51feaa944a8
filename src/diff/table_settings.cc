#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_tools.h"
#include "diff/object_changes.h"
#include "diff/option_changes.h"
#include "diff/partition_indexes.h"
#include "diff/table_changes.h"

// PostgreSQL: what ALTER TABLE sets and takes away of that for which the model has no words.

namespace retort::diff {
namespace {

std::string_view behind(std::string_view line, std::string_view lead) {
  return line.substr(lead.size());
}

/// `(a=1, b=2)` as "a=1", "b=2".
std::vector<std::string> settings_in(std::string_view line) {
  const auto open = line.find('(');
  if (open == std::string_view::npos || !line.ends_with(')')) return {};
  return base::split_list(line.substr(open + 1, line.size() - open - 2));
}

std::string name_of_option(const std::string& option) { return option.substr(0, option.find('=')); }

/// `SET (…)` of the one side's options, or `RESET (…)` of those that the other side does not name.
std::string options_sql(const std::string& line, const std::string& other, bool add) {
  auto options = settings_in(line);
  if (add) return fmt::format("SET ({})", base::join(options, ", "));
  std::vector<std::string> kept;
  for (const auto& option : settings_in(other)) kept.push_back(name_of_option(option));
  std::vector<std::string> gone;
  for (const auto& option : options) {
    const auto name = name_of_option(option);
    if (std::ranges::find(kept, name) == kept.end()) gone.push_back(name);
  }
  return gone.empty() ? std::string() : fmt::format("RESET ({})", base::join(gone, ", "));
}

/// `ALTER COLUMN c SET …`: what is set where nothing was said.
std::string unset_column(const std::string& line, const std::string& other) {
  const auto at = line.find(" SET ");
  const auto head = line.substr(0, at);
  const auto what = std::string_view(line).substr(at + 5);
  if (what.starts_with("STATISTICS ")) return head + " SET STATISTICS -1";
  if (what.starts_with("COMPRESSION ")) return head + " SET COMPRESSION default";
  if (what.starts_with("(")) {
    const auto sql = options_sql(line, other, false);
    return sql.empty() ? sql : head + " " + sql;
  }
  // Before version 16 there is no STORAGE DEFAULT; this is the default of what can be moved out.
  return what == "STORAGE EXTENDED" ? head + " SET STORAGE MAIN" : head + " SET STORAGE EXTENDED";
}

/// A partition's trigger is enabled as its parent's is, which nearly always is enabled.
std::string unset_trigger(const std::string& line) {
  const auto at = line.find(" TRIGGER ");
  return (line.starts_with("ENABLE TRIGGER ") ? "DISABLE" : "ENABLE") + line.substr(at);
}

/// `DISABLE TRIGGER f OF CONSTRAINT c ON t`: the name of a foreign key's trigger holds an oid.
std::string trigger_sql(const model::table& table, const std::string& words,
                        const dialect::dialect& target) {
  constexpr std::string_view lead = " TRIGGER ";
  constexpr std::string_view of = " OF CONSTRAINT ";
  const auto name = target.quote(table.name);
  const auto at = words.find(lead) + lead.size();
  const auto key = words.find(of);
  if (key == std::string::npos) return fmt::format("ALTER TABLE ONLY {} {}", name, words);
  const auto literal = [&](std::string quoted) {
    if (quoted.starts_with('"')) quoted = quoted.substr(1, quoted.size() - 2);
    return target.literal(quoted);
  };
  auto constraint = words.substr(key + of.size());
  auto owner = name;
  if (const auto on = constraint.rfind(" ON "); on != std::string::npos) {
    owner = constraint.substr(on + 4);
    constraint.resize(on);
  }
  return fmt::format(
      "DO $$ BEGIN EXECUTE (SELECT pg_catalog.format('ALTER TABLE ONLY %s {}%I', "
      "g.tgrelid::pg_catalog.regclass, g.tgname) FROM pg_catalog.pg_trigger g "
      "JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid JOIN pg_catalog.pg_constraint k ON "
      "k.oid = g.tgconstraint WHERE g.tgrelid = {}::pg_catalog.regclass::pg_catalog.oid AND "
      "f.proname = {} AND k.conname = {} AND "
      "k.conrelid = {}::pg_catalog.regclass::pg_catalog.oid); END $$",
      words.substr(0, at), target.literal(name), literal(words.substr(at, key - at)),
      literal(constraint), target.literal(owner));
}

struct simple_setting {
  std::string_view lead;
  /// Empty: as the line.
  std::string_view add;
  std::string_view remove;
};
constexpr simple_setting simple_settings[] = {
    {"UNLOGGED", "SET UNLOGGED", "SET LOGGED"},
    {"ENABLE ROW LEVEL SECURITY", "", "DISABLE ROW LEVEL SECURITY"},
    {"FORCE ROW LEVEL SECURITY", "", "NO FORCE ROW LEVEL SECURITY"},
    {"REPLICA IDENTITY ", "", "REPLICA IDENTITY DEFAULT"},
    {"CLUSTER ON ", "", "SET WITHOUT CLUSTER"},
    {"OF ", "", "NOT OF"},
};

/// What follows `ALTER TABLE t`, or empty.
std::string clause(const std::string& line, const std::string& other, bool add) {
  for (const auto& [lead, on, off] : simple_settings) {
    if (!line.starts_with(lead)) continue;
    // One of a kind: the other side's line takes the place of this one.
    if (!add && !other.empty()) return {};
    return add ? (on.empty() ? line : std::string(on)) : std::string(off);
  }
  if (line.starts_with("WITH (")) return options_sql(line, other, add);
  if (line.starts_with("USING ")) {
    if (!add && !other.empty()) return {};
    return fmt::format("SET ACCESS METHOD {}", add ? behind(line, "USING ") : "heap");
  }
  if (line.starts_with("ALTER COLUMN ")) return add ? line : unset_column(line, other);
  return {};
}

/// `INHERITS (a, b)`: one parent more or less.
std::string inheritance(const std::string& line, const std::string& other, bool add) {
  const auto there = settings_in(other);
  std::vector<std::string> parts;
  for (const auto& parent : settings_in(line)) {
    if (std::ranges::find(there, parent) != there.end()) continue;
    parts.push_back((add ? "INHERIT " : "NO INHERIT ") + parent);
  }
  return base::join(parts, ", ");
}

/// `INDEX x SET (…)`, `INDEX x ALTER COLUMN 1 SET STATISTICS 500`.
std::string index_setting_sql(const model::table& table, const std::string& line,
                              const std::string& other, bool add, const dialect::dialect& target) {
  const auto index = sql_name_behind(line, "INDEX ");
  const auto words = line.substr(std::string_view("INDEX ").size() + index.size());
  const bool is_column = words.starts_with(" ALTER COLUMN ");
  if (is_column && !add && !other.empty()) return {};
  const auto sql = !is_column ? options_sql(line, other, add)
                   : add      ? words.substr(1)
                              : words.substr(1, words.rfind(' ')) + "-1";
  const auto schema =
      table.name.schema.empty() ? std::string() : target.quote(table.name.schema) + ".";
  return sql.empty() ? sql : fmt::format("ALTER INDEX {}{} {}", schema, index, sql);
}

/// Where `OPTIONS (…)` stands in `ALTER COLUMN c OPTIONS (…)`; npos: it is another line.
std::size_t column_options_place(const std::string& line) {
  constexpr std::string_view lead = "ALTER COLUMN ";
  if (!line.starts_with(lead)) return std::string::npos;
  const auto at = lead.size() + sql_name_behind(line, lead).size() + 1;
  return line.compare(at, 9, "OPTIONS (") == 0 ? at : std::string::npos;
}

}  // namespace

bool is_trigger_state(const std::string& line) {
  return line.starts_with("ENABLE TRIGGER ") || line.starts_with("DISABLE TRIGGER ") ||
         line.starts_with("ENABLE REPLICA TRIGGER ") || line.starts_with("ENABLE ALWAYS TRIGGER ");
}

std::string setting_sql(const model::table& table, const std::string& line,
                        const std::string& other, bool add, const dialect::dialect& target) {
  const auto name = target.quote(table.name);
  if (is_partition_index(line)) return partition_index_sql(table, line, other, add, target);
  if (line.starts_with("SERVER ")) {
    const auto options = altered_options(add ? other : line, add ? line : other);
    return add && !options.empty() ? fmt::format("ALTER FOREIGN TABLE {} {}", name, options)
                                   : std::string();
  }
  if (const auto at = column_options_place(line); at != std::string::npos) {
    if (!add && !other.empty()) return {};
    const auto options = add ? altered_options(other, line) : altered_options(line, other);
    return fmt::format("ALTER TABLE {} {}{}", name, line.substr(0, at), options);
  }
  if (is_trigger_state(line)) {
    return trigger_sql(table, add ? line : unset_trigger(line), target);
  }
  if (line.starts_with("PARTITION OF ")) {
    auto bounds = line.find(" FOR VALUES ");
    if (bounds == std::string::npos) bounds = line.rfind(" DEFAULT");
    const auto parent = line.substr(13, bounds - 13);
    return add ? fmt::format("ALTER TABLE {} ATTACH PARTITION {}{}", parent, name,
                             line.substr(bounds))
               : fmt::format("ALTER TABLE {} DETACH PARTITION {}", parent, name);
  }
  if (line.starts_with("INDEX ")) return index_setting_sql(table, line, other, add, target);
  const auto words =
      line.starts_with("INHERITS (") ? inheritance(line, other, add) : clause(line, other, add);
  return words.empty() ? words : fmt::format("ALTER TABLE {} {}", name, words);
}

}  // namespace retort::diff
