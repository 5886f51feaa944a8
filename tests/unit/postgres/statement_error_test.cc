#include <doctest/doctest.h>

#include "postgres/connection.h"

namespace retort::postgres {
namespace {

TEST_CASE("the report's message, details and position are told apart") {
  const auto problem = statement_error(
      "ERROR:  relation \"nope\" does not exist\nLINE 2:   FROM nope\n               ^\n"
      "DETAIL:  Key (a)=(1).\nsecond line\nHINT:  Look.\n",
      "42P01", "SELECT *\n  FROM nope");
  CHECK(std::string(problem.what()) == "relation \"nope\" does not exist");
  CHECK(problem.sqlstate == "42P01");
  CHECK(problem.position == 17);
  CHECK(problem.notes ==
        std::vector<std::string>{"DETAIL: Key (a)=(1).", "  second line", "HINT: Look."});
}

TEST_CASE("the position of a query inside a function is not one of the statement") {
  const auto problem = statement_error(
      "ERROR:  relation \"x\" does not exist\nLINE 1: SELECT * FROM x\n                      ^\n"
      "QUERY:  SELECT * FROM x\nCONTEXT:  PL/pgSQL function f() line 1 at SQL statement\n",
      "42P01", "SELECT f()");
  CHECK(problem.position == 0);
  CHECK(problem.notes.size() == 2);
}

TEST_CASE("a position at the end of the message is taken from it") {
  const auto problem =
      statement_error("ERROR:  syntax error at or near \"x\" at character 8\n", "42601", "SELECT");
  CHECK(std::string(problem.what()) == "syntax error at or near \"x\"");
  CHECK(problem.position == 8);
}

TEST_CASE("a message of several lines, in another language, without anything else") {
  const auto problem = statement_error("FEHLER:  eins\nzwei\n", "P0001", "x");
  CHECK(std::string(problem.what()) == "eins zwei");
  CHECK(problem.position == 0);
  CHECK(problem.notes.empty());
}

TEST_CASE("an excerpt that is cut off at its beginning is found in its line") {
  const std::string line(100, 'a');
  const auto problem = statement_error("ERROR:  no\nLINE 1: ..." + line.substr(0, 20) + " bad " +
                                           "cccc...\n" + std::string(8 + 3 + 21, ' ') + "^\n",
                                       "42703", line + " bad " + "ccccdddd");
  CHECK(problem.position == 102);
}

}  // namespace
}  // namespace retort::postgres
