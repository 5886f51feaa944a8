#pragma once

#include <string>

#include "command/environment.h"
#include "command/verbs.h"

namespace retort::command {

/// Copies a database into a file that is not there yet, and looks whether the copy can be read:
/// SQLite by its backup interface, PostgreSQL by pg_dump, whose major version must not be older
/// than the server's. `path` empty: beside a SQLite file, or in the working directory, named after
/// the database and the time. Throws `error` where that cannot be; then there is no file.
backup_info back_up(const environment& env, db::connection& connection, std::string path);

/// What people are told of a backup, a line each; none where none was made.
std::vector<std::string> lines_of(const backup_info& made);

/// Copies a database's whole contents into an empty scratch database, as a backup that is restored.
void copy_into(const environment& env, db::connection& connection, const db::url& scratch);

}  // namespace retort::command
