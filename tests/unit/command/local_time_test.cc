#include "command/local_time.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include <retort/error.h>

using retort::command::time_in_zone;

namespace {

// 2026-01-31T09:00:00Z and half a year later.
constexpr std::time_t winter = 1769850000;
constexpr std::time_t summer = 1785488400;

std::string refusal(const std::string& zone) {
  try {
    time_in_zone(winter, zone);
  } catch (const retort::error& problem) {
    CHECK(problem.kind == retort::failure::usage);
    return problem.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a moment in a time zone") {
  CHECK(time_in_zone(winter, "UTC").iso() == "2026-01-31T09:00:00Z");
  CHECK(time_in_zone(winter, "utc").iso() == "2026-01-31T09:00:00Z");
  CHECK(time_in_zone(winter, "Europe/Berlin").iso() == "2026-01-31T10:00:00+01:00");
  CHECK(time_in_zone(summer, "Europe/Berlin").iso() == "2026-07-31T11:00:00+02:00");
  CHECK(time_in_zone(winter, "America/St_Johns").iso() == "2026-01-31T05:30:00-03:30");
  CHECK(time_in_zone(winter, "cet").iso() == "2026-01-31T10:00:00+01:00");
  CHECK(time_in_zone(winter, "Europe/Berlin").fields.tm_hour == 10);
}

TEST_CASE("the machine's own zone, which another zone leaves as it was") {
  setenv("TZ", "Asia/Tokyo", 1);
  CHECK(time_in_zone(winter, "Europe/Berlin").fields.tm_hour == 10);
  CHECK(time_in_zone(winter, "local").iso() == "2026-01-31T18:00:00+09:00");
  unsetenv("TZ");
}

TEST_CASE("a zone that is not there is no silent UTC") {
  CHECK(refusal("fake") == "there is no time zone 'fake' on this machine");
  CHECK(refusal("Europe/Berlim") == "there is no time zone 'Europe/Berlim' on this machine");
  CHECK(refusal("../etc/passwd") == "there is no time zone '../etc/passwd' on this machine");
  CHECK(refusal("/etc/localtime") != "no error");
  CHECK(refusal("Europe") != "no error");
}
