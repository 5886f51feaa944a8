#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace retort::process {

/// Which process is meant, beyond the reuse of process numbers.
struct identity {
  int pid = 0;
  /// Clock ticks after boot at which it began, from /proc; empty where there is no /proc.
  std::string started;

  bool operator==(const identity&) const = default;
};

/// The process that has this number now; its `started` is empty where that cannot be known.
identity identify(int pid);

/// Whether that very process still runs. One that has ended and only waits to be reaped does not.
bool is_alive(const identity& who);

/// "PID STARTED", and back; none where the text is something else.
std::string to_text(const identity& who);
std::optional<identity> identity_from_text(std::string_view text);

}  // namespace retort::process
