#pragma once

#include <vector>

#include "model/schema.h"

namespace retort::model {

/// The views over a view of the schema, and those over them, each behind what it reads. Found by
/// the names in their texts: one may be among them that has another schema's view of that name.
std::vector<qualified_name> views_over(const schema& now, const qualified_name& view);

}  // namespace retort::model
