#pragma once

#include <memory>

#include "db/connection.h"
#include "dialect/locks.h"

namespace retort::postgres {

/// See `dialect::meter_locks`.
std::unique_ptr<dialect::lock_meter> meter_locks(db::connection& connection);

}  // namespace retort::postgres
