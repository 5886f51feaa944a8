#include "conformance/sql_kinds.h"

namespace retort::conformance {
namespace {

constexpr auto numbers = R"(
CREATE TYPE pair AS (x int, y int);
CREATE FUNCTION pair_less(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x < ($2).x';
CREATE FUNCTION pair_more(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x > ($2).x';
CREATE FUNCTION pair_same(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x = ($2).x';
CREATE FUNCTION pair_order(pair, pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x - ($2).x';
CREATE FUNCTION pair_order(pair, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x - $2';
CREATE OPERATOR <# (FUNCTION = pair_less, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = >#);
CREATE OPERATOR ># (FUNCTION = pair_more, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <#);
CREATE OPERATOR =# (FUNCTION = pair_same, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = =#);
CREATE OPERATOR CLASS pairs FOR TYPE pair USING btree AS OPERATOR 1 <#, OPERATOR 3 =#, OPERATOR 5 >#, FUNCTION 1 pair_order(pair, pair);
CREATE TABLE pairs (id int PRIMARY KEY, p pair, CONSTRAINT ck_pairs CHECK (p >#ROW(0, 0)::pair));
CREATE INDEX ix_pairs ON pairs (p pairs);
CREATE VIEW small_pairs AS SELECT id FROM pairs WHERE p <# ROW(5, 5)::pair;
INSERT INTO pairs VALUES (1, ROW(3, 4)), (2, ROW(7, 8));
)";

constexpr auto prose = R"(
CREATE TEXT SEARCH DICTIONARY stems (TEMPLATE = snowball, language = 'english');
CREATE TEXT SEARCH CONFIGURATION prose (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION prose ADD MAPPING FOR asciiword, word WITH stems;
CREATE TABLE essays (id int PRIMARY KEY, body text, found tsvector GENERATED ALWAYS AS (to_tsvector('prose', body)) STORED);
CREATE INDEX ix_essays ON essays USING gin (to_tsvector('prose', body));
INSERT INTO essays (id, body) VALUES (1, 'the running cats'), (2, NULL);
)";

constexpr auto abroad = R"(
CREATE FOREIGN DATA WRAPPER far OPTIONS (debug 'true');
CREATE SERVER there TYPE 't' VERSION '1' FOREIGN DATA WRAPPER far OPTIONS (host 'a.example', port '5432');
CREATE SERVER elsewhere FOREIGN DATA WRAPPER far;
CREATE USER MAPPING FOR PUBLIC SERVER there OPTIONS (user 'me', password 'secret');
CREATE FOREIGN TABLE far_away (id int OPTIONS (column_name 'no') NOT NULL, name text) SERVER there OPTIONS (table_name 'x');
CREATE VIEW far_view AS SELECT id FROM far_away;
CREATE TABLE home (id int PRIMARY KEY);
INSERT INTO home VALUES (1);
)";

constexpr auto cards = R"(
CREATE TYPE card AS (no integer, holder text);
CREATE TABLE cards OF card (PRIMARY KEY (no), holder WITH OPTIONS DEFAULT 'nobody');
CREATE TABLE loose (no integer PRIMARY KEY, holder text);
INSERT INTO cards VALUES (1, 'a'), (2, 'b'); INSERT INTO loose VALUES (1, 'c');
)";

constexpr auto rare_years = R"(
CREATE TABLE years (id int NOT NULL, at date NOT NULL, v text, CONSTRAINT years_pkey PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE y2024 PARTITION OF years FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE y2025 PARTITION OF years FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE FUNCTION note_year() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr_years AFTER INSERT ON years FOR EACH ROW EXECUTE FUNCTION note_year();
CREATE INDEX ix_years ON years (v);
INSERT INTO years VALUES (1, '2024-05-05', 'a'), (2, '2025-05-05', 'b');
)";

constexpr auto measured = R"(
CREATE TABLE measured (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text, b int REFERENCES measured);
CREATE INDEX ix_measured ON measured (lower(a));
CREATE STATISTICS st ON a, b FROM measured;
CREATE MATERIALIZED VIEW mv AS SELECT a FROM measured;
INSERT INTO measured (a, b) VALUES ('x', 1);
)";

}  // namespace

const std::vector<sql_kind>& postgres_rare_kinds() {
  static const std::vector<sql_kind> all = {
      {"collation: another definition while columns, types and indexes have it",
       R"(
CREATE COLLATION by_name (LOCALE = 'C'); CREATE DOMAIN label AS text COLLATE by_name; CREATE TYPE titled AS (name text COLLATE by_name, no int);
CREATE TABLE labels (id text COLLATE by_name PRIMARY KEY, b text, l label, t titled, CONSTRAINT ck CHECK (b COLLATE by_name > 'a'));
CREATE INDEX ix_labels ON labels (b COLLATE by_name); CREATE VIEW seen AS SELECT b COLLATE by_name AS b FROM labels;
CREATE TABLE liked (l text COLLATE by_name REFERENCES labels); INSERT INTO labels VALUES ('a', 'b', 'c', ROW('d', 1)), ('b', NULL, NULL, NULL); INSERT INTO liked VALUES ('b');)",
       R"(
CREATE COLLATION by_name (LOCALE = 'POSIX'); CREATE DOMAIN label AS text COLLATE by_name; CREATE TYPE titled AS (name text COLLATE by_name, no int);
CREATE TABLE labels (id text COLLATE by_name PRIMARY KEY, b text, l label, t titled, CONSTRAINT ck CHECK (b COLLATE by_name > 'a'));
CREATE INDEX ix_labels ON labels (b COLLATE by_name); CREATE VIEW seen AS SELECT b COLLATE by_name AS b FROM labels;
CREATE TABLE liked (l text COLLATE by_name REFERENCES labels);)",
       {},
       true},
      {"composite type of a typed table, of columns and of arrays",
       R"(
CREATE TYPE card AS (no integer, holder text); CREATE TABLE cards OF card (PRIMARY KEY (no));
CREATE TABLE wallets (id int PRIMARY KEY, one card, many card[]); CREATE TABLE used (no int REFERENCES cards); CREATE VIEW holders AS SELECT holder FROM cards;
INSERT INTO cards VALUES (1, 'a'), (2, NULL); INSERT INTO used VALUES (2);
INSERT INTO wallets VALUES (1, ROW(1, 'a'), ARRAY[ROW(1, 'x, "y"'), NULL, ROW(NULL, NULL)]::card[]), (2, NULL, NULL), (3, NULL, '{}');)",
       R"(
CREATE TYPE card AS (no bigint, colour text, holder text); CREATE TABLE cards OF card (PRIMARY KEY (no));
CREATE TABLE wallets (id int PRIMARY KEY, one card, many card[]); CREATE TABLE used (no int REFERENCES cards); CREATE VIEW holders AS SELECT holder FROM cards;)",
       {"wallets"},
       true,
       R"(SELECT 1 / count(*) FROM wallets WHERE (one).holder = 'a' AND (many[1]).holder = 'x, "y"' AND array_length(many, 1) = 3)"},
      {"composite types within each other, of which each changes",
       R"(CREATE TYPE unit AS ENUM ('kg', 'l'); CREATE TYPE measure AS (amount numeric, u unit); CREATE TYPE entry AS (n int, m measure);
CREATE TABLE stock (id int PRIMARY KEY, m measure, ls entry[]); INSERT INTO stock VALUES (1, (5, 'kg'), ARRAY[(1, (2, 'l'))::entry]), (2, NULL, '{}');)",
       R"(CREATE TYPE unit AS ENUM ('g', 'kg', 'l'); CREATE TYPE measure AS (u unit, amount numeric, note text); CREATE TYPE entry AS (n int, m measure, at date);
CREATE TABLE stock (id int PRIMARY KEY, m measure, ls entry[]);)",
       {"stock"},
       true,
       "SELECT 1 / count(*) FROM stock WHERE (m).amount = 5 AND ((ls[1]).m).u::text = 'l' AND "
       "((ls[1]).m).amount = 2"},
      {"operator", numbers,
       "CREATE OPERATOR <=># (FUNCTION = pair_order, LEFTARG = pair, RIGHTARG = pair); COMMENT ON "
       "OPERATOR <=># (pair, pair) IS 'x'"},
      {"operator's function under a class, an index, a check and a view", numbers, R"(
CREATE FUNCTION pair_greater(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x > ($2).x';
ALTER TABLE pairs DROP CONSTRAINT ck_pairs; DROP OPERATOR CLASS pairs USING btree CASCADE; DROP OPERATOR ># (pair, pair);
CREATE OPERATOR ># (FUNCTION = pair_greater, LEFTARG = pair, RIGHTARG = pair, COMMUTATOR = <#, RESTRICT = scalargtsel);
ALTER TABLE pairs ADD CONSTRAINT ck_pairs CHECK (p ># ROW(0, 0)::pair);
CREATE OPERATOR CLASS pairs FOR TYPE pair USING btree FAMILY pairs AS OPERATOR 1 <#, OPERATOR 3 =#, OPERATOR 5 >#, FUNCTION 1 pair_order(pair, pair);
CREATE INDEX ix_pairs ON pairs (p pairs);)"},
      {"operator class becomes the default, and its family gets members", numbers, R"(
DROP OPERATOR CLASS pairs USING btree CASCADE;
CREATE OPERATOR CLASS pairs DEFAULT FOR TYPE pair USING btree FAMILY pairs AS OPERATOR 1 <#, OPERATOR 3 =#, OPERATOR 5 >#, FUNCTION 1 pair_order(pair, pair);
ALTER OPERATOR FAMILY pairs USING btree ADD FUNCTION 1 (pair, integer) pair_order(pair, integer);
CREATE INDEX ix_pairs ON pairs (p);)"},
      {"operator class of hashes", numbers, R"(
CREATE FUNCTION pair_hash(pair) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).x';
CREATE OPERATOR FAMILY hashed USING hash;
CREATE OPERATOR CLASS hashed DEFAULT FOR TYPE pair USING hash FAMILY hashed AS OPERATOR 1 =#, FUNCTION 1 pair_hash(pair);
CREATE INDEX ix_hashed ON pairs USING hash (p);)"},
      {"options of an operator class",
       "CREATE TABLE spans (id int PRIMARY KEY, v tsvector); CREATE INDEX ix_spans ON spans USING "
       "gist (v)",
       "DROP INDEX ix_spans; CREATE INDEX ix_spans ON spans USING gist (v tsvector_ops (siglen = "
       "100))"},
      {"text search configuration with all that is of it", "CREATE TABLE first (id int)", prose},
      {"text search mapping", prose,
       "ALTER TEXT SEARCH CONFIGURATION prose DROP MAPPING FOR word; ALTER TEXT SEARCH "
       "CONFIGURATION prose ALTER MAPPING FOR asciiword WITH simple, stems; ALTER TEXT SEARCH "
       "CONFIGURATION prose ADD MAPPING FOR int WITH simple"},
      {"text search dictionary's options", prose,
       "ALTER TEXT SEARCH DICTIONARY stems (language = 'german', stopwords = 'german')"},
      {"text search dictionary's template",
       prose,
       R"(
CREATE TEXT SEARCH DICTIONARY other (TEMPLATE = simple);
ALTER TEXT SEARCH CONFIGURATION prose ALTER MAPPING REPLACE stems WITH other;
DROP TEXT SEARCH DICTIONARY stems; CREATE TEXT SEARCH DICTIONARY stems (TEMPLATE = simple, accept = 'false');
ALTER TEXT SEARCH CONFIGURATION prose ALTER MAPPING REPLACE other WITH stems; DROP TEXT SEARCH DICTIONARY other;)",
       {"essays.found"}},
      {"text search parser and template", prose, R"(
CREATE TEXT SEARCH PARSER pieces (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE plain (LEXIZE = dsimple_lexize, INIT = dsimple_init);
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = plain);
CREATE TEXT SEARCH CONFIGURATION plain (PARSER = pieces);
ALTER TEXT SEARCH CONFIGURATION plain ADD MAPPING FOR word WITH plain;)"},
      {"everything of foreign data", "CREATE TABLE first (id int)", abroad},
      {"options of servers, wrappers and foreign tables", abroad, R"(
ALTER FOREIGN DATA WRAPPER far OPTIONS (DROP debug, ADD "Odd, one" 'it''s');
ALTER SERVER there VERSION '2' OPTIONS (SET host 'b, c', DROP port, ADD dbname 'd');
ALTER FOREIGN TABLE far_away OPTIONS (SET table_name 'y', ADD schema_name 'it''s');
ALTER FOREIGN TABLE far_away ALTER COLUMN id OPTIONS (DROP column_name), ALTER COLUMN name OPTIONS (ADD column_name 'n');
COMMENT ON FOREIGN TABLE far_away IS 'far'; COMMENT ON SERVER there IS 'there';)"},
      {"functions of a foreign data wrapper", "CREATE FOREIGN DATA WRAPPER far",
       "ALTER FOREIGN DATA WRAPPER far VALIDATOR postgresql_fdw_validator"},
      {"columns of a foreign table", abroad,
       "ALTER FOREIGN TABLE far_away ADD COLUMN more int DEFAULT 3, ALTER COLUMN name TYPE "
       "varchar(20), ADD CONSTRAINT ck CHECK (id > 0)"},
      {"foreign table on another server", abroad, R"(
DROP FOREIGN TABLE far_away CASCADE;
CREATE FOREIGN TABLE far_away (id int, name text) SERVER elsewhere;
CREATE VIEW far_view AS SELECT id FROM far_away;)"},
      {"table becomes a foreign one",
       abroad,
       "DROP TABLE home; CREATE FOREIGN TABLE home (id int) SERVER there",
       {"home"}},
      {"user mapping", abroad,
       "DROP USER MAPPING FOR PUBLIC SERVER there; CREATE USER MAPPING FOR CURRENT_USER SERVER "
       "elsewhere"},
      {"foreign data is gone", abroad, "DROP FOREIGN DATA WRAPPER far CASCADE"},
      {"language, conversion and access method", "CREATE TABLE first (id int)", R"(
CREATE FUNCTION my_handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE TRUSTED LANGUAGE mine HANDLER my_handler;
CREATE FUNCTION in_mine() RETURNS integer LANGUAGE mine AS 'BEGIN RETURN 1; END';
CREATE DEFAULT CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE kept_elsewhere (a int) USING other_heap;)"},
      {"typed table", cards, "CREATE TABLE more_cards OF card (CHECK (no > 0))"},
      {"typed table's type", cards, "ALTER TYPE card ADD ATTRIBUTE until date CASCADE", {"cards"}},
      {"table becomes typed, and typed one free", cards,
       "ALTER TABLE loose OF card; ALTER TABLE cards NOT OF; ALTER TABLE cards ADD COLUMN own int"},
      {"partition's index has a name of its own", rare_years,
       "ALTER INDEX y2024_v_idx RENAME TO by_hand; ALTER INDEX y2025_pkey RENAME TO \"By hand\""},
      {"index made on the partitioned table alone", rare_years,
       "CREATE INDEX ix_only ON ONLY years (id)"},
      {"index that becomes one of the partitioned table alone", rare_years, R"(
DROP INDEX ix_years; CREATE INDEX y2024_own ON y2024 (v); CREATE INDEX ix_years ON ONLY years (v);
ALTER INDEX ix_years ATTACH PARTITION y2024_own;)"},
      {"key of the partitioned table alone",
       "CREATE TABLE ages (at int NOT NULL) PARTITION BY LIST (at); CREATE TABLE age_1 PARTITION "
       "OF "
       "ages FOR VALUES IN (1); CREATE TABLE age_2 PARTITION OF ages FOR VALUES IN (2); INSERT "
       "INTO "
       "ages VALUES (1), (2)",
       "ALTER TABLE ONLY ages ADD CONSTRAINT key PRIMARY KEY (at); ALTER TABLE age_1 ADD "
       "CONSTRAINT "
       "own PRIMARY KEY (at); ALTER INDEX key ATTACH PARTITION own"},
      {"partition with another order of columns", rare_years,
       "CREATE TABLE y2026 (v text, at date NOT NULL, id int NOT NULL); ALTER TABLE years ATTACH "
       "PARTITION y2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"},
      {"partition's trigger", rare_years, "ALTER TABLE y2024 DISABLE TRIGGER tr_years"},
      {"triggers of a foreign key", measured, "ALTER TABLE measured DISABLE TRIGGER ALL"},
      {"options of a TOAST table", measured,
       "ALTER TABLE measured SET (toast.autovacuum_enabled = off, toast.vacuum_truncate = off, "
       "fillfactor = 70); ALTER MATERIALIZED VIEW mv SET (toast.autovacuum_enabled = off)"},
      {"options of a TOAST table are others",
       "CREATE TABLE toasted (a text) WITH (toast.autovacuum_enabled = off, "
       "toast.autovacuum_vacuum_threshold = 10)",
       "ALTER TABLE toasted RESET (toast.autovacuum_enabled); ALTER TABLE toasted SET "
       "(toast.autovacuum_vacuum_threshold = 20)"},
      {"statistics targets", measured,
       "ALTER STATISTICS st SET STATISTICS 50; ALTER INDEX ix_measured ALTER COLUMN 1 SET "
       "STATISTICS 200; ALTER TABLE measured ALTER COLUMN a SET STATISTICS 100"},
      {"statistics target is another",
       "CREATE TABLE counted_on (a int, b int); CREATE STATISTICS "
       "st ON a, b FROM counted_on; ALTER STATISTICS st SET STATISTICS 50",
       "ALTER STATISTICS st SET STATISTICS 60"},
      {"column storage", measured,
       "ALTER TABLE measured ALTER a SET STORAGE EXTERNAL, ALTER a SET COMPRESSION pglz"},
      {"settings of a materialized view", measured,
       "CREATE INDEX ix_mv ON mv (a); ALTER TABLE mv CLUSTER ON ix_mv; ALTER TABLE mv ALTER COLUMN "
       "a SET STATISTICS 10, ALTER COLUMN a SET STORAGE EXTERNAL, ALTER COLUMN a SET (n_distinct = "
       "5)"},
      {"cluster on an expression", measured, "ALTER TABLE measured CLUSTER ON ix_measured"},
      {"name of an identity's sequence", measured,
       "ALTER SEQUENCE measured_id_seq RENAME TO \"Their CYCLE\""},
      {"name and options of an identity's sequence",
       "CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME a_name START "
       "5)); "
       "INSERT INTO numbered DEFAULT VALUES",
       "ALTER SEQUENCE a_name RENAME TO b_name; ALTER TABLE numbered ALTER COLUMN id SET INCREMENT "
       "BY 3",
       {},
       false,
       "INSERT INTO numbered DEFAULT VALUES"},
      {"publication of schemas", measured,
       "CREATE SCHEMA area; CREATE PUBLICATION news FOR TABLE measured, TABLES IN SCHEMA area"},
      {"privileges by default", measured, R"(
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO pg_monitor WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO PUBLIC;)"},
      {"privileges by default for all schemas",
       "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
       "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM pg_monitor; ALTER DEFAULT PRIVILEGES "
       "REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"},
      {"aggregate for moving windows", "CREATE TABLE first (id int)",
       "CREATE AGGREGATE sums(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', MSFUNC = "
       "int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0', PARALLEL = SAFE)"},
  };
  return all;
}

}  // namespace retort::conformance
