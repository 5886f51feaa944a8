#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/text_tools.h"
#include "db/url.h"
#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// Autogenerate for a user who may make no databases: everything is tried in a schema that is never
// there for anybody else.

TEST_SUITE_BEGIN("scratch_schema");

constexpr auto first_models = R"(
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, feels mood DEFAULT 'sad', born date,
  CONSTRAINT old_enough CHECK (born < '2020-01-01'));
COMMENT ON COLUMN users.name IS 'as in the passport';
CREATE INDEX ix_users_name ON users (lower(name));
CREATE TABLE pets (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner integer REFERENCES users (id) ON DELETE CASCADE);
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER tr_shout BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION shout();
CREATE VIEW owners AS SELECT u.name, count(*) AS n FROM users u JOIN pets p ON p.owner = u.id GROUP BY u.name;
COMMENT ON VIEW owners IS 'who has pets';
CREATE STATISTICS st_users ON name, born FROM users;
)";

/// A role that may do everything in the database, and make none.
struct denied : bench {
  explicit denied(const std::string& models, const std::string& more = {})
      : bench("postgresql"), role_(fmt::format("poor_{}", query("SELECT pg_backend_pid()"))) {
    execute(fmt::format("CREATE ROLE {} LOGIN NOCREATEDB PASSWORD '{}'", role_, password));
    execute(
        fmt::format("DO $$ BEGIN EXECUTE format('GRANT ALL ON DATABASE %I TO {}', "
                    "current_database()); END $$",
                    role_));
    execute(fmt::format("GRANT ALL ON SCHEMA public TO {}", role_));
    migration("aaaa", "", first_models + more, "");
    write("models.sql", models);
    const auto up = run({"upgrade", "head"});
    CAPTURE(up.errors);
    REQUIRE(up.status == 0);
  }
  ~denied() { execute(fmt::format("DROP OWNED BY {0} CASCADE; DROP ROLE {0}", role_)); }

  outcome run(arguments what) const {
    const auto address = db::parse_url(url());
    auto as_role = fmt::format("postgresql://{}:{}@/{}?host={}", role_, password, address.database,
                               address.host);
    if (!address.port.empty()) as_role += "&port=" + address.port;
    what.insert(what.end(), {"--url", as_role, "--script-location", "migrations"});
    return tool(what);
  }
  outcome generate(const arguments& more = {}) const {
    arguments what = {"revision", "--autogenerate", "-m",  "second",   "--rev-id",
                      "bbbb",     "--format",       "sql", "--models", "models.sql"};
    what.insert(what.end(), more.begin(), more.end());
    return run(what);
  }
  outcome check_models() const { return run({"check", "models", "--models", "models.sql"}); }

  std::string schemas() const {
    return query(
        "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname "
        "!~ '^pg_'");
  }

 private:
  std::string role_;
};

TEST_CASE("where databases are denied a schema stands in<postgresql>") {
  const denied b(first_models);
  const auto same = b.check_models();
  CAPTURE(same.output);
  CAPTURE(same.errors);
  CHECK(same.status == 0);
  CHECK(b.generate().output == "no differences: nothing was written\n");

  b.execute("INSERT INTO users (name) VALUES ('Ann')");
  b.execute("INSERT INTO pets (owner) VALUES (1)");
  b.write("models.sql", R"(
CREATE TYPE mood AS ENUM ('sad', 'calm', 'happy');
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, feels mood DEFAULT 'calm', mail text, born date,
  CONSTRAINT old_enough CHECK (born < '2021-01-01'));
CREATE INDEX ix_users_mail ON users (mail) WHERE mail <> '';
CREATE TABLE pets (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, keeper integer REFERENCES users (id));
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.mail := upper(NEW.mail); RETURN NEW; END $$;
CREATE TRIGGER tr_shout BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION shout();
CREATE VIEW owners AS SELECT u.mail, count(*) AS n FROM users u JOIN pets p ON p.keeper = u.id GROUP BY u.mail;
COMMENT ON VIEW owners IS 'who keeps pets';
)");
  const auto schema_before = b.run({"schema"}).output;
  const auto schemas_before = b.schemas();
  CHECK(b.check_models().status == 3);
  const auto made = b.generate({"--rename", "pets.owner:keeper"});
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  CHECK(b.run({"schema"}).output == schema_before);
  CHECK(b.schemas() == schemas_before);
  const auto generated = b.read("migrations/bbbb_second.sql");
  CAPTURE(generated);
  CHECK_FALSE(base::contains(generated, "retort_scratch"));
  const auto up = b.run({"upgrade", "head"});
  CAPTURE(up.errors);
  REQUIRE(up.status == 0);
  const auto equal = b.check_models();
  CAPTURE(equal.output);
  CHECK(equal.status == 0);
  CHECK(b.query("SELECT u.name, u.feels, p.keeper FROM users u, pets p") == "ANN|sad|1");
  const auto down = b.run({"downgrade", "-1"});
  CAPTURE(down.errors);
  REQUIRE(down.status == 0);
  CHECK(b.run({"schema"}).output == schema_before);
}

TEST_CASE("what a schema cannot stand in for is told, and nothing happens<postgresql>") {
  const denied b(first_models);
  const auto before = b.run({"schema"}).output;
  const auto refused = [&](const std::string& models, std::string_view why,
                           std::string_view where = {}, const arguments& more = {}) {
    b.write("models.sql", models);
    const auto made = b.generate(more);
    CAPTURE(made.errors);
    CHECK(made.status == 1);
    CHECK(base::contains(made.errors, "cannot make a scratch database beside "));
    CHECK(base::contains(made.errors, why));
    CHECK(base::contains(made.errors, where));
    CHECK(base::contains(made.errors, "--scratch-url"));
    CHECK(b.run({"schema"}).output == before);
    CHECK(b.files("migrations").size() == 1);
  };
  refused("CREATE TABLE a (b int);\nCREATE TABLE public.users (id int);", "names the schema public",
          "models.sql:2");
  refused("CREATE TABLE a (b int DEFAULT nextval('public.users_id_seq'));",
          "names the schema public", "models.sql:1");
  refused(
      "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM \"public\".users "
      "$$;",
      "names the schema public", "models.sql:1");
  refused("SET search_path = public;\nCREATE TABLE a (b int);", "goes beyond a schema");
  for (const char* beyond :
       {"CREATE SCHEMA app;", "CREATE EXTENSION citext;", "DROP SCHEMA public CASCADE;", "COMMIT;",
        "DO $$ BEGIN END $$;", "SELECT pg_advisory_lock(1);", "CREATE ROLE somebody;",
        "CREATE TABLE a (b int);\nALTER TABLE a SET SCHEMA public;"}) {
    refused(beyond, "goes beyond a schema", "models.sql:");
  }
  b.write("retort.toml", "autogenerate_online = true\n");
  refused(first_models, "permission denied to create database");
  b.write("retort.toml", "protected = true\n");
  b.write("models.sql", first_models);
  const auto made = b.generate();
  CHECK(made.status == 1);
  CHECK(base::contains(made.errors, "is protected, so no scratch database is made beside it"));
}

TEST_CASE("a database of several schemas needs a scratch database<postgresql>") {
  const denied b(first_models, "CREATE SCHEMA app; CREATE TABLE app.jobs (id int);");
  const auto made = b.generate();
  CAPTURE(made.errors);
  CHECK(made.status == 1);
  CHECK(base::contains(made.errors, "a schema in its place will not do: there is table app.jobs"));
  CHECK(base::contains(made.errors, "--scratch-url"));
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
