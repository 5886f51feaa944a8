#include "base/actor.h"

#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#if __has_include(<unistd.h>)
#include <pwd.h>
#include <signal.h>
#include <unistd.h>
#endif

namespace retort::base {

const char* version() { return RETORT_VERSION; }

std::string actor::display() const {
  return fmt::format("{}{}{}{}process {}", user, host.empty() ? "" : "@", host,
                     user.empty() && host.empty() ? "" : ", ", process);
}

#if __has_include(<unistd.h>)

actor this_actor() {
  actor result;
  result.process = static_cast<int>(::getpid());
  if (const auto* entry = ::getpwuid(::geteuid())) result.user = entry->pw_name;
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) == 0) result.host = name;
  return result;
}

bool is_gone(const std::string& host, int process) {
  return process > 0 && host == this_actor().host && ::kill(process, 0) != 0 && errno == ESRCH;
}

#else

actor this_actor() { return {}; }
bool is_gone(const std::string&, int) { return false; }

#endif

}  // namespace retort::base
