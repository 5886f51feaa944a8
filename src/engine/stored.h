#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dialect/dialect.h"
#include "engine/migration_set.h"
#include "engine/planner.h"

// A migration as text that the journal keeps, so that a program which does not have it can take it
// back.

namespace retort::engine {

/// The SQL file of a migration: of one in SQL the file itself, of one in C++ a file with its
/// downgrade as SQL for this database. Empty where it has no way back, or one that is not SQL
/// alone. `plans`: of the same set and dialect.
std::string stored_text(const planner& plans, const migration_set& set,
                        const dialect::dialect& target, std::size_t index);

/// Whether a retort.sum has a line for exactly this text.
bool is_released(const stored_migration& stored, std::string_view sum);

}  // namespace retort::engine
