#pragma once

#include <span>
#include <vector>

#include "sqlite/tokens.h"

namespace retort::sqlite {

/// For each token, whether it stands where SQLite's grammar takes nothing but the name of a table,
/// a column or an object, so that quotes around it mean nothing: behind FROM, JOIN, INTO, UPDATE,
/// IN, CREATE VIEW and the like, in the lists that follow them, and beside a dot. In an expression,
/// "x" may be a string, so names there are not told.
std::vector<bool> name_places(std::span<const token> all);

}  // namespace retort::sqlite
