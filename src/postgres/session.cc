#include "postgres/session.h"

#include <fmt/format.h>

#include "dialect/quoting.h"
#include "postgres/catalogue.h"

namespace retort::postgres {

session::session(db::connection& connection) : connection_(connection) {
  // "session" is the source of what SET and set_config() set; all else comes back with RESET ALL.
  const auto settings =
      connection_.query("SELECT name, setting FROM pg_settings WHERE source = 'session'");
  for (const auto& row : settings.rows) settings_.emplace_back(text(row[0]), text(row[1]));
  role_ = text(connection_.query("SELECT current_setting('role')").rows.at(0).at(0));
}

session::~session() {
  if (connection_.in_transaction()) return;
  try {
    restore();
  } catch (...) {  // The connection is lost, and its settings with it.
  }
}

void session::restore() {
  connection_.execute("RESET SESSION AUTHORIZATION");
  connection_.execute("RESET ALL");
  connection_.execute(role_ == "none" ? "RESET ROLE"
                                      : "SET ROLE " + dialect::quote_identifier(role_));
  for (const auto& [name, value] : settings_) {
    const db::cell parameters[] = {name, value};
    connection_.query("SELECT set_config($1, $2, false)", parameters);
  }
}

}  // namespace retort::postgres
