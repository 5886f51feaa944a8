#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("configuration");

/// Where `current -v` says that the database is.
std::string database_of(const outcome& result) {
  constexpr std::string_view head = "Current revision(s) for ";
  if (!result.output.starts_with(head)) return result.errors;
  const auto end = result.output.find(":\n");
  return result.output.substr(head.size(), end - head.size());
}

TEST_CASE("--url goes before RETORT_URL, which goes before retort.toml") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("retort.toml", "url = \"sqlite:///toml.db\"\nscript_location = \"migrations\"\n");
  const variables variable = {{"RETORT_URL", "sqlite:///variable.db"}};
  CHECK(database_of(b.tool({"current", "-v"})) == "sqlite:///toml.db");
  CHECK(database_of(b.tool({"current", "-v"}, variable)) == "sqlite:///variable.db");
  CHECK(database_of(b.tool({"current", "-v", "--url", "sqlite:///option.db"}, variable)) ==
        "sqlite:///option.db");
  CHECK(database_of(b.tool({"current", "-v"}, {{"RETORT_URL", ""}})) == "sqlite:///toml.db");
}

TEST_CASE("the runner's own variable goes after RETORT_URL and before the build's default") {
  const bench b("sqlite");
  const variables own = {{"REVIEWPOINT_DB_URL", "sqlite:///own.db"}};
  CHECK(database_of(b.runner({"current", "-v"}, own)) == "sqlite:///own.db");
  auto both = own;
  both.emplace_back("RETORT_URL", "sqlite:///variable.db");
  CHECK(database_of(b.runner({"current", "-v"}, both)) == "sqlite:///variable.db");
  CHECK(database_of(b.runner({"current", "-v"})).ends_with("/reviewpoint.db"));
}

TEST_CASE("a section of the configuration") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("retort.toml",
          "url = \"sqlite:///development.db\"\n"
          "script_location = \"migrations\"\n"
          "[production]\n"
          "url = \"sqlite:///${PRODUCTION_NAME}.db\"\n"
          "version_table = \"release\"\n");
  const variables named = {{"PRODUCTION_NAME", "live"}};
  CHECK(database_of(b.tool({"current", "-v"})) == "sqlite:///development.db");
  CHECK(database_of(b.tool({"current", "-v", "-n", "production"}, named)) == "sqlite:///live.db");
  CHECK(b.tool({"-n", "production", "upgrade", "head"}, named).status == 0);
  CHECK(b.exists("live.db"));
  CHECK_FALSE(b.exists("development.db"));
  CHECK(b.program("sqlite3", {"live.db", "SELECT version_num FROM release"}).output == "aaaa\n");
  const auto unset = b.tool({"-n", "production", "current"});
  CHECK(unset.status == 1);
  CHECK(unset.errors ==
        "FAILED: 'url' needs the variable PRODUCTION_NAME, and it is not set\n"
        "  --> retort.toml:4:7\n"
        "  help: set PRODUCTION_NAME, or write ${PRODUCTION_NAME:-default}\n");
  const auto unknown = b.tool({"-n", "prodcution", "current"});
  CHECK(unknown.status == 2);
  CHECK(unknown.errors ==
        "FAILED: retort.toml has no environment 'prodcution'\n"
        "  help: did you mean 'production'?\n");
}

TEST_CASE("folders in a configuration are as its own folder sees them") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("conf/other.toml", "url = \"sqlite:///test.db\"\nscript_location = \"../migrations\"\n");
  CHECK(b.tool({"upgrade", "head", "-c", "conf/other.toml"}).status == 0);
  CHECK(b.versions() == "aaaa");
  const auto missing = b.tool({"current", "-c", "nowhere.toml"});
  CHECK(missing.status == 2);
  CHECK(missing.errors == "FAILED: cannot read the configuration nowhere.toml\n");
}

TEST_CASE("the generic tool with nothing named") {
  const bench b("sqlite");
  const auto no_folder = b.tool({"heads"});
  CHECK(no_folder.status == 2);
  CHECK(no_folder.errors ==
        "FAILED: no migrations: this program holds none, and no folder of them is named\n"
        "  help: write --script-location DIR, or script_location in retort.toml\n");
  b.migration("aaaa", "", "SELECT 1;", "");
  const auto no_url = b.tool({"current", "--script-location", "migrations"});
  CHECK(no_url.status == 2);
  CHECK(no_url.errors ==
        "FAILED: no database is named\n"
        "  help: write --url URL, set RETORT_URL, or give `url` in retort.toml; for example "
        "sqlite:///app.db or postgresql://user@host/database\n");
}

TEST_CASE("--script-location takes the place of compiled-in migrations") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  const auto heads = b.runner({"heads", "--script-location", "migrations"});
  CHECK(heads.output == "aaaa (head)\n");
  b.write("migrations/bbbb_code.cc", "RETORT_MIGRATION(bbbb) {};\n");
  const auto refused = b.runner({"heads", "--script-location", "migrations"});
  CHECK(refused.status == 1);
  CHECK(refused.errors ==
        "FAILED: bbbb_code.cc is a C++ migration, which this program was not built with\n"
        "  --> migrations/bbbb_code.cc:1\n"
        "  help: run the project's own runner, or move the file out of the folder\n");
}

TEST_CASE_TEMPLATE("--version-table", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  CHECK(b.retort({"upgrade", "head", "--version-table", "My Versions"}).status == 0);
  CHECK(b.query("SELECT version_num FROM \"My Versions\"") == "aaaa");
  CHECK_FALSE(b.has_table("retort_version"));
  CHECK(b.retort({"current"}).output.empty());
  CHECK(b.retort({"current", "--version-table", "My Versions"}).output == "aaaa (head)\n");
}

TEST_CASE_TEMPLATE("--schema holds the tables and the version table", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  const auto missing = b.retort({"upgrade", "head", "--schema", "tenant"});
  CHECK(missing.status == 1);
  CHECK(missing.errors ==
        "FAILED: schema 'tenant' does not exist\n  help: create it: CREATE SCHEMA tenant\n");
  b.execute("CREATE SCHEMA tenant");
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.retort({"current", "--schema", "tenant"}).output.empty());
  CHECK(b.retort({"upgrade", "head", "--schema", "tenant"}).status == 0);
  CHECK(b.query("SELECT table_schema, table_name FROM information_schema.tables WHERE "
                "table_schema IN ('public', 'tenant') ORDER BY 1, 2") ==
        "public|retort_version\npublic|t\ntenant|retort_version\ntenant|t");
  CHECK(b.retort({"downgrade", "base", "--schema", "tenant"}).status == 0);
  CHECK(b.query("SELECT version_num FROM public.retort_version") == "aaaa");
  CHECK(b.query("SELECT version_num FROM tenant.retort_version").empty());
}

TEST_CASE_TEMPLATE("--extra-search-path and --role", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE SCHEMA one");
  b.execute("CREATE SCHEMA two");
  b.execute("CREATE TABLE two.source (id INTEGER)");
  b.execute("DROP ROLE IF EXISTS e2e_owner");
  b.execute("CREATE ROLE e2e_owner");
  b.execute("GRANT CREATE, USAGE ON SCHEMA one TO e2e_owner");
  b.execute("GRANT USAGE ON SCHEMA two TO e2e_owner");
  b.execute("GRANT SELECT ON two.source TO e2e_owner");
  b.migration("aaaa", "", "CREATE TABLE t AS SELECT * FROM source;", "DROP TABLE t;");
  const auto up = b.retort(
      {"upgrade", "head", "--schema", "one", "--extra-search-path", "two", "--role", "e2e_owner"});
  CHECK(up.status == 0);
  CHECK(
      b.query("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'one' ORDER BY 1") ==
      "retort_version|e2e_owner\nt|e2e_owner");
  const auto unknown = b.retort({"current", "--role", "e2e_nobody"});
  CHECK(unknown.status == 1);
  CHECK(unknown.errors ==
        "FAILED: cannot work as role 'e2e_nobody': role \"e2e_nobody\" does not exist\n"
        "  help: check --role, or GRANT the role to the user in the URL\n");
  b.execute("DROP OWNED BY e2e_owner");
  b.execute("DROP ROLE e2e_owner");
}

TEST_CASE("spellings of a URL") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  const auto at = [&](const std::string& url) {
    return b.tool({"upgrade", "head", "-q", "--url", url, "--script-location", "migrations"})
        .status;
  };
  CHECK(at("sqlite:///one.db") == 0);
  CHECK(b.exists("one.db"));
  CHECK(at("sqlite:///" + b.path("two.db")) == 0);
  CHECK(b.exists("two.db"));
  CHECK(at("sqlite+pysqlite:///three.db") == 0);
  CHECK(b.exists("three.db"));
  CHECK(at("sqlite://") == 0);
  CHECK(b.files("") == std::vector<std::string>{"migrations", "one.db", "three.db", "two.db"});
}

TEST_CASE_TEMPLATE("spellings of a PostgreSQL URL", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "SELECT 1;", "");
  for (const char* scheme : {"postgres", "postgresql", "postgresql+psycopg2"}) {
    const std::string url = scheme + b.url().substr(b.url().find("://"));
    const auto result = b.tool({"current", "-v", "--url", url, "--script-location", "migrations"});
    CHECK(result.status == 0);
    CHECK(database_of(result) == b.shown_url());
  }
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
