#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/text_tools.h"
#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// What a program asks on a terminal, and what comes of the answer; how far it is.

TEST_SUITE_BEGIN("terminal");

/// A terminal with a program on it, which is ended with the object.
class terminal {
 public:
  terminal(const std::string& folder, std::vector<std::string> command) {
    master_ = posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(master_ >= 0);
    REQUIRE(grantpt(master_) == 0);
    REQUIRE(unlockpt(master_) == 0);
    const std::string name = ptsname(master_);
    std::vector<char*> words;
    for (auto& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    child_ = fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) become(folder, name, words.data());
  }
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;
  ~terminal() {
    if (child_ > 0) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
    close(master_);
  }

  /// Everything that it shows, where each question is answered by the next of the lines.
  std::string talk(const std::vector<std::string>& answers) {
    std::string shown;
    std::size_t asked = 0;
    std::size_t seen = 0;
    while (read_more(shown)) {
      for (auto at = shown.find("[y/n] ", seen); at != std::string::npos;
           at = shown.find("[y/n] ", seen)) {
        seen = at + 1;
        const auto line = (asked < answers.size() ? answers[asked] : std::string()) + "\n";
        ++asked;
        REQUIRE(write(master_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
      }
    }
    CHECK(asked == answers.size());
    return shown;
  }

  int status() {
    int ended = 0;
    REQUIRE(waitpid(child_, &ended, 0) == child_);
    child_ = 0;
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
  }

 private:
  [[noreturn]] static void become(const std::string& folder, const std::string& name,
                                  char* const* words) {
    setsid();
    const int slave = open(name.c_str(), O_RDWR);
    for (int stream = 0; stream < 3; ++stream) dup2(slave, stream);
    if (chdir(folder.c_str()) == 0) {
      setenv("TERM", "xterm", 1);
      unsetenv("RETORT_URL");
      execv(words[0], words);
    }
    _exit(127);
  }

  /// False at the end: nobody holds the other side any more.
  bool read_more(std::string& shown) const {
    pollfd ready{master_, POLLIN, 0};
    REQUIRE_MESSAGE(poll(&ready, 1, 60000) == 1, "the program waits for nothing that was asked");
    char buffer[4096];
    const auto size = read(master_, buffer, sizeof buffer);
    if (size > 0) shown.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
  }

  int master_ = -1;
  pid_t child_ = 0;
};

/// A table and a column that may have been renamed, with a row.
struct asked : bench {
  asked() : bench("sqlite") {
    migration("aaaa", "",
              "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);\n"
              "CREATE TABLE pets (id INTEGER PRIMARY KEY, call_name TEXT, age INTEGER);",
              "");
    write("models.sql",
          "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);\n"
          "CREATE TABLE pets (id INTEGER PRIMARY KEY, nickname TEXT, age INTEGER);");
    REQUIRE(retort({"upgrade", "head"}).status == 0);
  }

  /// What the terminal shows.
  std::string generate(const std::vector<std::string>& answers) const {
    terminal screen(folder(), {RETORT_TOOL, "revision", "--autogenerate", "-m", "second",
                               "--rev-id", "bbbb", "--format", "sql", "--models", "models.sql",
                               "--url", url(), "--script-location", "migrations"});
    auto shown = screen.talk(answers);
    CAPTURE(shown);
    CHECK(screen.status() == 0);
    return shown;
  }

  std::string generated() const { return read("migrations/bbbb_second.sql"); }
};

TEST_CASE("what is said to be renamed is") {
  const asked b;
  const auto shown = b.generate({"y", "Yes"});
  CHECK(base::contains(shown, "was that renamed: users -> people? [y/n] "));
  CHECK(base::contains(shown, "was that renamed: pets.call_name -> pets.nickname? [y/n] "));
  const auto text = b.generated();
  CAPTURE(text);
  CHECK(base::contains(text, "RENAME TO people"));
  CHECK(base::contains(text, "RENAME COLUMN call_name TO nickname"));
  CHECK_FALSE(base::contains(text, "-- review:"));
}

TEST_CASE("what is said not to be renamed is dropped, and marked") {
  const asked b;
  b.generate({"n", "no"});
  const auto text = b.generated();
  CAPTURE(text);
  CHECK_FALSE(base::contains(text, "RENAME TO people"));
  CHECK_FALSE(base::contains(text, "RENAME COLUMN"));
  CHECK(base::contains(text, "-- review: drops users: what is in it is lost"));
  CHECK(base::contains(text, "-- review: drops pets.call_name: what is in it is lost"));
}

TEST_CASE("no answer leaves a guess, which is marked") {
  const asked b;
  b.generate({"", "perhaps"});
  const auto text = b.generated();
  CAPTURE(text);
  CHECK(base::contains(text, "-- review: users -> people is a guess"));
  CHECK(base::contains(text, "-- review: pets.call_name -> pets.nickname is a guess"));
  CHECK(base::contains(text, "RENAME TO people"));
}

TEST_CASE("on a terminal nothing is asked about what was said, or hinted at") {
  const asked b;
  b.write("models.sql",
          "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); -- @renamed from=users\n"
          "CREATE TABLE pets (id INTEGER PRIMARY KEY,\n"
          "  nickname TEXT, -- @renamed from=call_name\n"
          "  age INTEGER);");
  b.generate({});
  const auto text = b.generated();
  CAPTURE(text);
  CHECK(base::contains(text, "RENAME TO people"));
  CHECK(base::contains(text, "RENAME COLUMN call_name TO nickname"));
  CHECK_FALSE(base::contains(text, "-- review:"));
}

/// Two migrations, on a terminal; what it shows.
std::string upgraded(const bench& b, const std::vector<std::string>& options) {
  b.migration("aaaa", "", "CREATE TABLE t (a INTEGER);\nINSERT INTO t VALUES (1);",
              "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "UPDATE t SET a = 2;", "");
  std::vector<std::string> command = {RETORT_TOOL, "upgrade",           "head",      "--url",
                                      b.url(),     "--script-location", "migrations"};
  command.insert(command.end(), options.begin(), options.end());
  terminal screen(b.folder(), command);
  auto shown = screen.talk({});
  CHECK(screen.status() == 0);
  return shown;
}

TEST_CASE("a run shows where it is, in a line that goes when there is more to say") {
  const bench b("sqlite");
  const auto shown = upgraded(b, {});
  CAPTURE(shown);
  const std::string clear = "\r\033[K";
  CHECK(base::contains(shown, "[1/2] aaaa  statement 1/2" + clear + "[1/2] aaaa  statement 2/2" +
                                  clear + "upgrade base -> aaaa"));
  CHECK(base::contains(shown, "[2/2] bbbb  statement 1/1" + clear + "upgrade aaaa -> bbbb"));
  // Nothing of it is left at the end.
  CHECK(shown.rfind("statement") < shown.rfind(clear));
}

TEST_CASE("a failed run leaves no progress beside its message") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (a INTEGER);\nINSERT INTO nowhere VALUES (1);", "");
  terminal screen(b.folder(), {RETORT_TOOL, "upgrade", "head", "--url", b.url(),
                               "--script-location", "migrations"});
  const auto shown = screen.talk({});
  CAPTURE(shown);
  CHECK(screen.status() == 1);
  const auto last = shown.find("[1/1] aaaa  statement 2/2");
  REQUIRE(last != std::string::npos);
  CHECK(shown.find("\r\033[K", last) < shown.find("FAILED: ", last));
}

TEST_CASE("nothing of it where it is not wanted, or nobody would see it") {
  const bench quiet("sqlite");
  CHECK(upgraded(quiet, {"--quiet"}).empty());
  const bench piped("sqlite");
  piped.migration("aaaa", "", "CREATE TABLE t (a INTEGER);", "");
  const auto result = piped.retort({"upgrade", "head"});
  CHECK(result.status == 0);
  CHECK_FALSE(base::contains(result.output, "statement 1/1"));
  CHECK_FALSE(base::contains(result.errors, "statement 1/1"));
}

TEST_CASE("names that drive a terminal do not, in SQL that is shown on one") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE \"t\x1b[31m\" (a INTEGER);", "");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  const arguments where = {"--url", b.url(), "--script-location", "migrations"};
  for (const arguments& what :
       {arguments{"schema"}, arguments{"export", "models"}, arguments{"upgrade", "head", "--sql"},
        arguments{"downgrade", "base", "-v"}, arguments{"plan", "head"}}) {
    std::vector<std::string> command = {RETORT_TOOL};
    command.insert(command.end(), what.begin(), what.end());
    command.insert(command.end(), where.begin(), where.end());
    terminal screen(b.folder(), command);
    CAPTURE(what.front());
    CHECK_FALSE(base::contains(screen.talk({}), "\x1b[31m"));
  }
  // To a file it is written as it is.
  CHECK(base::contains(b.retort({"schema"}).output, "\x1b[31m"));
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
