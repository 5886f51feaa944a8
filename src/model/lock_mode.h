#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace retort::model {

/// How strong one of PostgreSQL's table-level locks is, from 1 for the weakest ("Explicit Locking",
/// 13.3.1): by its name in pg_locks ("AccessExclusiveLock") or in LOCK TABLE ("ACCESS EXCLUSIVE").
/// None where there is no such lock.
std::optional<int> lock_strength(std::string_view mode);

/// Their names in pg_locks, weakest first, for people.
std::string lock_modes();

}  // namespace retort::model
