#include <doctest/doctest.h>

#include "unit/sqlite/support.h"

// An enumeration is a CHECK wherever it is used, and SQLite keeps everything else as text.

namespace {

using namespace retort;
using namespace retort::test;

std::string renaming(db::connection& connection) {
  model::alter_enum op{{"", "mood"}, "sad"};
  op.rename = "blue";
  std::vector<dialect::statement> written;
  sqlite::sqlite_dialect().write(at_line(op), written);
  return failure_of([&] {
    for (const auto& one : written) test::run(connection, one);
  });
}

TEST_CASE("what asks for a value is named before the value gets another name") {
  const std::pair<const char*, const char*> cases[] = {
      {"view v", "CREATE VIEW v AS SELECT a FROM people WHERE a = 'sad'"},
      {"view w", "CREATE VIEW w AS SELECT a = 'sad' FROM plain"},
      {"trigger r",
       "CREATE TRIGGER r AFTER INSERT ON people WHEN NEW.a = 'sad' BEGIN DELETE FROM log; END"},
      {"trigger s", "CREATE TRIGGER s AFTER INSERT ON log BEGIN UPDATE people SET a = 'sad'; END"},
      {"index i", "CREATE INDEX i ON people (id) WHERE a = 'sad'"},
      {"column c", "ALTER TABLE people ADD COLUMN c AS (a = 'sad')"},
      {"check ck", "ALTER TABLE people ADD COLUMN c CONSTRAINT ck CHECK (c <> 'sad')"},
  };
  for (const auto& one : cases) {
    CAPTURE(std::string(one.first));
    const auto connection =
        memory({"CREATE TABLE people (id INTEGER PRIMARY KEY, a TEXT CONSTRAINT \"mood.a\" CHECK "
                "(a IN ('sad', 'ok')))",
                "CREATE TABLE log (what)", "CREATE VIEW plain AS SELECT a FROM people",
                "CREATE VIEW other AS SELECT what FROM log WHERE what = 'sad'",
                "INSERT INTO people VALUES (1, 'sad')", one.second});
    CHECK(renaming(*connection) ==
          std::string("FAILED: cannot rename value sad of type mood: ") + one.first +
              " mentions the value\n  --> versions/1_x.cc:7\n  help: drop it before this change, "
              "and create it anew behind it\n");
    CHECK(scalar(*connection, "SELECT a FROM people") == "sad");
  }
}

}  // namespace
