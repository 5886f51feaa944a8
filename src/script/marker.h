#pragma once

#include <cstddef>
#include <string_view>

#include "script/source_text.h"
#include "script/sql_file.h"

namespace retort::script {

/// Whether the text of a line comment, behind its dashes, is a section marker or a slip of one:
/// `migrate:` and a word, or `migrate` and a direction.
bool looks_like_marker(std::string_view comment);

/// Reads the marker whose dashes stand at `offset` of the source: direction, dialect, options,
/// line. Throws `error` at the word that is wrong.
sql_section parse_marker(const source_text& source, std::size_t offset);

}  // namespace retort::script
