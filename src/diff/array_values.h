#pragma once

#include <optional>
#include <string>

#include "diff/conversions.h"

namespace retort::diff {

/// Of a type of PostgreSQL, as introspection spells it.
bool is_array(const std::string& type);

/// PostgreSQL: between an array and text, JSON, or one value, of which exactly one side is an
/// array. To text and back nothing is lost, whichever of them comes first, and whatever dimensions,
/// bounds and elements there are; to JSON and back nothing but bounds. None: a cast has to do. The
/// names are as those of `conversions`.
std::optional<conversion> array_conversion(const std::string& from, const std::string& to,
                                           const std::string& name, const std::string& function);

}  // namespace retort::diff
