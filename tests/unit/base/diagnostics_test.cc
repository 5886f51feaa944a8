#include "base/diagnostics.h"

#include <doctest/doctest.h>

using retort::error;
using namespace retort::base;

TEST_CASE("an error is rendered with place, caret, notes and help") {
  error problem("upgrade to b2 failed: no such table: usrs");
  problem.at({"versions/b2.sql", 7, 13, "ALTER TABLE usrs ADD x;"});
  problem.note("SQLite 3.40.1, SQLSTATE SQLITE_ERROR").help("did you mean 'users'?");
  CHECK(render(problem) ==
        "FAILED: upgrade to b2 failed: no such table: usrs\n"
        "  --> versions/b2.sql:7:13\n"
        "   | ALTER TABLE usrs ADD x;\n"
        "   |             ^\n"
        "  SQLite 3.40.1, SQLSTATE SQLITE_ERROR\n"
        "  help: did you mean 'users'?\n");
}

TEST_CASE("a tab before the caret stays a tab, and a wide character is one column") {
  error problem("bad");
  problem.at({"a.sql", 1, 4, "\tü x"});
  CHECK(render(problem) == "FAILED: bad\n  --> a.sql:1:4\n   | \tü x\n   | \t  ^\n");
}

TEST_CASE("a message from a hostile database cannot drive the terminal") {
  CHECK(render(error("one\ntwo")) == "FAILED: one two\n");
  CHECK(render(error("no table \x1b[2J")) == "FAILED: no table \\x1b[2J\n");
}

TEST_CASE("a password in a URL is not shown, wherever the URL came from") {
  CHECK(render(error("the range 'postgresql://app:s3cr3t@db/prod' is wrong")) ==
        "FAILED: the range 'postgresql://app:***@db/prod' is wrong\n");
  error problem("no command 'x://u:p@ss@h/d'");
  problem.note("at y://v:w@i and z://plain/d");
  CHECK(render(problem) ==
        "FAILED: no command 'x://u:***@h/d'\n  at y://v:***@i and z://plain/d\n");
  CHECK(render(error("sqlite:///a.db at 12:30 by me@here")) ==
        "FAILED: sqlite:///a.db at 12:30 by me@here\n");
}

TEST_CASE("a password in a line is not shown, and the caret stands where it belongs") {
  error problem("bad");
  problem.at({"a.sql", 1, 34, "ALTER ROLE a PASSWORD 'geheim42' LOGON"});
  CHECK(render(problem) ==
        "FAILED: bad\n  --> a.sql:1:34\n   | ALTER ROLE a PASSWORD '***' LOGON\n"
        "   |                             ^\n");
}

TEST_CASE("colour is asked for") {
  CHECK(render(error("x"), true).find("\033[1;31mFAILED:") == 0);
  CHECK(render(error("x"), false).find('\033') == std::string::npos);
}

TEST_CASE("the build's form is the one that compilers print") {
  error problem("revision 'a' is declared twice");
  problem.at("versions/a_two.sql", 3).help("give one of them a new id");
  CHECK(render_for_build(problem, "/src") ==
        "/src/versions/a_two.sql:3: error: revision 'a' is declared twice\n"
        "  help: give one of them a new id\n");
  problem.at("/elsewhere/a.sql", 0);
  CHECK(render_for_build(problem, "/src").find("/elsewhere/a.sql:1: error: ") == 0);
}
