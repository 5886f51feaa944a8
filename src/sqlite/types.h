#pragma once

#include <string>
#include <string_view>

#include "model/table.h"

namespace retort::sqlite {

/// The name of a type in CREATE TABLE; the table is in src/dialect/README.md. A STRICT table knows
/// five names only, so there the author's type becomes one of them; a raw type passes through.
std::string type_name(const model::type& type, bool strict);

/// A declared type in normal form: upper-case, single spaces, `NAME(10, 2)`.
std::string normal_type(std::string_view declared);

/// "Datatypes", section "Determination Of Column Affinity": how SQLite stores what a column of this
/// declared type is given.
enum class affinity { integer, text, blob, real, numeric };
affinity affinity_of(std::string_view declared);

}  // namespace retort::sqlite
