#pragma once

#include <memory>

#include "db/url.h"
#include "dialect/scratch.h"

namespace retort::postgres {

/// Databases named `retort_scratch_*` on the server of `near`. Connects, and drops what processes
/// that are no more have left there: a scratch database carries the server process and its start
/// time of the connection that made it, a snapshot the folder that it belongs to. Throws `error`.
std::unique_ptr<dialect::scratch> open_scratch(const db::url& near);

}  // namespace retort::postgres
