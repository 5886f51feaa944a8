#include "conformance/sql_kinds.h"

namespace retort::conformance {
namespace {

constexpr auto moods = R"(
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE moods (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'ok', more mood[],
  CONSTRAINT ck_moods CHECK (m <> 'sad' OR id < 100));
CREATE INDEX ix_moods ON moods (m) WHERE m <> 'sad';
CREATE VIEW happy AS SELECT id, m FROM moods WHERE m = 'glad';
INSERT INTO moods VALUES (1, 'ok', '{sad,glad}'), (2, 'glad', NULL), (3, 'glad', '{}');
)";

constexpr auto amounts = R"(
CREATE DOMAIN amount AS integer CONSTRAINT amount_check CHECK (VALUE >= 0);
CREATE TABLE sums (id int PRIMARY KEY, a amount NOT NULL, b amount DEFAULT 3);
CREATE VIEW big_sums AS SELECT id, a + b AS c FROM sums;
INSERT INTO sums VALUES (1, 5, 6), (2, 7, NULL);
)";

constexpr auto places = R"(
CREATE TYPE addr AS (street text, no integer);
CREATE TABLE places (id int PRIMARY KEY, a addr, b text);
INSERT INTO places VALUES (1, ROW('High St', 4), 'x'), (2, NULL, 'y');
)";

constexpr auto calc = R"(
CREATE FUNCTION calc(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';
CREATE TABLE sheets (id int PRIMARY KEY, n integer DEFAULT calc(2),
  CONSTRAINT ck_sheets CHECK (calc(n) > 0));
CREATE INDEX ix_sheets ON sheets (calc(n));
CREATE VIEW calculated AS SELECT id, calc(n) AS c FROM sheets;
ALTER TABLE sheets ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON sheets USING (calc(n) > 0);
INSERT INTO sheets VALUES (1, 5), (2, 7);
)";

constexpr auto views = R"(
CREATE TABLE seen (id int PRIMARY KEY, n int, name text);
CREATE VIEW v1 AS SELECT id, n FROM seen;
CREATE VIEW v2 AS SELECT n, count(*) AS c FROM v1 GROUP BY n;
CREATE MATERIALIZED VIEW mv AS SELECT n, c FROM v2;
CREATE UNIQUE INDEX ix_mv ON mv (n);
CREATE VIEW v3 AS SELECT n FROM mv;
COMMENT ON VIEW v2 IS 'counts';
INSERT INTO seen VALUES (1, 5, 'a'), (2, 5, 'b');
)";

constexpr auto events = R"(
CREATE TABLE events (id int PRIMARY KEY, what text, times int NOT NULL DEFAULT 0);
CREATE TABLE copies (id int, what text);
CREATE FUNCTION note_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.times := new.times + 1; RETURN new; END $$;
CREATE TRIGGER tr_events BEFORE UPDATE OF what ON events FOR EACH ROW EXECUTE FUNCTION note_event();
CREATE RULE copy_events AS ON DELETE TO events DO ALSO INSERT INTO copies VALUES (old.id, old.what);
CREATE POLICY own ON events FOR SELECT USING (id > 0);
CREATE VIEW event_view AS SELECT id, what FROM events;
INSERT INTO events VALUES (1, 'a', 0), (2, 'b', 5);
)";

constexpr auto routines = R"(
CREATE PROCEDURE tidy(x int) LANGUAGE sql AS 'SELECT x';
CREATE FUNCTION longer(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT CASE WHEN length($1) > length($2) THEN $1 ELSE $2 END';
CREATE AGGREGATE longest(text) (SFUNC = longer, STYPE = text, INITCOND = '');
CREATE TABLE words (w text PRIMARY KEY);
CREATE VIEW longest_word AS SELECT longest(w) AS w FROM words;
INSERT INTO words VALUES ('a'), ('abc');
)";

constexpr auto counters = R"(
CREATE SEQUENCE counter AS integer START WITH 10 INCREMENT BY 2 MAXVALUE 1000;
CREATE TABLE counted (id int PRIMARY KEY DEFAULT nextval('counter'), t text);
INSERT INTO counted (t) VALUES ('a'), ('b');
)";

constexpr auto remarked = R"(
CREATE SCHEMA area;
CREATE TYPE colour AS ENUM ('red');
CREATE DOMAIN small AS int CHECK (VALUE < 10);
CREATE SEQUENCE loose;
CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE remarked (id int CONSTRAINT pk_remarked PRIMARY KEY, n int CONSTRAINT ck_n CHECK (n > 0));
CREATE INDEX ix_remarked ON remarked (n);
CREATE VIEW over_remarked AS SELECT n FROM remarked;
CREATE MATERIALIZED VIEW kept_remarked AS SELECT n FROM remarked;
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr BEFORE INSERT ON remarked FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE POLICY p ON remarked USING (true);
CREATE STATISTICS st (dependencies) ON id, n FROM remarked;
INSERT INTO remarked VALUES (1, 2);
)";

constexpr auto tangled = R"(
CREATE TABLE first (id int PRIMARY KEY, other int);
INSERT INTO first VALUES (1, NULL);
)";

constexpr auto levels = R"(
CREATE TYPE level AS ENUM ('low', 'unused', 'high'); CREATE TYPE levelled AS (name text, l level);
CREATE DOMAIN some_level AS level DEFAULT 'low' NOT NULL CHECK (VALUE < 'high'); CREATE DOMAIN level_list AS level[];
CREATE TYPE level_range AS RANGE (subtype = level);
CREATE TABLE level_names (l level PRIMARY KEY); INSERT INTO level_names VALUES ('low'), ('high');
CREATE TABLE levels (id int PRIMARY KEY, c levelled, cs levelled[], d some_level, ds level_list, r level_range,
  m level_multirange, l level REFERENCES level_names, t text DEFAULT 'low'::level::text, CONSTRAINT ck CHECK (l < 'high' OR id > 0));
INSERT INTO levels VALUES (1, ('a, "b"', 'high'), ARRAY[('x', 'low')::levelled, NULL], 'low', '{low,high}', '[low,high]', '{[low,low]}', 'high'),
  (2, NULL, NULL, 'low', NULL, 'empty', NULL, NULL);
CREATE INDEX ix_levels ON levels (l) WHERE l <> 'high'; CREATE INDEX ix_names ON levels ((c)) WHERE (c).l <> 'high';
CREATE FUNCTION is_low(x levelled) RETURNS boolean LANGUAGE sql AS $$ SELECT (x).l = 'low' $$;
CREATE VIEW low_levels AS SELECT id, d FROM levels WHERE d::level = 'low' AND is_low(c);)";

constexpr auto drawn = R"x(
CREATE TYPE pt AS (a int, b int); CREATE TYPE stroke AS (p pt, "Q" pt[]); CREATE DOMAIN spot AS pt; CREATE DOMAIN spots AS pt[];
CREATE TABLE drawn (id int PRIMARY KEY, l stroke, ls stroke[], s spot, ss spot[], more spots, ps pt[]);
INSERT INTO drawn VALUES (1, ROW(ROW(1, 2), ARRAY[ROW(3, 4), NULL]::pt[]), ARRAY[ROW(ROW(1, 2)::pt, NULL)::stroke], ROW(1, 2), ARRAY[ROW(1, 2)]::pt[]::spot[],
  '[2:3]={"(1,2)","(3,4)"}', '[0:1][1:2]={{"(1,2)","(3,4)"},{"(5,6)",NULL}}'), (2, NULL, '{}', NULL, NULL, '{NULL}', NULL);)x";
constexpr auto drawn_otherwise = R"(
CREATE TYPE pt AS (b int, a int); CREATE TYPE stroke AS (p pt, "Q" pt[]); CREATE DOMAIN spot AS pt; CREATE DOMAIN spots AS pt[];
CREATE TABLE drawn (id int PRIMARY KEY, l stroke, ls stroke[], s spot, ss spot[], more spots, ps pt[]);)";
/// Whatever the places of the attributes are.
constexpr auto is_drawn = R"x(
DO $$ BEGIN ASSERT (SELECT ((l).p).a = 1 AND ((l)."Q")[1].b = 4 AND ((l)."Q")[2] IS NULL AND ((ls)[1].p).b = 2 AND (s::pt).b = 2 AND (ss[1]::pt).a = 1
  AND (more::pt[])[2].a = 1 AND (more::pt[])[3].b = 4 AND ps[0][2].b = 4 AND ps[1][1].a = 5 AND ps[1][2] IS NULL FROM drawn WHERE id = 1);
  ASSERT (SELECT l IS NULL AND ls = '{}' AND s IS NULL AND (more::pt[])[1] IS NULL AND more IS NOT NULL AND ps IS NULL FROM drawn WHERE id = 2); END $$)x";

}  // namespace

const std::vector<sql_kind>& postgres_object_kinds() {
  static const std::vector<sql_kind> all = {
      {"enum value in the middle", moods, "ALTER TYPE mood ADD VALUE 'meh' BEFORE 'ok'"},
      {"enum value in front and at the end", moods,
       "ALTER TYPE mood ADD VALUE 'awful' BEFORE 'sad'; ALTER TYPE mood ADD VALUE 'it''s bliss'"},
      {"enum value renamed",
       moods,
       "ALTER TYPE mood RENAME VALUE 'glad' TO 'cheerful'",
       {"moods.m", "moods.more"}},
      {"enum value that has a view's name",
       "CREATE TYPE speed AS ENUM ('slow', 'quick'); CREATE TABLE runs (id int PRIMARY KEY, s "
       "speed); CREATE VIEW quick AS SELECT id FROM runs WHERE s = 'quick'; INSERT INTO runs "
       "VALUES (1, 'quick')",
       "ALTER TYPE speed ADD VALUE 'fast' BEFORE 'quick'"},
      {"type with the name of a table elsewhere",
       "CREATE SCHEMA area; CREATE TYPE area.runs AS ENUM ('x'); CREATE TABLE runs (id int PRIMARY "
       "KEY, s area.runs); INSERT INTO runs VALUES (1, 'x')",
       "ALTER TABLE runs ADD COLUMN more area.runs NOT NULL DEFAULT 'x'"},
      {"new column of a type that is called as another begins",
       "CREATE TYPE texture AS ENUM ('rough'); CREATE TABLE stones (id int PRIMARY KEY); INSERT "
       "INTO stones VALUES (1)",
       "ALTER TABLE stones ADD COLUMN t texture NOT NULL DEFAULT 'rough'; ALTER TABLE stones ALTER "
       "COLUMN t DROP DEFAULT"},
      {"enum value used at once",
       moods,
       R"(
CREATE TYPE mood AS ENUM ('sad', 'meh', 'ok', 'glad');
CREATE TABLE moods (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'meh', more mood[],
  CONSTRAINT ck_moods CHECK (m <> 'meh' OR id < 100));
CREATE INDEX ix_moods ON moods (m) WHERE m <> 'meh';
CREATE VIEW happy AS SELECT id, m FROM moods WHERE m = 'meh')",
       {},
       true},
      {"enum values removed and in another order",
       R"(
CREATE TYPE grade AS ENUM ('a', 'b', 'unused', 'c');
CREATE FUNCTION passes(g grade) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT g <> 'c' $$;
CREATE TABLE grades (id int PRIMARY KEY, g grade NOT NULL DEFAULT 'a', gs grade[] DEFAULT '{a}',
  ok boolean GENERATED ALWAYS AS (passes(g)) STORED, CONSTRAINT ck CHECK (g > 'a' OR id > 0));
CREATE INDEX ix_grades ON grades (g) WHERE g <> 'c';
CREATE VIEW good AS SELECT id, g FROM grades WHERE g < 'c';
INSERT INTO grades (id, g, gs) VALUES (1, 'b', '{a,c}'), (2, 'c', NULL);)",
       R"(
CREATE TYPE grade AS ENUM ('c', 'b', 'a');
CREATE FUNCTION passes(g grade) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT g <> 'c' $$;
CREATE TABLE grades (id int PRIMARY KEY, g grade NOT NULL DEFAULT 'a', gs grade[] DEFAULT '{a}',
  ok boolean GENERATED ALWAYS AS (passes(g)) STORED, CONSTRAINT ck CHECK (g > 'a' OR id > 0));
CREATE INDEX ix_grades ON grades (g) WHERE g <> 'c';
CREATE VIEW good AS SELECT id, g FROM grades WHERE g < 'c';)",
       {},
       true},
      {"enum value removed that a composite type, a domain and a range have",
       levels,
       R"(
CREATE TYPE level AS ENUM ('low', 'high'); CREATE TYPE levelled AS (name text, l level);
CREATE DOMAIN some_level AS level DEFAULT 'low' NOT NULL CHECK (VALUE < 'high'); CREATE DOMAIN level_list AS level[];
CREATE TYPE level_range AS RANGE (subtype = level);
CREATE TABLE level_names (l level PRIMARY KEY);
CREATE TABLE levels (id int PRIMARY KEY, c levelled, cs levelled[], d some_level, ds level_list, r level_range,
  m level_multirange, l level REFERENCES level_names, t text DEFAULT 'low'::level::text, CONSTRAINT ck CHECK (l < 'high' OR id > 0));
CREATE INDEX ix_levels ON levels (l) WHERE l <> 'high'; CREATE INDEX ix_names ON levels ((c)) WHERE (c).l <> 'high';
CREATE FUNCTION is_low(x levelled) RETURNS boolean LANGUAGE sql AS $$ SELECT (x).l = 'low' $$;
CREATE VIEW low_levels AS SELECT id, d FROM levels WHERE d::level = 'low' AND is_low(c);)",
       {},
       true},
      {"enum of a table with a child and of a typed table loses a value",
       R"(
CREATE TYPE level AS ENUM ('low', 'unused', 'high'); CREATE TYPE row_of AS (id int, l level);
CREATE TABLE whole (id int, l level DEFAULT 'low'); CREATE TABLE part (more text, l level DEFAULT 'high') INHERITS (whole);
CREATE TABLE typed OF row_of; INSERT INTO whole VALUES (1, 'low'); INSERT INTO part VALUES (2, 'high', 'x');
INSERT INTO typed VALUES (3, 'high');)",
       R"(
CREATE TYPE level AS ENUM ('low', 'high'); CREATE TYPE row_of AS (id int, l level);
CREATE TABLE whole (id int, l level DEFAULT 'low'); CREATE TABLE part (more text, l level DEFAULT 'high') INHERITS (whole);
CREATE TABLE typed OF row_of;)",
       {},
       true},
      {"enum value renamed while others come",
       moods,
       "ALTER TYPE mood RENAME VALUE 'glad' TO 'cheerful'; ALTER TYPE mood ADD VALUE 'happy'; "
       "ALTER TYPE mood ADD VALUE 'awful' BEFORE 'sad'",
       {"moods.m", "moods.more"}},
      {"enum values in other letters",
       moods,
       R"(
CREATE TYPE mood AS ENUM ('GLAD', 'OK', 'SAD');
CREATE TABLE moods (id int PRIMARY KEY, m mood NOT NULL DEFAULT 'OK', more mood[],
  CONSTRAINT ck_moods CHECK (m <> 'SAD' OR id < 100));
CREATE INDEX ix_moods ON moods (m) WHERE m <> 'SAD';
CREATE VIEW happy AS SELECT id, m FROM moods WHERE m = 'GLAD')",
       {"moods.m", "moods.more"},
       true},
      {"enum becomes a composite type of its name, and the other way",
       "CREATE TYPE one AS ENUM ('a'); CREATE TYPE other AS (a text); CREATE TABLE held (id int "
       "PRIMARY KEY, o one, p other); INSERT INTO held (id) VALUES (1)",
       "CREATE TYPE one AS (a text); CREATE TYPE other AS ENUM ('a'); CREATE TABLE held (id int "
       "PRIMARY KEY, o one, p other)",
       {},
       true},
      {"composite type whose attributes change places",
       places,
       R"(
CREATE TYPE addr AS (no integer, street text);
CREATE TABLE places (id int PRIMARY KEY, a addr, b text);)",
       {"places.a"},
       true,
       "SELECT 1 / ((SELECT a FROM places WHERE id = 1) IS NULL OR (SELECT (a).street <> '' FROM "
       "places WHERE id = 1))::int"},
      {"enum becomes text",
       moods,
       R"(
CREATE TABLE moods (id int PRIMARY KEY, m text NOT NULL DEFAULT 'ok', more text[],
  CONSTRAINT ck_moods CHECK (m <> 'sad' OR id < 100));
CREATE INDEX ix_moods ON moods (m) WHERE m <> 'sad';
CREATE VIEW happy AS SELECT id, m FROM moods WHERE m = 'glad')",
       {},
       true},
      {"enum becomes a domain of its name",
       "CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TABLE kinds (id int PRIMARY KEY, k kind "
       "DEFAULT 'a'); INSERT INTO kinds VALUES (1, 'b')",
       "CREATE DOMAIN kind AS text CHECK (VALUE IN ('a', 'b')); CREATE TABLE kinds (id int PRIMARY "
       "KEY, k kind DEFAULT 'a')",
       {},
       true},
      {"domain's check", amounts,
       "ALTER DOMAIN amount DROP CONSTRAINT amount_check; ALTER DOMAIN amount ADD CONSTRAINT "
       "amount_check CHECK (VALUE >= -1)"},
      {"domain's default and not null",
       "CREATE DOMAIN share AS int; CREATE TABLE shares (id int PRIMARY KEY, s share); INSERT INTO "
       "shares VALUES (1, 5)",
       "ALTER DOMAIN share SET DEFAULT 4; ALTER DOMAIN share SET NOT NULL"},
      {"domain's check that not every row passes",
       "CREATE DOMAIN share AS int; CREATE TABLE shares (id int PRIMARY KEY, s share); INSERT INTO "
       "shares VALUES (1, 5)",
       "ALTER DOMAIN share ADD CONSTRAINT big CHECK (VALUE > 10) NOT VALID; COMMENT ON CONSTRAINT "
       "big ON DOMAIN share IS 'from now on'"},
      {"domain's check is validated, and another one is no longer",
       "CREATE DOMAIN share AS int CONSTRAINT small CHECK (VALUE < 10); ALTER DOMAIN share ADD "
       "CONSTRAINT one CHECK (VALUE > 1) NOT VALID; CREATE TABLE shares (id int PRIMARY KEY, s "
       "share); INSERT INTO shares VALUES (1, 5)",
       "ALTER DOMAIN share VALIDATE CONSTRAINT one; ALTER DOMAIN share DROP CONSTRAINT small; "
       "ALTER DOMAIN share ADD CONSTRAINT small CHECK (VALUE < 10) NOT VALID"},
      {"type of a domain whose check not every row passes",
       "CREATE DOMAIN share AS int; CREATE TABLE shares (id int PRIMARY KEY, s share); INSERT INTO "
       "shares VALUES (1, 5); ALTER DOMAIN share ADD CONSTRAINT big CHECK (VALUE > 10) NOT VALID",
       "CREATE DOMAIN share AS bigint; CREATE TABLE shares (id int PRIMARY KEY, s share); ALTER "
       "DOMAIN share ADD CONSTRAINT big CHECK (VALUE > 10) NOT VALID",
       {},
       true},
      {"domain with an unchecked check goes",
       "CREATE DOMAIN share AS int; ALTER DOMAIN share ADD CONSTRAINT big CHECK (VALUE > 10) NOT "
       "VALID; CREATE DOMAIN other AS int",
       "CREATE DOMAIN other AS int",
       {},
       true},
      {"type is made anew beside one that is called as it is in between",
       "CREATE TYPE grade AS ENUM ('a', 'unused'); CREATE TYPE grade__renamed AS ENUM ('x'); "
       "CREATE "
       "TABLE grade__renamed_ (g grade); INSERT INTO grade__renamed_ VALUES ('a')",
       "CREATE TYPE grade AS ENUM ('a'); CREATE TYPE grade__renamed AS ENUM ('x'); CREATE TABLE "
       "grade__renamed_ (g grade)",
       {},
       true},
      {"domain's type",
       amounts,
       R"(
CREATE DOMAIN amount AS bigint CONSTRAINT amount_check CHECK (VALUE >= 0);
CREATE TABLE sums (id int PRIMARY KEY, a amount NOT NULL, b amount DEFAULT 3);
CREATE VIEW big_sums AS SELECT id, a + b AS c FROM sums;)",
       {},
       true},
      {"composite type with an attribute more",
       places,
       "ALTER TYPE addr ADD ATTRIBUTE zip text",
       {"places.a"}},
      {"composite type whose attributes change places within other values",
       drawn,
       drawn_otherwise,
       {"drawn.l", "drawn.ls", "drawn.s", "drawn.ss", "drawn.more", "drawn.ps"},
       true,
       is_drawn},
      {"enumeration with another value that a column leaves",
       "CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TABLE moods (id int PRIMARY KEY, m mood, "
       "n "
       "mood, ms mood[]); INSERT INTO moods VALUES (1, 'b', 'b', '{a,b}'), (2, 'c', 'a', NULL)",
       "CREATE TYPE mood AS ENUM ('a', 'x', 'c'); CREATE TABLE moods (id int PRIMARY KEY, m text, "
       "n "
       "mood, ms text[])",
       {"moods.n"},
       true},
      {"composite type with an attribute of another type",
       places,
       R"(
CREATE TYPE addr AS (street text, no bigint);
CREATE TABLE places (id int PRIMARY KEY, a addr, b text);)",
       {},
       true},
      {"function's body", calc,
       "CREATE OR REPLACE FUNCTION calc(x integer) RETURNS integer LANGUAGE sql IMMUTABLE AS "
       "'SELECT x + 2'"},
      {"function of a default",
       "CREATE FUNCTION usual() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE defaulted (id "
       "int PRIMARY KEY, n int DEFAULT usual()); INSERT INTO defaulted VALUES (1, 2)",
       "CREATE FUNCTION usual() RETURNS bigint LANGUAGE sql AS 'SELECT 1'; CREATE TABLE defaulted "
       "(id int PRIMARY KEY, n int DEFAULT usual())",
       {},
       true},
      {"function's returned type",
       calc,
       R"(
CREATE FUNCTION calc(x integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';
CREATE TABLE sheets (id int PRIMARY KEY, n integer DEFAULT calc(2),
  CONSTRAINT ck_sheets CHECK (calc(n) > 0));
CREATE INDEX ix_sheets ON sheets (calc(n));
CREATE VIEW calculated AS SELECT id, calc(n) AS c FROM sheets;
ALTER TABLE sheets ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON sheets USING (calc(n) > 0);)",
       {},
       true},
      {"function's arguments",
       calc,
       R"(
CREATE FUNCTION calc(y integer, z integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT y + z';
CREATE TABLE sheets (id int PRIMARY KEY, n integer DEFAULT calc(2),
  CONSTRAINT ck_sheets CHECK (calc(n) > 0));
CREATE INDEX ix_sheets ON sheets (calc(n));
CREATE VIEW calculated AS SELECT id, calc(n) AS c FROM sheets;
ALTER TABLE sheets ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON sheets USING (calc(n) > 0);)",
       {},
       true},
      {"function of a generated column",
       R"(
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
CREATE TABLE doubled (id int PRIMARY KEY, n int, d int GENERATED ALWAYS AS (twice(n)) STORED);
INSERT INTO doubled (id, n) VALUES (1, 4);)",
       R"(
CREATE FUNCTION twice(y int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT y * 2::bigint';
CREATE TABLE doubled (id int PRIMARY KEY, n int, d bigint GENERATED ALWAYS AS (twice(n)) STORED);)",
       {},
       true},
      {"function with a body in SQL over a changed table",
       R"(
CREATE TABLE told (id int PRIMARY KEY, n int);
CREATE FUNCTION most() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT max(n) FROM told; END;
INSERT INTO told VALUES (1, 3);)",
       R"(
CREATE TABLE told (id int PRIMARY KEY, n bigint);
CREATE FUNCTION most() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(n) FROM told; END;)",
       {},
       true},
      {"functions that call each other",
       tangled,
       R"(
CREATE TABLE first (id int PRIMARY KEY, other int);
CREATE FUNCTION ping(n int) RETURNS int LANGUAGE sql AS 'SELECT n';
CREATE FUNCTION pong(n int) RETURNS int LANGUAGE sql AS 'SELECT CASE WHEN n > 0 THEN ping(n - 1) ELSE 0 END';
CREATE OR REPLACE FUNCTION ping(n int) RETURNS int LANGUAGE sql AS 'SELECT CASE WHEN n > 0 THEN pong(n - 1) ELSE 0 END';)",
       {},
       true},
      {"tables that refer to each other, and a function between",
       tangled,
       R"(
CREATE TABLE first (id int PRIMARY KEY, other int);
CREATE TABLE lefts (id int PRIMARY KEY, r int);
CREATE FUNCTION next_left() RETURNS int LANGUAGE sql AS 'SELECT max(id) + 1 FROM lefts';
CREATE TABLE rights (id int PRIMARY KEY DEFAULT next_left(), l int REFERENCES lefts);
ALTER TABLE lefts ADD FOREIGN KEY (r) REFERENCES rights; ALTER TABLE first ADD FOREIGN KEY (other) REFERENCES rights;)",
       {},
       true},
      {"procedure", routines,
       "CREATE OR REPLACE PROCEDURE tidy(x int) LANGUAGE sql AS 'SELECT x, 1'"},
      {"procedure's arguments", routines,
       "DROP PROCEDURE tidy; CREATE PROCEDURE tidy(y int, z text) LANGUAGE sql AS 'SELECT y'"},
      {"aggregate", routines, R"(DROP VIEW longest_word; DROP AGGREGATE longest(text);
CREATE AGGREGATE longest(text) (SFUNC = longer, STYPE = text, INITCOND = '-');
CREATE VIEW longest_word AS SELECT longest(w) AS w FROM words;)"},
      {"view over view when a column's type changes",
       views,
       R"(
CREATE TABLE seen (id int PRIMARY KEY, n bigint, name text);
CREATE VIEW v1 AS SELECT id, n FROM seen;
CREATE VIEW v2 AS SELECT n, count(*) AS c FROM v1 GROUP BY n;
CREATE MATERIALIZED VIEW mv AS SELECT n, c FROM v2;
CREATE UNIQUE INDEX ix_mv ON mv (n);
CREATE VIEW v3 AS SELECT n FROM mv;
COMMENT ON VIEW v2 IS 'counts';)",
       {},
       true},
      {"view with fewer columns under others",
       views,
       R"(
CREATE TABLE seen (id int PRIMARY KEY, n int, name text);
CREATE VIEW v1 AS SELECT n FROM seen;
CREATE VIEW v2 AS SELECT n, count(*) AS c FROM v1 GROUP BY n;
CREATE MATERIALIZED VIEW mv AS SELECT n, c FROM v2;
CREATE UNIQUE INDEX ix_mv ON mv (n);
CREATE VIEW v3 AS SELECT n FROM mv;
COMMENT ON VIEW v2 IS 'counts';)",
       {},
       true},
      {"materialized view and its index",
       views,
       R"(
CREATE TABLE seen (id int PRIMARY KEY, n int, name text);
CREATE VIEW v1 AS SELECT id, n FROM seen;
CREATE VIEW v2 AS SELECT n, count(*) AS c FROM v1 GROUP BY n;
CREATE MATERIALIZED VIEW mv AS SELECT c, n FROM v2 WHERE n > 1;
CREATE INDEX ix_mv ON mv (c, n);
CREATE VIEW v3 AS SELECT n FROM mv;
COMMENT ON VIEW v2 IS 'counts';)",
       {},
       true},
      {"only the index of a materialized view", views,
       "DROP INDEX ix_mv; CREATE INDEX ix_other ON mv (c)"},
      {"view becomes materialized", views, R"(DROP VIEW v2 CASCADE;
CREATE MATERIALIZED VIEW v2 AS SELECT n, count(*) AS c FROM v1 GROUP BY n;
CREATE VIEW mv AS SELECT n, c FROM v2; CREATE VIEW v3 AS SELECT n FROM mv;)"},
      {"view becomes a table", views, "DROP VIEW v3; CREATE TABLE v3 (n int)"},
      {"view's options", views, R"(
CREATE OR REPLACE VIEW v1 WITH (security_barrier) AS SELECT id, n FROM seen;
DROP VIEW v3; CREATE VIEW v3 AS SELECT id, n FROM seen WHERE n > 0 WITH CASCADED CHECK OPTION;)"},
      {"column goes that views have",
       views,
       R"(
CREATE TABLE seen (id int PRIMARY KEY, name text);
CREATE VIEW v1 AS SELECT id, 1 AS n FROM seen;
CREATE VIEW v2 AS SELECT n, count(*) AS c FROM v1 GROUP BY n;
CREATE MATERIALIZED VIEW mv AS SELECT n, c FROM v2;
CREATE UNIQUE INDEX ix_mv ON mv (n);
CREATE VIEW v3 AS SELECT n FROM mv;)",
       {"seen.n"},
       true},
      {"trigger's events", events,
       "DROP TRIGGER tr_events ON events; CREATE TRIGGER tr_events BEFORE INSERT OR UPDATE ON "
       "events FOR EACH ROW WHEN (new.id > 0) EXECUTE FUNCTION note_event()"},
      {"trigger's function", events, R"(DROP TRIGGER tr_events ON events; DROP FUNCTION note_event;
CREATE FUNCTION note_more() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER tr_events BEFORE UPDATE OF what ON events FOR EACH ROW EXECUTE FUNCTION note_more();)"},
      {"trigger disabled", events, "ALTER TABLE events DISABLE TRIGGER tr_events"},
      {"trigger enabled for replicas", events,
       "ALTER TABLE events ENABLE REPLICA TRIGGER tr_events"},
      {"constraint trigger", events,
       "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON events DEFERRABLE INITIALLY DEFERRED FOR "
       "EACH ROW EXECUTE FUNCTION note_event()"},
      {"trigger of a view", events,
       "CREATE TRIGGER instead INSTEAD OF INSERT ON event_view FOR EACH ROW EXECUTE FUNCTION "
       "note_event(); ALTER VIEW event_view ALTER COLUMN what SET DEFAULT 'x'"},
      {"rule", events,
       "CREATE OR REPLACE RULE copy_events AS ON DELETE TO events WHERE old.id > 5 DO ALSO INSERT "
       "INTO copies VALUES (old.id, 'gone')"},
      {"rule gone", events, "DROP RULE copy_events ON events"},
      {"policy's condition", events,
       "ALTER POLICY own ON events USING (id > 1 AND EXISTS (SELECT 1 FROM copies))"},
      {"policy's command", events,
       "DROP POLICY own ON events; CREATE POLICY own ON events AS RESTRICTIVE FOR UPDATE TO public "
       "USING (id > 0) WITH CHECK (id > 1)"},
      {"column's type under trigger, rule and policy",
       events,
       R"(
CREATE TABLE events (id bigint PRIMARY KEY, what varchar(50), times int NOT NULL DEFAULT 0);
CREATE TABLE copies (id bigint, what text);
CREATE FUNCTION note_event() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.times := new.times + 1; RETURN new; END $$;
CREATE TRIGGER tr_events BEFORE UPDATE OF what ON events FOR EACH ROW EXECUTE FUNCTION note_event();
CREATE RULE copy_events AS ON DELETE TO events DO ALSO INSERT INTO copies VALUES (old.id, old.what);
CREATE POLICY own ON events FOR SELECT USING (id > 0);
CREATE VIEW event_view AS SELECT id, what FROM events;)",
       {},
       true},
      {"sequence's options",
       counters,
       "ALTER SEQUENCE counter INCREMENT BY 5 MINVALUE -3 MAXVALUE 500 START WITH 7 CACHE 4 CYCLE",
       {},
       false,
       "INSERT INTO counted (t) VALUES ('c')"},
      {"sequence's type",
       counters,
       "ALTER SEQUENCE counter AS bigint MAXVALUE 99999999999",
       {},
       false,
       "INSERT INTO counted (t) VALUES ('c')"},
      {"sequence's bounds leave out where it stands",
       "CREATE SEQUENCE young; CREATE SEQUENCE old; CREATE SEQUENCE down INCREMENT -1; SELECT "
       "setval('young', 3), setval('old', 700), setval('down', -700)",
       "ALTER SEQUENCE young MINVALUE 10 START WITH 20 RESTART; ALTER SEQUENCE old MAXVALUE 500 "
       "CYCLE RESTART; ALTER SEQUENCE down INCREMENT 2 MAXVALUE 99 RESTART",
       {},
       false,
       "SELECT nextval('young'), nextval('old'), nextval('down')"},
      {"sequence's owner",
       counters,
       "ALTER SEQUENCE counter OWNED BY counted.id",
       {},
       false,
       "INSERT INTO counted (t) VALUES ('c')"},
      {"sequence that counts down", "CREATE SEQUENCE down",
       "ALTER SEQUENCE down INCREMENT BY -1 MINVALUE -50 MAXVALUE 3 START WITH 2 RESTART"},
      {"comments on everything", remarked, R"(
COMMENT ON SCHEMA area IS 'a'; COMMENT ON TYPE colour IS 'b'; COMMENT ON DOMAIN small IS 'c';
COMMENT ON SEQUENCE loose IS 'd'; COMMENT ON FUNCTION f(int, text) IS 'it''s IS ''e''';
COMMENT ON TABLE remarked IS 'f'; COMMENT ON COLUMN remarked.n IS 'g';
COMMENT ON CONSTRAINT pk_remarked ON remarked IS 'h'; COMMENT ON CONSTRAINT ck_n ON remarked IS 'i';
COMMENT ON INDEX ix_remarked IS 'j'; COMMENT ON VIEW over_remarked IS 'k';
COMMENT ON COLUMN over_remarked.n IS 'l'; COMMENT ON MATERIALIZED VIEW kept_remarked IS 'm';
COMMENT ON TRIGGER tr ON remarked IS 'n'; COMMENT ON POLICY p ON remarked IS 'o';
)"},
      {"comment on a statistics object", remarked, "COMMENT ON STATISTICS st IS 'p'"},
      {"comment on what changes", remarked, R"(
COMMENT ON FUNCTION f(int, text) IS 'e'; COMMENT ON VIEW over_remarked IS 'k'; COMMENT ON CONSTRAINT ck_n ON remarked IS 'i';
ALTER TABLE remarked RENAME CONSTRAINT ck_n TO ck_more;
DROP VIEW over_remarked; CREATE VIEW over_remarked AS SELECT 1 AS one, n FROM remarked; COMMENT ON VIEW over_remarked IS 'k';
DROP FUNCTION f; CREATE FUNCTION f(a int, b text) RETURNS text LANGUAGE sql AS 'SELECT ''1'''; COMMENT ON FUNCTION f(int, text) IS 'e';)"},
      {"schema with something of everything",
       tangled,
       R"(
CREATE TABLE first (id int PRIMARY KEY, other int);
CREATE SCHEMA area; CREATE TYPE area.state AS ENUM ('on', 'off');
CREATE SEQUENCE area.nos; CREATE FUNCTION area.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE area.things (id int PRIMARY KEY DEFAULT nextval('area.nos'), s area.state DEFAULT 'on', f int REFERENCES first);
ALTER SEQUENCE area.nos OWNED BY area.things.id;
CREATE INDEX ix_things ON area.things (s); CREATE VIEW area.v AS SELECT s FROM area.things;)",
       {},
       true},
      {"extension with its type",
       "CREATE TABLE extended (id int PRIMARY KEY, t text); INSERT INTO extended VALUES (1, 'A')",
       "CREATE EXTENSION citext; ALTER TABLE extended ALTER COLUMN t TYPE citext",
       {},
       false,
       "",
       "citext"},
      {"cast, collation and publication", places, R"(
CREATE FUNCTION addr_text(addr) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).street';
CREATE CAST (addr AS text) WITH FUNCTION addr_text(addr) AS ASSIGNMENT;
CREATE COLLATION plain (locale = 'C'); ALTER TABLE places ALTER COLUMN b TYPE text COLLATE plain;
CREATE PUBLICATION news FOR TABLE places;)"},
      {"privileges", events,
       "GRANT SELECT, INSERT ON events TO PUBLIC; GRANT UPDATE (what) ON events TO PUBLIC; REVOKE "
       "EXECUTE ON FUNCTION note_event() FROM PUBLIC"},
      {"statistics object", remarked,
       "DROP STATISTICS st; CREATE STATISTICS st (mcv, ndistinct) ON n, id FROM remarked; ALTER "
       "STATISTICS st SET STATISTICS 50"},
      {"range type", tangled,
       "CREATE TYPE floats AS RANGE (subtype = float8); ALTER TABLE first ADD COLUMN r floats NOT "
       "NULL DEFAULT 'empty'"},
      {"odd names",
       R"(CREATE TYPE "My Enum" AS ENUM ('a''b', 'select'); CREATE TABLE "Odd ""name""" ("select" int PRIMARY KEY, "a.b" "My Enum" DEFAULT 'select', "x y" text);
CREATE INDEX "ix odd" ON "Odd ""name""" ("a.b", "x y"); CREATE VIEW "a view" AS SELECT "a.b" FROM "Odd ""name""";
INSERT INTO "Odd ""name""" VALUES (1, 'a''b', 'x');)",
       R"(ALTER TYPE "My Enum" ADD VALUE 'c d' BEFORE 'select'; ALTER TABLE "Odd ""name""" ALTER COLUMN "x y" TYPE varchar(5), ADD CONSTRAINT "ck ""x" CHECK ("select" > 0), ADD COLUMN "New" int NOT NULL DEFAULT 0;
CREATE FUNCTION "My f"("A b" int) RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMENT ON FUNCTION "My f"(int) IS 'x';
CREATE SEQUENCE "Se q" OWNED BY "Odd ""name"""."select"; CREATE POLICY "p q" ON "Odd ""name""" USING (true);
CREATE RULE "r s" AS ON DELETE TO "Odd ""name""" DO NOTHING;)"},
      {"odd name of a statistics object", "CREATE TABLE measured (a int, b int)",
       "CREATE STATISTICS \"s t\" ON a, b FROM measured"},
  };
  return all;
}

}  // namespace retort::conformance
