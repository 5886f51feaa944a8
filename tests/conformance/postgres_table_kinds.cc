#include "conformance/sql_kinds.h"

namespace retort::conformance {
namespace {

constexpr auto shelves = R"(
CREATE TABLE shelves (id int PRIMARY KEY, name text, code text, n int, r int4range);
CREATE INDEX ix_name ON shelves (name);
CREATE INDEX ix_code ON shelves (code);
ALTER TABLE shelves ADD CONSTRAINT uq_n UNIQUE (n);
ALTER TABLE shelves ADD CONSTRAINT ck_n CHECK (n > 0);
INSERT INTO shelves VALUES (1, 'a', 'x', 1, '[1,3)'), (2, 'b', 'y', 2, '[3,4)'), (3, NULL, NULL, NULL, NULL);
)";

constexpr auto family = R"(
CREATE TABLE parents (id int PRIMARY KEY, code int NOT NULL UNIQUE, name text);
CREATE TABLE children (id int PRIMARY KEY, pid int, CONSTRAINT fk_parent FOREIGN KEY (pid) REFERENCES parents (id));
CREATE TABLE uncles (id int PRIMARY KEY, code int REFERENCES parents (code));
CREATE VIEW family AS SELECT c.id, p.name FROM children c JOIN parents p ON p.id = c.pid;
INSERT INTO parents VALUES (1, 10, 'a'), (2, 20, 'b');
INSERT INTO children VALUES (1, 1), (2, 2); INSERT INTO uncles VALUES (5, 10);
)";

constexpr auto members = R"(
CREATE TABLE clubs (id serial PRIMARY KEY, name text NOT NULL UNIQUE, town text NOT NULL CHECK (town IN ('x', 'y')));
CREATE TABLE members (id int PRIMARY KEY, club int REFERENCES clubs ON DELETE CASCADE, second int REFERENCES clubs, state text NOT NULL);
INSERT INTO clubs (name, town) VALUES ('a', 'x'), ('b', 'y'), ('c', 'x');
INSERT INTO members VALUES (1, 1, 2, 'new'), (2, 1, NULL, 'old'), (3, NULL, 3, 'new');
)";

constexpr auto years = R"(
CREATE TABLE years (id int NOT NULL, at date NOT NULL, v text, CONSTRAINT years_pkey PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE y2024 PARTITION OF years FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE y2025 PARTITION OF years FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX ix_years ON years (v);
INSERT INTO years VALUES (1, '2024-05-05', 'a'), (2, '2025-05-05', 'b');
)";

constexpr auto visits = R"(
CREATE SEQUENCE numbers START WITH 5; CREATE FUNCTION note_visit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL, who text DEFAULT 'x', n int NOT NULL DEFAULT nextval('numbers'),
  CONSTRAINT visits_pkey PRIMARY KEY (id, at));
ALTER SEQUENCE numbers OWNED BY visits.n; CREATE INDEX ix_visits ON visits (who); CREATE VIEW seen AS SELECT who FROM visits;
CREATE TRIGGER tr_visits AFTER INSERT ON visits FOR EACH ROW EXECUTE FUNCTION note_visit();
CREATE TABLE looks (id int PRIMARY KEY, v bigint, at date, FOREIGN KEY (v, at) REFERENCES visits (id, at));
INSERT INTO visits (at, who) VALUES ('2024-05-05', 'a'), ('2025-05-05', NULL); INSERT INTO looks VALUES (1, 2, '2025-05-05');
)";

constexpr auto heirs = R"(
CREATE TABLE elders (id int, name text);
CREATE TABLE heirs (extra int) INHERITS (elders);
CREATE TABLE others (id int, name text, own int);
INSERT INTO heirs VALUES (1, 'a', 5); INSERT INTO others VALUES (2, 'b', 6);
)";

}  // namespace

const std::vector<sql_kind>& postgres_table_kinds() {
  static const std::vector<sql_kind> all = {
      {"index: operator class", shelves,
       "DROP INDEX ix_name; CREATE INDEX ix_name ON shelves (name text_pattern_ops)"},
      {"index: method", shelves,
       "DROP INDEX ix_name; CREATE INDEX ix_name ON shelves USING hash (name)"},
      {"index: include", shelves,
       "DROP INDEX ix_name; CREATE INDEX ix_name ON shelves (name) INCLUDE (code, n)"},
      {"index: where", shelves,
       "DROP INDEX ix_name; CREATE INDEX ix_name ON shelves (name) WHERE n > 1"},
      {"index: order", shelves,
       "DROP INDEX ix_name; CREATE INDEX ix_name ON shelves (name DESC NULLS LAST, code ASC NULLS "
       "FIRST)"},
      {"index: unique", shelves,
       "DROP INDEX ix_name; CREATE UNIQUE INDEX ix_name ON shelves (name)"},
      {"index: nulls not distinct", shelves,
       "DROP INDEX ix_name; CREATE UNIQUE INDEX ix_name ON shelves (name) NULLS NOT DISTINCT"},
      {"index: storage", shelves, "ALTER INDEX ix_name SET (fillfactor = 60)"},
      {"index: collation and expression", shelves,
       R"(DROP INDEX ix_name; CREATE INDEX ix_name ON shelves (lower(name) COLLATE "C", (n + 1)))"},
      {"indexes that change names", shelves,
       "ALTER INDEX ix_name RENAME TO ix; ALTER INDEX ix_code RENAME TO ix_name; ALTER INDEX ix "
       "RENAME TO ix_code"},
      {"constraint becomes an index of its name", shelves,
       "ALTER TABLE shelves DROP CONSTRAINT uq_n; CREATE UNIQUE INDEX uq_n ON shelves (n)"},
      {"constraint takes an index's name", shelves,
       "DROP INDEX ix_name; ALTER TABLE shelves ADD CONSTRAINT ix_name UNIQUE (name)"},
      {"unique: nulls not distinct", shelves,
       "ALTER TABLE shelves DROP CONSTRAINT uq_n; ALTER TABLE shelves ADD CONSTRAINT uq_n UNIQUE "
       "NULLS NOT DISTINCT (n)"},
      {"unique: deferrable", shelves,
       "ALTER TABLE shelves DROP CONSTRAINT uq_n; ALTER TABLE shelves ADD CONSTRAINT uq_n UNIQUE "
       "(n) DEFERRABLE INITIALLY DEFERRED"},
      {"unique: include", shelves,
       "ALTER TABLE shelves DROP CONSTRAINT uq_n; ALTER TABLE shelves ADD CONSTRAINT uq_n UNIQUE "
       "(n) INCLUDE (name)"},
      {"unique: odd name, include", shelves,
       "ALTER TABLE shelves ADD CONSTRAINT \"u q\" UNIQUE (n) INCLUDE (name)"},
      {"check: another", shelves,
       "ALTER TABLE shelves DROP CONSTRAINT ck_n; ALTER TABLE shelves ADD CONSTRAINT ck_n CHECK (n "
       "> -1)"},
      {"check: not valid", shelves,
       "ALTER TABLE shelves ADD CONSTRAINT ck_later CHECK (n > 1) NOT VALID"},
      {"check: not inherited", shelves,
       "ALTER TABLE shelves ADD CONSTRAINT ck_own CHECK (n > 0) NO INHERIT"},
      {"check: taken for valid",
       "CREATE TABLE doubted (id int PRIMARY KEY); ALTER TABLE doubted ADD CONSTRAINT ck CHECK (id "
       "> 0) NOT VALID; INSERT INTO doubted VALUES (1)",
       "ALTER TABLE doubted VALIDATE CONSTRAINT ck"},
      {"exclude", shelves,
       "ALTER TABLE shelves ADD CONSTRAINT ex_r EXCLUDE USING gist (r WITH &&) WHERE (n > 0)"},
      {"storage parameters", shelves,
       "ALTER TABLE shelves SET (fillfactor = 50, autovacuum_enabled = off)"},
      {"storage parameters of what is stored apart", shelves,
       "ALTER TABLE shelves SET (toast.autovacuum_enabled = off, toast.vacuum_truncate = off)"},
      {"unlogged", shelves, "ALTER TABLE shelves SET UNLOGGED"},
      {"unlogged, beside sequences that are not", shelves,
       "CREATE UNLOGGED TABLE drafts (id bigserial PRIMARY KEY, t text); CREATE UNLOGGED TABLE "
       "notes "
       "(id bigint NOT NULL); CREATE SEQUENCE notes_id_seq OWNED BY notes.id; ALTER TABLE notes "
       "ALTER id SET DEFAULT nextval('notes_id_seq'); ALTER TABLE shelves SET UNLOGGED; CREATE "
       "SEQUENCE shelves_n_seq OWNED BY shelves.n"},
      {"replica identity full", shelves, "ALTER TABLE shelves REPLICA IDENTITY FULL"},
      {"replica identity by an index",
       "CREATE TABLE copied (id int PRIMARY KEY, n int NOT NULL CONSTRAINT uq_copied UNIQUE); "
       "INSERT INTO copied VALUES (1, 5)",
       "ALTER TABLE copied REPLICA IDENTITY USING INDEX uq_copied"},
      {"cluster", shelves, "ALTER TABLE shelves CLUSTER ON ix_name"},
      {"row security", shelves,
       "ALTER TABLE shelves ENABLE ROW LEVEL SECURITY; ALTER TABLE shelves FORCE ROW LEVEL "
       "SECURITY; CREATE POLICY p ON shelves USING (n IS NULL OR n > 0)"},
      {"foreign key: deferrable", family,
       "ALTER TABLE children ALTER CONSTRAINT fk_parent DEFERRABLE INITIALLY DEFERRED"},
      {"foreign key: actions", family,
       "ALTER TABLE children DROP CONSTRAINT fk_parent; ALTER TABLE children ADD CONSTRAINT "
       "fk_parent FOREIGN KEY (pid) REFERENCES parents (id) ON DELETE SET NULL ON UPDATE CASCADE"},
      {"foreign key: not valid", family,
       "ALTER TABLE children DROP CONSTRAINT fk_parent; ALTER TABLE children ADD CONSTRAINT "
       "fk_parent FOREIGN KEY (pid) REFERENCES parents (id) NOT VALID"},
      {"foreign key: to another table", family,
       "ALTER TABLE children DROP CONSTRAINT fk_parent; ALTER TABLE children ADD CONSTRAINT "
       "fk_parent FOREIGN KEY (id) REFERENCES parents (id) MATCH FULL"},
      {"a table goes to which rows refer",
       members,
       "ALTER TABLE members DROP CONSTRAINT members_club_fkey, DROP CONSTRAINT "
       "members_second_fkey; DROP TABLE clubs",
       {"clubs"}},
      {"a table comes to which rows refer", members,
       "CREATE TABLE states (name text PRIMARY KEY, rank int NOT NULL); INSERT INTO states VALUES "
       "('new', 1), ('old', 2); ALTER TABLE members ADD FOREIGN KEY (state) REFERENCES states, ADD "
       "before text NOT NULL DEFAULT 'new' REFERENCES states"},
      {"tables come to which rows have to refer",
       members,
       R"(
CREATE TABLE towns (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE houses (id uuid PRIMARY KEY, town bigint NOT NULL REFERENCES towns, name text NOT NULL);
CREATE TABLE clubs (id serial PRIMARY KEY, name text NOT NULL UNIQUE, town text NOT NULL CHECK (town IN ('x', 'y')), house uuid NOT NULL REFERENCES houses);
CREATE TABLE members (id int PRIMARY KEY, club int REFERENCES clubs ON DELETE CASCADE, second int REFERENCES clubs, state text NOT NULL);
)",
       {},
       true},
      {"foreign key: both sides of another type",
       family,
       R"(
CREATE TABLE parents (id bigint PRIMARY KEY, code int NOT NULL UNIQUE, name text);
CREATE TABLE children (id int PRIMARY KEY, pid bigint, CONSTRAINT fk_parent FOREIGN KEY (pid) REFERENCES parents (id));
CREATE TABLE uncles (id int PRIMARY KEY, code int REFERENCES parents (code));
CREATE VIEW family AS SELECT c.id, p.name FROM children c JOIN parents p ON p.id = c.pid;)",
       {},
       true},
      {"foreign key: both sides become text",
       family,
       R"(
CREATE TABLE parents (id text PRIMARY KEY, code int NOT NULL UNIQUE, name text);
CREATE TABLE children (id int PRIMARY KEY, pid text, CONSTRAINT fk_parent FOREIGN KEY (pid) REFERENCES parents (id));
CREATE TABLE uncles (id int PRIMARY KEY, code int REFERENCES parents (code));
CREATE VIEW family AS SELECT c.id, p.name FROM children c JOIN parents p ON p.id = c.pid;)",
       {},
       true},
      {"primary key: another column, with references",
       family,
       R"(
CREATE TABLE parents (id int NOT NULL UNIQUE, code int PRIMARY KEY, name text);
CREATE TABLE children (id int PRIMARY KEY, pid int, CONSTRAINT fk_parent FOREIGN KEY (pid) REFERENCES parents (id));
CREATE TABLE uncles (id int PRIMARY KEY, code int REFERENCES parents (code));
CREATE VIEW family AS SELECT c.id, p.name FROM children c JOIN parents p ON p.id = c.pid;)",
       {},
       true},
      {"primary key: wider", family,
       "ALTER TABLE uncles DROP CONSTRAINT uncles_pkey; ALTER TABLE uncles ADD PRIMARY KEY (id, "
       "code)"},
      {"primary key: name", family,
       "ALTER TABLE parents RENAME CONSTRAINT parents_pkey TO pk_parents"},
      {"primary key: gone", family, "ALTER TABLE uncles DROP CONSTRAINT uncles_pkey"},
      {"primary key: include", family,
       "ALTER TABLE uncles DROP CONSTRAINT uncles_pkey; ALTER TABLE uncles ADD PRIMARY KEY (id) "
       "INCLUDE (code)"},
      {"primary key: column under a grouping view",
       "CREATE TABLE grouped (id int PRIMARY KEY, name text); CREATE VIEW groups AS SELECT id, "
       "name, count(*) AS c FROM grouped GROUP BY id; INSERT INTO grouped VALUES (1, 'a')",
       "DROP VIEW groups; ALTER TABLE grouped ALTER COLUMN id TYPE bigint; CREATE VIEW groups AS "
       "SELECT id, name, count(*) AS c FROM grouped GROUP BY id"},
      {"table goes that others refer to",
       R"(CREATE TABLE gone (id int PRIMARY KEY); CREATE TABLE stays (id int PRIMARY KEY, g int REFERENCES gone); CREATE TABLE gone_too (id int REFERENCES gone, s int REFERENCES stays);
CREATE VIEW both_of AS SELECT s.id FROM stays s JOIN gone g ON g.id = s.g; INSERT INTO gone VALUES (1); INSERT INTO stays VALUES (1, NULL); INSERT INTO gone_too VALUES (1, 1);)",
       "CREATE TABLE stays (id int PRIMARY KEY, g int); CREATE VIEW both_of AS SELECT id FROM "
       "stays",
       {"gone", "gone_too"},
       true},
      {"partition added", years,
       "CREATE TABLE y2026 PARTITION OF years FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"},
      {"partition of its own partitions", years,
       R"(CREATE TABLE y2027 PARTITION OF years FOR VALUES FROM ('2027-01-01') TO ('2028-01-01') PARTITION BY LIST (id);
CREATE TABLE y2027_1 PARTITION OF y2027 FOR VALUES IN (1, 2); CREATE TABLE y2027_x PARTITION OF y2027 DEFAULT;)"},
      {"partition gone", years, "DROP TABLE y2025", {"years", "y2025"}},
      {"partitioned table with a column and an index more", years,
       "ALTER TABLE years ADD COLUMN w int NOT NULL DEFAULT 3; CREATE INDEX ix_w ON years (w); "
       "ALTER TABLE years ADD CONSTRAINT ck CHECK (w > 0)"},
      {"partitioned table with another type", years,
       "ALTER TABLE years ALTER COLUMN v TYPE varchar(30); DROP INDEX ix_years"},
      {"partitioned table with fewer columns",
       years,
       "ALTER TABLE years DROP COLUMN v",
       {"years.v", "y2024.v", "y2025.v"}},
      {"partitioned table gone", years, "DROP TABLE years", {"years", "y2024", "y2025"}},
      {"inheritance: a column more", heirs, "ALTER TABLE elders ADD COLUMN born date"},
      {"table becomes partitioned, and the other way",
       visits,
       R"(
CREATE SEQUENCE numbers START WITH 5; CREATE FUNCTION note_visit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL, who text DEFAULT 'x', n int NOT NULL DEFAULT nextval('numbers'),
  CONSTRAINT visits_pkey PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
CREATE TABLE visits_2x PARTITION OF visits_2 DEFAULT;
ALTER SEQUENCE numbers OWNED BY visits.n; CREATE INDEX ix_visits ON visits (who);
CREATE VIEW seen AS SELECT who FROM visits; COMMENT ON TABLE visits IS 'seen'; COMMENT ON COLUMN visits.who IS 'name';
CREATE TRIGGER tr_visits AFTER INSERT ON visits FOR EACH ROW EXECUTE FUNCTION note_visit();
CREATE TABLE looks (id int PRIMARY KEY, v bigint, at date, FOREIGN KEY (v, at) REFERENCES visits (id, at));)",
       {},
       true,
       "INSERT INTO visits (at) VALUES ('2024-06-06')"},
      {"table whose numbers are at their end becomes partitioned",
       "CREATE TABLE ended (id smallint GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 2), v text); "
       "INSERT INTO ended (v) VALUES ('a'), ('b')",
       "CREATE TABLE ended (id smallint GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 2), v text) "
       "PARTITION BY LIST (v); CREATE TABLE ended_all PARTITION OF ended DEFAULT",
       {},
       true},
      {"table partitioned by another key",
       years,
       R"(
CREATE TABLE years (id int NOT NULL, at date NOT NULL, v text, CONSTRAINT years_pkey PRIMARY KEY (id, at)) PARTITION BY LIST (id);
CREATE TABLE y2024 PARTITION OF years FOR VALUES IN (1, 2, 3); CREATE TABLE others PARTITION OF years DEFAULT;
CREATE TABLE y2025 (id int NOT NULL, at date NOT NULL, v text, CONSTRAINT y2025_pkey PRIMARY KEY (id, at)); )",
       {"years", "y2024"},
       true},
      {"type: of a column of a partition's key",
       R"(CREATE TABLE days (id int NOT NULL, at date NOT NULL DEFAULT CURRENT_DATE, of text NOT NULL, v text, CONSTRAINT days_pkey PRIMARY KEY (id, at, of)) PARTITION BY RANGE (at); CREATE INDEX ix_days ON days (v);
CREATE TABLE d2024 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (of); CREATE TABLE d2024_1 PARTITION OF d2024 FOR VALUES IN ('1', '2'); CREATE VIEW all_days AS SELECT * FROM days;
INSERT INTO days (id, at, of) VALUES (1, '2024-05-05', '1'), (2, '2024-12-31', '2');)",
       R"(CREATE TABLE days (id int NOT NULL, at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, of int NOT NULL, v text, CONSTRAINT days_pkey PRIMARY KEY (id, at, of)) PARTITION BY RANGE (at); CREATE INDEX ix_days ON days (v);
CREATE TABLE d2024 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (of); CREATE TABLE d2024_1 PARTITION OF d2024 FOR VALUES IN (1, 2); CREATE TABLE d_rest PARTITION OF days DEFAULT; CREATE VIEW all_days AS SELECT * FROM days)",
       {"days", "d2024", "d2024_1"},
       true,
       "SELECT 1 / count(*) FROM d2024_1 WHERE id = 1 AND at::text LIKE '2024-05-05%' AND of::text "
       "= '1'"},
      {"partition of a partition stays as a table of its own",
       R"(CREATE TABLE cuts (id int NOT NULL, at int NOT NULL) PARTITION BY LIST (id); CREATE TABLE cut_1 PARTITION OF cuts FOR VALUES IN (1) PARTITION BY LIST (at);
CREATE TABLE cut_1a PARTITION OF cut_1 FOR VALUES IN (1); CREATE TABLE cut_rest PARTITION OF cuts DEFAULT; INSERT INTO cuts VALUES (1, 1), (2, 2);)",
       "CREATE TABLE cuts (id int NOT NULL, at int NOT NULL); CREATE TABLE cut_1a (id int NOT "
       "NULL, at int NOT NULL)",
       {"cuts", "cut_1", "cut_rest"},
       true},
      {"inheritance: begins", heirs, "ALTER TABLE others INHERIT elders", {"elders"}},
      {"inheritance: begins with columns and checks that are the parents' alone",
       R"(
CREATE TABLE elders (id int NOT NULL, CONSTRAINT ck_elders CHECK (id > 0)); CREATE TABLE named (name text DEFAULT 'x');
CREATE TABLE heirs (id int NOT NULL, n bigint GENERATED ALWAYS AS IDENTITY, s serial PRIMARY KEY); CREATE TABLE grandchildren (id int NOT NULL, n bigint NOT NULL, s int NOT NULL, own text);
CREATE VIEW all_heirs AS SELECT id, n FROM heirs; CREATE TABLE liked (h int REFERENCES heirs (s)); CREATE INDEX ix_heirs ON heirs (id);
INSERT INTO heirs (id) VALUES (1), (2); INSERT INTO grandchildren VALUES (3, 3, 3, 'a'); INSERT INTO liked VALUES (1);)",
       R"(
CREATE TABLE elders (id int NOT NULL, CONSTRAINT ck_elders CHECK (id > 0)); CREATE TABLE named (name text DEFAULT 'x');
CREATE TABLE heirs (n bigint GENERATED ALWAYS AS IDENTITY, s serial PRIMARY KEY) INHERITS (elders, named); CREATE TABLE grandchildren (own text) INHERITS (heirs);
CREATE VIEW all_heirs AS SELECT id, n FROM heirs; CREATE TABLE liked (h int REFERENCES heirs (s)); CREATE INDEX ix_heirs ON heirs (id);)",
       {"elders", "named", "heirs"},
       true,
       "INSERT INTO heirs (id) VALUES (7)"},
      {"inheritance: a column that an heir keeps and its parent does not",
       R"(CREATE TABLE elders (id int, name text); CREATE TABLE heirs (n int) INHERITS (elders);
CREATE TABLE grandchildren (m int) INHERITS (heirs); INSERT INTO heirs VALUES (1, 'a', 2); INSERT INTO grandchildren VALUES (2, 'b', 3, 4);)",
       R"(CREATE TABLE elders (id int); CREATE TABLE heirs (n int) INHERITS (elders);
CREATE TABLE grandchildren (m int, name text) INHERITS (heirs);)",
       {"elders.name", "heirs.name"},
       true},
      {"inheritance: a check that stays, but for an heir's own",
       R"(CREATE TABLE elders (id int, CONSTRAINT ck CHECK (id > 0)); CREATE TABLE heirs (n int, CONSTRAINT ck CHECK (id > 0)) INHERITS (elders);
CREATE TABLE grandchildren (m int) INHERITS (heirs); INSERT INTO heirs VALUES (1, 2); INSERT INTO grandchildren VALUES (2, 3, 4);)",
       R"(CREATE TABLE elders (id int, CONSTRAINT ck CHECK (id > 0)); CREATE TABLE heirs (n int) INHERITS (elders);
CREATE TABLE grandchildren (m int, CONSTRAINT ck CHECK (id > 0)) INHERITS (heirs))",
       {},
       true},
      {"inheritance: ends", heirs, "ALTER TABLE heirs NO INHERIT elders", {"elders"}},
      {"inheritance: another type", heirs,
       "ALTER TABLE elders ALTER COLUMN id TYPE bigint; ALTER TABLE elders ALTER COLUMN name SET "
       "DEFAULT 'x'; ALTER TABLE elders ADD CONSTRAINT ck CHECK (id > 0)"},
      {"table and columns renamed with all that is on them",
       R"(
CREATE TABLE writers (id serial PRIMARY KEY, name text NOT NULL, pen_name text UNIQUE, up text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE INDEX ix_writers_name ON writers (name);
CREATE TABLE books (id serial PRIMARY KEY, writer_id int REFERENCES writers (id));
CREATE VIEW named AS SELECT id, name FROM writers; INSERT INTO writers (name) VALUES ('a'), ('b'); INSERT INTO books (writer_id) VALUES (1);)",
       R"(
ALTER TABLE writers RENAME TO authors; ALTER TABLE authors RENAME CONSTRAINT writers_pkey TO authors_pkey; ALTER TABLE authors RENAME CONSTRAINT writers_pen_name_key TO authors_pen_name_key; ALTER SEQUENCE writers_id_seq RENAME TO authors_id_seq; ALTER INDEX ix_writers_name RENAME TO ix_authors_name;)",
       {"writers"},
       false,
       "INSERT INTO books DEFAULT VALUES"},
      {"everything on a column of another type",
       R"(
CREATE TABLE laden (id int PRIMARY KEY, n int NOT NULL DEFAULT 1, d int GENERATED ALWAYS AS (n + 1) STORED, o int, CONSTRAINT ck CHECK (n > 0), CONSTRAINT uq UNIQUE (n), CONSTRAINT ex EXCLUDE USING btree (n WITH =));
CREATE INDEX ix_e ON laden ((n * 2)) WHERE n > 3; CREATE STATISTICS st ON n, o FROM laden;
CREATE TABLE laden_child (n int REFERENCES laden (n)); CREATE VIEW lv AS SELECT n FROM laden; CREATE MATERIALIZED VIEW lm AS SELECT n FROM lv; CREATE INDEX ix_lm ON lm (n);
CREATE POLICY p ON laden USING (n > 0); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr AFTER UPDATE OF n ON laden FOR EACH ROW WHEN (new.n > 0) EXECUTE FUNCTION tf(); CREATE RULE ru AS ON DELETE TO laden WHERE old.n > 5 DO INSTEAD NOTHING;
CREATE FUNCTION at() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT n FROM laden LIMIT 1; END;
INSERT INTO laden (id, n, o) VALUES (1, 4, 4), (2, 6, 6); INSERT INTO laden_child VALUES (4);)",
       R"(
CREATE TABLE laden (id int PRIMARY KEY, n numeric(9,0) NOT NULL DEFAULT 1, d numeric GENERATED ALWAYS AS (n + 1) STORED, o int, CONSTRAINT ck CHECK (n > 0), CONSTRAINT uq UNIQUE (n), CONSTRAINT ex EXCLUDE USING btree (n WITH =));
CREATE INDEX ix_e ON laden ((n * 2)) WHERE n > 3; CREATE STATISTICS st ON n, o FROM laden;
CREATE TABLE laden_child (n numeric(9,0) REFERENCES laden (n)); CREATE VIEW lv AS SELECT n FROM laden; CREATE MATERIALIZED VIEW lm AS SELECT n FROM lv; CREATE INDEX ix_lm ON lm (n);
CREATE POLICY p ON laden USING (n > 0); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER tr AFTER UPDATE OF n ON laden FOR EACH ROW WHEN (new.n > 0) EXECUTE FUNCTION tf(); CREATE RULE ru AS ON DELETE TO laden WHERE old.n > 5 DO INSTEAD NOTHING;
CREATE FUNCTION at() RETURNS numeric LANGUAGE sql BEGIN ATOMIC SELECT n FROM laden LIMIT 1; END;)",
       {},
       true},
  };
  return all;
}

}  // namespace retort::conformance
