#pragma once

#include <string>
#include <string_view>

#include "model/table.h"

namespace retort::postgres {

/// A type as PostgreSQL's format_type() spells it: `character varying(20)`, `timestamp with time
/// zone`. A raw type is returned as it stands.
std::string type_name(const model::type& type);

/// The spelling of format_type() for what an author may write: `VARCHAR(20)`, `int4[]`,
/// `timestamptz(3)`. A name that is none of PostgreSQL's aliases keeps its spelling.
std::string canonical_type(std::string_view written);

/// A type without what stands in parentheses, as a cast of a constant shows it: `character
/// varying`, `bpchar` for `character(3)`.
std::string cast_name(std::string_view canonical);

}  // namespace retort::postgres
