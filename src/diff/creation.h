#pragma once

#include <string>
#include <vector>

#include "dialect/dialect.h"
#include "model/operation.h"

namespace retort::diff {

/// The operations that make a schema out of nothing, in an order in which each finds what it needs:
/// types before the tables that have them, tables before the views over them, and foreign keys
/// where the database looks for their tables at once behind all tables. The schema is as
/// introspection shows it. What a routine's body mentions is not looked at (PostgreSQL:
/// "check_function_bodies" has to be off).
std::vector<model::operation> creation(const model::schema& wanted, const dialect::dialect& target);

/// The kinds of `model::object`, without those of grants.
std::vector<std::string> object_kinds();

}  // namespace retort::diff
