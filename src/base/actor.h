#pragma once

#include <string>

namespace retort::base {

/// Retort's version, as CMake's project() says it.
const char* version();

/// Who runs this process, for people: "user@host, process 4711". What the system does not tell is
/// left out.
struct actor {
  std::string user;
  std::string host;
  int process = 0;

  std::string display() const;
};
actor this_actor();

/// Whether that process has ended; false where nobody here can know it, for it ran on another
/// machine.
bool is_gone(const std::string& host, int process);

}  // namespace retort::base
