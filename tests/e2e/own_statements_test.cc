#include <fmt/format.h>

#include <string>

#include "e2e/bench.h"

// Retort's own statements in databases that bend them: schemas of the search path with operators
// and functions that fit their arguments better than the server's, and encodings that lack
// characters.

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("safety");

/// Every operator and function of the server's that Retort may use, for pairs of types for which
/// the server has none of its own, in a schema of the search path. Each call is entered in a file
/// of the server's, for in a read-only transaction there is no other place, and fails.
constexpr const char* hostile_schema = R"(
CREATE SCHEMA hostile;
CREATE FUNCTION hostile.caught(what text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  EXECUTE format('COPY (SELECT %L) TO PROGRAM %L', what,
    'cat >> hostile_' || replace(current_database(), '''', ''));
  RAISE EXCEPTION 'caught: %', what;
END $$;
DO $$
DECLARE
  types text[] := '{char,name,text,varchar,int2,int4,int8,oid,numeric,regclass,regnamespace,text[],name[],oid[],int2vector,timestamptz,interval}';
  l text; r text; o text; f text; returned text;
BEGIN
  types[1] := '"char"';
  FOREACH l IN ARRAY types LOOP
    FOREACH r IN ARRAY types LOOP
      FOREACH returned IN ARRAY '{boolean,text}'::text[] LOOP
        EXECUTE format('CREATE FUNCTION hostile.of_%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS %L',
          returned, l, r, returned, format('BEGIN PERFORM hostile.caught(%L); RETURN NULL; END', l || ' and ' || r));
      END LOOP;
      FOREACH o IN ARRAY '{=,<>,<,>,<=,>=,~,!~,~~,!~~,||,*,+,-,&&,@>}'::text[] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_operator WHERE oprname = o AND oprleft = l::regtype
          AND oprright = r::regtype AND oprnamespace = 'pg_catalog'::regnamespace);
        EXECUTE format('CREATE OPERATOR hostile.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = hostile.of_%s)',
          o, l, r, CASE WHEN o IN ('||', '*', '+', '-') THEN 'text' ELSE 'boolean' END);
      END LOOP;
    END LOOP;
    FOREACH f IN ARRAY '{lower,upper,quote_ident,quote_literal,length,unnest,array_agg,count,max,min,to_regclass,to_regtype,hashtext,current_setting,pg_relation_filenode,pg_get_indexdef,pg_encoding_to_char,array_upper,txid_current,concat_ws,pg_blocking_pids,pg_advisory_unlock,pg_cancel_backend,pg_database_size,nextval,to_json,to_jsonb,to_timestamp,to_hex}'::text[] LOOP
      EXECUTE format('CREATE FUNCTION hostile.%s(%s) RETURNS text LANGUAGE plpgsql AS %L', f, l,
        format('BEGIN PERFORM hostile.caught(%L); RETURN NULL; END', f || ' of ' || l));
    END LOOP;
    FOREACH f IN ARRAY '{string_agg,string_to_array,array_to_string,strpos,starts_with,to_char,format,concat_ws,obj_description,shobj_description,col_description,pg_get_expr,format_type,has_schema_privilege,has_sequence_privilege,set_config,setval,pg_get_serial_sequence,regexp_match,array_length,pg_advisory_unlock,pg_try_advisory_lock,pg_advisory_unlock_shared,date_part,date_trunc}'::text[] LOOP
      FOREACH r IN ARRAY '{text,name,int4}'::text[] LOOP
        EXECUTE format('CREATE FUNCTION hostile.%s(%s, %s) RETURNS text LANGUAGE plpgsql AS %L', f, l, r,
          format('BEGIN PERFORM hostile.caught(%L); RETURN NULL; END', f || ' of ' || l || ' and ' || r));
      END LOOP;
    END LOOP;
  END LOOP;
  FOREACH f IN ARRAY '{replace,format,concat_ws,set_config,split_part}'::text[] LOOP
    FOREACH l IN ARRAY '{name,varchar,text}'::text[] LOOP
      FOREACH r IN ARRAY '{name,varchar}'::text[] LOOP
        EXECUTE format('CREATE FUNCTION hostile.%s(text, %s, %s) RETURNS text LANGUAGE plpgsql AS %L',
          f, l, r, format('BEGIN PERFORM hostile.caught(%L); RETURN NULL; END', f));
      END LOOP;
    END LOOP;
  END LOOP;
  FOREACH l IN ARRAY '{name,text}'::text[] LOOP
    EXECUTE format('CREATE FUNCTION hostile.format(text, regclass, %s) RETURNS text LANGUAGE plpgsql AS %L',
      l, 'BEGIN PERFORM hostile.caught(''format of regclass''); RETURN NULL; END');
  END LOOP;
  CREATE FUNCTION hostile.setval(text, int8, boolean) RETURNS text LANGUAGE plpgsql
    AS 'BEGIN PERFORM hostile.caught(''setval of three''); RETURN NULL; END';
  EXECUTE format('ALTER DATABASE %I SET search_path = public, hostile', current_database());
END $$;
)";

/// What an extension has is no part of the schema that introspection shows.
constexpr const char* as_of_an_extension = R"(
SET search_path = pg_catalog;
INSERT INTO pg_catalog.pg_depend
  SELECT one.classid, one.objid, 0, 'pg_extension'::regclass, e.oid, 0, 'e'
  FROM (SELECT 'pg_proc'::regclass::oid, oid FROM pg_proc WHERE pronamespace = 'hostile'::regnamespace
    UNION ALL SELECT 'pg_operator'::regclass::oid, oid FROM pg_operator
      WHERE oprnamespace = 'hostile'::regnamespace
    UNION ALL SELECT 'pg_namespace'::regclass::oid, 'hostile'::regnamespace::oid) AS one (classid, objid),
    pg_extension AS e WHERE e.extname = 'plpgsql')";

/// What autogenerate has words of its own for: counters, triggers of foreign keys, partitions and
/// their indexes, rows to refer to, values of new columns and of other types.
constexpr const char* before_statements = R"(
CREATE TABLE counted (id SERIAL PRIMARY KEY);
CREATE TABLE numbered (id INTEGER PRIMARY KEY, n INTEGER);
CREATE TABLE timed (id INTEGER);
CREATE TABLE parted (id INTEGER GENERATED ALWAYS AS IDENTITY, d INTEGER);
CREATE TABLE member (id INTEGER PRIMARY KEY REFERENCES numbered, club INTEGER, rich NUMERIC,
  facts INTEGER, since BIGINT, birth INTEGER, age INTEGER, tags VARCHAR(20), key SMALLINT);
CREATE TABLE whole (d INTEGER) PARTITION BY LIST (d);
CREATE TABLE part PARTITION OF whole FOR VALUES IN (1);
CREATE INDEX whole_d ON whole (d);
INSERT INTO counted VALUES (1);
INSERT INTO numbered VALUES (1, 1), (2, 2);
INSERT INTO timed VALUES (1), (2);
INSERT INTO parted (d) VALUES (1);
INSERT INTO member VALUES (1, 7, 1, 1, 1, 1, 1, '{1}', 1), (2, 8, 0, 2, 2, 2, 2, '{2}', 2);
ALTER TABLE member DISABLE TRIGGER ALL;
)";
constexpr const char* models_behind_changes = R"(
CREATE TABLE counted (id INTEGER PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY);
CREATE SEQUENCE of_n;
CREATE TABLE numbered (id INTEGER PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
  n INTEGER DEFAULT nextval('of_n'));
CREATE TABLE timed (id INTEGER, made TIMESTAMPTZ NOT NULL UNIQUE);
CREATE TABLE parted (id INTEGER GENERATED ALWAYS AS IDENTITY, d INTEGER) PARTITION BY RANGE (d);
CREATE TABLE parted_all PARTITION OF parted DEFAULT;
CREATE TABLE club (id INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY);
CREATE TABLE member (id INTEGER PRIMARY KEY REFERENCES numbered, club INTEGER REFERENCES club,
  rich BOOLEAN, facts JSON, since INTERVAL, birth DATE, age TIMESTAMPTZ, tags INTEGER[], key UUID);
CREATE TABLE whole (d INTEGER) PARTITION BY LIST (d);
CREATE TABLE part PARTITION OF whole FOR VALUES IN (1);
CREATE INDEX whole_d ON whole (d);
ALTER INDEX part_d_idx RENAME TO part_by_d;
)";

struct hostile_bench : bench {
  hostile_bench() : bench("postgresql") {}

  /// Runs a command, which has to work, and requires that it called nothing of the schema.
  outcome run(const arguments& what, int status = 0) const {
    const auto result = retort(what);
    const auto caught = query(
        "SELECT coalesce(pg_catalog.pg_read_file('hostile_' OPERATOR(pg_catalog.||) "
        "current_database()::text, 0, 10000, true), '')");
    INFO(what.front(), ": ", result.output, result.errors);
    CHECK(caught.empty());
    CHECK(result.status == status);
    return result;
  }

  ~hostile_bench() {
    // A program that does not read the rows may break the pipe.
    execute("COPY (SELECT 1) TO PROGRAM 'cat >/dev/null; rm -f hostile_" +
            query("SELECT current_database()") + "'");
  }
};

TEST_CASE("no operator or function of a schema stands in for the server's<postgresql>") {
  if (!bench::has_private_server()) return;  // Only its own may run programs.
  const hostile_bench b;
  b.write("retort.toml", "statement_timeout = 60\n");
  b.execute(hostile_schema);
  const auto header = [](const char* id, const char* parent) {
    return fmt::format("-- Step\n-- revision: {}\n-- down_revision: {}\n", id, parent);
  };
  b.migration("aaaa", "",
              "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20));\n"
              "CREATE VIEW v AS SELECT id FROM t;\nCREATE TYPE mood AS ENUM ('sad', 'ok');\n"
              "CREATE TABLE u (id BIGINT GENERATED ALWAYS AS IDENTITY, m mood, t INTEGER "
              "REFERENCES t);",
              "DROP TABLE u; DROP TYPE mood; DROP VIEW v; DROP TABLE t;");
  b.write("migrations/bbbb.sql",
          header("bbbb", "aaaa") +
              "-- migrate:up transaction:false\nUPDATE t SET name = name;\n"
              "CREATE INDEX CONCURRENTLY t_name ON t (name);\nDISCARD ALL;\n"
              "CREATE INDEX CONCURRENTLY ON t (name);\nREINDEX INDEX CONCURRENTLY t_name;\n"
              "-- migrate:down transaction:false\nDROP INDEX CONCURRENTLY t_name;\n"
              "DROP INDEX t_name_idx;\n");
  b.migration("cccc", "bbbb", "SET search_path = public;\nCREATE TABLE w (id INTEGER);",
              "DROP TABLE w;");
  b.run({"rehearse", "aaaa"});
  b.execute(as_of_an_extension);
  b.run({"upgrade", "head"});
  b.run({"downgrade", "aaaa"});
  b.run({"plan", "head"});
  b.run({"upgrade", "head", "--transaction", "migration"});
  b.run({"downgrade", "bbbb"});
  b.run({"upgrade", "+1"});
  b.run({"current"});
  b.run({"check"});
  b.run({"journal"});
  b.run({"schema"});
  b.run({"guard"});
  b.run({"guard", "--protect"});
  b.run({"downgrade", "bbbb", "--on-protected"});
  b.run({"guard", "--unprotect"});
  b.run({"stamp", "cccc", "--no-compare"});
  b.migration("cccc", "bbbb", "CREATE TABLE w (id INTEGER, n INTEGER);", "DROP TABLE w;");
  b.run({"repair"});
  b.write("models.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(30), n INTEGER);\n");
  b.run({"stamp", "cccc", "--no-compare"});
  b.run({"check", "models", "--models", "models.sql"}, 3);
  b.run({"revision", "--autogenerate", "-m", "next", "--rev-id", "dddd", "--format", "sql",
         "--models", "models.sql"});
  const auto script = b.retort({"upgrade", "head", "--sql"}).output;
  CHECK(script.find("version_num OPERATOR(pg_catalog.=) 'bbbb'") != std::string::npos);
}

TEST_CASE("nor does one do so in what autogenerate writes<postgresql>") {
  if (!bench::has_private_server()) return;
  const hostile_bench b;
  b.write("retort.toml", "statement_timeout = 60\n");
  b.execute(hostile_schema);
  b.execute(as_of_an_extension);
  b.execute(before_statements);
  b.write("models.sql", models_behind_changes);
  b.write("migrations/none.txt", "");
  b.run({"revision", "--autogenerate", "-m", "next", "--rev-id", "aaaa", "--format", "sql",
         "--models", "models.sql"});
  b.run({"upgrade", "head"});
  b.run({"check", "models", "--models", "models.sql"});
}

/// A database whose encoding is another one than UTF-8.
struct latin_bench : bench {
  latin_bench() : bench("postgresql") {
    const auto beside = query("SELECT current_database()");
    name_ = beside + "_latin";
    execute("CREATE DATABASE " + name_ + " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    text_ = url();
    text_.replace(text_.find(beside), beside.size(), name_);
  }
  ~latin_bench() { execute("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)"); }

  outcome run(arguments what) const {
    what.insert(what.end(), {"--url", text_, "--script-location", "migrations"});
    return tool(what);
  }

 private:
  std::string name_;
  std::string text_;
};

TEST_CASE("the journal holds what the database's encoding cannot<postgresql>") {
  const latin_bench b;
  const std::string aaaa =
      "-- Preis in €\n-- revision: aaaa\n-- migrate:up\nCREATE TABLE a (i INTEGER);\n"
      "-- \\20AC 'ä' 😀\n-- migrate:down\nDROP TABLE a;\n";
  b.write("migrations/aaaa.sql", aaaa);
  b.write("migrations/bbbb.sql",
          "-- Outside\n-- revision: bbbb\n-- down_revision: aaaa\n"
          "-- migrate:up transaction:false\nCREATE TABLE b (i INTEGER);\n"
          "-- it costs 5 €\nINSERT INTO b VALUES (1);\n-- migrate:down\nDROP TABLE b;\n");
  const auto up = b.run({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  CHECK(b.run({"check"}).status == 0);
  // What is stored is what was there.
  std::string stored;
  for (const auto& entry : json(b.run({"journal", "--json"}))) {
    if (entry.at("revision") == "aaaa") stored = entry.at("sql").get<std::string>();
  }
  CHECK(stored == aaaa);
  b.program("rm", {"migrations/bbbb.sql", "migrations/aaaa.sql"});
  b.write("migrations/none.txt", "");
  const auto down = b.run({"downgrade", "base", "--stored", "--trust-stored"});
  CHECK_MESSAGE(down.status == 0, down.errors);
  // A failure that names such a character is told, and entered.
  b.write("migrations/cccc.sql",
          "-- Fails\n-- revision: cccc\n-- migrate:up\nSELECT '€';\n-- migrate:down\n");
  const auto failed = b.run({"upgrade", "head"});
  CHECK(failed.status == 1);
  CHECK_MESSAGE(failed.errors.find("SQLSTATE 22P05") != std::string::npos, failed.errors);
  const auto told = json(b.run({"journal", "--json"}));
  CHECK(told.dump().find("\"failed\"") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
