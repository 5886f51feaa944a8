#include "script/sql_file.h"

#include <doctest/doctest.h>

#include <deque>

#include "rendered.h"

namespace {

using namespace retort::script;
using names = std::vector<std::string_view>;

/// What the result holds views of stays.
sql_file parse(const std::string& content) {
  static std::deque<std::string> all;
  return parse_sql_file(all.emplace_back(content), "a.sql");
}

std::string problem(const std::string& content) {
  return rendered([&] { parse(content); });
}

constexpr const char* whole = R"(-- Add file size field
-- and more about it
--
-- revision: 31eb30e5f037
-- down_revision: f140e6f46727, 20250605
-- branch_labels: files
-- depends_on: users,abc
-- created: 2025-07-09T11:51:44Z
-- compatible_with: f140e6f46727
-- replaces: a1, a2
-- loses: file_metadata.file_size, old
-- max_lock: ShareLock
-- lock_timeout: 10
-- statement_timeout: 0
-- note: any other comment

-- migrate:up
ALTER TABLE file_metadata ADD COLUMN file_size BIGINT;
-- migrate:up dialect:sqlite transaction:false foreign_keys:on
SELECT 1;

-- migrate:down
ALTER TABLE file_metadata DROP COLUMN file_size;
)";

}  // namespace

TEST_CASE("a whole file") {
  const sql_file file = parse(whole);
  CHECK(file.revision == "31eb30e5f037");
  CHECK(file.revision_line == 4);
  CHECK(file.down_revision_line == 5);
  CHECK(file.branch_labels_line == 6);
  CHECK(file.depends_on_line == 7);
  CHECK(file.down_revision == names{"f140e6f46727", "20250605"});
  CHECK(file.branch_labels == names{"files"});
  CHECK(file.depends_on == names{"users", "abc"});
  CHECK(file.message == "Add file size field");
  CHECK(file.created == "2025-07-09T11:51:44Z");
  CHECK(file.compatible_with == "f140e6f46727");
  CHECK(file.replaces == names{"a1", "a2"});
  CHECK(file.loses == names{"file_metadata.file_size", "old"});
  CHECK(file.max_lock == "ShareLock");
  CHECK(file.lock_timeout == 10);
  CHECK(file.statement_timeout == 0);
  CHECK_FALSE(file.concurrently_wait);
  REQUIRE(file.sections.size() == 3);
  CHECK(file.sections[0].line == 17);
  CHECK(file.sections[0].first_line == 18);
  CHECK(file.sections[0].sql == "ALTER TABLE file_metadata ADD COLUMN file_size BIGINT;\n");
  CHECK(file.sections[1].dialect == "sqlite");
  CHECK_FALSE(file.sections[1].transaction);
  CHECK(file.sections[1].foreign_keys);
  CHECK(file.sections[1].sql == "SELECT 1;\n\n");
  CHECK(file.sections[2].direction == direction::down);
  CHECK(file.sections[2].line == 22);
}

TEST_CASE("the smallest file, and what it leaves out") {
  const sql_file file = parse("-- revision: a\n-- migrate:up");
  CHECK(file.revision == "a");
  CHECK(file.message.empty());
  CHECK(file.down_revision.empty());
  REQUIRE(file.sections.size() == 1);
  CHECK(file.sections[0].sql.empty());
  CHECK(parse("--revision:a\n--migrate:up\n--migrate:down").sections.size() == 2);
  CHECK(parse("-- revision: a\n-- down_revision:\n-- migrate:up\n").down_revision.empty());
}

TEST_CASE("byte order mark and CRLF change nothing") {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : std::string(whole))
    windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const sql_file file = parse(windows);
  const sql_file same = parse(whole);
  CHECK(file.message == same.message);
  CHECK(file.created == same.created);
  REQUIRE(file.sections.size() == same.sections.size());
  for (std::size_t i = 0; i < file.sections.size(); ++i) {
    CHECK(file.sections[i].sql == same.sections[i].sql);
    CHECK(file.sections[i].line == same.sections[i].line);
  }
}

TEST_CASE("the strongest lock, by either of its names") {
  const auto header = [](const std::string& lock) {
    return "-- revision: a\n-- max_lock: " + lock + "\n-- migrate:up\n";
  };
  CHECK(parse(header("share update exclusive")).max_lock == "share update exclusive");
  CHECK(parse(header("")).max_lock.empty());
  CHECK(problem(header("WriteLock")).find("FAILED: 'WriteLock' is no lock for 'max_lock:'\n") == 0);
}

TEST_CASE("the message") {
  const auto message = [](const std::string& header) {
    return parse(header + "\n-- migrate:up\n").message;
  };
  CHECK(message("-- One\n-- revision: a") == "One");
  CHECK(message("-- revision: a\n-- message: Two: parts") == "Two: parts");
  CHECK(message("-- One\n-- revision: a\n-- message: Two") == "Two");
  CHECK(message("-- revision: a\n-- a note") == "");
  CHECK(message("-- Fix: what was broken\n-- revision: a") == "Fix: what was broken");
  CHECK(message("\n/* licence */\n--\n-----\n--  One  \n-- revision: a") == "One");
  CHECK(message("-- Größe: \"quoted\" */ \\ 'x'\n-- revision: a") == "Größe: \"quoted\" */ \\ 'x'");
}

TEST_CASE("comments of other forms are the author's own") {
  for (const std::string line :
       {"-- note: x", "-- notes: x", "-- author: x", "-- created_by: x", "-- date: x",
        "-- ticket: x", "-- see also: x", "-- https://example.org/revision: x", "-- reviewer: x",
        "-- version: 1", "-- TODO: x", "/* revision: b */", "-- migrate the users first"}) {
    CAPTURE(line);
    CHECK(problem("-- revision: a\n" + line + "\n-- migrate:up\n") == "no error");
  }
}

TEST_CASE("slips in the header") {
  CHECK(problem("-- A\n-- revison: a\n-- migrate:up\n") ==
        "FAILED: unknown header key 'revison'\n"
        "  --> a.sql:2:4\n"
        "   | -- revison: a\n"
        "   |    ^\n"
        "  help: did you mean 'revision'?\n");
  CHECK(problem("-- Revision: a\n-- migrate:up\n") ==
        "FAILED: unknown header key 'Revision'\n"
        "  --> a.sql:1:4\n"
        "   | -- Revision: a\n"
        "   |    ^\n"
        "  help: did you mean 'revision'? A message of this form is written '-- message: …'\n");
  for (const std::string key : {"down-revision", "down revision", "downrevision", "branch_label",
                                "depend_on", "compatible-with", "replace", "max-lock"}) {
    CAPTURE(key);
    CHECK(problem("-- revision: a\n-- " + key + ": b\n-- migrate:up\n")
              .find("FAILED: unknown header key '" + key + "'\n  --> a.sql:2:4") == 0);
  }
  CHECK(problem("-- A\n-- revision: a\n-- revision: b\n-- migrate:up\n") ==
        "FAILED: a second 'revision:' in the file's header\n"
        "  --> a.sql:3:4\n"
        "   | -- revision: b\n"
        "   |    ^\n"
        "  help: keep one; the first is in line 2\n");
  CHECK(problem("-- A\n-- migrate:up\n") ==
        "FAILED: the file declares no revision\n"
        "  --> a.sql:1:1\n"
        "   | -- A\n"
        "   | ^\n"
        "  help: write '-- revision: ID' among its first comments\n");
  CHECK(problem("-- A\n-- revision:\n-- migrate:up\n") ==
        "FAILED: the file declares no revision\n"
        "  --> a.sql:2:4\n"
        "   | -- revision:\n"
        "   |    ^\n"
        "  help: write '-- revision: ID' among its first comments\n");
  CHECK(problem("") ==
        "FAILED: the file declares no revision\n"
        "  --> a.sql:1:1\n"
        "  help: write '-- revision: ID' among its first comments\n");
}

TEST_CASE("identifiers") {
  CHECK(problem("-- revision: no@at-s@\n-- migrate:up\n") ==
        "FAILED: 'no@at-s@' cannot be used in 'revision:': '-', '@' not allowed in a revision "
        "identifier\n"
        "  --> a.sql:1:14\n"
        "   | -- revision: no@at-s@\n"
        "   |              ^\n");
  CHECK(
      problem("-- revision: a\n-- down_revision: b, c d\n-- migrate:up\n") ==
      "FAILED: 'c d' cannot be used in 'down_revision:': ' ' not allowed in a revision identifier\n"
      "  --> a.sql:2:19\n"
      "   | -- down_revision: b, c d\n"
      "   |                   ^\n");
  CHECK(problem("-- revision: " + std::string(33, 'x') + "\n-- migrate:up\n")
            .find("FAILED: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' cannot be used in 'revision:': it "
                  "has 33 "
                  "characters, and the version table holds 32\n") == 0);
  std::string umlauts;
  for (int i = 0; i < 32; ++i) umlauts += "ü";
  for (const std::string& good :
       std::vector<std::string>{"20250605", "a_b", "1.2", "ünï", std::string(32, 'x'), umlauts}) {
    CAPTURE(good);
    CHECK(bad_identifier_reason(good) == "");
  }
  for (const std::string bad : {"", "a:b", "a+b", "a,b", "a/b", "a\\b", "a b", "a\x1b", "a'b"}) {
    CAPTURE(bad);
    CHECK(bad_identifier_reason(bad) != "");
  }
}

TEST_CASE("sections that are missing or misplaced") {
  CHECK(problem("-- revision: a\n") ==
        "FAILED: the file has no '-- migrate:up' section\n"
        "  --> a.sql:1\n"
        "  help: write '-- migrate:up' above the statements of the upgrade\n");
  CHECK(problem("-- A\n-- revision: a\n\n-- migrate:down\nDROP TABLE x;\n") ==
        "FAILED: the file has no '-- migrate:up' section\n"
        "  --> a.sql:4\n"
        "  help: write '-- migrate:up' above the statements of the upgrade\n");
  CHECK(problem("-- revision: a\nCREATE TABLE x (a);\n-- migrate:up\n") ==
        "FAILED: SQL before the file's first section\n"
        "  --> a.sql:2:1\n"
        "   | CREATE TABLE x (a);\n"
        "   | ^\n"
        "  help: write '-- migrate:up' above it\n");
  const std::string misplaced =
      "FAILED: a section marker that is not at its line's start\n"
      "  --> a.sql:3:3\n"
      "   |   -- migrate:down\n"
      "   |   ^\n"
      "  help: write it on a line of its own, without spaces before it\n";
  CHECK(problem("-- revision: a\n-- migrate:up\n  -- migrate:down\nDROP TABLE x;\n") == misplaced);
  CHECK(problem("-- revision: a\n-- migrate:up dialect:sqlite\n  -- migrate:down\n") == misplaced);
  CHECK(problem("-- revision: a\n\n  -- migrate:down\n") == misplaced);
  CHECK(problem("-- revision: a\n-- migrate:up\nSELECT 1; -- migrate:down\n")
            .find("FAILED: a section marker that is not at its line's start\n  --> a.sql:3:11\n") ==
        0);
  CHECK(problem("-- revision: a\n-- migrate:up\n-- migrate:dwon\n")
            .find("FAILED: unknown direction 'dwon'\n  --> a.sql:3:12\n") == 0);
  CHECK(problem("/* a\n-- revision: a\n-- migrate:up\n") ==
        "FAILED: unterminated comment\n"
        "  --> a.sql:1:1\n"
        "   | /* a\n"
        "   | ^\n"
        "  help: it begins here and never ends\n");
}

TEST_CASE("a marker inside a string or a comment is none") {
  const auto sections = [](const std::string& marker, const std::string& body) {
    return parse("-- revision: a\n-- migrate:up" + marker + "\n" + body).sections.size();
  };
  const std::string in_string = "SELECT 'a\n-- migrate:down\n';\n";
  const std::string in_comment = "/*\n-- migrate:down\n*/\n";
  const std::string in_dollars = "SELECT $$\n-- migrate:down\n$$;\n";
  const std::string in_brackets = "SELECT [it's\n-- migrate:down\n];\n";
  for (const std::string marker : {"", " dialect:sqlite", " dialect:postgresql"}) {
    CAPTURE(marker);
    CHECK(sections(marker, in_string) == 1);
    CHECK(sections(marker, in_comment) == 1);
    CHECK(sections(marker, in_string + "-- migrate:down\n") == 2);
  }
  CHECK(sections(" dialect:postgresql", in_dollars) == 1);
  CHECK(sections(" dialect:sqlite", in_dollars) == 2);
  CHECK(sections(" dialect:sqlite", in_brackets) == 1);
  // For every dialect: a marker where either grammar sees one.
  CHECK(sections("", in_dollars) == 2);
  CHECK(sections("", "SELECT [it's];\n-- migrate:down\n") == 2);
  CHECK(sections("", "SELECT $$it's$$;\n-- migrate:down\n") == 2);
}

TEST_CASE("text that never ends") {
  const std::string message =
      "FAILED: unterminated string\n"
      "  --> a.sql:3:8\n"
      "   | SELECT 'oops;\n"
      "   |        ^\n"
      "  help: it begins here and never ends\n";
  for (const std::string marker : {"", " dialect:sqlite", " dialect:postgresql"}) {
    CHECK(problem("-- revision: a\n-- migrate:up" + marker +
                  "\nSELECT 'oops;\n-- migrate:down\n") == message);
  }
  // Only one grammar is at a loss: the other's statements are fine.
  CHECK(problem("-- revision: a\n-- migrate:up\nSELECT [it's];\n") == "no error");
}

TEST_CASE("text that is no text") {
  CHECK(problem("-- revision: a\n-- migrate:up\nSELECT '\xE9';\n") ==
        "FAILED: the file is not UTF-8 (byte 0xe9)\n"
        "  --> a.sql:3:9\n"
        "  help: save it as UTF-8\n");
  CHECK(problem(std::string("-- revision: a\n\0", 16)) ==
        "FAILED: the file holds a NUL byte\n"
        "  --> a.sql:2:1\n"
        "  help: remove it\n");
  CHECK(problem("\xFF\xFE-\0") ==
        "FAILED: the file is not UTF-8 (byte 0xff)\n"
        "  --> a.sql:1:1\n"
        "  help: save it as UTF-8\n");
}

TEST_CASE("labels may hold what ids may not") {
  const auto file = retort::script::parse_sql_file(
      "-- revision: a\n-- branch_labels: rel-1, 2+3\n-- depends_on: lib-x\n-- migrate:up\n",
      "f.sql");
  CHECK(file.branch_labels == names{"rel-1", "2+3"});
  CHECK(file.depends_on == names{"lib-x"});
  CHECK_THROWS_AS(retort::script::parse_sql_file(
                      "-- revision: a\n-- branch_labels: a@b\n-- migrate:up\n", "f.sql"),
                  retort::error);
}
