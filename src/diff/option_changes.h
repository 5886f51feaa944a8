#pragma once

#include <string>
#include <string_view>

#include "diff/changes.h"

namespace retort::diff {

/// What turns the `OPTIONS (a 'x', …)` at the end of one definition into those of another one:
/// `OPTIONS (SET a 'y', ADD b 'z', DROP c)`. Empty where they are the same.
std::string altered_options(std::string_view from, std::string_view to);

/// PostgreSQL: what alters the options of a server, a foreign data wrapper or a text search
/// dictionary, or the dictionaries of a mapping, where it is. No ways: it is dropped and created.
change alter_options(const model::object& from, const model::object& to);

}  // namespace retort::diff
