#pragma once

#include <string>
#include <string_view>

namespace retort::dialect {

/// Whether objects of this kind are known by their arguments, too.
bool is_routine(std::string_view kind);

/// The words of a kind as SQL has them: "MATERIALIZED VIEW".
std::string upper(std::string_view kind);

}  // namespace retort::dialect
