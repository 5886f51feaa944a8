#include "model/naming.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/identifier.h"
#include "base/text_tools.h"

namespace retort::model {
namespace {

std::string first(const std::vector<std::string>& list) { return list.empty() ? "" : list.front(); }

struct token {
  std::string_view name;
  /// The value for a subject; empty: it has none.
  std::string (*value)(const naming_subject&);
};

constexpr std::array tokens = {
    token{"table_name", [](const naming_subject& s) { return s.table; }},
    token{"column_0_name", [](const naming_subject& s) { return first(s.columns); }},
    token{"column_0_label",
          [](const naming_subject& s) {
            return s.columns.empty() ? std::string() : s.table + "_" + s.columns.front();
          }},
    token{"column_0_N_name", [](const naming_subject& s) { return base::join(s.columns, "_"); }},
    token{"referred_table_name", [](const naming_subject& s) { return s.referred_table; }},
    token{"referred_column_0_name",
          [](const naming_subject& s) { return first(s.referred_columns); }},
};

const token* find_token(std::string_view name) {
  for (const token& one : tokens) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

/// Calls `plain` with what stands between tokens and `special` with each token's name, in order; a
/// false of the latter ends the walk.
template <class Plain, class Special>
void walk(std::string_view text, const Plain& plain, const Special& special) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find('@', at);
    const std::size_t close = open == std::string_view::npos ? open : text.find('@', open + 1);
    if (close == std::string_view::npos) return plain(text.substr(at));
    plain(text.substr(at, open - at));
    if (!special(text.substr(open + 1, close - open - 1))) return;
    at = close + 1;
  }
}

}  // namespace

std::string* naming_convention::find(std::string_view key) {
  const std::pair<std::string_view, std::string*> all[] = {
      {"ix", &ix}, {"uq", &uq}, {"ck", &ck}, {"fk", &fk}, {"pk", &pk}};
  for (const auto& [name, value] : all) {
    if (name == key) return value;
  }
  return nullptr;
}

void naming_convention::override_with(naming_convention other) {
  for (const char* key : {"ix", "uq", "ck", "fk", "pk"}) {
    if (std::string* said = other.find(key); !said->empty()) *find(key) = std::move(*said);
  }
}

std::string conventional_name(std::string_view name_template, const naming_subject& subject) {
  std::string name;
  bool complete = true;
  walk(
      name_template, [&](std::string_view text) { name += text; },
      [&](std::string_view token_name) {
        const token* known = find_token(token_name);
        const std::string value = known == nullptr ? "" : known->value(subject);
        complete = !value.empty();
        name += value;
        return complete;
      });
  if (!complete) return {};
  if (name.size() > base::longest_identifier) {
    throw error(fmt::format("the naming convention makes the name '{}', which has {} bytes", name,
                            name.size()))
        .help("PostgreSQL keeps 63: give this one a name of its own");
  }
  return name;
}

std::string unknown_naming_token(std::string_view name_template) {
  std::string unknown;
  walk(
      name_template, [](std::string_view) {},
      [&](std::string_view name) {
        if (find_token(name) == nullptr) unknown = name;
        return unknown.empty();
      });
  return unknown;
}

}  // namespace retort::model
