#pragma once

#include <string>

#include "model/table.h"

namespace retort::sqlite {

/// The column that a CHECK keeps to the values of an enumeration: one called "<enumeration>.…" that
/// says `column IN ('a', 'b')` and nothing else. Empty: it is another CHECK. (Behind the dot stood
/// the column's name when it was made; it may have got another one since.)
std::string enumerated_column(const model::check& check);

}  // namespace retort::sqlite
