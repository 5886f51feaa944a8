#include "model/routines.h"

#include <algorithm>
#include <vector>

#include "base/sql_lexer.h"
#include "base/text_tools.h"
#include "model/apply_objects.h"

namespace retort::model {
namespace {

/// The words of one argument, without its default.
using words = std::vector<std::string>;

/// Calls `take` with each token that belongs to no default, commas between arguments among them,
/// and with whether it is such a comma.
template <class Take>
void each_token(std::string_view text, Take take) {
  bool is_default = false;
  int depth = 0;
  base::sql_lexer lexer(text, base::sql_flavour::postgresql);
  for (auto t = lexer.next(); t.kind != base::token_kind::end; t = lexer.next()) {
    const auto one = lexer.text(t);
    if (one == "(" || one == "[") ++depth;
    if (one == ")" || one == "]") --depth;
    const bool is_end = depth == 0 && one == ",";
    const bool begins = depth == 0 && (one == "=" || base::equals_ignoring_case(one, "default"));
    is_default = !is_end && (is_default || begins);
    if (!is_default) take(t.kind, one, is_end);
  }
}

std::vector<words> arguments_in(std::string_view text) {
  std::vector<words> all(1);
  each_token(text, [&](base::token_kind kind, std::string_view one, bool is_end) {
    if (kind == base::token_kind::space || kind == base::token_kind::comment) return;
    if (is_end) {
      all.emplace_back();
      return;
    }
    all.back().push_back(kind == base::token_kind::word ? base::lower(one) : std::string(one));
  });
  if (all.size() == 1 && all.front().empty()) all.clear();
  return all;
}

/// Those that a call gives, without the words for that: OUT arguments are none of them.
std::vector<words> given_arguments(std::string_view text) {
  auto all = arguments_in(text);
  std::erase_if(all, [](const words& one) { return !one.empty() && one.front() == "out"; });
  for (auto& one : all) {
    constexpr std::string_view modes[] = {"in", "inout", "variadic"};
    if (one.size() > 1 && std::ranges::find(modes, one.front()) != std::end(modes)) {
      one.erase(one.begin());
    }
  }
  return all;
}

/// Whether both may be of the same type, each with a name before it or without.
bool may_be_same(const words& a, const words& b) {
  const auto type = [](const words& one) { return words(one.begin() + 1, one.end()); };
  if (a == b) return true;
  if (a.empty() || b.empty()) return false;
  if (type(a) == b || a == type(b)) return true;
  return a.size() > 1 && type(a) == type(b);
}

}  // namespace

std::string without_defaults(std::string_view arguments) {
  std::string kept;
  each_token(arguments, [&](base::token_kind, std::string_view one, bool is_end) {
    if (is_end) kept = base::trim(kept);
    kept += one;
  });
  return std::string(base::trim(kept));
}

objects::const_iterator find_object(const objects& all, const object_name& wanted) {
  const auto exact = all.find(object_key(wanted));
  if (exact != all.end() || !is_routine(wanted.kind)) return exact;
  const auto arguments = given_arguments(wanted.signature);
  auto found = all.end();
  for (auto entry = all.begin(); entry != all.end(); ++entry) {
    if (entry->second.kind != wanted.kind || entry->second.name != wanted.name) continue;
    const auto others = given_arguments(name_of(*entry).signature);
    if (!std::ranges::equal(arguments, others, may_be_same)) continue;
    if (found != all.end()) return all.end();
    found = entry;
  }
  return found;
}

object_name name_of(const objects::value_type& entry) {
  const auto& [key, one] = entry;
  object_name name{one.kind, one.name, one.table, {}};
  const auto lead = object_key(name);
  // "function f()": what stands between the parentheses is the key's.
  if (is_routine(one.kind) && key.size() >= lead.size()) {
    const auto at = lead.size() - 1;
    name.signature = key.substr(at, key.size() - at - 1);
  }
  return name;
}

}  // namespace retort::model
