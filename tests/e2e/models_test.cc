#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/text_tools.h"
#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// What goes with models: databases taken over, models exported, marks, privileges, indexes built
// online, and what is made in a scratch database first.

TEST_SUITE_BEGIN("models");

constexpr auto models_before = R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER);
CREATE TABLE pets (id INTEGER NOT NULL PRIMARY KEY, owner INTEGER);
)";
constexpr auto no_models_before = "DROP TABLE pets;\nDROP TABLE users;";

/// A database at its only migration `up`, and models in "models.sql".
struct modelled : bench {
  modelled(std::string_view dialect, std::string_view up, const char* down, std::string_view models,
           arguments common = {})
      : bench(dialect), common_(std::move(common)) {
    migration("aaaa", "", up, down);
    write("models.sql", models);
    REQUIRE(run({"upgrade", "head"}).status == 0);
  }

  outcome run(arguments what, const arguments& more = {}) const {
    what.insert(what.end(), common_.begin(), common_.end());
    what.insert(what.end(), more.begin(), more.end());
    return retort(what);
  }

  outcome generate(const arguments& more = {}) const {
    return run({"revision", "--autogenerate", "-m", "second", "--rev-id", "bbbb", "--format", "sql",
                "--models", "models.sql"},
               more);
  }

  outcome check_models(const arguments& more = {}) const {
    return run({"check", "models", "--models", "models.sql"}, more);
  }

  std::string generated() const { return read("migrations/bbbb_second.sql"); }

 private:
  arguments common_;
};

constexpr auto online_models = R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER, CONSTRAINT old CHECK (age >= 0));
CREATE TABLE pets (id INTEGER NOT NULL PRIMARY KEY, owner INTEGER REFERENCES users (id), name TEXT);
CREATE INDEX ix_users_age ON users (age);
CREATE TABLE toys (id INTEGER NOT NULL PRIMARY KEY, name TEXT);
CREATE INDEX ix_toys_name ON toys (name);
)";

TEST_CASE("what would keep writers waiting is a migration of its own<postgresql>") {
  const modelled b("postgresql",
                   std::string(models_before) + "CREATE INDEX ix_users_name ON users (name);\n",
                   no_models_before, online_models);
  b.execute("INSERT INTO users VALUES (1, 'Ann', 40)");
  b.write("retort.toml", "autogenerate_online = true\n");
  const auto schema_before = b.run({"schema"}).output;
  const auto answer = json(b.generate({"--json"}));
  CHECK(answer["path"].get<std::string>().ends_with("bbbb_second.sql"));
  REQUIRE(answer.contains("online_path"));
  const auto online_path = answer["online_path"].get<std::string>();
  CHECK(online_path.ends_with("_second_online.sql"));
  REQUIRE(b.files("migrations").size() == 3);

  const auto blocking = b.generated();
  CAPTURE(blocking);
  CHECK_FALSE(base::contains(blocking, "CONCURRENTLY"));
  CHECK_FALSE(base::contains(blocking, "VALIDATE"));
  CHECK_FALSE(base::contains(blocking, "transaction:false"));
  CHECK(base::contains(blocking, "CHECK (age >= 0) NOT VALID"));
  CHECK(base::contains(blocking, "REFERENCES users (id) NOT VALID"));
  // Nobody writes to a table that has only just been made.
  CHECK(base::contains(blocking, "CREATE INDEX ix_toys_name"));

  const auto online = b.read(online_path);
  CAPTURE(online);
  CHECK(base::contains(online, "-- down_revision: bbbb\n"));
  CHECK(base::contains(online, "\n-- migrate:up transaction:false\n"));
  CHECK(base::contains(online, "\n-- migrate:down transaction:false\n"));
  CHECK(base::contains(online, "CREATE INDEX CONCURRENTLY ix_users_age"));
  CHECK(base::contains(online, "VALIDATE CONSTRAINT old"));
  CHECK(base::contains(online, "VALIDATE CONSTRAINT pets_owner_fkey"));
  CHECK(base::contains(online, "DROP INDEX CONCURRENTLY ix_users_name"));
  CHECK_FALSE(base::contains(blocking, "DROP INDEX ix_users_name"));
  // The way back keeps nobody waiting, either.
  CHECK(base::contains(online, "DROP INDEX CONCURRENTLY ix_users_age"));
  CHECK(base::contains(online, "CREATE INDEX CONCURRENTLY ix_users_name"));
  CHECK_FALSE(base::contains(blocking, "CREATE INDEX ix_users_name"));

  const auto up = b.run({"upgrade", "head"});
  CAPTURE(up.errors);
  REQUIRE(up.status == 0);
  CHECK(b.query("SELECT count(*) FROM pg_constraint WHERE NOT convalidated") == "0");
  const auto equal = b.check_models();
  CAPTURE(equal.output);
  CHECK(equal.status == 0);
  const auto down = b.run({"downgrade", "aaaa"});
  CAPTURE(down.errors);
  CHECK(down.status == 0);
  CHECK(b.run({"schema"}).output == schema_before);
}

TEST_CASE("what can be done is what is told to be done online<postgresql>") {
  const modelled b("postgresql", R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, code INTEGER NOT NULL);
CREATE INDEX ix_name ON users (name);
CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, code INTEGER, name TEXT);
CREATE TABLE days (day DATE NOT NULL, n INTEGER) PARTITION BY RANGE (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE refs (id INTEGER NOT NULL, a INTEGER, at INTEGER);
CREATE INDEX ix_a ON refs (a);
CREATE INDEX ix_at ON days (day);
CREATE UNIQUE INDEX uq_id ON refs (id);
CREATE INDEX ix_told ON refs (at); COMMENT ON INDEX ix_told IS 'of it';
CREATE INDEX ix_order ON refs (at, a); ALTER TABLE refs CLUSTER ON ix_order;
CREATE TABLE uses (id INTEGER REFERENCES refs (id));
)",
                   "DROP TABLE users, notes, days, refs, uses;", R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, code INTEGER NOT NULL);
CREATE UNIQUE INDEX uq_code ON users (code);
CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, code INTEGER REFERENCES users (code), name TEXT);
CREATE INDEX ix_name ON notes (name);
CREATE TABLE days (day DATE NOT NULL, n INTEGER) PARTITION BY RANGE (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE INDEX ix_days ON days (n);
CREATE TABLE refs (id INTEGER NOT NULL, a INTEGER, at INTEGER);
CREATE INDEX ix_a ON refs (a) WHERE a > 0;
CREATE INDEX ix_at ON days (day DESC);
CREATE UNIQUE INDEX uq_id ON refs (id) INCLUDE (a);
CREATE UNIQUE INDEX uq_other ON refs (id);
CREATE INDEX ix_told ON refs (at DESC); COMMENT ON INDEX ix_told IS 'of it';
CREATE INDEX ix_order ON refs (at, a, id); ALTER TABLE refs CLUSTER ON ix_order;
CREATE TABLE uses (id INTEGER REFERENCES refs (id));
)");
  b.write("retort.toml", "autogenerate_online = true\n");
  const auto schema_before = b.run({"schema"}).output;
  const auto made = b.generate({"--json"});
  CAPTURE(made.errors);
  const auto blocking = b.generated();
  CAPTURE(blocking);
  const auto online = b.read(json(made)["online_path"].get<std::string>());
  CAPTURE(online);
  // A foreign key needs its index at once.
  CHECK(blocking.find("CREATE UNIQUE INDEX uq_code") < blocking.find("REFERENCES users (code)"));
  CHECK(base::contains(blocking, "REFERENCES users (code) NOT VALID"));
  CHECK(base::contains(online, "VALIDATE CONSTRAINT notes_code_fkey"));
  // No two indexes have one name, and a partitioned table's cannot be built so.
  const auto up = b.run({"upgrade", "head"});
  CAPTURE(up.errors);
  REQUIRE(up.status == 0);
  CHECK(b.check_models().status == 0);
  CHECK(base::contains(online,
                       "-- review: the database cannot do this CONCURRENTLY: writers wait for it\n"
                       "CREATE INDEX ix_days ON days (n)"));
  // One that changes under its name serves until the new one is there.
  CHECK(base::contains(online,
                       "CREATE INDEX CONCURRENTLY ix_a__renamed ON refs (a) WHERE a > 0;\n"
                       "DROP INDEX CONCURRENTLY ix_a;\n"
                       "ALTER INDEX ix_a__renamed RENAME TO ix_a"));
  CHECK_FALSE(base::contains(blocking, "INDEX ix_a"));
  // So do what is said of an index, and a foreign key that may need one.
  CHECK(base::contains(blocking, "DROP INDEX ix_told"));
  CHECK(base::contains(blocking, "DROP INDEX ix_order"));
  CHECK(blocking.find("DROP CONSTRAINT uses_id_fkey") < blocking.find("DROP INDEX uq_id"));
  const auto down = b.run({"downgrade", "aaaa"});
  CAPTURE(down.errors);
  CHECK(down.status == 0);
  CHECK(b.run({"schema"}).output == schema_before);
}

TEST_CASE("SQLite has one writer, and needs no second migration<sqlite>") {
  const modelled b("sqlite", models_before, no_models_before, online_models);
  b.write("retort.toml", "autogenerate_online = true\n");
  const auto answer = json(b.generate({"--json"}));
  CHECK_FALSE(answer.contains("online_path"));
  CHECK(b.files("migrations").size() == 2);
  CHECK(base::contains(b.generated(), "CREATE INDEX ix_users_age"));
}

TEST_CASE("check reminds of a mark until it is taken out<sqlite>") {
  const modelled b("sqlite", models_before, no_models_before,
                   "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT);");
  CHECK(b.run({"check", "graph"}).errors.empty());
  REQUIRE(b.generate().status == 0);
  auto text = b.generated();
  const std::string mark = "-- review: drops users.age: what is in it is lost\n";
  const auto at = text.find(mark);
  REQUIRE(at != std::string::npos);
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');

  const auto warned = b.run({"check", "graph"});
  CHECK(warned.status == 0);
  const auto shown = warned.output + warned.errors;
  CAPTURE(shown);
  CHECK(base::contains(shown, "not reviewed yet: drops users.age: what is in it is lost"));
  CHECK(base::contains(shown, "not reviewed yet: drops pets: what is in it is lost"));
  CHECK(base::contains(shown, fmt::format("bbbb_second.sql:{}", line)));
  const auto listed = json(b.run({"check", "graph", "--json"}));
  REQUIRE(listed.size() == 2);
  for (const auto& item : listed) {
    CHECK(item["severity"] == "warning");
    CHECK(item["file"].get<std::string>().ends_with("bbbb_second.sql"));
  }

  text.erase(at, mark.size());
  b.write("migrations/bbbb_second.sql", text);
  CHECK(json(b.run({"check", "graph", "--json"})).size() == 1);
  const std::string other = "-- review: drops pets: what is in it is lost\n";
  text.erase(text.find(other), other.size());
  b.write("migrations/bbbb_second.sql", text);
  const auto quiet = b.run({"check", "graph"});
  CHECK(quiet.status == 0);
  CHECK_FALSE(base::contains(quiet.output + quiet.errors, "reviewed"));
}

constexpr auto shop = R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'it''s', age INTEGER CHECK (age > 0));
CREATE TABLE pets (id INTEGER NOT NULL PRIMARY KEY, owner INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT, UNIQUE (owner, name));
CREATE INDEX ix_pets_name ON pets (name DESC) WHERE name <> '';
CREATE VIEW owners AS SELECT id, name FROM users WHERE age > 17;
)";

/// What only one of the databases has.
std::string shop_of(const std::string& dialect) {
  if (dialect == "sqlite") {
    return std::string(shop) +
           "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, data BLOB, price REAL);\n"
           "CREATE TRIGGER old AFTER DELETE ON users BEGIN INSERT INTO counted (price) VALUES "
           "(1.5); END;\n";
  }
  return std::string(shop) +
         "CREATE TYPE mood AS ENUM ('sad', 'it''s ok');\n"
         "CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2';\n"
         "CREATE TABLE counted (id BIGSERIAL PRIMARY KEY, data BYTEA, price DOUBLE PRECISION, "
         "feels mood DEFAULT 'sad', tags TEXT[]);\n"
         "COMMENT ON TABLE counted IS 'one; two';\n";
}

TEST_CASE("a value that was made up stays marked on the way back, a loss does not<sqlite>") {
  const modelled b("sqlite", R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, code TEXT NOT NULL, price REAL);
)",
                   "DROP TABLE users;", R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, added TEXT, price TEXT);
)");
  REQUIRE(b.generate().status == 0);
  const auto text = b.generated();
  CAPTURE(text);
  const auto down = text.substr(text.find("-- migrate:down"));
  const auto up = text.substr(0, text.find("-- migrate:down"));
  CHECK(base::contains(
      up,
      "-- review: drops users.code: what is in it is lost; users.price becomes TEXT: "
      "digits of real numbers behind the 15th are rounded away\n"));
  CHECK_FALSE(base::contains(down, "is lost"));
  CHECK_FALSE(base::contains(down, "becomes REAL"));
  CHECK(base::contains(down, "-- review: rows without a value get '' in users.code\n"));
}

TEST_CASE("a type that rounds is marked, and one that fails is not<postgresql>") {
  const modelled b("postgresql", R"(
CREATE TABLE goods (id INTEGER NOT NULL PRIMARY KEY, price NUMERIC(10,3), sold TIMESTAMPTZ, name VARCHAR(20));
INSERT INTO goods VALUES (1, 1.234, '2020-01-01 12:00+00', 'short');
)",
                   "DROP TABLE goods;", R"(
CREATE TABLE goods (id INTEGER NOT NULL PRIMARY KEY, price NUMERIC(10,1), sold DATE, name VARCHAR(5));
)");
  REQUIRE(b.generate().status == 0);
  const auto text = b.generated();
  CAPTURE(text);
  const auto down = text.find("-- migrate:down");
  CHECK(text.find("-- review: goods.price becomes numeric(10,1): what it has no digits for is "
                  "rounded away\n") < down);
  CHECK(text.find("-- review: goods.sold becomes date: the time of day is lost\n") < down);
  CHECK_FALSE(base::contains(text, "review: goods.name"));
  CHECK(text.find("-- review:", down) == std::string::npos);
  REQUIRE(b.run({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT price, sold, name FROM goods") == "1.2|2020-01-01|short");
}

TEST_CASE_TEMPLATE("models that were exported are the database's", Db, sqlite, postgresql) {
  const modelled b(Db::dialect, shop_of(Db::dialect), nullptr, "");
  const auto sql = b.run({"export", "models", "--format", "sql"});
  CHECK(sql.errors.empty());
  CHECK_FALSE(base::contains(sql.output, "retort_version"));
  const auto shown = json(b.run({"export", "models", "--format", "sql", "--json"}));
  CHECK(shown["sql"].get<std::string>() == sql.output);
  b.write("models.sql", sql.output);
  const auto equal = b.check_models();
  CAPTURE(sql.output);
  CAPTURE(equal.output);
  CAPTURE(equal.errors);
  CHECK(equal.status == 0);

  const auto cpp = b.run({"export", "models", "--format", "cpp"}).output;
  CAPTURE(cpp);
  CHECK(cpp.starts_with("#include <retort/schema.h>\n"));
  CHECK(base::contains(cpp, "\nRETORT_MODELS(exported){\n"));
  CHECK(base::contains(cpp, "schema.create_table(\"pets\""));
  CHECK(base::contains(cpp, "schema.create_view(\"owners\""));
  CHECK_FALSE(base::contains(cpp, "retort_version"));
}

/// A database that no migration has made, with rows, and a folder to be laid down.
struct taken : bench {
  explicit taken(std::string_view dialect) : bench(dialect) {
    REQUIRE(
        shell(shop_of(this->dialect()) + R"(
INSERT INTO users VALUES (1, 'O''Neil', 40), (2, 'a;
b', NULL);
INSERT INTO pets VALUES (7, 1, NULL);
)" +
              (is_sqlite()
                   ? "INSERT INTO counted VALUES (5, X'00FF', 0.1);"
                   : R"(INSERT INTO counted VALUES (5, '\x00ff', 0.1, 'it''s ok', '{a,"b c"}');)"))
            .status == 0);
  }

  outcome init(const std::string& folder, const std::string& from,
               const arguments& more = {}) const {
    arguments all = {"init", folder, "--from", from, "-t", "sql"};
    all.insert(all.end(), more.begin(), more.end());
    return tool(all);
  }

  outcome with(const std::string& url, const arguments& what) const {
    arguments all = {"-c", "db/retort.toml", "--url", url};
    all.insert(all.end(), what.begin(), what.end());
    return tool(all);
  }
};

TEST_CASE_TEMPLATE("a database is taken over with rows", Db, sqlite, postgresql) {
  const taken b(Db::dialect);
  const bench fresh(Db::dialect);
  const auto fresh_url = b.is_sqlite() ? "sqlite:///" + fresh.path("test.db") : fresh.url();
  const auto schema = b.retort({"schema"}).output;
  const auto made = b.init("db", b.url(), {"--rows", "users", "--rows", "counted"});
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  CHECK(base::contains(made.output, "created db/models.sql\n"));
  CHECK(base::contains(made.output, "retort -c db/retort.toml --url URL stamp head"));
  CHECK(base::contains(b.read("db/retort.toml"), "models = [\"models.sql\"]\n"));
  CHECK(b.versions() == "none");

  const auto up = b.with(fresh_url, {"upgrade", "head"});
  CAPTURE(up.errors);
  REQUIRE(up.status == 0);
  CHECK(b.with(fresh_url, {"schema"}).output == schema);
  for (const char* rows : {"SELECT * FROM users ORDER BY id", "SELECT * FROM counted"}) {
    CHECK(fresh.query(rows) == b.query(rows));
  }
  CHECK(fresh.query("SELECT count(*) FROM pets") == "0");
  fresh.execute("INSERT INTO counted (price) VALUES (2)");
  CHECK(fresh.query("SELECT max(id) FROM counted") == "6");
  const auto equal = b.with(fresh_url, {"check", "models"});
  CAPTURE(equal.output);
  CHECK(equal.status == 0);

  // Where the schema is there already, only the version is written.
  CHECK(b.with(b.url(), {"stamp", "head"}).status == 0);
  CHECK(b.with(b.url(), {"check", "models"}).status == 0);
  CHECK(b.with(b.url(), {"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT count(*) FROM users") == "2");
  const auto down = b.with(fresh_url, {"downgrade", "base"});
  CAPTURE(down.errors);
  CHECK(down.status == 0);
  CHECK_FALSE(fresh.has_table("users"));
}

TEST_CASE_TEMPLATE("what cannot be taken over, and that nothing is written then", Db, sqlite,
                   postgresql) {
  const taken b(Db::dialect);
  const auto before = b.files("");
  const auto none =
      b.init("db", b.is_sqlite() ? "sqlite:///none.db"
                                 : std::string(b.url()).replace(b.url().find("e2e_"), 4, "none_"));
  CHECK(none.status == 1);
  CHECK(none.errors.starts_with("FAILED: "));
  CHECK(base::contains(none.errors, b.is_sqlite() ? "none.db does not exist" : "does not exist"));
  const auto no_table = b.init("db", b.url(), {"--rows", "cats"});
  CHECK(no_table.status == 2);
  CHECK(base::contains(no_table.errors, "there is no table cats whose rows could be taken over"));
  CHECK(b.files("") == before);
}

constexpr auto with_view = R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER);
CREATE VIEW adults AS SELECT id, name FROM users WHERE age > 17;
GRANT SELECT ON adults TO PUBLIC;
CREATE TYPE mood AS ENUM ('sad', 'ok'); REVOKE USAGE ON TYPE mood FROM PUBLIC;
CREATE FUNCTION lowest(a integer, b numeric(4, 1)) RETURNS integer LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION lowest FROM PUBLIC;
CREATE FUNCTION highest(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION highest OWNER TO pg_monitor;
CREATE SCHEMA attic; GRANT USAGE ON SCHEMA attic TO PUBLIC; ALTER DEFAULT PRIVILEGES IN SCHEMA attic GRANT SELECT ON TABLES TO PUBLIC;
CREATE TABLE notes (id serial PRIMARY KEY, gone integer, mail text); GRANT SELECT, UPDATE (gone, mail) ON notes TO PUBLIC;
CREATE TABLE days (id serial, k integer GENERATED ALWAYS AS IDENTITY, at date); GRANT SELECT ON days TO PUBLIC;
ALTER VIEW adults OWNER TO pg_monitor; ALTER TYPE mood OWNER TO pg_monitor; ALTER FUNCTION lowest OWNER TO pg_monitor;
ALTER TABLE notes OWNER TO pg_monitor; ALTER TABLE days OWNER TO pg_monitor;
ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO PUBLIC;
)";
constexpr auto other_view = R"(
CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER);
CREATE VIEW adults AS SELECT name FROM users WHERE age > 17;
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE FUNCTION lowest(x integer, y numeric(4, 1)) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION highest(a integer, b integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE SCHEMA archive;
CREATE TABLE archive.notes (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, mail text);
CREATE TABLE days (id serial, k integer GENERATED ALWAYS AS IDENTITY, at date) PARTITION BY LIST (at);
CREATE TABLE fresh (id integer);
)";
/// Who owns what, and what everybody may do with it, in the order of the names.
constexpr auto privileges_of_all = R"(
SELECT string_agg(format('%s %s %s', name, pg_get_userbyid(owner),
  (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(acl) a)), '; ' ORDER BY name)
FROM (SELECT relname, relowner, relacl FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND relname IN ('adults', 'notes', 'days')
  UNION ALL SELECT typname, typowner, typacl FROM pg_type WHERE typname = 'mood'
  UNION ALL SELECT proname, proowner, proacl FROM pg_proc WHERE proname = 'lowest'
  UNION ALL SELECT attname, 10, attacl FROM pg_attribute WHERE attacl IS NOT NULL
    AND attname = 'mail') all_of_them(name, owner, acl))";

TEST_CASE("what is made anew, moved or drops a column keeps its owner and privileges<postgresql>") {
  const modelled b("postgresql", with_view, "DROP VIEW adults; DROP TABLE users;", other_view);
  const auto granted = [&](const std::string& what, const std::string& may = "SELECT") {
    return b.query("SELECT has_table_privilege('public', '" + what + "', '" + may + "')");
  };
  REQUIRE(granted("adults") == "t");
  const auto before = b.query(privileges_of_all);
  const auto made = b.generate({"--rename", "notes:archive.notes"});
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  const auto generated = b.generated();
  CAPTURE(generated);
  CHECK(base::contains(b.generated(), "DROP VIEW adults"));
  const auto up = b.run({"upgrade", "head"});
  CAPTURE(up.errors);
  REQUIRE(up.status == 0);
  CHECK(granted("adults") == "t");
  CHECK(b.query(privileges_of_all) == before);
  CHECK(granted("fresh", "INSERT") == "t");
  CHECK(b.check_models().status == 0);
  const auto down = b.run({"downgrade", "-1"});
  CAPTURE(down.errors);
  REQUIRE(down.status == 0);
  CHECK(granted("adults") == "t");
  CHECK(b.query(privileges_of_all) == before);
  CHECK(b.query("SELECT attacl FROM pg_attribute WHERE attname = 'gone'") != "");
  CHECK(b.query("SELECT count(*) FROM information_schema.columns WHERE table_name = 'adults'") ==
        "2");
}

TEST_CASE("privileges are compared where that is asked for<postgresql>") {
  const modelled b("postgresql", models_before, no_models_before,
                   std::string(models_before) + "GRANT SELECT ON users TO PUBLIC;\n");
  CHECK(b.check_models().status == 0);
  CHECK(b.check_models({"--grants"}).status == 3);
  REQUIRE(b.generate({"--grants"}).status == 0);
  const auto generated = b.generated();
  CAPTURE(generated);
  CHECK(base::contains(b.generated(), "GRANT SELECT ON"));
  REQUIRE(b.run({"upgrade", "head"}).status == 0);
  const auto granted = "SELECT has_table_privilege('public', 'users', 'SELECT')";
  CHECK(b.query(granted) == "t");
  CHECK(b.check_models({"--grants"}).status == 0);
  REQUIRE(b.run({"downgrade", "-1"}).status == 0);
  CHECK(b.query(granted) == "f");
}

TEST_CASE("privileges by default are compared where that is asked for<postgresql>") {
  const modelled b(
      "postgresql", models_before, no_models_before,
      std::string("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES "
                  "TO PUBLIC;\n") +
          models_before);
  CHECK(b.check_models().status == 0);
  CHECK(b.check_models({"--grants"}).status == 3);
  REQUIRE(b.generate({"--grants"}).status == 0);
  CHECK(base::contains(b.generated(), "IN SCHEMA public GRANT SELECT ON SEQUENCES TO PUBLIC"));
  REQUIRE(b.run({"upgrade", "head"}).status == 0);
  CHECK(b.check_models({"--grants"}).status == 0);
  REQUIRE(b.run({"downgrade", "-1"}).status == 0);
  CHECK(b.query("SELECT count(*) FROM pg_default_acl") == "0");
}

TEST_CASE(
    "foreign data: no password is shown, and no other server's row is asked for<postgresql>") {
  constexpr auto abroad = R"(
CREATE FOREIGN DATA WRAPPER far;
CREATE SERVER there FOREIGN DATA WRAPPER far OPTIONS (host 'example.org', "Password" 'hush');
CREATE SERVER here FOREIGN DATA WRAPPER far;
CREATE USER MAPPING FOR PUBLIC SERVER there OPTIONS (user 'me', password 'hush');
CREATE FOREIGN TABLE stars (id INTEGER NOT NULL, name TEXT) SERVER there OPTIONS (token 'hush');
CREATE TABLE users (id INTEGER PRIMARY KEY);
)";
  const modelled b("postgresql", abroad,
                   "DROP TABLE users;\nDROP FOREIGN DATA WRAPPER far CASCADE;",
                   std::string(abroad) +
                       "CREATE USER MAPPING FOR PUBLIC SERVER here OPTIONS (password 'hush');\n");
  const auto proven = b.run({"verify"});
  CAPTURE(proven.output);
  CHECK(proven.status == 0);
  for (const arguments& shows :
       {arguments{"schema"}, {"export", "models", "--format", "sql"}, {"check", "models"}}) {
    const auto shown =
        b.run(shows, shows.front() == "check" ? arguments{"--models", "models.sql"} : arguments{});
    CAPTURE(shown.output);
    CHECK(base::contains(shown.output, "FOR PUBLIC SERVER"));
    CHECK_FALSE(base::contains(shown.output, "hush"));
  }
  REQUIRE(b.generate().status == 0);
  const auto generated = b.generated();
  CAPTURE(generated);
  CHECK(base::contains(generated, "-- review: what options the user mapping has"));
  CHECK(base::contains(generated, "CREATE USER MAPPING FOR PUBLIC SERVER here"));
  CHECK_FALSE(base::contains(generated, "hush"));
  REQUIRE(b.run({"upgrade", "head"}).status == 0);
  CHECK(b.check_models().status == 0);
  // What is not shown stays.
  CHECK(b.query("SELECT umoptions::text FROM pg_user_mappings WHERE srvname = 'there'") ==
        "{user=me,password=hush}");
}

TEST_CASE_TEMPLATE("what a scratch database has to have first", Db, sqlite, postgresql) {
  const bool is_sqlite = std::string_view(Db::dialect) == "sqlite";
  const std::string setup =
      is_sqlite ? "CREATE TABLE their_words (word TEXT);\n"
                : "CREATE FUNCTION their_words() RETURNS integer LANGUAGE sql AS 'SELECT 1';\n";
  const std::string models =
      is_sqlite ? "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY);\n"
                  "CREATE INDEX ix_their_words ON their_words (word);\n"
                : "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY DEFAULT their_words());\n";
  const modelled b(Db::dialect, setup + models, nullptr, models);
  b.write("retort.toml", "exclude_objects = [\"*their_words*\"]\n");
  b.write("setup.sql", setup);
  const auto lacking = b.check_models();
  CHECK(lacking.status == 1);
  CHECK(base::contains(lacking.errors, "their_words"));
  const auto equal = b.check_models({"--scratch-setup", "setup.sql"});
  CAPTURE(equal.output);
  CAPTURE(equal.errors);
  CHECK(equal.status == 0);
  b.write("models.sql", models + "CREATE TABLE pets (id INTEGER);\n");
  const auto made = b.generate({"--scratch-setup", "setup.sql"});
  CAPTURE(made.errors);
  CHECK(made.status == 0);
  CHECK_FALSE(base::contains(b.generated(), "their_words"));
  const auto missing = b.check_models({"--scratch-setup", "nowhere.sql"});
  CHECK(missing.status == 1);
  CHECK(base::contains(missing.errors, "nowhere.sql"));
}

TEST_CASE("a schema to work in<postgresql>") {
  const bench empty("postgresql");
  empty.execute("CREATE SCHEMA app");
  const arguments in_app = {"--schema", "app"};
  const auto run = [&](arguments what) {
    what.insert(what.end(), in_app.begin(), in_app.end());
    return empty.retort(what);
  };
  empty.migration("aaaa", "", models_before, no_models_before);
  empty.write(
      "models.sql",
      "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER, mail "
      "TEXT);\nCREATE TABLE pets (id INTEGER NOT NULL PRIMARY KEY, owner INTEGER "
      "REFERENCES users (id));\nCREATE VIEW owners AS SELECT owner FROM pets;\n"
      "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\n"
      "CREATE TRIGGER tr BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION note();\n"
      "CREATE RULE ru AS ON DELETE TO users DO INSTEAD NOTHING;\n"
      "CREATE STATISTICS st ON name, mail FROM users;\n"
      "CREATE PROCEDURE tidy() LANGUAGE sql AS 'SELECT 1';\n");
  REQUIRE(run({"upgrade", "head"}).status == 0);
  const auto objects = [&] {
    return empty.query(
        "SELECT relnamespace::regnamespace::text || '.' || relname FROM pg_class WHERE relkind IN "
        "('r', 'v') AND relnamespace::regnamespace::text IN ('app', 'public') AND relname NOT "
        "LIKE 'retort_%' ORDER BY 1");
  };
  CHECK(objects() == "app.pets\napp.users");
  CHECK(empty.query("SELECT count(*) FROM app.retort_version") == "1");
  const auto made = run({"revision", "--autogenerate", "-m", "second", "--rev-id", "bbbb",
                         "--format", "sql", "--models", "models.sql"});
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  const auto text = empty.read("migrations/bbbb_second.sql");
  CAPTURE(text);
  CHECK_FALSE(base::contains(text, "app."));
  CHECK_FALSE(base::contains(text, "retort_"));
  REQUIRE(run({"upgrade", "head"}).status == 0);
  CHECK(objects() == "app.owners\napp.pets\napp.users");
  const auto equal = run({"check", "models", "--models", "models.sql"});
  CAPTURE(equal.output);
  CHECK(equal.status == 0);
  CHECK(run({"downgrade", "base"}).status == 0);
  CHECK(objects().empty());
  // What is in the schema to work in is so wherever that is.
  empty.execute("CREATE SCHEMA other");
  const auto elsewhere = empty.retort({"upgrade", "head", "--schema", "other"});
  CAPTURE(elsewhere.errors);
  CHECK(elsewhere.status == 0);
  CHECK(empty.query("SELECT count(*) FROM pg_proc WHERE pronamespace = 'other'::regnamespace") ==
        "2");
}

TEST_CASE_TEMPLATE("models of nothing equal a database with nothing", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "SELECT 1;", "");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.write("models.sql", "-- nothing\n");
  const auto equal = b.retort({"check", "models", "--models", "models.sql"});
  CAPTURE(equal.errors);
  CHECK(equal.status == 0);
  CHECK(b.retort({"revision", "--autogenerate", "-m", "x", "--models", "models.sql"}).status == 0);
  CHECK(b.files("migrations").size() == 1);
}

TEST_CASE_TEMPLATE("where one schema is worked in, others are left alone", Db, postgresql) {
  const bench b(Db::dialect);
  b.migration("aaaa", "", "CREATE TABLE a (i INTEGER);", "DROP TABLE a;");
  b.execute("CREATE SCHEMA t1");
  b.execute("CREATE SCHEMA t2");
  b.execute("CREATE TABLE t2.a (i INTEGER)");
  b.execute("CREATE VIEW t2.v AS SELECT i FROM t2.a");
  b.execute("COMMENT ON VIEW t2.v IS 'theirs'");
  b.execute("CREATE TABLE public.shared (i INTEGER)");
  REQUIRE(b.retort({"upgrade", "head", "--schema", "t1"}).status == 0);
  b.write("models.sql", "CREATE TABLE a (i INTEGER);\n");
  const auto equal = b.retort({"check", "models", "--models", "models.sql", "--schema", "t1"});
  CHECK_MESSAGE(equal.status == 0, equal.output);
  // As `pg_dump -s -n t1` writes it.
  b.write(
      "dump.sql",
      "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE SCHEMA t1;\nCREATE TABLE "
      "t1.a (i INTEGER);\n");
  const auto dumped = b.retort({"check", "models", "--models", "dump.sql", "--schema", "t1"});
  CHECK_MESSAGE(dumped.status == 0, dumped.errors);
  const auto exported = b.retort({"export", "models", "--format", "sql", "--schema", "t1"});
  CHECK_MESSAGE(base::contains(exported.output, "CREATE TABLE a ("), exported.errors);
  CHECK_FALSE(base::contains(exported.output, "t2"));
  CHECK_FALSE(base::contains(exported.output, "shared"));
  b.write("models.sql", "CREATE TABLE a (i INTEGER, j INTEGER);\n");
  REQUIRE(b.retort({"revision", "--autogenerate", "-m", "x", "--rev-id", "bbbb", "--format", "sql",
                    "--models", "models.sql", "--schema", "t1"})
              .status == 0);
  const auto text = b.read("migrations/bbbb_x.sql");
  CHECK(base::contains(text, "ADD COLUMN j"));
  CHECK_FALSE(base::contains(text, "t2"));
  CHECK_FALSE(base::contains(text, "shared"));
}

TEST_CASE("what is not read is named<postgresql>") {
  const bench b("postgresql");
  b.migration("aaaa", "", "SELECT 1;", "");
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  b.write("models.sql", "-- nothing\n");
  const arguments check = {"check", "models", "--models", "models.sql"};
  CHECK_FALSE(base::contains(b.retort(check).output, "not read"));
  b.execute(
      "CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), "
      "TO "
      "SQL WITH FUNCTION int4recv(internal))");
  const auto note = "not read, and so not compared: transform for integer language sql";
  const auto found = b.retort(check);
  CHECK_MESSAGE(found.status == 0, found.errors);
  CHECK(base::contains(found.output, std::string("\nnote: ") + note + "\n"));
  CHECK_FALSE(base::contains(
      b.retort({"check", "models", "--models", "models.sql", "--quiet"}).output, "note"));
  CHECK(base::contains(b.retort({"check", "models", "--models", "models.sql", "--json"}).output,
                       note));
  const arguments make = {"revision", "--autogenerate", "-m", "x", "--models", "models.sql"};
  CHECK(base::contains(b.retort(make).output, std::string("note: ") + note));
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
