#include "diff/option_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "diff/steps.h"

namespace retort::diff {
namespace {

/// A name, and what it is set to, as SQL has them.
struct option {
  std::string name;
  std::string value;

  bool operator==(const option&) const = default;
};

constexpr std::string_view options_lead = "OPTIONS (";

/// Where the options of a definition begin, outside of strings; its length: it has none.
std::size_t options_place(std::string_view definition) {
  base::sql_lexer lexer(definition, base::sql_flavour::postgresql);
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    if (t.kind == base::token_kind::word && definition.substr(t.begin).starts_with(options_lead)) {
      return t.begin;
    }
  }
  return definition.size();
}

/// The items between parentheses: `a 'x', b 'y'`, `a = x, b = 'y'`.
std::vector<option> items_in(std::string_view list) {
  std::vector<option> found;
  base::sql_lexer lexer(list, base::sql_flavour::postgresql);
  bool begins = true;
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto text = lexer.text(t);
    if (text == ",") {
      begins = true;
    } else if (begins && t.kind != base::token_kind::space) {
      found.push_back({std::string(text), {}});
      begins = false;
    } else if (!begins) {
      found.back().value += text;
    }
  }
  for (auto& one : found) {
    auto value = base::trim(std::string_view(one.value));
    if (value.starts_with('=')) value = base::trim(value.substr(1));
    one.value = std::string(value);
  }
  return found;
}

std::vector<option> options_in(std::string_view definition) {
  const auto at = options_place(definition);
  if (at == definition.size() || !definition.ends_with(')')) return {};
  const auto begin = at + options_lead.size();
  return items_in(definition.substr(begin, definition.size() - begin - 1));
}

const option* find(const std::vector<option>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &option::name);
  return found == all.end() ? nullptr : &*found;
}

std::string without_options(std::string_view definition) {
  return std::string(base::trim(definition.substr(0, options_place(definition))));
}

/// A clause that one of its kind stands in, ` VERSION '1'`; empty: there is none.
std::string clause(const std::string& definition, std::string_view lead) {
  const auto words = fmt::format(" {} ", lead);
  const auto at = definition.find(words);
  if (at == std::string::npos) return {};
  base::sql_lexer lexer(std::string_view(definition).substr(at + words.size()),
                        base::sql_flavour::postgresql);
  auto size = words.size();
  for (auto t = lexer.next(); t.kind != base::token_kind::end && t.kind != base::token_kind::space;
       t = lexer.next()) {
    size += t.size;
  }
  return definition.substr(at, size);
}

std::string without(std::string text, const std::string& part) {
  const auto at = part.empty() ? std::string::npos : text.find(part);
  return at == std::string::npos ? text : text.erase(at, part.size());
}

change altered_by_clauses(std::string_view head, const std::vector<std::string>& clauses) {
  auto sql = std::string(head);
  for (const auto& one : clauses) {
    if (!one.empty()) sql += " " + std::string(base::trim(std::string_view(one)));
  }
  return one_sql(std::move(sql));
}

/// The name stays, and so do type and wrapper: nothing alters those.
change alter_server(const model::object& from, const model::object& to) {
  const auto old_head = without_options(from.definition);
  const auto head = without_options(to.definition);
  const auto old_version = clause(old_head, "VERSION");
  const auto version = clause(head, "VERSION");
  if (without(old_head, old_version) != without(head, version)) return {};
  return altered_by_clauses("ALTER SERVER " + to.name.name,
                            {version == old_version ? ""
                             : version.empty()      ? "VERSION NULL"
                                                    : version,
                             altered_options(from.definition, to.definition)});
}

change alter_wrapper(const model::object& from, const model::object& to) {
  const auto function = [&](std::string_view lead) {
    const auto before = clause(from.definition, lead);
    const auto after = clause(to.definition, lead);
    if (before == after) return std::string();
    return after.empty() ? fmt::format("NO {}", lead) : after;
  };
  return altered_by_clauses("ALTER FOREIGN DATA WRAPPER " + to.name.name,
                            {function("HANDLER"), function("VALIDATOR"),
                             altered_options(from.definition, to.definition)});
}

/// An option without a value is taken away.
change alter_dictionary(const model::object& from, const model::object& to) {
  const auto items = [](const std::string& definition) {
    const auto open = definition.find(" (TEMPLATE = ");
    return items_in(std::string_view(definition).substr(open + 2, definition.size() - open - 3));
  };
  const auto before = items(from.definition);
  const auto after = items(to.definition);
  if (before.empty() || after.empty() || before.front() != after.front()) return {};
  std::vector<std::string> parts;
  for (const auto& one : before) {
    if (find(after, one.name) == nullptr) parts.push_back(one.name);
  }
  for (const auto& one : after) {
    const auto* old = find(before, one.name);
    if (old == nullptr || *old != one) parts.push_back(one.name + " = " + one.value);
  }
  const auto head = to.definition.substr(7, to.definition.find(" (TEMPLATE = ") - 7);
  return one_sql(fmt::format("ALTER {} ({})", head, base::join(parts, ", ")));
}

}  // namespace

std::string altered_options(std::string_view from, std::string_view to) {
  const auto before = options_in(from);
  const auto after = options_in(to);
  std::vector<std::string> parts;
  for (const auto& one : before) {
    if (find(after, one.name) == nullptr) parts.push_back("DROP " + one.name);
  }
  for (const auto& one : after) {
    const auto* old = find(before, one.name);
    if (old != nullptr && *old == one) continue;
    parts.push_back(fmt::format("{} {} {}", old == nullptr ? "ADD" : "SET", one.name, one.value));
  }
  return parts.empty() ? std::string() : fmt::format("OPTIONS ({})", base::join(parts, ", "));
}

change alter_options(const model::object& from, const model::object& to) {
  if (to.kind == "server") return alter_server(from, to);
  if (to.kind == "foreign data wrapper") return alter_wrapper(from, to);
  if (to.kind == "text search dictionary") return alter_dictionary(from, to);
  if (to.kind == "text search mapping") {
    auto sql = to.definition;
    sql.replace(sql.find(" ADD MAPPING "), 13, " ALTER MAPPING ");
    return one_sql(std::move(sql));
  }
  return {};
}

}  // namespace retort::diff
