#include "diff/object_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text_tools.h"
#include "diff/identity_changes.h"
#include "diff/option_changes.h"
#include "diff/remade_types.h"
#include "diff/sequence_bounds.h"
#include "diff/steps.h"
#include "diff/table_changes.h"
#include "diff/type_changes.h"

namespace retort::diff {
namespace {

/// The kinds that `model::drop_object` knows how to name.
constexpr std::array simple_kinds = {
    "view",      "materialized view", "trigger", "policy", "function",
    "procedure", "sequence",          "domain",  "type",   "schema",
    "extension"};

/// What a key has behind kind and name: "(integer, text)", " USING btree".
std::string key_tail(const std::string& key, const model::object& object) {
  const auto lead = object.kind + " " + object.name.display();
  return key.starts_with(lead) ? key.substr(lead.size()) : std::string();
}

/// The arguments in a routine's key, "function f(integer, text)".
std::string signature_in(const std::string& key, const model::object& object) {
  const auto tail = key_tail(key, object);
  return tail.size() < 2 ? std::string() : tail.substr(1, tail.size() - 2);
}

/// `COMMENT ON … IS '…'` up to its text.
std::string comment_head(const model::object& object) {
  const auto behind = std::string_view("COMMENT ON ").size() + object.name.name.size();
  const auto at = object.definition.find(" IS ", behind);
  return object.definition.substr(0, at == std::string::npos ? object.definition.find(" IS ") : at);
}

/// Objects without a schema, but for the schemas themselves and extensions: their names are SQL.
bool is_named_in_sql(std::string_view kind) {
  constexpr std::array<std::string_view, 8> kinds = {
      "cast",          "publication",          "event trigger", "language",
      "access method", "foreign data wrapper", "server",        "user mapping"};
  return std::ranges::find(kinds, kind) != kinds.end();
}

/// What is an object of its own here, and a part of another one to the server.
std::string drop_member(const keyed_object& what, const dialect::dialect& target) {
  const auto& [key, object] = what;
  const auto name = target.quote(object.name);
  const auto behind = key_tail(key, object);
  if (object.kind == "operator family member") {
    const auto at = std::min(behind.find(" OPERATOR "), behind.find(" FUNCTION "));
    return fmt::format("ALTER OPERATOR FAMILY {}{} DROP{}", name, behind.substr(0, at),
                       behind.substr(at));
  }
  if (object.kind == "text search mapping") {
    return fmt::format("ALTER TEXT SEARCH CONFIGURATION {} DROP MAPPING{}", name, behind);
  }
  if (object.kind == "domain constraint") {
    return fmt::format("ALTER DOMAIN {} DROP CONSTRAINT{}", name, behind);
  }
  if (object.kind == "statistics target") {
    return fmt::format("ALTER STATISTICS {} SET STATISTICS -1",
                       sql_name_behind(object.definition, "ALTER STATISTICS "));
  }
  if (object.kind == "view setting") {
    const auto lead = fmt::format("ALTER TABLE {} ", target.quote(object.table));
    model::table view;
    view.name = object.table;
    return setting_sql(view, object.definition.substr(lead.size()), {}, false, target);
  }
  if (object.kind == "operator") {
    const auto schema =
        object.name.schema.empty() ? std::string() : target.quote(object.name.schema) + ".";
    return fmt::format("DROP OPERATOR {}{}{}", schema, object.name.name, behind);
  }
  const bool is_of_schema = object.kind.starts_with("operator ") ||
                            object.kind.starts_with("text search ") || object.kind == "conversion";
  return is_of_schema ? fmt::format("DROP {} {}{}", base::upper(object.kind), name, behind)
                      : std::string();
}

std::string drop_sql(const keyed_object& what, const dialect::dialect& target) {
  const auto& [key, object] = what;
  const auto table = target.quote(object.table);
  const auto name = target.quote(object.name);
  if (object.kind == "rule") return fmt::format("DROP RULE {} ON {}", name, table);
  if (object.kind == "statistics") {
    return "DROP STATISTICS " + sql_name_behind(object.definition, "CREATE STATISTICS ");
  }
  if (object.kind == "column default") {
    return fmt::format("ALTER VIEW {} ALTER COLUMN {} DROP DEFAULT", table, name);
  }
  if (object.kind == "sequence owner") return fmt::format("ALTER SEQUENCE {} OWNED BY NONE", name);
  if (object.kind == "comment") return comment_head(object) + " IS NULL";
  if (object.kind == "index") return "DROP INDEX " + name;
  if (object.kind == "collation") return "DROP COLLATION " + name;
  if (object.kind == "aggregate") {
    return fmt::format("DROP AGGREGATE {}({})", name, signature_in(key, object));
  }
  if (object.kind == "pragma") return fmt::format("PRAGMA {} = 0", object.name.name);
  if (is_named_in_sql(object.kind)) {
    return fmt::format("DROP {} {}", base::upper(object.kind), object.name.name);
  }
  return drop_member(what, target);
}

bool has_line(const std::vector<std::string>& lines, const std::string& line) {
  return std::ranges::find(lines, line) != lines.end();
}

std::string taken_back(std::string line) {
  constexpr std::string_view by_default = "ALTER DEFAULT PRIVILEGES ";
  if (line.starts_with(by_default)) {
    const auto at = std::min(line.find(" GRANT "), line.find(" REVOKE ")) + 1;
    return line.substr(0, at) + taken_back(line.substr(at));
  }
  constexpr std::string_view with = " WITH GRANT OPTION";
  if (line.ends_with(with)) line.resize(line.size() - with.size());
  if (line.starts_with("GRANT ")) {
    line = "REVOKE " + line.substr(6);
    line.replace(line.rfind(" TO "), 4, " FROM ");
  } else if (line.starts_with("REVOKE ")) {
    line = "GRANT " + line.substr(7);
    line.replace(line.rfind(" FROM "), 6, " TO ");
  } else {
    // OWNER TO: whose it was before nobody has said.
    line = line.substr(0, line.find(" OWNER TO ")) + " OWNER TO CURRENT_USER";
  }
  return line;
}

bool is_unlogged(const model::object& sequence) {
  return sequence.definition.starts_with("CREATE UNLOGGED ");
}

/// The options behind the name in CREATE SEQUENCE, without its type.
struct sequence_definition {
  std::string type = "bigint";
  std::vector<std::string> settings;
};

sequence_definition read_sequence(const model::object& sequence, const std::string& name) {
  sequence_definition found;
  const auto& sql = sequence.definition;
  const auto at = sql.find(name);
  auto rest = at == std::string::npos ? std::string() : sql.substr(at + name.size());
  if (rest.starts_with(" AS ")) {
    const auto end = std::min(rest.find(' ', 4), rest.size());
    found.type = rest.substr(4, end - 4);
    rest.erase(0, end);
  }
  found.settings = sequence_settings(rest);
  return found;
}

change alter_sequence(const model::object& from, const model::object& to,
                      const dialect::dialect& target) {
  const auto name = target.quote(to.name);
  if (is_unlogged(from) != is_unlogged(to)) {
    // What else differs is the next look's.
    const auto* words = is_unlogged(to) ? "SET UNLOGGED" : "SET LOGGED";
    return {{{{model::execute{fmt::format("ALTER SEQUENCE {} {}", name, words)}, {}}}}};
  }
  const auto old = read_sequence(from, name);
  const auto now = read_sequence(to, name);
  const auto alter = [&](const std::vector<std::string>& settings) {
    return execute(
        fmt::format("ALTER SEQUENCE {} AS {} {}", name, now.type, base::join(settings, " ")));
  };
  const auto narrower = narrowed(old.settings, now.settings, now.type, name, target.literal(name));
  if (!narrower) return {{{alter(now.settings)}}};
  return {{{alter(narrower->wide), execute(narrower->position), alter(now.settings)}},
          narrower->review};
}

}  // namespace

std::string sql_name_behind(const std::string& definition, std::string_view lead) {
  if (!definition.starts_with(lead)) return {};
  bool in_quotes = false;
  auto end = lead.size();
  for (; end < definition.size() && (in_quotes || definition[end] != ' '); ++end) {
    if (definition[end] == '"') in_quotes = !in_quotes;
  }
  return definition.substr(lead.size(), end - lead.size());
}

model::operation_variant create_operation(const model::object& object) {
  return model::create_object{{object.kind, object.name, object.table, {}}, object.definition};
}

std::optional<model::operation_variant> drop_operation(const keyed_object& what,
                                                       const dialect::dialect& target) {
  const auto& [key, object] = what;
  if (std::ranges::find(simple_kinds, object.kind) != simple_kinds.end()) {
    const auto signature =
        model::is_routine(object.kind) ? signature_in(key, object) : std::string();
    return model::drop_object{{object.kind, object.name, object.table, signature}};
  }
  auto sql = drop_sql(what, target);
  if (sql.empty()) return std::nullopt;
  return model::execute{std::move(sql)};
}

std::string drop_probe(const keyed_object& what, const dialect::dialect& target) {
  if (target.flavour() == base::sql_flavour::sqlite) return {};
  const auto drop = drop_operation(what, target);
  if (!drop) return {};
  if (const auto* sql = std::get_if<model::execute>(&*drop)) {
    return sql->sql.starts_with("DROP ") ? sql->sql + " CASCADE" : std::string();
  }
  auto cascading = std::get<model::drop_object>(*drop);
  cascading.cascade = true;
  std::vector<dialect::statement> written;
  target.write({std::move(cascading), {}}, written);
  return written.front().sql;
}

std::string loss_with(const model::object& object) {
  const auto& kind = object.kind;
  const auto name = object.name.display();
  if (kind == "sequence") return fmt::format("drops sequence {}: where it stood is lost", name);
  if (kind == "extension") {
    return fmt::format("drops extension {}: what it keeps of its own is lost", name);
  }
  if (kind == "user mapping") {
    return fmt::format("drops user mapping {}: its options, which are not read, are lost", name);
  }
  if (kind == "policy") {
    return fmt::format("drops policy {} of {}: it no longer says who may see and change which rows",
                       name, object.table.display());
  }
  if (kind == "publication") {
    return fmt::format("drops publication {}: its subscribers get no more rows", name);
  }
  return {};
}

std::vector<std::string> privileges_in(const std::string& grants) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < grants.size();) {
    const auto end = std::min(grants.find(";\n", at), grants.size());
    lines.push_back(grants.substr(at, end - at));
    at = end + 2;
  }
  return lines;
}

std::vector<std::string> regrant(const std::string& from, const std::string& to) {
  const auto before = privileges_in(from);
  const auto after = privileges_in(to);
  std::vector<std::string> result;
  for (const auto& line : before) {
    const auto owns = [](const std::string& other) {
      return other.find(" OWNER TO ") != std::string::npos;
    };
    const bool moves = owns(line) && std::ranges::any_of(after, owns);
    if (!has_line(after, line) && !moves) result.push_back(taken_back(line));
  }
  for (const auto& line : after) {
    if (!has_line(before, line)) result.push_back(line);
  }
  return result;
}

change alter_object(const keyed_object& from, const model::object& to, const schema_pair& all,
                    const dialect::dialect& target, const change_options& options) {
  if (to.kind == "type" || to.kind == "domain") {
    return alter_type(from, to, all, target, options);
  }
  if (to.kind == "collation") {
    auto anew = remade_collation(from.object, to, all, target);
    return {std::move(anew.ways), {}, std::move(anew.probe)};
  }
  if (to.kind == "sequence") return alter_sequence(from.object, to, target);
  return alter_options(from.object, to);
}

}  // namespace retort::diff
