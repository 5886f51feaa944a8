#pragma once

#include <span>
#include <string>
#include <string_view>

#include <retort/error.h>

#include "history/graph.h"

namespace retort::history {

/// 'text', control characters made visible.
std::string quoted(std::string_view text);
/// `file:line`, as far as known.
std::string place(const revision& r);
/// 'a', 'b' and 3 more.
std::string listed(const graph& g, std::span<const node> nodes);

/// What a declaration that names nothing may have meant: an id or, where `labels`, a label; or
/// empty.
std::string nearest_name(const graph& g, std::string_view name, bool labels);

/// `current`: whether that word would have been understood.
error no_such_revision(const graph& g, std::string_view name, bool current);
error no_such_branch(const graph& g, std::string_view name);
error several_heads(const graph& g, std::string_view typed, std::span<const node> heads);
error unknown_row(std::string_view row);
error row_below_row(const graph& g, node below, node above);
/// A relative symbol of no steps, from where the database is.
error no_step(std::string_view text);
error too_far(std::string_view relative, std::string_view from, long possible);

}  // namespace retort::history
