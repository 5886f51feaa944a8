#pragma once

#include <optional>
#include <string_view>

#include "model/table.h"
#include "render/expression.h"

namespace retort::render {

/// A type as an author writes it, with `t` for `retort::types`: `t::varchar(20)`, `t::raw("mood")`.
/// The dialect spells it as it spells the given one. None where nothing that an author can write is
/// spelled so.
std::optional<expression> type_of(const model::type& type, std::string_view dialect);

}  // namespace retort::render
