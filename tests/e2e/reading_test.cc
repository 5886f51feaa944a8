#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// A command that only reads creates nothing, and needs no permission to write.

TEST_SUITE_BEGIN("reading");

const std::vector<arguments> reading_commands = {
    {"current"},
    {"current", "-v"},
    {"history"},
    {"history", "-i"},
    {"heads"},
    {"branches"},
    {"show", "head"},
    {"check", "graph"},
    {"show", "f140"},
    {"history", "-r:current"},
    {"current", "--json"},
    {"upgrade", "head", "--sql"},
    {"downgrade", "head:base", "--sql"},
    {"stamp", "head", "--sql"},
};

TEST_CASE("no file") {
  const bench b("sqlite");
  for (const auto& command : reading_commands) {
    const auto result = b.reviewpoint(command);
    CHECK_MESSAGE(result.status == 0, command.front() << ": " << result.errors);
    CHECK_MESSAGE(b.files("").empty(), command.front());
  }
  CHECK(b.reviewpoint({"current"}).errors == "sqlite:///test.db does not exist yet\n");
}

TEST_CASE_TEMPLATE("no table", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  if (b.is_sqlite()) b.execute("CREATE TABLE other (id INTEGER)");
  for (const auto& command : reading_commands) {
    const auto result = b.reviewpoint(command);
    CHECK_MESSAGE(result.status == 0, command.front() << ": " << result.errors);
    CHECK_FALSE_MESSAGE(b.has_table("retort_version"), command.front());
  }
}

TEST_CASE("verify leaves the database that --url names alone") {
  const bench b("sqlite");
  CHECK(b.reviewpoint({"verify", "--backend", "sqlite", "-q"}).status == 0);
  CHECK(b.files("").empty());
}

TEST_CASE_TEMPLATE("verify leaves the server as it was", Db, postgresql) {
  const bench b(Db::dialect);
  const auto verified = b.reviewpoint({"verify", "-q"});
  CHECK_MESSAGE(verified.status == 0, verified.output << verified.errors);
  CHECK(b.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").empty());
  CHECK(b.query("SELECT datname FROM pg_database WHERE datname LIKE 'retort_scratch%'").empty());
}

TEST_CASE_TEMPLATE("a user who may only read", Db, postgresql) {
  const bench b(Db::dialect);
  REQUIRE(b.reviewpoint({"upgrade", "head"}).status == 0);
  b.execute("DROP ROLE IF EXISTS e2e_reader");
  b.execute("CREATE ROLE e2e_reader");
  b.execute("GRANT SELECT ON retort_version TO e2e_reader");
  const auto current = b.reviewpoint({"current", "--role", "e2e_reader"});
  CHECK(current.status == 0);
  CHECK(current.output == "20250605 (head)\n");
  const auto nothing = b.reviewpoint({"upgrade", "head", "--role", "e2e_reader"});
  CHECK_MESSAGE(nothing.status == 0, nothing.errors);
  b.execute("DROP OWNED BY e2e_reader");
  b.execute("DROP ROLE e2e_reader");
}

TEST_CASE_TEMPLATE("a server that takes no writes", Db, postgresql) {
  const bench b(Db::dialect);
  REQUIRE(b.reviewpoint({"upgrade", "head"}).status == 0);
  b.execute(
      "DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', "
      "current_database()); END$$");
  CHECK(b.reviewpoint({"current"}).output == "20250605 (head)\n");
  CHECK(b.reviewpoint({"history", "-i"}).status == 0);
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
