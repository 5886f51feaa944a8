#include "process/identity.h"

#include <csignal>

#include <doctest/doctest.h>
#include <unistd.h>

#include "process/spawn.h"

namespace retort::process {
namespace {

TEST_CASE("an identity goes through its text") {
  CHECK(to_text({12, "345"}) == "12 345");
  CHECK(identity_from_text("12 345\n") == identity{12, "345"});
  CHECK(identity_from_text("12 ") == identity{12, ""});
  for (const char* bad : {"", "x", "12x 3", "-4 5", "0 ", "1 2 3"}) {
    CHECK_MESSAGE(!identity_from_text(bad), bad);
  }
}

TEST_CASE("a process is alive until it ends, even unreaped, and another of its number is not it") {
  const auto self = identify(::getpid());
  CHECK(is_alive(self));
  if (!self.started.empty()) CHECK_FALSE(is_alive({self.pid, self.started + "1"}));

  const int pid = spawn({.program = "/bin/sh", .arguments = {"-c", "sleep 30"}});
  const auto child = identify(pid);
  CHECK(is_alive(child));
  ::kill(pid, SIGKILL);
  for (int i = 0; i < 1000 && is_alive(child); ++i) ::usleep(5000);
  CHECK_FALSE(is_alive(child));
  CHECK(wait_for(pid) == 128 + 9);
  CHECK_FALSE(is_alive(child));
  CHECK_FALSE(is_alive({0, ""}));
}

}  // namespace
}  // namespace retort::process
