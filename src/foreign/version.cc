#include "foreign/version.h"

#include <algorithm>
#include <vector>

#include "base/sha256.h"
#include "base/text_tools.h"
#include "script/sql_file.h"

namespace retort::foreign {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

/// Negative, zero or positive, as the numbers are; of any length.
int compare_numbers(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

/// Parts that are 0 at the end say nothing.
std::vector<std::string_view> parts_of(std::string_view version) {
  auto parts = base::split_views(version, '.');
  while (!parts.empty() && without_zeros(parts.back()).empty()) parts.pop_back();
  return parts;
}

int compare_dotted(std::string_view a, std::string_view b) {
  const auto left = parts_of(a);
  const auto right = parts_of(b);
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const int order = compare_numbers(left[i], right[i]); order != 0) return order;
  }
  if (left.size() == right.size()) return 0;
  return left.size() < right.size() ? -1 : 1;
}

/// What is no version, as the name of a repeatable migration, is compared as text.
int compare(tool which, std::string_view a, std::string_view b) {
  const bool numbers = is_version(which, a) && is_version(which, b);
  if (numbers && which == tool::flyway) return compare_dotted(a, b);
  if (numbers && (which == tool::goose || which == tool::golang_migrate)) {
    return compare_numbers(a, b);
  }
  return a.compare(b);
}

}  // namespace

std::string revision_of(std::string_view version) {
  constexpr std::size_t digits = 12;
  if (script::bad_identifier_reason(version).empty()) return std::string(version);
  return base::sha256(version).substr(0, digits);
}

bool is_revision_of(tool which, std::string_view revision, std::string_view version) {
  return compare(which, revision, version) == 0 || revision == revision_of(version);
}

bool runs_before(tool which, std::string_view a, std::string_view b) {
  return compare(which, a, b) < 0;
}

bool is_version(tool which, std::string_view text) {
  if (which != tool::flyway) return is_number(text);
  const auto parts = base::split_views(text, '.');
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), is_number);
}

}  // namespace retort::foreign
