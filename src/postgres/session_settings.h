#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/connection.h"

namespace retort::postgres {

/// Gives a new session the settings that Retort's statements, and the texts that it compares, rely
/// on, and those with which a default of the role or the database could bend a migration:
/// isolation, read-only transactions, timeouts. What the client itself asked for (`options` of the
/// URL, PGOPTIONS) stays; `asked` are those options (`-c name=value …`). A setting that the server
/// does not know is left out. Where it is not the process `backend` of the server that answers,
/// nothing is set, and the answer is no.
bool apply_session_settings(db::connection& connection, std::string_view asked,
                            std::optional<int> backend = std::nullopt);

/// The query that gives them to the transaction that is open.
const std::string& local_settings_query();

/// The statement that gives them to the session of a script, on one line.
const std::string& session_settings_statement();

}  // namespace retort::postgres
