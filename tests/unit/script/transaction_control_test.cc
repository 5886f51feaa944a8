#include <doctest/doctest.h>

#include "rendered.h"
#include "script/sql_file.h"

namespace {

using namespace retort::script;
using retort::base::sql_flavour;

sql_section section(const std::string& sql) {
  sql_section result;
  result.sql = sql;
  result.line = 9;
  result.first_line = 10;
  return result;
}

std::string problem(const std::string& sql, sql_flavour flavour) {
  return rendered([&] { check_transaction_control(section(sql), flavour, "m.sql"); });
}

}  // namespace

TEST_CASE("statements that begin or end a transaction are refused") {
  for (const std::string sql :
       {"BEGIN", "begin immediate", "/* a */ Begin -- b\n;", "COMMIT", "commit and chain", "END",
        "END TRANSACTION", "ROLLBACK", "rollback work", "ROLLBACK TRANSACTION", "ABORT",
        "START TRANSACTION", "start /* x */ transaction read only", "PREPARE TRANSACTION 'a'",
        "ROLLBACK PREPARED 'a'"}) {
    CAPTURE(sql);
    for (const auto flavour : {sql_flavour::sqlite, sql_flavour::postgresql}) {
      CHECK(problem("SELECT 1; " + sql + "; SELECT 2", flavour)
                .find(" in a section that runs in a "
                      "transaction of its own\n  --> m.sql:10:") != std::string::npos);
    }
  }
  CHECK(problem("SELECT 1;\n  start Transaction;", sql_flavour::postgresql) ==
        "FAILED: START TRANSACTION in a section that runs in a transaction of its own\n"
        "  --> m.sql:11:3\n"
        "  help: remove it, or write transaction:false behind the section's -- migrate: marker\n");
}

TEST_CASE("what only looks like transaction control is not") {
  for (const std::string sql :
       {"SAVEPOINT a", "RELEASE a", "RELEASE SAVEPOINT a", "ROLLBACK TO a",
        "ROLLBACK TRANSACTION TO SAVEPOINT a", "rollback work to savepoint a", "SELECT 'BEGIN'",
        "\"BEGIN\"", "PREPARE plan AS SELECT 1", "START_X", "-- BEGIN;\nSELECT 1", "beginning"}) {
    CAPTURE(sql);
    CHECK(problem(sql, sql_flavour::sqlite) == "no error");
    CHECK(problem(sql, sql_flavour::postgresql) == "no error");
  }
  CHECK(problem("CREATE TRIGGER a AFTER INSERT ON t\nBEGIN\nSELECT 1;\nEND;",
                sql_flavour::sqlite) == "no error");
  CHECK(problem("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; DO $$ BEGIN END $$;",
                sql_flavour::postgresql) == "no error");
}

TEST_CASE("a section without a transaction manages its own") {
  sql_section own = section("BEGIN; SELECT 1; COMMIT;");
  own.transaction = false;
  CHECK_NOTHROW(check_transaction_control(own, sql_flavour::sqlite, "m.sql"));
  const auto statements = statements_of(own, sql_flavour::sqlite, "m.sql");
  REQUIRE(statements.size() == 3);
  CHECK(statements[1] == sql_statement{"SELECT 1", 10, 8});
  CHECK(rendered([&] { statements_of(section("BEGIN"), sql_flavour::sqlite, "m.sql"); }) !=
        "no error");
}
