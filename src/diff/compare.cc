#include "diff/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "diff/describe.h"
#include "model/apply_objects.h"

namespace retort::diff {
namespace {

using named_texts = std::multimap<std::string, std::string>;

/// Compares two sets of named things. A name on both sides with different texts has changed.
void compare_named(const std::string& what, const named_texts& expected, const named_texts& actual,
                   std::vector<difference>& out) {
  for (const auto& [name, text] : expected) {
    const auto found = actual.find(name);
    if (found == actual.end()) {
      out.push_back({fmt::format("{}{} is missing: {}", what, name, text)});
    } else if (found->second != text) {
      out.push_back({fmt::format("{}{} is `{}`, expected `{}`", what, name, found->second, text)});
    }
  }
  for (const auto& [name, text] : actual) {
    if (expected.find(name) == expected.end()) {
      out.push_back({fmt::format("{}{} should not be there: {}", what, name, text)});
    }
  }
}

named_texts columns_of(const model::table& table) {
  named_texts result;
  for (const auto& column : table.columns) result.emplace(column.name, describe(column));
  return result;
}

named_texts indexes_of(const model::table& table) {
  named_texts result;
  for (const auto& index : table.indexes) result.emplace(index.name, describe(index));
  return result;
}

/// Constraints have no names to go by on SQLite, so the whole text is the name.
std::vector<std::string> constraint_texts(const model::table& table) {
  std::vector<std::string> result;
  if (table.primary_key) result.push_back(describe(*table.primary_key));
  for (const auto& item : table.uniques) result.push_back(describe(item));
  for (const auto& item : table.checks) result.push_back(describe(item));
  for (const auto& item : table.foreign_keys) result.push_back(describe(item));
  for (const auto& item : table.excludes) result.push_back(describe(item));
  for (const auto& line : table.opaque) result.push_back(line);
  if (table.strict) result.emplace_back("STRICT");
  if (table.without_rowid) result.emplace_back("WITHOUT ROWID");
  if (!table.comment.empty()) result.push_back(fmt::format("COMMENT '{}'", table.comment));
  std::sort(result.begin(), result.end());
  return result;
}

void compare_constraints(const std::string& table, const std::vector<std::string>& expected,
                         const std::vector<std::string>& actual, std::vector<difference>& out) {
  std::vector<std::string> only;
  std::set_difference(expected.begin(), expected.end(), actual.begin(), actual.end(),
                      std::back_inserter(only));
  const auto add = [&](const std::string& text, std::string_view what) {
    out.push_back({.text = fmt::format("{}: {} {}", table, text, what),
                   .inheritance_only = text.starts_with(model::inherited_lead)});
  };
  for (const auto& text : only) add(text, "is missing");
  only.clear();
  std::set_difference(actual.begin(), actual.end(), expected.begin(), expected.end(),
                      std::back_inserter(only));
  for (const auto& text : only) add(text, "should not be there");
}

std::string order_of(const model::table& table) {
  std::string result;
  for (const auto& column : table.columns) {
    result += (result.empty() ? "" : ", ") + column.name;
  }
  return result;
}

void compare_tables(const model::table& expected, const model::table& actual,
                    std::vector<difference>& out) {
  const std::string name = expected.name.display();
  const std::size_t before = out.size();
  compare_named(fmt::format("column {}.", name), columns_of(expected), columns_of(actual), out);
  const bool same_columns = out.size() == before;
  compare_constraints("table " + name, constraint_texts(expected), constraint_texts(actual), out);
  compare_named(fmt::format("{}: index ", name), indexes_of(expected), indexes_of(actual), out);
  const std::string order = order_of(expected);
  const std::string actual_order = order_of(actual);
  if (same_columns && order != actual_order) {
    out.push_back(
        {fmt::format("table {}: the columns' order is {}, expected {}", name, actual_order, order),
         true});
  }
}

named_texts objects_of(const model::schema& schema) {
  named_texts result;
  for (const auto& [key, object] : schema.objects) result.emplace(key, definition_of(object));
  return result;
}

}  // namespace

std::string definition_of(const model::object& object) {
  constexpr std::string_view unfilled = "\n WITH NO DATA";
  if (object.kind != "materialized view" || !object.definition.ends_with(unfilled)) {
    return object.definition;
  }
  return object.definition.substr(0, object.definition.size() - unfilled.size());
}

std::vector<difference> compare(const model::schema& expected, const model::schema& actual) {
  std::vector<difference> result;
  for (const auto& [name, table] : expected.tables) {
    const model::table* other = actual.find(name);
    if (other == nullptr) {
      result.push_back({fmt::format("table {} is missing", name.display())});
    } else {
      compare_tables(table, *other, result);
    }
  }
  for (const auto& [name, table] : actual.tables) {
    if (expected.find(name) == nullptr) {
      result.push_back({fmt::format("table {} should not be there", name.display())});
    }
  }
  compare_named("", objects_of(expected), objects_of(actual), result);
  return result;
}

std::vector<difference> compare_but_for_order(const model::schema& expected,
                                              const model::schema& actual) {
  auto result = compare(expected, actual);
  std::erase_if(result, [](const difference& one) { return one.order_only; });
  return result;
}

}  // namespace retort::diff
