#include "command/object_patterns.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/text_tools.h"
#include "diff/creation.h"

namespace retort::command {
namespace {

/// `*` is any run of characters, `?` one.
bool glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, after = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++after;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool is_part_of_table(const model::filter_subject& subject) { return !subject.table.name.empty(); }

bool matches(std::string_view pattern, const model::filter_subject& subject) {
  std::string_view name = pattern;
  if (const auto colon = pattern.find(':'); colon != std::string_view::npos) {
    if (pattern.substr(0, colon) != subject.type) return false;
    name = pattern.substr(colon + 1);
  } else if (is_part_of_table(subject)) {
    return false;
  }
  if (name.find('.') == std::string_view::npos) return glob(name, subject.name.name);
  const std::string whole = is_part_of_table(subject) ? subject.table.name + "." + subject.name.name
                                                      : subject.name.display();
  return glob(name, whole);
}

bool matches_any(const std::vector<std::string>& patterns, const model::filter_subject& subject) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, subject); });
}

/// The schemas that are named, beside the one that is worked in.
std::set<std::string> schemas_of(const model::schema& side) {
  std::set<std::string> names;
  for (const auto& [name, table] : side.tables) names.insert(name.schema);
  for (const auto& [key, object] : side.objects) {
    names.insert(object.kind == "schema" ? object.name.name : object.name.schema);
    names.insert(object.table.schema);
  }
  names.erase("");
  return names;
}

}  // namespace

model::object_filter pattern_filter(const std::vector<std::string>& include,
                                    const std::vector<std::string>& exclude) {
  if (include.empty() && exclude.empty()) return {};
  return [include, exclude](const model::filter_subject& subject) {
    if (matches_any(exclude, subject)) return false;
    return include.empty() || is_part_of_table(subject) || matches_any(include, subject);
  };
}

void require_known_type(const std::string& pattern) {
  const auto colon = pattern.find(':');
  if (colon == std::string::npos) return;
  const auto type = pattern.substr(0, colon);
  // Kinds of grants have the kind of object behind them.
  if (type.starts_with("grants")) return;
  auto known = diff::object_kinds();
  known.insert(known.begin(), model::filter_part_types.begin(), model::filter_part_types.end());
  known.insert(known.begin(), "table");
  if (std::ranges::find(known, type) != known.end()) return;
  const auto meant = base::did_you_mean(type, known);
  throw error(fmt::format("no object is of type '{}'", type))
      .help(meant.empty() ? "the types are " + base::join(known, ", ") : meant);
}

void leave_out_alembic(model::schema& shown) {
  std::erase_if(shown.tables,
                [](const auto& entry) { return entry.first.name == "alembic_version"; });
}

void leave_other_schemas(model::schema& shown, const model::schema& wanted,
                         const dialect::dialect& target) {
  const auto known = schemas_of(wanted);
  for (const auto& other : schemas_of(shown)) {
    if (known.contains(other)) continue;
    std::erase_if(shown.tables, [&](const auto& entry) { return entry.first.schema == other; });
    const auto mention = " " + target.quote(other) + ".";
    std::erase_if(shown.objects, [&](const auto& entry) {
      const auto& object = entry.second;
      const bool is_it = object.kind == "schema" && object.name.name == other;
      const bool is_said_of_it =
          object.kind == "comment" && (object.name.name + ".").find(mention) != std::string::npos;
      return is_it || is_said_of_it || object.name.schema == other || object.table.schema == other;
    });
  }
}

}  // namespace retort::command
