#pragma once

#include <optional>
#include <span>
#include <string_view>

#include <retort/bundle.h>

#include "engine/file_list.h"

namespace retort::engine {

/// The files that `load_around` makes a graph of, each neighbour of `id` with only what ties it to
/// that; none where it gives none.
std::optional<file_list> read_around(std::span<const bundle::set* const> sets, std::string_view id);

}  // namespace retort::engine
