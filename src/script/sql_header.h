#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "script/source_text.h"
#include "script/sql_file.h"

namespace retort::script {

/// A line comment of a file's header.
struct header_line {
  /// Behind the dashes, trimmed.
  std::string_view text;
  /// Of `text` in the source.
  std::size_t offset = 0;
};

/// Reads revision, parents, message and the rest. Throws `error` at the line's place.
void parse_header(const std::vector<header_line>& lines, const source_text& source,
                  sql_header& header);

/// Whether a message would be read back as itself from a file's first comment line: it is no
/// `key: value` of the header and no marker.
bool reads_as_message(std::string_view line);

}  // namespace retort::script
