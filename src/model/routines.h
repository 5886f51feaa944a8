#pragma once

#include <map>
#include <string>
#include <string_view>

#include "model/operation.h"

namespace retort::model {

// A function or procedure is known by the types of its arguments (PostgreSQL, "DROP FUNCTION"),
// which may be written with names and defaults or without.

/// Arguments as DROP FUNCTION takes them: without their defaults.
std::string without_defaults(std::string_view arguments);

using objects = std::map<std::string, object>;

/// The object that a name means; the end of `all` where there is none, or more than one routine
/// that it may mean.
objects::const_iterator find_object(const objects& all, const object_name& wanted);

/// What names the object of an entry, with the arguments that it was made with.
object_name name_of(const objects::value_type& entry);

}  // namespace retort::model
