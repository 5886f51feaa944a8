#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include <retort/error.h>

#include "conformance/postgres_server.h"
#include "postgres/catalogue.h"

namespace retort::conformance {
namespace {

/// One of everything that users make, with names and texts that need quoting. Semicolons alone on a
/// line separate the statements.
constexpr const char* nasty = R"(
CREATE SCHEMA "other Schema"
;
CREATE EXTENSION pg_trgm
;
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'ecstatic')
;
CREATE TYPE "other Schema".pair AS (x integer, "Y" text COLLATE "C")
;
CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi)
;
CREATE DOMAIN positive AS integer DEFAULT 1 NOT NULL CONSTRAINT over_zero CHECK (VALUE > 0)
;
CREATE SEQUENCE counter AS smallint START WITH 5 INCREMENT BY -2 MAXVALUE 100 MINVALUE -100 CACHE 3 CYCLE
;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := 'x;y'; RETURN NEW; END $$
;
CREATE FUNCTION add_them(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + b'
;
CREATE FUNCTION add_them(a text) RETURNS text LANGUAGE sql AS 'SELECT a'
;
CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1'
;
CREATE TABLE "Order" (id serial PRIMARY KEY, "select" mood DEFAULT 'sad', note varchar(20) DEFAULT 'a',
  amount positive, during tstzrange, total numeric(10, 2) GENERATED ALWAYS AS (id * 1.5) STORED,
  CHECK (id > 0 AND "select" <> 'sad'), EXCLUDE USING gist (during WITH &&) WHERE (id > 3))
;
CREATE TABLE "other Schema".child (order_id integer REFERENCES "Order" ON DELETE CASCADE, p "other Schema".pair,
  a integer[] NOT NULL DEFAULT ARRAY[1, 2], UNIQUE (order_id, a) DEFERRABLE INITIALLY DEFERRED)
;
ALTER TABLE "other Schema".child ADD CONSTRAINT later CHECK (order_id > 0) NOT VALID
;
CREATE TABLE log (at timestamptz NOT NULL, kind integer) PARTITION BY RANGE (at)
;
CREATE INDEX log_kind ON log (kind)
;
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
;
CREATE TABLE log_rest PARTITION OF log DEFAULT
;
CREATE UNIQUE INDEX "Strange index" ON "Order" (lower(note) DESC, "select") INCLUDE (id) WHERE note IS NOT NULL
;
CREATE INDEX trigrams ON "Order" USING gin (note gin_trgm_ops)
;
CREATE VIEW v WITH (security_barrier = true) AS SELECT o.id, o."select" FROM "Order" o WHERE o.id > 1
;
CREATE VIEW v2 AS SELECT id FROM v
;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM "Order"
;
CREATE UNIQUE INDEX counted_n ON counted (n)
;
CREATE TRIGGER touched BEFORE UPDATE OF note ON "Order" FOR EACH ROW WHEN (OLD.id > 1) EXECUTE FUNCTION touch()
;
CREATE RULE quiet AS ON DELETE TO "Order" DO INSTEAD NOTHING
;
ALTER TABLE "Order" ENABLE ROW LEVEL SECURITY
;
CREATE POLICY mine ON "Order" FOR SELECT USING (id > 5)
;
CREATE STATISTICS related ON id, note FROM "Order"
;
COMMENT ON TABLE "Order" IS 'what''s ordered'
;
COMMENT ON COLUMN "Order".note IS 'two
lines'
;
CREATE TABLE retort_version (version_num varchar(32) PRIMARY KEY)
;
CREATE TABLE retort_journal (id serial)
)";

void run_all(db::connection& connection, std::string_view script) {
  while (!script.empty()) {
    const auto end = std::min(script.find("\n;\n"), script.size());
    CAPTURE(std::string(script.substr(0, end)));
    REQUIRE_NOTHROW(connection.execute(script.substr(0, end)));
    script.remove_prefix(std::min(end + 3, script.size()));
  }
}

TEST_CASE("introspection sees all of a nasty schema, the same each time") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database one(*server);
  const postgres_database other(*server);
  run_all(*one.connection, nasty);
  run_all(*other.connection, nasty);
  const auto schema = shown(*one.connection);
  CHECK(schema == shown(*other.connection));
  const auto normal = target().normalise(schema);
  for (const auto& item : schema.tables) {
    const auto& table = item.second;
    const auto& name = table.name;
    CAPTURE(name.display());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      CAPTURE(table.columns[i].name);
      CHECK(normal.tables.at(name).columns[i].type.raw == table.columns[i].type.raw);
      CHECK(normal.tables.at(name).columns[i].default_sql == table.columns[i].default_sql);
      CHECK(normal.tables.at(name).columns[i] == table.columns[i]);
    }
    CHECK(normal.tables.at(name) == table);
  }
  CHECK(schema == normal);

  std::set<std::string> keys;
  for (const auto& [name, table] : schema.tables) keys.insert("table " + name.display());
  for (const auto& [key, object] : schema.objects) keys.insert(key);
  CHECK(keys == std::set<std::string>{"domain positive",
                                      "extension pg_trgm",
                                      "function add_them(a integer, b integer)",
                                      "function add_them(a text)",
                                      "function touch()",
                                      "index counted.counted_n",
                                      "materialized view counted",
                                      "policy Order.mine",
                                      "procedure nothing()",
                                      "rule Order.quiet",
                                      "schema other Schema",
                                      "sequence Order_id_seq",
                                      "sequence counter",
                                      "sequence owner Order_id_seq",
                                      "statistics Order.related",
                                      "table Order",
                                      "table log",
                                      "table log_1",
                                      "table log_rest",
                                      "table other Schema.child",
                                      "trigger Order.touched",
                                      "type floats",
                                      "type mood",
                                      "type other Schema.pair",
                                      "view v",
                                      "view v2"});
  CHECK(schema.objects.at("sequence counter").definition ==
        "CREATE SEQUENCE counter AS smallint START WITH 5 INCREMENT BY -2 MINVALUE -100 MAXVALUE "
        "100 CACHE 3 CYCLE");
  CHECK(schema.tables.at({"", "log_1"}).indexes.empty());
  CHECK(schema.tables.at({"", "Order"}).comment == "what's ordered");
}

TEST_CASE("what introspection shows makes the same schema again") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database one(*server);
  const postgres_database other(*server);
  run_all(*one.connection, nasty);
  const auto schema = shown(*one.connection);
  std::vector<std::string> waiting;
  for (const auto& [key, object] : schema.objects) waiting.push_back(object.definition);
  for (const auto& [name, table] : schema.tables) {
    std::vector<dialect::statement> statements;
    target().write({model::create_table{table, false}, {}}, statements);
    for (const auto& statement : statements) waiting.push_back(statement.sql);
  }
  // In whatever order they depend on each other: again and again, as long as one more succeeds.
  std::string last_problem;
  for (std::size_t before = waiting.size() + 1; !waiting.empty() && waiting.size() < before;) {
    before = waiting.size();
    std::erase_if(waiting, [&](const std::string& sql) {
      try {
        other.connection->execute(sql);
        return true;
      } catch (const error& problem) {
        last_problem = sql + ": " + problem.what();
        return false;
      }
    });
  }
  CHECK_MESSAGE(waiting.empty(), last_problem);
  const auto again = shown(*other.connection);
  for (const auto& item : schema.tables) {
    REQUIRE(again.find(item.first) != nullptr);
    CHECK_MESSAGE(*again.find(item.first) == item.second, item.first.display());
  }
  for (const auto& item : schema.objects) {
    REQUIRE(again.objects.contains(item.first));
    CHECK(again.objects.at(item.first).definition == item.second.definition);
  }
  CHECK(again == schema);
}

error failure_of_sql(db::connection& connection, const std::string& sql) {
  try {
    connection.execute(sql);
  } catch (const error& problem) {
    return problem;
  }
  return error("no error");
}

TEST_CASE("errors carry message, SQLSTATE and position") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  db.execute("CREATE TABLE t (id integer PRIMARY KEY)");
  db.execute("INSERT INTO t VALUES (1)");
  const struct {
    std::string sql;
    const char* message;
    const char* state;
    unsigned position;
  } table[] = {
      {"SELEC 1", "syntax error at or near \"SELEC\"", "42601", 1},
      {"SELECT *\nFROM nope", "relation \"nope\" does not exist", "42P01", 15},
      {"SELECT 'Zoë 漢字', nope", "column \"nope\" does not exist", "42703", 18},
      {"SELECT\t1,\tnope", "column \"nope\" does not exist", "42703", 11},
      {"SELECT '" + std::string(200, 'x') + "', nope, '" + std::string(200, 'y') + "'",
       "column \"nope\" does not exist", "42703", 212},
      {"SELECT (", "syntax error at end of input", "42601", 9},
      {"INSERT INTO t VALUES (1)", "duplicate key value violates unique constraint \"t_pkey\"",
       "23505", 0},
      {"CREATE TABLE t ()", "relation \"t\" already exists", "42P07", 0},
      {"SELECT 1/0", "division by zero", "22012", 0},
      {"DO $$ BEGIN RAISE 'bad: thing' USING ERRCODE = 'P0042'; END $$", "bad: thing", "P0042", 0},
      {"DO $$ BEGIN PERFORM * FROM nope; END $$", "relation \"nope\" does not exist", "42P01", 0},
  };
  for (const auto& row : table) {
    CAPTURE(row.sql);
    const auto problem = failure_of_sql(db, row.sql);
    CHECK(std::string(problem.what()) == row.message);
    CHECK(problem.sqlstate == row.state);
    CHECK(problem.position == row.position);
  }
  CHECK(failure_of_sql(db, "INSERT INTO t VALUES (1)").notes ==
        std::vector<std::string>{"DETAIL: Key (id)=(1) already exists."});
  CHECK(std::string(failure_of_sql(db, std::string("SELECT 1\0", 9)).what()) ==
        "the statement holds a NUL character, which PostgreSQL cannot read");
  CHECK(std::string(failure_of_sql(db, "COPY t FROM STDIN").what()) ==
        "COPY with STDIN or STDOUT cannot be run: a statement carries no data");
  CHECK(db.query("SELECT count(*) FROM t").rows[0][0] == "1");
}

TEST_CASE("results: text, NULL, parameters, counts") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  const db::parameter parameters[] = {std::string_view("it's"), {}, std::int64_t{7}};
  const auto result =
      db.query("SELECT $1::text AS a, $2::text AS \"B\", $3::integer + 1", parameters);
  CHECK(result.columns == std::vector<std::string>{"a", "B", "?column?"});
  CHECK(result.rows == std::vector<db::row>{{"it's", std::nullopt, "8"}});
  CHECK(result.affected == 0);
  db.execute("CREATE TABLE t (id integer)");
  CHECK(db.query("INSERT INTO t SELECT generate_series(1, 5)").affected == 5);
  CHECK(db.query("/* c */ UPDATE t SET id = 1 WHERE id > 2").affected == 3);
  CHECK(db.query("SELECT * FROM t").affected == 0);
  CHECK(db.server().starts_with("PostgreSQL "));
}

TEST_CASE("transactions are the server's") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  CHECK_FALSE(db.in_transaction());
  db.begin();
  CHECK(db.in_transaction());
  db.execute("CREATE TABLE t ()");
  db.commit();
  CHECK_FALSE(db.in_transaction());

  db.begin();
  db.execute("COMMIT");
  CHECK_FALSE(db.in_transaction());
  CHECK_THROWS_WITH_AS(db.commit(), "COMMIT without a transaction: one of its statements ended it",
                       error);

  db.begin();
  db.execute("CREATE TABLE gone ()");
  CHECK_THROWS_AS(db.execute("nonsense"), error);
  CHECK(db.in_transaction());
  CHECK_THROWS_WITH_AS(db.commit(),
                       "the transaction failed before COMMIT, so that it was rolled back", error);
  CHECK_FALSE(db.in_transaction());
  CHECK(db.query("SELECT to_regclass('gone')").rows[0][0] == std::nullopt);
  db.rollback();

  db.execute("CREATE INDEX CONCURRENTLY i ON t ((1))");
}

TEST_CASE("a lost connection is an error, and stays one") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  const auto pid = db.query("SELECT pg_backend_pid()").rows[0][0].value_or("");
  const auto version = db.server();
  db.begin();
  const auto other = database.open();
  other->execute("SELECT pg_terminate_backend(" + pid + ")");
  while (!other->query("SELECT FROM pg_stat_activity WHERE pid = " + pid).rows.empty()) {
  }
  for (int i = 0; i < 2; ++i) {
    CHECK(std::string(failure_of_sql(db, "SELECT 1").what()) ==
          "the connection to the PostgreSQL server was lost");
  }
  CHECK(db.server() == version);
  db.rollback();
}

TEST_CASE("options of a connection") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  const auto value = [](db::connection& db, const std::string& sql) {
    return db.query(sql).rows.at(0).at(0).value_or("NULL");
  };
  CHECK(value(*database.connection, "SHOW application_name") == "retort");
  CHECK(value(*database.connection, "SHOW client_encoding") == "UTF8");
  CHECK(std::string(
            failure_of_sql(*database.open({.read_only = true}), "CREATE TABLE t ()").what()) ==
        "cannot execute CREATE TABLE in a read-only transaction");

  database.connection->execute("CREATE SCHEMA \"My App\"");
  database.connection->execute("CREATE ROLE retort_test_role");
  database.connection->execute("GRANT ALL ON SCHEMA \"My App\" TO retort_test_role");
  {
    const auto db = database.open(
        {.schema = "My App", .role = "retort_test_role", .extra_search_path = {"public", "x"}});
    CHECK(value(*db, "SHOW search_path") == "\"My App\", public, x");
    CHECK(value(*db, "SELECT current_schema()") == "My App");
    CHECK(value(*db, "SELECT current_user") == "retort_test_role");
    db->execute("CREATE TABLE t ()");
    CHECK(shown(*db).tables.contains({"", "t"}));
    CHECK(shown(*database.connection).tables.contains({"My App", "t"}));
    {
      const auto session = target().open_session(*db, false);
      db->execute("SET search_path = nowhere");
      db->execute("SET work_mem = '1MB'");
      db->execute("RESET ROLE");
    }
    // The server would compile the queries about a large schema for longer than it runs them.
    const auto look = [&] {
      return postgres::query_catalogue(*db, "SELECT pg_catalog.current_setting('jit')");
    };
    db->execute("BEGIN");
    db->execute("SET LOCAL jit = on");
    CHECK(look().rows.at(0).at(0).value_or("NULL") == "off");
    CHECK(value(*db, "SHOW jit") == "on");
    db->execute("ROLLBACK");
    CHECK(value(*db, "SHOW search_path") == "\"My App\", public, x");
    CHECK(value(*db, "SHOW work_mem") != "1MB");
    CHECK(value(*db, "SELECT current_user") == "retort_test_role");
  }
  database.connection->execute("DROP SCHEMA \"My App\" CASCADE");
  database.connection->execute("DROP ROLE retort_test_role");
  CHECK_THROWS_WITH_AS(database.open({.schema = "nope"}), "schema 'nope' does not exist", error);
  CHECK_THROWS_WITH_AS(database.open({.role = "nope"}),
                       "cannot work as role 'nope': role \"nope\" does not exist", error);
}

error open_failure(const db::url& url) {
  try {
    postgres_backend().open(url, {});
  } catch (const error& problem) {
    return problem;
  }
  return error("no error");
}

TEST_CASE("a database that cannot be opened is named, its password is not") {
  const auto server = postgres_server();
  if (!server) return;
  auto unknown = server->with_database("retort_no_such_db");
  unknown.password = "sesame";
  const auto problem = open_failure(unknown);
  CHECK(std::string(problem.what()) == "cannot connect to " + unknown.display() +
                                           ": database \"retort_no_such_db\" does not exist");
  CHECK(problem.hint == "create it: createdb retort_no_such_db");

  const auto nowhere = db::parse_url("postgresql://me:sesame@127.0.0.1:1/db?connect_timeout=2");
  const auto refused = open_failure(nowhere);
  CHECK(
      std::string(refused.what()) ==
      "cannot connect to postgresql://me:***@127.0.0.1:1/db?connect_timeout=2: Connection refused");
  CHECK(refused.hint == "check host and port, and that the server runs");
  for (const auto& note : refused.notes) CHECK(note.find("sesame") == std::string::npos);
}

TEST_CASE("who may connect once only is told so") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  const auto name = database.url.database;
  database.connection->execute("CREATE ROLE retort_once LOGIN");
  // One is the superuser's, to whom the limit is none.
  database.connection->execute("ALTER DATABASE \"" + name + "\" CONNECTION LIMIT 2");
  auto url = database.url;
  url.user = "retort_once";
  const auto first = postgres_backend().open(url, {});
  const auto full = open_failure(url);
  CHECK(std::string(full.what()) == "cannot connect to " + url.display() +
                                        ": too many connections for database \"" + name + "\"");
  CHECK(full.hint == "close other connections, or raise the CONNECTION LIMIT that it names");
  try {
    target().require_own_session(*first);
    FAIL("a second connection was made");
  } catch (const error& problem) {
    CHECK(std::string(problem.what()) == full.what());
    CHECK(problem.hint == full.hint);
  }
  database.connection->execute("DROP ROLE retort_once");
}

TEST_CASE("scratch databases and snapshots") {
  const auto server = postgres_server();
  if (!server) return;
  const auto names = [&] {
    const auto db = postgres_backend().open(*server, {});
    std::set<std::string> found;
    for (const auto& row :
         db->query("SELECT datname FROM pg_database WHERE datname LIKE 'retort_scratch_%'").rows) {
      found.insert(row[0].value_or(""));
    }
    return found;
  };
  const auto before = names();
  const auto folder = std::filesystem::temp_directory_path().string();
  {
    const auto scratch = postgres_backend().open_scratch(*server);
    const auto first = scratch->create();
    postgres_backend().open(first, {})->execute("CREATE TABLE t ()");
    const auto second = scratch->copy(first);
    CHECK(second.database != first.database);
    CHECK(shown(*postgres_backend().open(second, {})).tables.contains({"", "t"}));
    scratch->keep(second, folder, "rev_1");
    scratch->keep(second, folder, "rev_1");
    scratch->drop(second);
    CHECK_FALSE(names().contains(second.database));
  }
  {
    const auto scratch = postgres_backend().open_scratch(*server);
    const auto kept = scratch->snapshot(folder, "rev_1");
    CHECK(names().contains(kept.database));
    CHECK(shown(*postgres_backend().open(scratch->copy(kept), {})).tables.contains({"", "t"}));
    scratch->drop_snapshots(folder);
    // Left by a process that is no more.
    postgres_backend().open(*server, {})->execute("CREATE DATABASE retort_scratch_1_2_3");
  }
  {
    const postgres_database database(*server);
    database.connection->execute("ALTER DATABASE \"" + database.url.database +
                                 "\" SET TimeZone = 'Asia/Tokyo'");
    const auto scratch = postgres_backend().open_scratch(database.url);
    const auto near = postgres_backend().open(scratch->create(), {});
    CHECK(near->query("SHOW TimeZone").rows.at(0).at(0) == "Asia/Tokyo");
  }
  postgres_backend().open_scratch(*server);
  CHECK(names() == before);
}

TEST_CASE("samples fit their types and differ") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  db.execute("CREATE TYPE mood AS ENUM ('sad', 'ok')");
  db.execute("CREATE DOMAIN small AS varchar(3)");
  db.execute("CREATE TYPE pair AS (x integer, \"Y\" text, m mood)");
  db.execute("CREATE TYPE floats AS RANGE (subtype = float8)");
  db.execute("CREATE TYPE words AS RANGE (subtype = text)");
  const char* types[] = {"boolean",
                         "smallint",
                         "integer",
                         "bigint",
                         "oid",
                         "real",
                         "double precision",
                         "numeric",
                         "numeric(1)",
                         "numeric(12,2)",
                         "numeric(3,3)",
                         "money",
                         "text",
                         "name",
                         "varchar",
                         "varchar(1)",
                         "varchar(3)",
                         "varchar(255)",
                         "char",
                         "char(5)",
                         "bytea",
                         "date",
                         "time",
                         "timetz",
                         "timestamp",
                         "timestamp(0)",
                         "timestamptz",
                         "interval",
                         "json",
                         "jsonb",
                         "uuid",
                         "inet",
                         "cidr",
                         "macaddr",
                         "xml",
                         "tsvector",
                         "tsquery",
                         "point",
                         "int4range",
                         "int8range",
                         "numrange",
                         "daterange",
                         "tsrange",
                         "tstzrange",
                         "bit",
                         "bit(5)",
                         "bit varying(7)",
                         "integer[]",
                         "text[]",
                         "varchar(3)[]",
                         "mood",
                         "mood[]",
                         "small",
                         "macaddr8",
                         "pg_lsn",
                         "jsonpath",
                         "xid",
                         "xid8",
                         "\"char\"",
                         "regclass",
                         "line",
                         "lseg",
                         "box",
                         "path",
                         "polygon",
                         "circle",
                         "int4multirange",
                         "tstzmultirange",
                         "pair",
                         "pair[]",
                         "floats",
                         "words"};
  for (const char* type : types) {
    CAPTURE(type);
    model::column column{.name = "c", .type = {model::type_kind::raw, -1, -1, type}};
    db.execute(std::string("CREATE TABLE s (c ") + type + ")");
    std::set<std::string> ordinary;
    for (const unsigned salt : {0u, 1u, 2u, 1'000'000u}) {
      const auto values = target().samples(db, column, salt);
      REQUIRE(values.size() >= 4);
      for (std::size_t i = 0; i < values.size(); ++i) {
        CAPTURE(values[i]);
        REQUIRE_NOTHROW(db.execute("INSERT INTO s VALUES (" + values[i] + ")"));
        if (i >= 2 && salt < 2) ordinary.insert(values[i]);
      }
    }
    const auto texts = db.query("SELECT " + target().exact_text("c") + " FROM s");
    for (const auto& row : texts.rows) {
      CAPTURE(row[0].value_or("NULL"));
      CHECK_NOTHROW(db.execute("INSERT INTO s VALUES (" + row[0].value_or("NULL") + ")"));
    }
    const bool has_few = std::string(type).starts_with("boolean") || std::string(type) == "bit" ||
                         std::string(type) == "\"char\"" || std::string(type) == "regclass" ||
                         std::string(type).starts_with("mood");
    CHECK(ordinary.size() >= (has_few ? 2u : 4u));
    db.execute("DROP TABLE s");
  }
}

}  // namespace
}  // namespace retort::conformance
