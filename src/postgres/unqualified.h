#pragma once

#include <string>
#include <string_view>

#include "postgres/catalogue.h"

namespace retort::postgres {

/// Some of the server's functions name the schema of what they define, whatever the search path is.
/// The definition without it, where that is the schema to work in, which may be called otherwise
/// when a migration runs. `lead`: what stands before the name; the schema and the name are as the
/// catalogue has them.
std::string unqualified(const catalogue& from, std::string definition, std::string_view lead,
                        const db::cell& schema, const db::cell& name);

}  // namespace retort::postgres
