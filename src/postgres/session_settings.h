#pragma once

#include <string>
#include <string_view>

#include "db/connection.h"

namespace retort::postgres {

/// The query that gives a session the settings that Retort's statements, and the texts that it
/// compares, rely on, and those with which a default of the role or the database could bend a
/// migration: isolation, read-only transactions, timeouts. What the client itself asked for
/// (`options` of the URL, PGOPTIONS) stays. A setting that the server does not know is left out.
const std::string& session_settings_query();

/// Gives a new session these settings. `asked`: the options that the client has asked for
/// (`-c name=value …`).
void apply_session_settings(db::connection& connection, std::string_view asked);

/// The same as a statement of a script, on one line.
const std::string& session_settings_statement();

}  // namespace retort::postgres
