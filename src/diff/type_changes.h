#pragma once

#include <string>
#include <vector>

#include "diff/object_changes.h"

namespace retort::diff {

// PostgreSQL: a type under another definition.

/// The values of `CREATE TYPE x AS ENUM (…)`; none: it is no enumeration.
std::vector<std::string> enum_values(std::string_view definition);

/// ALTER TYPE, ALTER DOMAIN where those can say it, else the type made anew beside the old one,
/// which the columns leave for it. `all`: the schema before.
change alter_type(const keyed_object& from, const model::object& to, const model::schema& all,
                  const dialect::dialect& target, const change_options& options);

}  // namespace retort::diff
