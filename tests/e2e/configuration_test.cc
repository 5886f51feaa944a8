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
  CHECK(missing.errors ==
        "FAILED: cannot read the configuration nowhere.toml\n"
        "  help: name a readable retort.toml with --config\n");
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
        "public|retort_journal\npublic|retort_version\npublic|t\n"
        "tenant|retort_journal\ntenant|retort_version\ntenant|t");
  CHECK(b.retort({"downgrade", "base", "--schema", "tenant"}).status == 0);
  CHECK(b.query("SELECT version_num FROM public.retort_version") == "aaaa");
  CHECK(b.query("SELECT version_num FROM tenant.retort_version").empty());
}

TEST_CASE_TEMPLATE("--schema has a version table of its own, whatever else is searched", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.execute("CREATE SCHEMA tenant");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  const arguments there = {"--schema", "tenant", "--extra-search-path", "public"};
  const auto with = [&](arguments words) {
    words.insert(words.end(), there.begin(), there.end());
    return b.retort(words);
  };
  CHECK(with({"current"}).output.empty());
  CHECK(with({"downgrade", "base"}).status == 0);
  CHECK(b.query("SELECT version_num FROM public.retort_version") == "aaaa");
  CHECK(b.has_table("t"));
  CHECK(with({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT version_num FROM tenant.retort_version") == "aaaa");
  CHECK(b.query("SELECT count(*) FROM tenant.t") == "0");
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
      "retort_journal|e2e_owner\nretort_version|e2e_owner\nt|e2e_owner");
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

TEST_CASE_TEMPLATE("defaults of the role cannot bend a migration", Db, postgresql) {
  const bench b(Db::dialect);
  b.execute("DROP ROLE IF EXISTS e2e_bent");
  b.execute("CREATE ROLE e2e_bent LOGIN SUPERUSER PASSWORD 'bent'");
  for (const char* setting :
       {"default_transaction_isolation = 'serializable'", "default_transaction_read_only = on",
        "standard_conforming_strings = off", "statement_timeout = '300ms'", "lock_timeout = '7s'",
        "idle_in_transaction_session_timeout = '8s'", "transform_null_equals = on",
        "session_replication_role = replica"}) {
    b.execute(fmt::format("ALTER ROLE e2e_bent SET {}", setting));
  }
  b.migration("aaaa", "",
              "SELECT pg_sleep(0.4);\nCREATE TABLE seen AS SELECT\n"
              "current_setting('transaction_isolation') AS a, "
              "current_setting('transaction_read_only') AS b,\n"
              "current_setting('standard_conforming_strings') AS c, "
              "current_setting('statement_timeout') AS d,\n"
              "current_setting('lock_timeout') AS e, "
              "current_setting('idle_in_transaction_session_timeout') AS f,\n"
              "current_setting('transform_null_equals') AS g, '\\' AS h,\n"
              "current_setting('session_replication_role') AS i;",
              "");
  const std::string everything = "SELECT * FROM seen";
  const std::string expected = "read committed|off|on|0|5s|0|off|\\|origin";
  const auto at = b.url().find("://") + 3;
  const std::string url = "postgresql://e2e_bent:bent" + b.url().substr(b.url().find('@', at));
  const auto up = b.tool({"upgrade", "head", "--url", url, "--script-location", "migrations"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.query(everything) == expected);
  // The same in a script; and what the client itself asks for stays.
  b.execute("DROP TABLE seen, retort_version");
  const auto script = b.retort({"upgrade", "head", "--sql"});
  b.write("script.sql", script.output);
  const auto ran = b.program("psql", {"-X", "-q", "-d", url, "-f", "script.sql"});
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  // Nobody would try a script again.
  CHECK(b.query(everything) == "read committed|off|on|0|0|0|off|\\|origin");
  b.execute("DROP TABLE seen, retort_version");
  const std::string asked =
      url + (url.find('?') == std::string::npos ? "?" : "&") + "options=-c%20lock_timeout%3D3s";
  CHECK(b.tool({"upgrade", "head", "--url", asked, "--script-location", "migrations"}).status == 0);
  CHECK(b.query("SELECT e FROM seen") == "3s");
  b.execute("DROP OWNED BY e2e_bent");
  b.execute("DROP ROLE e2e_bent");
}

TEST_CASE_TEMPLATE("the version table in a schema of its own", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  b.migration("bbbb", "aaaa", "CREATE TABLE u (id INTEGER);", "DROP TABLE u;");
  b.write("retort.toml", "version_table_schema = \"audit\"\nversion_table = \"v\"\n");
  for (const arguments& words :
       {arguments{"current"}, arguments{"history", "-i"}, arguments{"guard"},
        arguments{"guard", "--protect"}, arguments{"journal"}, arguments{"plan", "head"},
        arguments{"check", "checksums"}, arguments{"ensure_version"}, arguments{"upgrade", "head"},
        arguments{"stamp", "head"}, arguments{"downgrade", "base"}, arguments{"repair"}}) {
    CAPTURE(words.front());
    const auto refused = b.retort(words);
    CHECK(refused.status == 1);
    CHECK(refused.output.empty());
    CHECK(refused.errors ==
          "FAILED: there is no schema audit, which is to hold the version table v\n"
          "  help: create it: CREATE SCHEMA audit; or correct version_table_schema\n");
  }
  b.execute("CREATE SCHEMA audit");
  CHECK(b.retort({"current"}).status == 0);
  CHECK(b.retort({"upgrade", "aaaa"}).status == 0);
  CHECK(b.query("SELECT version_num FROM audit.v") == "aaaa");
  CHECK_FALSE(b.has_table("retort_version"));
  CHECK(b.has_table("t"));
  const auto ran = b.shell(b.retort({"plan", "head"}).output);
  CHECK_MESSAGE(ran.status == 0, ran.errors);
  CHECK(b.query("SELECT version_num FROM audit.v") == "bbbb");
  CHECK(b.retort({"current"}).output == "bbbb (head)\n");
  CHECK(b.retort({"downgrade", "base"}).status == 0);
  CHECK(b.query("SELECT count(*) FROM audit.v") == "0");
}

TEST_CASE("a schema of the version table is nothing for SQLite") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("retort.toml", "version_table_schema = \"audit\"\n");
  const auto refused = b.retort({"upgrade", "head"});
  CHECK(refused.status == 2);
  CHECK(refused.errors ==
        "FAILED: version_table_schema is for PostgreSQL: a SQLite file has one schema\n"
        "  help: give it in an environment of retort.toml that is for PostgreSQL alone\n");
  CHECK(b.versions() == "none");
}

TEST_CASE("a variable that only the database's address needs") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  b.write("retort.toml", "url = \"${NO_SUCH_VARIABLE}\"\nscript_location = \"migrations\"\n");
  CHECK(b.tool({"heads"}).output == "aaaa (head)\n");
  CHECK(b.tool({"current"})
            .errors.starts_with(
                "FAILED: 'url' needs the variable NO_SUCH_VARIABLE, and it is not set\n"));
  CHECK(b.tool({"current", "--url", "sqlite:///x.db"}).status == 0);
}

TEST_CASE("--dialect and --url that contradict each other") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  const auto refused = b.tool({"--script-location", "migrations", "--url", "postgresql://u@h/d",
                               "--dialect", "sqlite", "upgrade", "head", "--sql"});
  CHECK(refused.status == 2);
  CHECK(refused.output.empty());
}

TEST_CASE("a --dialect that there is not") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  for (const arguments& words : {arguments{"upgrade", "head", "--sql"}, arguments{"heads"}}) {
    auto all = words;
    all.insert(all.end(), {"--dialect", "postgre"});
    const auto refused = b.retort(all);
    CHECK(refused.status == 2);
    CHECK(refused.output.empty());
    CHECK(refused.errors ==
          "FAILED: --dialect: 'postgre' is no database system that Retort knows (sqlite, "
          "postgresql)\n  help: did you mean 'postgresql' or 'postgres'?\n");
  }
}

TEST_CASE("options for PostgreSQL alone are refused where the database is SQLite's") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "");
  for (const char* option : {"--schema", "--role", "--extra-search-path"}) {
    CAPTURE(option);
    for (const arguments& words :
         {arguments{"upgrade", "head"}, arguments{"upgrade", "head", "--sql"}}) {
      auto all = words;
      all.insert(all.end(), {option, "app"});
      const auto refused = b.retort(all);
      CHECK(refused.status == 2);
      CHECK(refused.errors ==
            fmt::format("FAILED: {0} is for PostgreSQL, and the database is SQLite's\n"
                        "  help: leave out {0}\n",
                        option));
    }
  }
  CHECK_FALSE(b.has_table("t"));
}

TEST_CASE("keys for PostgreSQL alone in an environment whose database is SQLite's") {
  const bench b("sqlite");
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);", "DROP TABLE t;");
  const auto with = [&](const std::string& top, const std::string& own, const arguments& words) {
    b.write("retort.toml", fmt::format("{}script_location = \"migrations\"\n[here]\n{}", top, own));
    arguments all = {"-n", "here"};
    all.insert(all.end(), words.begin(), words.end());
    return b.tool(all);
  };
  const std::string url = fmt::format("url = \"{}\"\n", b.url());
  const std::vector<std::pair<std::string, std::string>> keys = {
      {"schema", "\"app\""}, {"role", "\"owner\""}, {"extra_search_path", "[\"more\"]"}};
  for (const auto& one : keys) {
    const std::string& key = one.first;
    CAPTURE(key);
    const auto line = fmt::format("{} = {}\n", key, one.second);
    for (const arguments& words :
         {arguments{"upgrade", "head"}, arguments{"upgrade", "head", "--sql"}}) {
      const auto refused = with("", url + line, words);
      CHECK(refused.status == 1);
      CHECK(refused.errors ==
            fmt::format("FAILED: '{0}' is for PostgreSQL, and the database is SQLite's\n"
                        "  --> retort.toml:4:{1}\n"
                        "  help: leave it out of [here]; what stands at the top of the file is "
                        "for PostgreSQL's environments alone\n",
                        key, key.size() + 4));
    }
    CHECK_FALSE(b.has_table("t"));
    // The folder needs no database, and what holds for all is for those whom it concerns.
    CHECK(with("", url + line, {"heads"}).status == 0);
    CHECK(with(line, url, {"upgrade", "head"}).status == 0);
    CHECK(with("", line, {"downgrade", "base", "--url", b.url()}).status == 1);
    CHECK(with(line, url, {"downgrade", "base"}).status == 0);
  }
  CHECK(with("schema = \"app\"\n", url + "schema = \"\"\n", {"current"}).status == 0);
}

TEST_CASE_TEMPLATE("objects that filters leave out are no matter of verify", Db, sqlite,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE t (id INTEGER);\nCREATE TABLE cache_a (id INTEGER);",
              "DROP TABLE t;");
  const arguments verify = {"verify", "--backend", Db::dialect};
  CHECK(b.retort(verify).status == 1);
  b.write("retort.toml", "exclude_objects = [\"cache_*\"]\n");
  // The second way up fails all the same: the table is there.
  CHECK(b.retort(verify).output.find("should not be there") == std::string::npos);
  b.migration("aaaa", "",
              "CREATE TABLE t (id INTEGER);\nCREATE TABLE IF NOT EXISTS cache_a (id INTEGER);",
              "DROP TABLE t;");
  CHECK(b.retort(verify).status == 0);
  b.write("retort.toml", "include_objects = [\"t\"]\n");
  CHECK(b.retort(verify).status == 0);
  b.write("retort.toml", "exclude_objects = [\"table:t\"]\n");
  CHECK(b.retort(verify).status == 1);
}

TEST_CASE_TEMPLATE("a schema that the role may not look into is no empty database", Db,
                   postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "SELECT 1;", "");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.execute("DROP ROLE IF EXISTS e2e_blind");
  b.execute("CREATE ROLE e2e_blind");
  b.execute("CREATE SCHEMA open");
  b.execute("GRANT ALL ON SCHEMA open TO e2e_blind");
  b.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
  for (const auto& more : {arguments{}, arguments{"--extra-search-path", "open"}}) {
    for (const auto& what : {arguments{"current"}, arguments{"plan", "head"},
                             arguments{"upgrade", "head"}, arguments{"guard"}}) {
      auto words = what;
      words.insert(words.end(), {"--role", "e2e_blind"});
      words.insert(words.end(), more.begin(), more.end());
      const auto refused = b.retort(words);
      CAPTURE(what.front());
      CHECK(refused.status == 1);
      CHECK(refused.errors.find("permission denied for schema public") != std::string::npos);
    }
  }
  CHECK(b.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'open'") == "0");
  b.execute("DROP OWNED BY e2e_blind");
  b.execute("DROP ROLE e2e_blind");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
