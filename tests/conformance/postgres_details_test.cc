#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <retort/error.h>

#include "conformance/postgres_server.h"

// Each change of what is set on or said about objects shows in the schema, and taking it back
// leaves no trace.

namespace retort::conformance {
namespace {

void run(db::connection& connection, std::initializer_list<const char*> statements) {
  for (const char* sql : statements) {
    CAPTURE(sql);
    REQUIRE_NOTHROW(connection.execute(sql));
  }
}

/// What of a schema is not in another: opaque lines and objects' definitions.
std::vector<std::string> news(const model::schema& before, const model::schema& after) {
  std::vector<std::string> out;
  for (const auto& [name, table] : after.tables) {
    const auto* was = before.find(name);
    for (const auto& line : table.opaque) {
      if (was == nullptr || std::ranges::find(was->opaque, line) == was->opaque.end())
        out.push_back(name.display() + ": " + line);
    }
  }
  for (const auto& [key, object] : after.objects) {
    const auto was = before.objects.find(key);
    if (was == before.objects.end() || was->second.definition != object.definition)
      out.push_back(key + ": " + object.definition);
  }
  return out;
}

constexpr std::initializer_list<const char*> base = {
    "CREATE TABLE p (id integer PRIMARY KEY, t text, n integer)",
    "CREATE TABLE c (id integer CONSTRAINT fk REFERENCES p, CONSTRAINT u UNIQUE (id))",
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE FUNCTION g(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TRIGGER tr BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE VIEW v AS SELECT id FROM c",
    "CREATE RULE r AS ON UPDATE TO p DO INSTEAD NOTHING",
    "CREATE TABLE parts (a integer) PARTITION BY LIST (a)",
    "CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1)",
    "CREATE TRIGGER ptr AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE INDEX part_1_ix ON part_1 (a)",
    "CREATE TYPE mood AS ENUM ('sad')",
    "CREATE SEQUENCE s",
    "CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
};

TEST_CASE("what is set on objects is seen, and nothing of it when it is taken back") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  run(db, base);
  try {
    db.execute("CREATE ROLE retort_test_reader");
  } catch (const error&) {
  }
  const auto before = shown(db);
  const struct {
    const char* there;
    const char* back;
    std::vector<std::string> seen;
  } rows[] = {
      {"ALTER TABLE c DISABLE TRIGGER ALL",
       "ALTER TABLE c ENABLE TRIGGER ALL",
       {"c: DISABLE TRIGGER \"RI_FKey_check_ins\" OF CONSTRAINT fk",
        "c: DISABLE TRIGGER \"RI_FKey_check_upd\" OF CONSTRAINT fk",
        "trigger c.tr: CREATE TRIGGER tr BEFORE INSERT ON c FOR EACH ROW EXECUTE FUNCTION f() -- "
        "disabled"}},
      {"ALTER TABLE p DISABLE TRIGGER ALL",
       "ALTER TABLE p ENABLE TRIGGER ALL",
       {"p: DISABLE TRIGGER \"RI_FKey_noaction_del\" OF CONSTRAINT fk ON c",
        "p: DISABLE TRIGGER \"RI_FKey_noaction_upd\" OF CONSTRAINT fk ON c"}},
      {"ALTER TABLE part_1 DISABLE TRIGGER ptr",
       "ALTER TABLE part_1 ENABLE TRIGGER ptr",
       {"part_1: DISABLE TRIGGER ptr"}},
      {"ALTER TABLE p DISABLE RULE r",
       "ALTER TABLE p ENABLE RULE r",
       {"rule p.r: CREATE RULE r AS\n    ON UPDATE TO p DO INSTEAD NOTHING -- disabled"}},
      {"CREATE INDEX parts_ix ON ONLY parts (a)",
       "DROP INDEX parts_ix",
       {"parts: INVALID INDEX parts_ix"}},
      {"ALTER TABLE p CLUSTER ON p_pkey",
       "ALTER TABLE p SET WITHOUT CLUSTER",
       {"p: CLUSTER ON p_pkey"}},
      {"ALTER INDEX u SET (fillfactor = 70)",
       "ALTER INDEX u RESET (fillfactor)",
       {"c: INDEX u SET (fillfactor=70)"}},
      {"ALTER TABLE p ALTER t SET STORAGE MAIN",
       "ALTER TABLE p ALTER t SET STORAGE EXTENDED",
       {"p: ALTER COLUMN t SET STORAGE MAIN"}},
      {"ALTER TABLE p ALTER t SET COMPRESSION pglz",
       "ALTER TABLE p ALTER t SET COMPRESSION default",
       {"p: ALTER COLUMN t SET COMPRESSION pglz"}},
      {"CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')",
       "DROP AGGREGATE total(integer)",
       {"aggregate total(integer): CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = "
        "integer, INITCOND = '0')"}},
      {"CREATE COLLATION plain (LOCALE = 'C')",
       "DROP COLLATION plain",
       {"collation plain: CREATE COLLATION plain (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = "
        "'C')"}},
      {"CREATE CAST (mood AS integer) WITH INOUT AS ASSIGNMENT",
       "DROP CAST (mood AS integer)",
       {"cast (mood AS integer): CREATE CAST (mood AS integer) WITH INOUT AS ASSIGNMENT"}},
      {"CREATE PUBLICATION pub FOR TABLE p, c WITH (publish = 'insert')",
       "DROP PUBLICATION pub",
       {"publication pub: CREATE PUBLICATION pub FOR TABLE c, p WITH (publish = 'insert')"}},
      {"CREATE EVENT TRIGGER ev ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION "
       "ef()",
       "DROP EVENT TRIGGER ev",
       {"event trigger ev: CREATE EVENT TRIGGER ev ON ddl_command_end WHEN TAG IN ('CREATE TABLE') "
        "EXECUTE FUNCTION ef()"}},
      {"ALTER TABLE p ALTER n SET STATISTICS 500",
       "ALTER TABLE p ALTER n SET STATISTICS -1",
       {"p: ALTER COLUMN n SET STATISTICS 500"}},
      {"ALTER TABLE p ALTER n SET (n_distinct = 5)",
       "ALTER TABLE p ALTER n RESET (n_distinct)",
       {"p: ALTER COLUMN n SET (n_distinct=5)"}},
      {"GRANT SELECT, INSERT ON p TO retort_test_reader",
       "REVOKE ALL ON p FROM retort_test_reader",
       {"grants p: GRANT INSERT, SELECT ON TABLE p TO retort_test_reader"}},
      {"GRANT SELECT (t) ON p TO PUBLIC",
       "REVOKE SELECT (t) ON p FROM PUBLIC",
       {"grants p: GRANT SELECT (t) ON TABLE p TO PUBLIC"}},
      {"GRANT USAGE ON SEQUENCE s TO retort_test_reader WITH GRANT OPTION",
       "REVOKE ALL ON SEQUENCE s FROM retort_test_reader",
       {"grants s: GRANT USAGE ON SEQUENCE s TO retort_test_reader WITH GRANT OPTION"}},
      {"GRANT CREATE ON SCHEMA public TO retort_test_reader",
       "REVOKE CREATE ON SCHEMA public FROM retort_test_reader",
       {"grants on schema public: GRANT CREATE ON SCHEMA public TO retort_test_reader"}},
      {"REVOKE EXECUTE ON FUNCTION g FROM PUBLIC",
       "GRANT EXECUTE ON FUNCTION g TO PUBLIC",
       {"grants on function g(integer): REVOKE EXECUTE ON ROUTINE g(integer) FROM PUBLIC"}},
      {"ALTER TABLE p OWNER TO retort_test_reader",
       "ALTER TABLE p OWNER TO CURRENT_USER",
       {"grants p: ALTER TABLE p OWNER TO retort_test_reader"}},
      {"COMMENT ON VIEW v IS 'it''s'",
       "COMMENT ON VIEW v IS NULL",
       {"comment view public.v: COMMENT ON VIEW public.v IS 'it''s'"}},
      {"COMMENT ON COLUMN v.id IS 'x'",
       "COMMENT ON COLUMN v.id IS NULL",
       {"comment column public.v.id: COMMENT ON COLUMN public.v.id IS 'x'"}},
      {"COMMENT ON INDEX u IS 'x'",
       "COMMENT ON INDEX u IS NULL",
       {"comment index public.u: COMMENT ON INDEX public.u IS 'x'"}},
      {"COMMENT ON CONSTRAINT fk ON c IS 'x'",
       "COMMENT ON CONSTRAINT fk ON c IS NULL",
       {"comment constraint fk on public.c: COMMENT ON CONSTRAINT fk on public.c IS 'x'"}},
      {"COMMENT ON FUNCTION g IS 'x'",
       "COMMENT ON FUNCTION g IS NULL",
       {"comment function public.g(integer): COMMENT ON FUNCTION public.g(integer) IS 'x'"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.there);
    REQUIRE_NOTHROW(db.execute(row.there));
    const auto after = shown(db);
    CHECK(after != before);
    const auto seen = news(before, after);
    CHECK(seen == row.seen);
    if (seen != row.seen) {
      for (const auto& line : seen) MESSAGE(line);
    }
    REQUIRE_NOTHROW(db.execute(row.back));
    const auto again = shown(db);
    CHECK(again == before);
    for (const auto& line : news(before, again)) MESSAGE(line);
  }
  db.execute("DROP OWNED BY retort_test_reader");
  db.execute("DROP ROLE retort_test_reader");
}

TEST_CASE("an index that is attached to that of the partitioned table is that one's") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  run(db, base);
  run(db, {"CREATE INDEX parts_ix ON ONLY parts (a)"});
  const auto before = shown(db);
  run(db, {"ALTER INDEX parts_ix ATTACH PARTITION part_1_ix"});
  const auto after = shown(db);
  CHECK(before.find({"", "part_1"})->indexes.size() == 1);
  CHECK(after.find({"", "part_1"})->indexes.empty());
  CHECK(before.find({"", "parts"})->opaque != after.find({"", "parts"})->opaque);
}

TEST_CASE("only Retort's own tables are left out, not a user's that begin alike") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  run(db, {"CREATE TABLE retort_customers (id serial)", "CREATE TABLE retort_version (x integer)",
           "CREATE TABLE retort_journal (id serial, k integer GENERATED ALWAYS AS IDENTITY)",
           "CREATE TABLE t (a integer)", "CREATE INDEX retort_ix ON t (a)",
           "CREATE VIEW retort_view AS SELECT a FROM t"});
  const auto schema = shown(db);
  CHECK(schema.tables.size() == 2);
  CHECK(schema.find({"", "retort_customers"}) != nullptr);
  CHECK(schema.find({"", "t"})->indexes.size() == 1);
  CHECK(schema.objects.contains("view retort_view"));
  CHECK(schema.objects.contains("sequence retort_customers_id_seq"));
  CHECK_FALSE(schema.objects.contains("sequence retort_journal_id_seq"));
}

TEST_CASE("counters are the values that come next") {
  const auto server = postgres_server();
  if (!server) return;
  const postgres_database database(*server);
  auto& db = *database.connection;
  using counters = std::vector<std::pair<std::string, std::string>>;
  CHECK(target().counters(db, "retort_version") == counters{});
  run(db,
      {"CREATE SCHEMA \"My App\"", "CREATE SEQUENCE \"My App\".\"S\" INCREMENT BY 5 START WITH 10",
       "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, n serial)",
       "CREATE TABLE retort_journal (id serial)", "CREATE TEMP SEQUENCE temporary"});
  CHECK(target().counters(db, "retort_version") ==
        counters{{"My App.S", "10"}, {"t_id_seq", "1"}, {"t_n_seq", "1"}});
  run(db, {"INSERT INTO t DEFAULT VALUES", "SELECT nextval('\"My App\".\"S\"')",
           "SELECT setval('t_n_seq', 40, false)"});
  CHECK(target().counters(db, "retort_version") ==
        counters{{"My App.S", "15"}, {"t_id_seq", "2"}, {"t_n_seq", "40"}});
}

}  // namespace
}  // namespace retort::conformance
