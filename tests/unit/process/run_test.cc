#include "process/run.h"

#include <doctest/doctest.h>

#include <retort/error.h>

namespace retort::process {
namespace {

using namespace std::chrono_literals;

outcome shell(const std::string& script, std::optional<std::string> input = std::nullopt) {
  return run({.program = "sh",
              .arguments = {"-c", script},
              .environment = {{"RETORT_PROBE", "a b"}, {"HOME", std::nullopt}},
              .input = std::move(input),
              .limit = 20s});
}

TEST_CASE("run captures output, errors and the exit status") {
  const auto result = shell("echo out; echo err >&2; exit 7");
  CHECK(result.output == "out\n");
  CHECK(result.errors == "err\n");
  CHECK(result.status == 7);
  CHECK_FALSE(result.timed_out);
}

TEST_CASE("run gives the text on standard input, or nothing to read") {
  CHECK(shell("cat", "two\nlines").output == "two\nlines");
  CHECK(shell("cat").output == "");
  CHECK(shell("exit 0", std::string(1 << 20, 'x')).status == 0);
}

TEST_CASE("run reads both streams at once, whatever fills first") {
  const auto result = shell("head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero");
  CHECK(result.output.size() == 300000);
  CHECK(result.errors.size() == 300000);
}

TEST_CASE("run changes the environment of the program alone") {
  CHECK(shell("echo \"$RETORT_PROBE,${HOME-unset}\"").output == "a b,unset\n");
}

TEST_CASE("run passes arguments without a shell") {
  const auto result = run({.program = "printf", .arguments = {"%s|", "$HOME", "a b", "'", ""}});
  CHECK(result.output == "$HOME|a b|'||");
}

TEST_CASE("run tells a death by signal") { CHECK(shell("kill -TERM $$").status == 128 + 15); }

TEST_CASE("run kills what takes too long, also where a grandchild holds the streams") {
  const auto began = std::chrono::steady_clock::now();
  const auto result = run(
      {.program = "sh", .arguments = {"-c", "echo early; sleep 20 & sleep 20"}, .limit = 100ms});
  CHECK(result.timed_out);
  CHECK(result.status == 128 + 9);
  CHECK(result.output == "early\n");
  CHECK(std::chrono::steady_clock::now() - began < 10s);
}

TEST_CASE("run runs in the folder that it is told") {
  CHECK(run({.program = "pwd", .directory = "/"}).output == "/\n");
}

std::string failure_of(const command& what) {
  try {
    run(what);
  } catch (const error& problem) {
    return std::string(problem.what()) + " | " + problem.hint;
  }
  return "no error";
}

TEST_CASE("run names a program that it cannot start") {
  CHECK(failure_of({.program = "retort-no-such-program"}) ==
        "program 'retort-no-such-program' is not found | install it, or add its folder to PATH");
  CHECK(failure_of({.program = "/bin/true", .directory = "/retort-no-such-folder"}) ==
        "cannot start /bin/true: No such file or directory | ");
}

TEST_CASE("find_program looks in PATH for names and at paths as they are") {
  CHECK(find_program("sh").ends_with("/sh"));
  CHECK(find_program("/bin/sh") == "/bin/sh");
  CHECK(find_program("/bin") == "");
  CHECK(find_program("/etc/passwd") == "");
  CHECK(find_program("") == "");
}

}  // namespace
}  // namespace retort::process
