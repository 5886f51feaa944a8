#pragma once

#include <string>

namespace retort::postgres {

/// The query that gives a session the settings that Retort's statements, and the texts that it
/// compares, rely on, and those with which a default of the role or the database could bend a
/// migration: isolation, read-only transactions, timeouts. What the client itself asked for
/// (`options` of the URL, PGOPTIONS) stays. A setting that the server does not know is left out.
const std::string& session_settings_query();

/// The same as a statement of a script, on one line.
const std::string& session_settings_statement();

}  // namespace retort::postgres
