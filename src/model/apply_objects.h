#pragma once

#include <string>

#include "model/operation.h"

namespace retort::model {

/// The definition of an enum type after a change of its values. Throws `error` without a place
/// where it does not have the value that the change names.
std::string changed_enum(const std::string& definition, const alter_enum& op);

/// What makes a table a partition, as a line of `table::opaque`.
std::string partition_line(const qualified_name& parent, const std::string& bounds);

}  // namespace retort::model
