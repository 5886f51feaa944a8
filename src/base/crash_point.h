#pragma once

namespace retort::base {

// Death on purpose: how `verify --crash-points` finds out what a killed program leaves. Every call
// to a database passes a crash point when it is done, and COMMIT one before, too.

/// Kills the process, as SIGKILL does, at the `number`-th crash point from now on; 0: never.
void die_at(long number) noexcept;

namespace detail {
inline long crash_points_left = 0;
void pass_crash_point() noexcept;
}  // namespace detail

inline void crash_point() noexcept {
  if (detail::crash_points_left != 0) detail::pass_crash_point();
}

}  // namespace retort::base
