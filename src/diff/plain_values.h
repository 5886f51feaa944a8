#pragma once

#include <string>

#include "dialect/dialect.h"
#include "model/schema.h"

namespace retort::diff {

/// SQL of what is nothing in a type: 0, '', false, the time it is; of an enumeration the first
/// value. Empty: nothing is known.
std::string nothing_in(const std::string& raw_type, const model::schema& all,
                       const dialect::dialect& target);

}  // namespace retort::diff
