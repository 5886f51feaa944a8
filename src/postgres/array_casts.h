#pragma once

#include <string>

namespace retort::postgres {

/// The server's own SQL in a form that it reads as what it printed. `x IN ('p', 'q')` of a varchar
/// it prints as `ANY ((ARRAY['p'::character varying])::text[])`, and that it reads as another
/// expression, for a cast behind ARRAY[…] is one of the elements ("Array Constructors"); without
/// the cast it is the first one again.
std::string reread(std::string sql);

/// For comparing: the two expressions, which mean the same, as one.
std::string with_plain_strings(std::string sql);

}  // namespace retort::postgres
