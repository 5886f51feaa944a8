#include "conformance/postgres_server.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include <retort/error.h>

#include "process/postgres_server.h"

/// libpqxx 6.4 leaks the result of the statement that finds its connection closed: make_result()
/// asks for the client's encoding before anything owns the result, and that throws.
extern "C" const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult"; }

namespace retort::conformance {

std::optional<db::url> postgres_server() {
  if (const char* given = std::getenv("RETORT_TEST_POSTGRES_URL")) {
    if (*given != '\0') return db::parse_url(given);
  }
  if (const char* file = std::getenv("RETORT_TEST_POSTGRES_URL_FILE")) {
    std::string line;
    if (std::getline(std::ifstream(file), line)) return db::parse_url(line);
  }
  try {
    static process::postgres_server server;
    return db::parse_url(server.url());
  } catch (const error& problem) {
    const char* required = std::getenv("RETORT_REQUIRE_POSTGRES");
    const bool is_required =
        required != nullptr && *required != '\0' && std::string_view(required) != "0";
    if (problem.kind != failure::unavailable || is_required) throw;
    std::puts("skipped: PostgreSQL is not installed");
    return std::nullopt;
  }
}

}  // namespace retort::conformance
