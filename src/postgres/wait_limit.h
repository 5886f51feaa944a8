#pragma once

#include <memory>

#include "db/connection.h"
#include "dialect/session.h"

namespace retort::postgres {

/// Watches a connection's statement over a second connection, and cancels it when it has waited for
/// locks of others for longer than so many seconds on end: see `dialect::limit_concurrent_waiting`.
std::unique_ptr<dialect::wait_limit> limit_waiting(db::connection& connection, int seconds);

}  // namespace retort::postgres
