#include "process/postgres_server.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <retort/error.h>

#include "process/identity.h"
#include "process/postgres_programs.h"
#include "process/run.h"
#include "process/spawn.h"
#include "process/supervisor.h"

namespace retort::process {
namespace {

namespace fs = std::filesystem;

/// Whether to go on: without PostgreSQL there is nothing to test, unless it is required.
bool has_postgres() {
  if (!find_postgres_programs().empty()) return true;
  const char* required = std::getenv("RETORT_REQUIRE_POSTGRES");
  CHECK_MESSAGE((required == nullptr || *required == '\0' || *required == '0'),
                "PostgreSQL is required and not installed");
  return false;
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    ::usleep(5000);
  }
  return false;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct folder_of_test {
  fs::path path;
  folder_of_test() {
    std::string name = (fs::temp_directory_path() / "retort-test-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~folder_of_test() { fs::remove_all(path); }
};

/// A process that stands for CTest.
struct client {
  int pid = spawn({.program = "/bin/sh", .arguments = {"-c", "exec sleep 300"}});
  identity who = identify(pid);

  ~client() { end(); }
  void end() {
    if (pid != 0) {
      ::kill(pid, SIGKILL);
      wait_for(pid);
    }
    pid = 0;
  }
};

/// A supervised server's parts, to be looked for after its end.
struct supervised {
  std::string folder;
  identity supervisor;
  identity server;

  explicit supervised(const fs::path& state)
      : folder(text_of(state / "folder")),
        supervisor(identity_from_text(text_of(state / "supervisor")).value_or(identity{})),
        server(identify(std::atoi(text_of(folder + "/data/postmaster.pid").c_str()))) {}

  bool is_gone() const { return !is_alive(supervisor) && !is_alive(server) && !fs::exists(folder); }
};

TEST_CASE("a private server starts, says where it is, and leaves nothing") {
  if (!has_postgres()) return;
  std::string folder;
  identity server_process;
  {
    postgres_server server;
    folder = server.folder();
    server_process = identify(server.pid());
    CHECK(server.is_running());
    CHECK(server.url() == "postgresql:///postgres?host=" + folder + "&user=retort");
    CHECK(fs::is_socket(folder + "/.s.PGSQL.5432"));
    struct stat info = {};
    REQUIRE(::stat((folder + "/data").c_str(), &info) == 0);
    CHECK(info.st_uid != 0);
    REQUIRE(::stat(folder.c_str(), &info) == 0);
    CHECK((info.st_mode & 07) == 0);

    server.stop();
    CHECK_FALSE(server.is_running());
    server.stop();
  }
  CHECK_FALSE(is_alive(server_process));
  CHECK_FALSE(fs::exists(folder));
}

TEST_CASE("a folder whose maker is gone is swept, the folder of a living one is not") {
  if (!has_postgres()) return;
  postgres_server server;
  const auto kept = server.folder();
  const auto stale = kept.substr(0, kept.rfind('-') + 1) + "stale0";
  fs::create_directories(stale + "/data");
  const int ended = spawn({.program = "/bin/true"});
  wait_for(ended);
  std::ofstream(stale + "/owner") << to_text({ended, "1"}) << '\n';
  sweep_stale_servers();
  CHECK_FALSE(fs::exists(stale));
  CHECK(fs::exists(kept));
  CHECK(server.is_running());
}

TEST_CASE("start writes a private address file, a second start uses the server, stop ends it") {
  if (!has_postgres()) return;
  const folder_of_test test;
  const auto state = test.path / "state";
  const auto url_file = test.path / "url";
  const client user;
  start_supervised({state.string(), url_file.string(), user.who});
  const supervised first(state);
  CHECK(text_of(url_file) == "postgresql:///postgres?host=" + first.folder + "&user=retort\n");
  CHECK((fs::status(url_file).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(is_alive(first.server));

  start_supervised({state.string(), url_file.string(), user.who});
  const supervised second(state);
  CHECK(second.folder == first.folder);
  CHECK(second.supervisor == first.supervisor);

  stop_supervised(state.string(), user.who);
  CHECK(first.is_gone());
  CHECK_FALSE(fs::exists(url_file));
  stop_supervised(state.string(), user.who);
}

TEST_CASE("the server stays while any of its users is there") {
  if (!has_postgres()) return;
  const folder_of_test test;
  const auto state = test.path / "state";
  const client one;
  client other;
  start_supervised({state.string(), (test.path / "url").string(), one.who});
  start_supervised({state.string(), (test.path / "url").string(), other.who});
  const supervised parts(state);
  stop_supervised(state.string(), one.who);
  CHECK(is_alive(parts.server));
  other.end();
  CHECK(eventually([&] { return parts.is_gone(); }));
  CHECK_FALSE(fs::exists(test.path / "url"));
}

TEST_CASE("nothing is left when the process that is served is killed") {
  if (!has_postgres()) return;
  const folder_of_test test;
  client user;
  start_supervised({(test.path / "state").string(), (test.path / "url").string(), user.who});
  const supervised parts(test.path / "state");
  user.end();
  CHECK(eventually([&] { return parts.is_gone(); }));
  CHECK_FALSE(fs::exists(test.path / "url"));
}

#ifdef __linux__
TEST_CASE("the server ends with a killed supervisor, and the next start sweeps its folder") {
  if (!has_postgres()) return;
  const folder_of_test test;
  const auto state = (test.path / "state").string();
  const client user;
  start_supervised({state, (test.path / "url").string(), user.who});
  const supervised killed(state);
  ::kill(killed.supervisor.pid, SIGKILL);
  CHECK(eventually([&] { return !is_alive(killed.server); }));

  start_supervised({state, (test.path / "url").string(), user.who});
  const supervised next(state);
  CHECK(next.folder != killed.folder);
  CHECK(killed.is_gone());
  stop_supervised(state, user.who);
  CHECK(next.is_gone());
}
#endif

TEST_CASE("a given server is used and nothing is started") {
  const folder_of_test test;
  const auto url_file = test.path / "url";
  const std::string url = "postgresql://someone@example.org/tests";
  ::setenv("RETORT_TEST_POSTGRES_URL", url.c_str(), 1);
  start_supervised({(test.path / "state").string(), url_file.string(), identify(::getpid())});
  ::unsetenv("RETORT_TEST_POSTGRES_URL");
  CHECK(text_of(url_file) == url + "\n");
  CHECK_FALSE(fs::exists(test.path / "state" / "supervisor"));
  stop_supervised((test.path / "state").string(), identify(::getpid()));
  CHECK_FALSE(fs::exists(url_file));
}

}  // namespace
}  // namespace retort::process
