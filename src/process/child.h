#pragma once

#include <functional>

namespace retort::process {

/// Does work in a child process that is a copy of this one, waits for it, and returns what the work
/// returned, or 128 + the number of the signal that ended the child. Nothing of this process is
/// cleaned up in the child, so that what it shares (connections, temporary files) stays as it was.
/// The work may not throw. Throws `error` where there can be no child, or on systems without fork.
int in_child(const std::function<int()>& work);

}  // namespace retort::process
