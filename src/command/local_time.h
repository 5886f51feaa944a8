#pragma once

#include <ctime>
#include <string>

namespace retort::command {

/// A moment on the clocks of a time zone.
struct local_time {
  std::tm fields = {};
  /// Minutes east of Greenwich.
  int offset_minutes = 0;

  /// ISO 8601 with the zone: `2026-01-31T09:00:00Z`, `2026-01-31T10:00:00+01:00`.
  std::string iso() const;
};

/// `zone`: "UTC", "local" (this machine's), or a name of the IANA time zone database, whatever its
/// case where the whole is upper case there ("utc", "cet"). Throws `error` (usage) for one that
/// this machine does not have. Not for use beside other threads: the zone is the process's while it
/// works.
local_time time_in_zone(std::time_t moment, const std::string& zone);

}  // namespace retort::command
