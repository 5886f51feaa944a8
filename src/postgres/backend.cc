#include <memory>
#include <string>

#include <fmt/format.h>

#include <retort/error.h>
#include <retort/postgres.h>

#include "dialect/backend.h"
#include "dialect/quoting.h"
#include "postgres/catalogue.h"
#include "postgres/connection.h"
#include "postgres/dialect.h"
#include "postgres/pooler.h"
#include "postgres/scratch.h"

namespace retort {
namespace postgres {
namespace {

void set_role(db::connection& connection, const std::string& role) {
  try {
    connection.execute("SET ROLE " + dialect::quote_identifier(role));
  } catch (error& problem) {
    throw error(fmt::format("cannot work as role '{}': {}", role, problem.what()))
        .help("check --role, or GRANT the role to the user in the URL");
  }
}

void set_search_path(db::connection& connection, const open_options& options) {
  std::string path;
  const auto add = [&](const std::string& schema) {
    path += (path.empty() ? "" : ", ") + dialect::quote_identifier(schema);
  };
  if (options.schema.empty()) {
    path =
        text(connection.query("SELECT pg_catalog.current_setting('search_path')").rows.at(0).at(0));
  } else {
    add(options.schema);
    const db::parameter name[] = {options.schema};
    if (connection.query("SELECT FROM pg_namespace WHERE nspname = $1", name).rows.empty()) {
      throw error(fmt::format("schema '{}' does not exist", options.schema))
          .help(fmt::format("create it: CREATE SCHEMA {}",
                            dialect::quote_identifier(options.schema)));
    }
  }
  for (const auto& schema : options.extra_search_path) add(schema);
  const db::parameter value[] = {path};
  connection.query("SELECT pg_catalog.set_config('search_path', $1, false)", value);
}

/// What is set on a session that is somebody else's the next moment does not hold, and stays there.
void refuse_shared(const connection& connection, const open_options& options) {
  if (!connection.is_shared()) return;
  const char* asked = !options.role.empty()                ? "a role"
                      : !options.schema.empty()            ? "a schema"
                      : !options.extra_search_path.empty() ? "an extra search path"
                                                           : nullptr;
  if (asked == nullptr) return;
  throw shared_connection(fmt::format("that {} would not hold", asked));
}

class postgres_backend final : public backend {
 public:
  const retort::dialect::dialect& dialect() const override { return dialect_; }

  std::unique_ptr<db::connection> open(const db::url& url,
                                       const open_options& options) const override {
    auto connection = connect(url);
    refuse_shared(*connection, options);
    if (!options.role.empty()) set_role(*connection, options.role);
    if (!options.schema.empty() || !options.extra_search_path.empty()) {
      set_search_path(*connection, options);
    }
    if (options.read_only && !connection->is_shared()) {
      connection->execute("SET default_transaction_read_only = on");
    }
    return connection;
  }

  std::unique_ptr<retort::dialect::scratch> open_scratch(const db::url& near) const override {
    return postgres::open_scratch(near);
  }

 private:
  postgres_dialect dialect_;
};

}  // namespace
}  // namespace postgres

inline namespace abi_1 {

const backend& postgres_backend() {
  static const postgres::postgres_backend the_backend;
  return the_backend;
}

}  // namespace abi_1
}  // namespace retort
