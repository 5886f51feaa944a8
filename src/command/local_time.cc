#include "command/local_time.h"

#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <retort/error.h>

#include "base/text_tools.h"

namespace retort::command {
namespace {

/// Sets TZ, and puts back what was there.
class zone_guard {
 public:
  explicit zone_guard(const std::string& zone) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    setenv("TZ", zone.c_str(), 1);
    tzset();
  }
  zone_guard(const zone_guard&) = delete;
  zone_guard& operator=(const zone_guard&) = delete;
  ~zone_guard() {
    before_ ? setenv("TZ", before_->c_str(), 1) : unsetenv("TZ");
    tzset();
  }

 private:
  std::optional<std::string> before_;
};

bool is_zone_file(const std::string& zone) {
  if (zone.empty() || zone.front() == '/' || zone.find("..") != std::string::npos) return false;
  const char* folder = std::getenv("TZDIR");
  std::error_code ignored;
  return std::filesystem::is_regular_file(
      std::filesystem::path(folder == nullptr ? "/usr/share/zoneinfo" : folder) / zone, ignored);
}

/// The database's own spelling. An unknown TZ would silently be UTC.
std::string known_zone(const std::string& zone) {
  for (const auto& candidate : {zone, base::upper(zone)}) {
    if (is_zone_file(candidate)) return candidate;
  }
  throw error(fmt::format("there is no time zone '{}' on this machine", zone), failure::usage)
      .help("write an IANA name such as \"Europe/Berlin\", \"UTC\" or \"local\"");
}

local_time on_this_machine(std::time_t moment) {
  local_time result;
  localtime_r(&moment, &result.fields);
  result.offset_minutes = static_cast<int>(result.fields.tm_gmtoff / 60);
  return result;
}

}  // namespace

std::string local_time::iso() const {
  const std::string zone =
      offset_minutes == 0
          ? "Z"
          : fmt::format("{}{:02}:{:02}", offset_minutes < 0 ? '-' : '+',
                        std::abs(offset_minutes) / 60, std::abs(offset_minutes) % 60);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", fields.tm_year + 1900,
                     fields.tm_mon + 1, fields.tm_mday, fields.tm_hour, fields.tm_min,
                     fields.tm_sec, zone);
}

local_time time_in_zone(std::time_t moment, const std::string& zone) {
  if (zone == "local") return on_this_machine(moment);
  if (base::upper(zone) == "UTC") {
    local_time result;
    gmtime_r(&moment, &result.fields);
    return result;
  }
  const zone_guard guard(":" + known_zone(zone));
  return on_this_machine(moment);
}

}  // namespace retort::command
