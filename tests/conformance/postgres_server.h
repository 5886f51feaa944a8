#pragma once

#include <memory>
#include <optional>
#include <string>

#include <retort/postgres.h>

#include "dialect/backend.h"

namespace retort::conformance {

/// The server for these tests: RETORT_TEST_POSTGRES_URL, the file that
/// RETORT_TEST_POSTGRES_URL_FILE names, or a private one that ends with the program. None where
/// PostgreSQL is not installed and not required; the test then has nothing to do.
std::optional<db::url> postgres_server();

/// PostgreSQL, and what it shows of a database.
inline const dialect::dialect& target() { return postgres_backend().dialect(); }
inline model::schema shown(db::connection& connection) {
  return target().introspect(connection, "retort_version");
}

/// One test's own database.
struct postgres_database {
  explicit postgres_database(const db::url& server)
      : scratch(postgres_backend().open_scratch(server)),
        url(scratch->create()),
        connection(open()) {}

  std::unique_ptr<db::connection> open(const open_options& options = {}) const {
    return postgres_backend().open(url, options);
  }

  std::unique_ptr<dialect::scratch> scratch;
  db::url url;
  std::unique_ptr<db::connection> connection;
};

}  // namespace retort::conformance
