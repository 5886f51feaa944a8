#include "process/child.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <fmt/format.h>

#include <retort/error.h>

#include "process/spawn.h"

namespace retort::process {

int in_child(const std::function<int()>& work) {
  // What is in the buffers would be written twice.
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) {
    throw error(fmt::format("cannot make a process: {}", std::generic_category().message(errno)));
  }
  if (child == 0) ::_exit(work());
  return wait_for(child);
}

}  // namespace retort::process
