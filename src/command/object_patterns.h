#pragma once

#include <string>
#include <vector>

#include "dialect/dialect.h"
#include "model/filter.h"
#include "model/schema.h"

namespace retort::command {

/// The filter that patterns of retort.toml make: an object counts when it matches one of `include`
/// (where there are any; the parts of a table need no pattern of their own) and none of `exclude`.
///
/// A pattern is `[TYPE:]NAME`, TYPE being one of `retort::schema_object`; without it the pattern is
/// for every object that is no part of a table. NAME is a glob of `*` and `?`, matched against the
/// object's name, or where it holds a dot against `schema.name`, for a part of a table against
/// `table.name`. Without patterns the result is empty.
model::object_filter pattern_filter(const std::vector<std::string>& include,
                                    const std::vector<std::string>& exclude);

/// Throws `error` where a pattern has a TYPE that no object has.
void require_known_type(const std::string& pattern);

/// Alembic's own table is no part of what a program works with, in whatever schema it is.
void leave_out_alembic(model::schema& shown);

/// Where one schema is worked in, others are none of its business unless the models have them.
void leave_other_schemas(model::schema& shown, const model::schema& wanted,
                         const dialect::dialect& target);

}  // namespace retort::command
