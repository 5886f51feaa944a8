#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"
#include "foreign/readers.h"
#include "foreign/version.h"

namespace retort::foreign {
namespace {

int number(std::string_view digits, std::size_t at, std::size_t size) {
  int value = 0;
  for (const char c : digits.substr(at, size)) value = value * 10 + (c - '0');
  return value;
}

/// A version of 14 digits: year, month, day, hour, minute, second.
std::optional<std::tm> moment_of(std::string_view version) {
  constexpr std::size_t digits = 14;
  if (version.size() != digits || digits_of(version).size() != digits) return std::nullopt;
  std::tm when = {};
  when.tm_year = number(version, 0, 4) - 1900;
  when.tm_mon = number(version, 4, 2) - 1;
  when.tm_mday = number(version, 6, 2);
  when.tm_hour = number(version, 8, 2);
  when.tm_min = number(version, 10, 2);
  when.tm_sec = number(version, 12, 2);
  const std::chrono::year_month_day day(std::chrono::year(when.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(when.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(when.tm_mday)));
  const bool ok = day.ok() && when.tm_hour < 24 && when.tm_min < 60 && when.tm_sec < 60;
  return ok ? std::optional(when) : std::nullopt;
}

[[noreturn]] void refuse_twins(const migration& a, const migration& b) {
  throw error(fmt::format("version {} is there twice, so nothing is imported: {} and {}", b.version,
                          a.sources.front(), b.sources.front()))
      .help("give one of them another version");
}

std::string spoken(std::string_view words) {
  std::string text(words);
  std::replace(text.begin(), text.end(), '_', ' ');
  return std::string(base::trim(text));
}

}  // namespace

std::vector<text_line> lines_of(std::string_view text) {
  std::vector<text_line> result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    result.push_back({text.substr(at, end - at), at});
    at = end;
  }
  return result;
}

std::string_view digits_of(std::string_view name) {
  return name.substr(0, std::min(name.find_first_not_of("0123456789"), name.size()));
}

void refuse_twins(const std::vector<migration>& migrations) {
  std::map<std::string_view, const migration*> seen;
  for (const auto& one : migrations) {
    const auto [other, fresh] = seen.try_emplace(one.revision, &one);
    if (!fresh) refuse_twins(*other->second, one);
  }
}

migration named_migration(std::string version, std::string_view words) {
  migration made;
  made.revision = revision_of(version);
  made.created = moment_of(version);
  made.message = spoken(words);
  if (made.message.empty()) made.message = version;
  made.version = std::move(version);
  return made;
}

void sort_by_version(tool which, std::vector<migration>& migrations) {
  std::stable_sort(migrations.begin(), migrations.end(), [&](const auto& a, const auto& b) {
    return runs_before(which, a.version, b.version);
  });
  for (std::size_t i = 1; i < migrations.size(); ++i) {
    if (runs_before(which, migrations[i - 1].version, migrations[i].version)) continue;
    refuse_twins(migrations[i - 1], migrations[i]);
  }
}

collection read(tool which, const std::vector<source_file>& files) {
  switch (which) {
    case tool::dbmate:
      return read_dbmate(files);
    case tool::goose:
      return read_goose(files);
    case tool::golang_migrate:
      return read_golang_migrate(files);
    case tool::flyway:
      return read_flyway(files);
    case tool::diesel:
      break;
  }
  return read_diesel(files);
}

}  // namespace retort::foreign
