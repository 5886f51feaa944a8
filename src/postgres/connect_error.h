#pragma once

#include <string>

#include <retort/error.h>

#include "db/url.h"

namespace retort::postgres {

/// The error for a connection that could not be made, with what to do; no password is in it.
/// `report` is libpq's: `connection to server at "h" (addr), port 5432 failed: FATAL:  reason`, one
/// line for each address that was tried, with indented lines of explanation.
error connect_error(std::string report, const db::url& address);

}  // namespace retort::postgres
