#include "base/actor.h"

#include <cerrno>
#include <fstream>
#include <iterator>

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

namespace {

/// Dead, and nobody has asked for its status yet: in a container that may be for ever. proc(5): the
/// state stands behind the name's parenthesis.
bool is_zombie(int process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = text.rfind(") ");
  return name_end != std::string::npos && text.compare(name_end + 2, 1, "Z") == 0;
}

}  // namespace

bool is_gone(const std::string& host, int process) {
  if (process <= 0 || host != this_actor().host) return false;
  return (::kill(process, 0) != 0 && errno == ESRCH) || is_zombie(process);
}

#else

actor this_actor() { return {}; }
bool is_gone(const std::string&, int) { return false; }

#endif

}  // namespace retort::base
