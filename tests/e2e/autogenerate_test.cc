#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// `revision --autogenerate` and `check models`: what they write and say, and that they only read
// the database.

TEST_SUITE_BEGIN("autogenerate");

constexpr auto first = R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER);
CREATE INDEX ix_users_name ON users (name);
)";

constexpr auto wanted = R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER, mail TEXT);
CREATE INDEX ix_users_age ON users (age);
CREATE TABLE pets (id INTEGER NOT NULL PRIMARY KEY, owner INTEGER REFERENCES users (id));
CREATE VIEW adults AS SELECT id, name FROM users WHERE age > 17;
)";

/// A database with `first` and two rows, at its only migration, and models in "models.sql".
struct begun : bench {
  explicit begun(std::string_view dialect, std::string_view models = wanted) : bench(dialect) {
    migration("aaaa", "", first, "DROP TABLE users;");
    write("models.sql", models);
    REQUIRE(retort({"upgrade", "head"}).status == 0);
    execute("INSERT INTO users (id, name, age) VALUES (1, 'Ann', 40), (2, 'Bo', NULL)");
  }

  outcome generate(arguments more = {}) const {
    arguments all = {"revision", "--autogenerate", "-m",  "second",   "--rev-id",
                     "bbbb",     "--format",       "sql", "--models", "models.sql"};
    all.insert(all.end(), more.begin(), more.end());
    return retort(all);
  }

  outcome check_models(arguments more = {}) const {
    arguments all = {"check", "models", "--models", "models.sql"};
    all.insert(all.end(), more.begin(), more.end());
    return retort(all);
  }

  std::string generated() const { return read("migrations/bbbb_second.sql"); }
  bool has_generated() const { return files("migrations").size() > 1; }

  /// Everything that the database holds, as its own shell shows it.
  std::string everything() const {
    if (is_sqlite()) return read("test.db");
    const auto dumped = program("pg_dump", {url()});
    REQUIRE(dumped.status == 0);
    return without_key(dumped.output);
  }

  std::string schema() const { return retort({"schema"}).output; }

  /// None of the scratch databases is left.
  bool is_tidy() const {
    if (is_sqlite()) return true;
    return query("SELECT datname FROM pg_database WHERE datname LIKE 'retort_scratch%'").empty();
  }

 private:
  /// Newer versions of pg_dump guard each dump by a random word.
  static std::string without_key(const std::string& dump) {
    std::string kept;
    for (std::size_t at = 0; at < dump.size();) {
      const auto end = std::min(dump.find('\n', at), dump.size());
      const auto line = dump.substr(at, end - at);
      if (line.find("restrict ") == std::string::npos) kept += line + "\n";
      at = end + 1;
    }
    return kept;
  }
};

TEST_CASE_TEMPLATE("a migration to the models, and back", Db, sqlite, postgresql) {
  const begun b(Db::dialect);
  const auto before = b.everything();
  const auto schema_before = b.schema();
  const auto made = b.generate();
  CAPTURE(made.errors);
  CHECK(made.status == 0);
  REQUIRE(b.exists("migrations/bbbb_second.sql"));
  CHECK(made.output.find("bbbb_second.sql") != std::string::npos);
  CHECK(b.everything() == before);
  CHECK(b.is_tidy());
  CHECK(b.generated().find("-- down_revision: aaaa") != std::string::npos);

  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT id, name, age, mail FROM users ORDER BY id") ==
        "1|Ann|40|NULL\n2|Bo|NULL|NULL");
  CHECK(b.query("SELECT name FROM adults") == "Ann");
  CHECK(b.check_models().status == 0);
  CHECK(b.retort({"downgrade", "-1"}).status == 0);
  CHECK(b.schema() == schema_before);
  CHECK(b.query("SELECT id, name, age FROM users ORDER BY id") == "1|Ann|40\n2|Bo|NULL");
}

TEST_CASE_TEMPLATE("a mark ends with its line, whatever a name has in it", Db, sqlite, postgresql) {
  const begun b(Db::dialect,
                "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, \"two\nlines\" "
                "INTEGER NOT NULL);");
  REQUIRE(b.generate().status == 0);
  CHECK(b.generated().find("users.two lines") != std::string::npos);
  CHECK(b.retort({"upgrade", "head"}).status == 0);
}

TEST_CASE_TEMPLATE("what was generated holds", Db, sqlite, postgresql) {
  const begun b(Db::dialect);
  REQUIRE(b.generate().status == 0);
  const auto verified = b.retort({"verify", "--backend", Db::dialect, "--strict"});
  CAPTURE(verified.output);
  CHECK(verified.status == 0);
}

TEST_CASE_TEMPLATE("without a difference nothing is written", Db, sqlite, postgresql) {
  const begun b(Db::dialect, first);
  const auto before = b.everything();
  const auto made = b.generate();
  CHECK(made.status == 0);
  CHECK(made.output == "no differences: nothing was written\n");
  CHECK_FALSE(b.has_generated());
  const auto answer = json(b.generate({"--json"}));
  CHECK(answer["revision"].is_null());
  CHECK(answer["path"].is_null());
  CHECK(b.everything() == before);
  CHECK(b.is_tidy());
}

TEST_CASE("the JSON of what was written<sqlite>") {
  const begun b("sqlite",
                "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT);\n"
                "CREATE INDEX ix_users_name ON users (name);");
  const auto answer = json(b.generate({"--json"}));
  CHECK(answer["revision"] == "bbbb");
  CHECK(answer["path"].get<std::string>().ends_with("bbbb_second.sql"));
  REQUIRE(answer["reviews"].size() == 1);
  CHECK(answer["reviews"][0] == "drops users.age: what is in it is lost");
  CHECK(b.generated().find("-- review: drops users.age: what is in it is lost") !=
        std::string::npos);
}

TEST_CASE_TEMPLATE("check models", Db, sqlite, postgresql) {
  const begun b(Db::dialect);
  const auto before = b.everything();
  const auto found = b.check_models();
  CHECK(found.status == 3);
  CHECK(found.errors.empty());
  CHECK(found.output.starts_with(b.shown_url() + " differs from the models:\n"));
  for (const char* words :
       {"table pets is missing", "column users.mail is missing", "index ix_users_age is missing",
        "index ix_users_name should not be", "view adults is missing"}) {
    CAPTURE(words);
    CHECK(found.output.find(words) != std::string::npos);
  }
  CHECK(found.output.find("CREATE TABLE") == std::string::npos);

  const auto with_sql = b.check_models({"--sql"});
  CHECK(with_sql.status == 3);
  CHECK(with_sql.errors == found.output);
  CHECK(with_sql.output.find("CREATE TABLE pets") != std::string::npos);

  const auto answer = b.check_models({"--json"});
  CHECK(answer.status == 3);
  int differences = 0;
  int ways = 0;
  for (const auto& item : json(answer)) {
    CHECK(item["check"] == "models");
    if (item["severity"] == "difference") ++differences;
    if (item["severity"] == "sql") ++ways;
  }
  CHECK(differences == 5);
  CHECK(ways == 1);
  CHECK(b.everything() == before);
  CHECK(b.is_tidy());

  b.write("models.sql", first);
  const auto equal = b.check_models();
  CHECK(equal.status == 0);
  CHECK(equal.output == b.shown_url() + " equals the models\n");
  CHECK(json(b.check_models({"--json"})).empty());

  const auto piped = b.shell(with_sql.output);
  CHECK_MESSAGE(piped.status == 0, piped.errors);
  b.write("models.sql", wanted);
  CHECK(b.check_models().status == 0);
}

TEST_CASE_TEMPLATE("moments are the same in every time zone of a database", Db, postgresql) {
  const bench b(Db::dialect);
  b.write("migrations/.keep", "");
  b.write("models.sql",
          "CREATE TABLE t (at timestamptz DEFAULT '2020-01-02 03:04:00+00' CHECK (at > "
          "'2019-01-01 00:00:00+00'));\n");
  REQUIRE(b.shell("SELECT format('ALTER DATABASE %I SET timezone TO %L', current_database(), "
                  "'Asia/Tokyo') \\gexec\n")
              .status == 0);
  REQUIRE(b.retort({"revision", "--autogenerate", "-m", "t", "--format", "sql", "--models",
                    "models.sql"})
              .status == 0);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  const auto equal = b.retort({"check", "models", "--models", "models.sql"});
  CHECK_MESSAGE(equal.status == 0, equal.output);
}

TEST_CASE_TEMPLATE("the history in place of a database", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", first, "DROP TABLE users;");
  b.write("models.sql", wanted);
  const arguments from_history = {"--from-history", "--models", "models.sql"};
  arguments check = {"check", "models"};
  check.insert(check.end(), from_history.begin(), from_history.end());
  const auto found = b.retort(check);
  CHECK(found.status == 3);
  CHECK(found.output.starts_with("the history differs from the models:\n"));
  const auto made = b.retort({"revision", "--autogenerate", "-m", "second", "--rev-id", "bbbb",
                              "--format", "sql", "--from-history", "--models", "models.sql"});
  CAPTURE(made.errors);
  CHECK(made.status == 0);
  // The database was never touched.
  CHECK(b.versions() == "none");
  if (b.is_sqlite()) CHECK_FALSE(b.exists("test.db"));
  CHECK(b.retort(check).status == 0);
  CHECK(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.has_table("pets"));
}

TEST_CASE("the history where no database is named at all<sqlite>") {
  const bench b("sqlite");
  b.migration("aaaa", "", first, "DROP TABLE users;");
  b.write("models.sql", first);
  const auto found = b.tool({"check", "models", "--models", "models.sql", "--dialect", "sqlite",
                             "--script-location", "migrations"});
  CHECK(found.output == "the history equals the models\n");
  CHECK(found.status == 0);
}

constexpr auto renamed_models = R"(
CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, title TEXT, age INTEGER);
CREATE INDEX ix_users_name ON people (title);
)";

TEST_CASE_TEMPLATE("renamed, as the user says", Db, sqlite, postgresql) {
  const begun b(Db::dialect, renamed_models);
  const auto made = b.generate({"--rename", "users:people", "--rename", "people.name:title"});
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  const auto generated = b.generated();
  CAPTURE(generated);
  CHECK(b.generated().find("-- review:") == std::string::npos);
  CHECK(b.generated().find("DROP TABLE users") == std::string::npos);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT id, title FROM people ORDER BY id") == "1|Ann\n2|Bo");
  REQUIRE(b.retort({"downgrade", "-1"}).status == 0);
  CHECK(b.query("SELECT id, name FROM users ORDER BY id") == "1|Ann\n2|Bo");
}

TEST_CASE("renamed, as it seems, or not at all<sqlite>") {
  const begun b("sqlite", R"(
CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER);
CREATE INDEX ix_users_name ON people (name);)");
  REQUIRE(b.generate().status == 0);
  CHECK(b.generated().find("-- review: users -> people is a guess") != std::string::npos);
  CHECK(b.generated().find("RENAME TO people") != std::string::npos);
  const auto dropped =
      b.retort({"revision", "--autogenerate", "-m", "third", "--rev-id", "cccc", "--format", "sql",
                "--head", "aaaa", "--splice", "--models", "models.sql", "--no-renames"});
  CHECK(dropped.status != 0);  // There is a newer head that has not run.
  const begun c("sqlite", b.read("models.sql"));
  CHECK(c.generate({"--rename", "nonsense"}).status == 2);
  REQUIRE(c.generate({"--no-renames"}).status == 0);
  CHECK(c.generated().find("-- review: drops users: what is in it is lost") != std::string::npos);
  CHECK(c.generated().find("RENAME TO people") == std::string::npos);
}

TEST_CASE("a long mark in C++ takes further lines") {
  const begun b("sqlite", R"(
CREATE TABLE people_of_the_company (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER);
CREATE INDEX ix_users_name ON people_of_the_company (name);)");
  const auto made = b.retort({"revision", "--autogenerate", "-m", "second", "--rev-id", "bbbb",
                              "--format", "cpp", "--models", "models.sql"});
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  const auto text = b.read("migrations/bbbb_second.cc");
  CAPTURE(text);
  CHECK(text.find("          // review: users -> people_of_the_company is a guess: ") !=
        std::string::npos);
  CHECK(text.find("\n          // name (--no-renames: drop and add)\n          op.") !=
        std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
}

TEST_CASE_TEMPLATE("models that make nothing drop everything, and say so", Db, sqlite, postgresql) {
  const begun b(Db::dialect, "-- nothing\n");
  const auto before = b.schema();
  CHECK(b.check_models().status == 3);
  REQUIRE(b.generate().status == 0);
  CHECK(
      b.generated().find("-- review: drops users: what is in it is lost; the models make nothing, "
                         "so that everything in the database is dropped\nDROP TABLE users") !=
      std::string::npos);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  CHECK_FALSE(b.has_table("users"));
  CHECK(b.check_models().status == 0);
  CHECK(b.retort({"downgrade", "-1"}).status == 0);
  CHECK(b.schema() == before);
}

TEST_CASE_TEMPLATE("nothing is written where there is nothing to compare", Db, sqlite, postgresql) {
  const begun b(Db::dialect);
  const auto before = b.everything();
  const auto refused = [&](const arguments& more, std::string_view why, int status = 1) {
    const auto made = b.generate(more);
    CAPTURE(made.errors);
    CHECK(made.status == status);
    CHECK(made.errors.starts_with("FAILED: "));
    CHECK(made.errors.find(why) != std::string::npos);
    CHECK(b.check_models(more).status == status);
    CHECK(b.is_tidy());
  };
  b.write("models.sql", "CREATE TABLE users (id INTEGER);\n\nCREATE TABLE users (id INTEGER);\n");
  refused({}, "models.sql:3");
  b.write("models.sql", "CREATE TABLE users (id INTEGER;\n");
  refused({}, "models.sql:1");
  CHECK_FALSE(b.has_generated());
  const auto none = b.retort({"revision", "--autogenerate", "-m", "x"});
  CHECK(none.status == 2);
  CHECK(none.errors.find("there are no models") != std::string::npos);
  const auto missing = b.retort({"check", "models", "--models", "missing.sql"});
  CHECK(missing.status == 1);
  CHECK(missing.errors.find("missing.sql") != std::string::npos);

  b.write("models.sql", wanted);
  b.migration("cccc", "aaaa", "CREATE TABLE late (id INTEGER);", "DROP TABLE late;");
  refused({}, "is not at the heads");
  CHECK(b.files("migrations").size() == 2);
  CHECK(b.everything() == before);
}

TEST_CASE_TEMPLATE("models that a dump is", Db, sqlite, postgresql) {
  const begun b(Db::dialect, first);
  b.write("models.sql", b.is_sqlite() ? b.program("sqlite3", {"test.db", ".schema"}).output
                                      : b.program("pg_dump", {b.url()}).output);
  const auto models = b.read("models.sql");
  CAPTURE(models);
  const auto found = b.check_models();
  CAPTURE(found.output);
  CAPTURE(found.errors);
  CHECK(found.status == 0);
}

TEST_CASE("models with all that pg_dump writes<postgresql>") {
  const begun b("postgresql", R"(--
-- PostgreSQL database dump
--

\restrict AbCd0123

-- Dumped from database version 17.2

SET statement_timeout = 0;
SET transaction_timeout = 0;
SET no_such_setting_at_all = 1;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;
CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
COMMENT ON SCHEMA public IS 'standard public schema';
SET default_tablespace = '';
SET default_table_access_method = heap;

CREATE TABLE public.users (
    id integer NOT NULL,
    name text,
    age integer
);
ALTER TABLE public.users OWNER TO nobody_here;

COPY public.users (id, name, age) FROM stdin;
1	it's; "odd"	\N
2	DROP TABLE public.users;	3
\.

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX ix_users_name ON public.users USING btree (name);
GRANT SELECT ON TABLE public.users TO nobody_here;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE nobody_here IN SCHEMA public GRANT SELECT ON TABLES TO nobody_here;

\unrestrict AbCd0123
)");
  const auto found = b.check_models();
  CAPTURE(found.output);
  CAPTURE(found.errors);
  CHECK(found.status == 0);
}

TEST_CASE_TEMPLATE("tables of Retort and of Alembic are left alone", Db, sqlite, postgresql) {
  const begun b(Db::dialect, first);
  b.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)");
  REQUIRE(b.has_table("retort_version"));
  if (!b.is_sqlite()) {
    b.execute("CREATE SCHEMA app");
    b.execute("CREATE TABLE app.alembic_version (version_num VARCHAR(32))");
    b.write("models.sql", "CREATE SCHEMA app;\n" + b.read("models.sql"));
  }
  CHECK(b.check_models().status == 0);
  // Under another name it is the version table, too.
  REQUIRE(b.retort({"upgrade", "head", "--version-table", "versions"}).status != 0);
  b.execute("ALTER TABLE retort_version RENAME TO versions");
  CHECK(b.check_models({"--version-table", "versions"}).status == 0);
}

TEST_CASE("filters of the configuration<sqlite>") {
  const begun b("sqlite", first);
  b.execute("CREATE TABLE cache_a (id INTEGER)");
  CHECK(b.check_models().status == 3);
  b.write("retort.toml", "exclude_objects = [\"cache_*\"]\n");
  CHECK(b.check_models().status == 0);
  b.write("models.sql", std::string(first) + "CREATE TABLE cache_b (id INTEGER);\n");
  CHECK(b.check_models().status == 0);
  b.write("retort.toml", "include_objects = [\"users\"]\n");
  CHECK(b.check_models().status == 0);
  b.write("retort.toml", "include_objects = [\"table:cache_*\"]\n");
  CHECK(b.check_models().status == 3);
  b.write("retort.toml", "exclude_objects = [\"cache_*\"]\nmodels = [\"models.sql\"]\n");
  CHECK(b.retort({"check", "models"}).status == 0);
}

TEST_CASE_TEMPLATE("a column that has to have a value, where there are rows", Db, sqlite,
                   postgresql) {
  const begun b(Db::dialect, R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER NOT NULL, code TEXT NOT NULL);
CREATE INDEX ix_users_name ON users (name);)");
  REQUIRE(b.generate().status == 0);
  CHECK(b.generated().find("-- review: ") != std::string::npos);
  const auto up = b.retort({"upgrade", "head"});
  CAPTURE(up.errors);
  REQUIRE(up.status == 0);
  CHECK(b.query("SELECT id, age, code FROM users ORDER BY id") == "1|40|\n2|0|");
  CHECK(b.check_models().status == 0);
  CHECK(b.retort({"downgrade", "-1"}).status == 0);
}

TEST_CASE("beside a protected database no scratch database is made<postgresql>") {
  const begun b("postgresql");
  REQUIRE(b.retort({"guard", "--protect"}).status == 0);
  const auto refused = b.generate();
  CHECK(refused.status == 1);
  CHECK(refused.errors.find("is protected, so no scratch database is made beside it") !=
        std::string::npos);
  CHECK(refused.errors.find("--scratch-url") != std::string::npos);
  CHECK_FALSE(b.has_generated());
  const bench other("postgresql");
  CHECK(b.check_models({"--scratch-url", other.url()}).status == 3);
  CHECK(b.generate({"--scratch-url", other.url()}).status == 0);
  CHECK(b.is_tidy());
}

TEST_CASE("numbers of the application are only set where the models say them<sqlite>") {
  const begun b("sqlite", first);
  b.execute("PRAGMA user_version = 5");
  CHECK(b.check_models().status == 0);
  b.write("models.sql", std::string(first) + "PRAGMA user_version = 7;\n");
  CHECK(b.check_models().status == 3);
  const auto made = b.generate();
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("PRAGMA user_version") == "7");
  REQUIRE(b.retort({"downgrade", "-1"}).status == 0);
  CHECK(b.query("PRAGMA user_version") == "5");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
