#pragma once

#include "diff/object_changes.h"

namespace retort::diff {

// PostgreSQL: a type under another definition.

/// ALTER TYPE, ALTER DOMAIN where those can say it, else the type made anew (`remade`), also where
/// a type becomes a domain of its name, or the other way.
change alter_type(const keyed_object& from, const model::object& to, const schema_pair& all,
                  const dialect::dialect& target, const change_options& options);

}  // namespace retort::diff
