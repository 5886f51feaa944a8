#include "command/object_patterns.h"

#include <algorithm>
#include <string_view>

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

}  // namespace

model::object_filter pattern_filter(const std::vector<std::string>& include,
                                    const std::vector<std::string>& exclude) {
  if (include.empty() && exclude.empty()) return {};
  return [include, exclude](const model::filter_subject& subject) {
    if (matches_any(exclude, subject)) return false;
    return include.empty() || is_part_of_table(subject) || matches_any(include, subject);
  };
}

}  // namespace retort::command
