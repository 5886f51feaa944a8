#pragma once

#include <string>
#include <vector>

#include "dialect/statement.h"

namespace retort::sqlite {

/// Lines of a script that end what a migration's statements set on their connection: temporary
/// objects, and PRAGMAs that hold for the connection ("PRAGMA Statements"). A script cannot ask
/// what was there before, so a PRAGMA gets its default. ATTACH is not undone: within a transaction
/// SQLite does not detach.
std::string script_undo(const std::vector<dialect::statement>& statements);

}  // namespace retort::sqlite
