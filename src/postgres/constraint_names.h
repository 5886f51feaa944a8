#pragma once

#include "model/table.h"

namespace retort::postgres {

/// Gives every unnamed constraint of a table the name that PostgreSQL would choose, as long as
/// nothing else in the schema has it.
void name_constraints(model::table& table);

}  // namespace retort::postgres
