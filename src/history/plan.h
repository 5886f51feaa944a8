#pragma once

#include "history/resolve.h"

namespace retort::history {

/// The revisions that `target` asks an upgrade for, `current` being the database's rows; empty for
/// the base. With `stop_at_ends` a walk that meets the end of the history ends there.
std::vector<node> upgrade_targets(const graph& g, std::span<const node> current,
                                  std::string_view target, bool stop_at_ends);
/// Throws where one of them is an ancestor of another.
void refuse_overlap(const graph& g, std::span<const node> targets);

plan plan_upgrade(const graph& g, const rows& current, std::string_view target);
plan plan_downgrade(const graph& g, const rows& current, std::string_view target);
plan plan_stamp(const graph& g, const rows& current, std::span<const std::string> targets,
                bool purge);
std::vector<node> list_history(const graph& g, std::string_view range, const rows& current);

}  // namespace retort::history
