#pragma once

#include <string>

namespace retort::process {

/// The folder that holds both `initdb` and `postgres`: from PATH, else the highest version under
/// /usr/lib/postgresql and /usr/pgsql-*, else `pg_config --bindir`, else Homebrew's. Empty: there
/// is none.
std::string find_postgres_programs();

}  // namespace retort::process
