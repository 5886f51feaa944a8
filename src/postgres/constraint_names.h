#pragma once

#include <string>
#include <string_view>

#include "model/table.h"

namespace retort::postgres {

/// `table_columns_label` cut to what a name can hold, the longer part first and never inside a
/// character (PostgreSQL: indexcmds.c, makeObjectName).
std::string object_name(std::string_view table, std::string_view columns, std::string_view label);

/// Gives every unnamed constraint of a table the name that PostgreSQL would choose, as long as
/// nothing else in the schema has it.
void name_constraints(model::table& table);

}  // namespace retort::postgres
