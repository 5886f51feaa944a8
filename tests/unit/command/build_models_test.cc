#include "command/build_models.h"

#include <doctest/doctest.h>

#include <retort/bundle.h>
#include <retort/postgres.h>
#include <retort/schema.h>
#include <retort/sqlite.h>

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/text_tools.h"
#include "dialect/backend.h"
#include "support/fake_database.h"

namespace retort::command {
namespace {

using texts = std::vector<std::string>;

const bundle::program nobody = {.name = "app"};

/// What reaches the database of a file of models.
texts sent(const backend& where, const std::string& sql, bool with_grants = false) {
  testing::fake_connection connection;
  const environment env(nobody, {});
  build_models(env, where.dialect(), connection, {{"models.sql", sql, nullptr}}, with_grants);
  auto& log = connection.log;
  if (&where == &sqlite_backend()) {
    REQUIRE(!log.empty());
    CHECK(log.front() == "PRAGMA foreign_keys = OFF");
    log.erase(log.begin());
  }
  for (auto& statement : log) statement = base::trim(statement);
  return log;
}

TEST_CASE("psql's commands are passed over, but not in strings and comments") {
  const auto& postgres = postgres_backend();
  CHECK(sent(postgres,
             "\\restrict AbC'd\n\\connect \"x y\"\nCREATE TABLE a (b text);\n\\unrestrict "
             "AbC'd") == texts{"CREATE TABLE a (b text)"});
  CHECK(sent(postgres, "CREATE TABLE a (b text DEFAULT '\n\\no command');") ==
        texts{"CREATE TABLE a (b text DEFAULT '\n\\no command')"});
  CHECK(sent(postgres, "DO $$\n\\no command\n$$;") == texts{"DO $$\n\\no command\n$$"});
  CHECK(sent(postgres, "/*\n\\no command */ SELECT 1;\n.no command of psql;").size() == 2);
  CHECK(sent(postgres, "").empty());
  CHECK(sent(postgres, "\\echo it's;").empty());
}

TEST_CASE("commands of the sqlite3 shell are passed over") {
  const auto& sqlite = sqlite_backend();
  CHECK(sent(sqlite, ".print it's\nCREATE TABLE a (b DEFAULT '\n.no command');\n.quit") ==
        texts{"CREATE TABLE a (b DEFAULT '\n.no command')"});
  CHECK(sent(sqlite, "CREATE TABLE a (b DEFAULT\n .5);") ==
        texts{"CREATE TABLE a (b DEFAULT\n .5)"});
  CHECK(sent(sqlite, "CREATE TABLE sqlite_sequence(name,seq);\nCREATE TABLE a (b);") ==
        texts{"CREATE TABLE a (b)"});
}

TEST_CASE("rows of COPY are passed over") {
  const auto& postgres = postgres_backend();
  CHECK(sent(postgres,
             "SELECT 1;\nCOPY public.a (b) FROM stdin;\nit's; DROP TABLE a;\n\\N\n\\.\n\n"
             "SELECT 2;") == texts{"SELECT 1", "SELECT 2"});
  CHECK(sent(postgres, "COPY a FROM stdin;\n\\.\nSELECT 2;") == texts{"SELECT 2"});
  CHECK(sent(postgres, "COPY a FROM stdin;\nno end").empty());
  CHECK(sent(postgres, "COPY a FROM '/file';") == texts{"COPY a FROM '/file'"});
}

TEST_CASE("owners and what is there already are passed over") {
  const auto& postgres = postgres_backend();
  for (const char* statement :
       {"ALTER TABLE ONLY public.a OWNER TO somebody", "ALTER SCHEMA public OWNER TO somebody",
        "CREATE SCHEMA public", "COMMENT ON SCHEMA public IS 'x'",
        "COMMENT ON EXTENSION x IS 'y'"}) {
    CHECK(sent(postgres, std::string(statement) + ";", true).empty());
  }
  for (const char* statement :
       {"ALTER SEQUENCE a OWNED BY b.c", "CREATE SCHEMA app", "COMMENT ON SCHEMA app IS 'x'"}) {
    CHECK(sent(postgres, std::string(statement) + ";") == texts{statement});
  }
}

TEST_CASE("privileges are granted where they are compared") {
  const auto& postgres = postgres_backend();
  const std::string script =
      "GRANT SELECT ON a TO PUBLIC;\nREVOKE ALL ON a FROM b;\nALTER DEFAULT PRIVILEGES FOR ROLE x "
      "GRANT SELECT ON TABLES TO y;";
  CHECK(sent(postgres, script).empty());
  CHECK(sent(postgres, script, true) ==
        texts{"GRANT SELECT ON a TO PUBLIC", "REVOKE ALL ON a FROM b",
              "ALTER DEFAULT PRIVILEGES FOR ROLE x GRANT SELECT ON TABLES TO y"});
}

TEST_CASE("models in both forms say what was called otherwise before") {
  testing::fake_connection connection;
  const environment env(nobody, {});
  const auto define = [](operations& schema) {
    schema.create_table("users", {column("mail", types::text).renamed_from("email")},
                        {.renamed_from = "people"});
  };
  const auto hints = build_models(
      env, postgres_backend().dialect(), connection,
      {{"models.sql", "\\connect x\nCREATE TABLE A (b text); -- @renamed from=Z", nullptr},
       {"models.cc", "", define}},
      false);
  REQUIRE(hints.size() == 3);
  CHECK(hints[0].table.display() == "a");
  CHECK(hints[0].from == "z");
  CHECK(hints[0].where.file == "models.sql");
  CHECK(hints[0].where.line == 2);
  CHECK(hints[1].table.display() == "users");
  CHECK(hints[1].from == "people");
  CHECK(hints[2].column == "mail");
  CHECK(hints[2].from == "email");
}

TEST_CASE("a setting that the server does not know is passed over; anything else is told") {
  const auto problem = [](const std::string& sql) -> std::string {
    testing::fake_connection connection;
    connection.fail_at = "broken";
    const environment env(nobody, {});
    try {
      build_models(env, postgres_backend().dialect(), connection, {{"models.sql", sql, nullptr}},
                   false);
    } catch (const error& e) {
      return base::render(e);
    }
    return "no error";
  };
  CHECK(problem("SET broken = 1;") == "no error");
  // Lines that were passed over count.
  const auto told = problem("\\connect x\nCOPY a FROM stdin;\n1\n\\.\n\n  SELECT broken;");
  CHECK(told.find("it broke") != std::string::npos);
  CHECK(told.find("models.sql:6") != std::string::npos);
}

}  // namespace
}  // namespace retort::command
