#include "script/marker.h"

#include <doctest/doctest.h>

#include "rendered.h"

namespace {

using namespace retort::script;

sql_section parse_marker_line(const std::string& line) {
  return parse_marker(source_text(line + "\n", "m.sql"), 0);
}

std::string line_problem(const std::string& line) {
  return rendered([&] { parse_marker_line(line); });
}

}  // namespace

TEST_CASE("what looks like a marker") {
  for (const std::string text :
       {"migrate:up", " migrate:down", "  migrate : up", "migrate: down x", "MIGRATE:UP",
        "migrate:upp", "migrate:sideways", "migrate:", "migrate: dwn", " migrate up",
        "migrate  Down", "migrate:up transaction:false"}) {
    CAPTURE(text);
    CHECK(looks_like_marker(text));
  }
  for (const std::string text :
       {"", " ", "migrate", "migrates:up", "migrate the users", "migrate: rows of the old table",
        "see -- migrate:up", "up", "re-migrate:up", "migrateup", "migrate up the hill"}) {
    CAPTURE(text);
    CHECK_FALSE(looks_like_marker(text));
  }
}

TEST_CASE("options of a marker") {
  const sql_section plain = parse_marker_line("-- migrate:up");
  CHECK(plain.direction == direction::up);
  CHECK(plain.dialect.empty());
  CHECK(plain.transaction);
  CHECK_FALSE(plain.foreign_keys);
  CHECK(plain.line == 1);

  const sql_section all =
      parse_marker_line("--migrate:down \ttransaction:false  dialect:postgres foreign_keys:on ");
  CHECK(all.direction == direction::down);
  CHECK(all.dialect == "postgresql");
  CHECK_FALSE(all.transaction);
  CHECK(all.foreign_keys);
  CHECK(all.applies_to("postgresql"));
  CHECK_FALSE(all.applies_to("sqlite"));
  CHECK(plain.applies_to("sqlite"));

  CHECK(parse_marker_line("-- migrate : up dialect:postgresql").dialect == "postgresql");
  CHECK(parse_marker_line("-- migrate:up dialect:sqlite").dialect == "sqlite");
  CHECK(parse_marker_line("-- migrate:up transaction:true").transaction);
  CHECK_FALSE(parse_marker_line("-- migrate:up foreign_keys:off").foreign_keys);
}

TEST_CASE("slips in a marker") {
  CHECK(line_problem("-- migrate:upp") ==
        "FAILED: unknown direction 'upp'\n"
        "  --> m.sql:1:12\n"
        "   | -- migrate:upp\n"
        "   |            ^\n"
        "  help: did you mean 'up'?\n");
  CHECK(line_problem("-- migrate:sideways") ==
        "FAILED: unknown direction 'sideways'\n"
        "  --> m.sql:1:12\n"
        "   | -- migrate:sideways\n"
        "   |            ^\n"
        "  help: write '-- migrate:up' or '-- migrate:down'\n");
  CHECK(line_problem("-- migrate:") ==
        "FAILED: a section marker without a direction\n"
        "  --> m.sql:1:1\n"
        "   | -- migrate:\n"
        "   | ^\n"
        "  help: write '-- migrate:up' or '-- migrate:down'\n");
  CHECK(line_problem("-- migrate Down") ==
        "FAILED: a section marker without its colon\n"
        "  --> m.sql:1:12\n"
        "   | -- migrate Down\n"
        "   |            ^\n"
        "  help: write '-- migrate:down'\n");
  CHECK(line_problem("-- migrate:up transactoin:false") ==
        "FAILED: unknown option 'transactoin' of a section marker\n"
        "  --> m.sql:1:15\n"
        "   | -- migrate:up transactoin:false\n"
        "   |               ^\n"
        "  help: did you mean 'transaction'?\n");
  CHECK(line_problem("-- migrate:up fast") ==
        "FAILED: unknown option 'fast' of a section marker\n"
        "  --> m.sql:1:15\n"
        "   | -- migrate:up fast\n"
        "   |               ^\n"
        "  help: the options are dialect, foreign_keys, transaction\n");
  CHECK(line_problem("-- migrate:up transaction:maybe") ==
        "FAILED: 'maybe' is no value of option 'transaction'\n"
        "  --> m.sql:1:15\n"
        "   | -- migrate:up transaction:maybe\n"
        "   |               ^\n"
        "  help: write transaction:true or transaction:false\n");
  CHECK(line_problem("-- migrate:up foreign_keys: on") ==
        "FAILED: option 'foreign_keys' has no value\n"
        "  --> m.sql:1:15\n"
        "   | -- migrate:up foreign_keys: on\n"
        "   |               ^\n"
        "  help: write foreign_keys:on or foreign_keys:off, without spaces\n");
  CHECK(line_problem("-- migrate:up dialect:sqlite dialect:sqlite") ==
        "FAILED: option 'dialect' is given twice\n"
        "  --> m.sql:1:30\n"
        "   | -- migrate:up dialect:sqlite dialect:sqlite\n"
        "   |                              ^\n");
  CHECK(line_problem("-- migrate:up dialect:postgre") ==
        "FAILED: unknown dialect 'postgre'\n"
        "  --> m.sql:1:15\n"
        "   | -- migrate:up dialect:postgre\n"
        "   |               ^\n"
        "  help: did you mean 'postgres' or 'postgresql'?\n");
  CHECK(line_problem("-- migrate:up dialect:oracle") ==
        "FAILED: unknown dialect 'oracle'\n"
        "  --> m.sql:1:15\n"
        "   | -- migrate:up dialect:oracle\n"
        "   |               ^\n"
        "  help: write dialect:sqlite or dialect:postgresql\n");
}
