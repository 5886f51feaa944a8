#pragma once

#include <string_view>

#include <retort/error.h>

#include "db/connection.h"
#include "postgres/connection.h"

namespace retort::postgres {

/// Whether a transaction pooler stands between here and the server: then each transaction, and each
/// statement outside of one, may reach another session, and what is set or locked on a session
/// stays behind for whoever gets it next. `own` is in no transaction. Two more connections are
/// made, and waited for a few seconds; yes where they cannot be had.
bool is_pooled(connection& own);

/// What to tell of it; `consequence`: behind "so".
error shared_connection(std::string_view consequence);

/// See `dialect::require_own_session`: while a second connection holds a transaction, and with it a
/// session of the server, ours must be at another one, and at the same as before.
void require_own_session(db::connection& connection);

}  // namespace retort::postgres
