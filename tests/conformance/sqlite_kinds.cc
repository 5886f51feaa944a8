#include "conformance/sql_kinds.h"

namespace retort::conformance {
namespace {

constexpr auto sqlite_things = R"(
CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER DEFAULT 4, t TEXT, code TEXT, CONSTRAINT ck_n CHECK (n > 0), UNIQUE (code));
CREATE INDEX ix_t ON things (t);
CREATE VIEW thing_view AS SELECT id, t FROM things;
CREATE TRIGGER tr_things AFTER UPDATE OF t ON things BEGIN UPDATE things SET n = n + 1 WHERE id = new.id; END;
CREATE TABLE thing_parts (id INTEGER PRIMARY KEY, thing_id INTEGER REFERENCES things (id) ON DELETE CASCADE);
INSERT INTO things VALUES (1, 1, '10', 'x'), (2, NULL, NULL, NULL), (5, 7, 'seven', 'y');
INSERT INTO thing_parts VALUES (1, 1), (2, 1), (3, 5);
)";

constexpr auto sqlite_counted = R"(
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
INSERT INTO counted VALUES (1, 'a'), (9, 'b');
)";

constexpr auto uncounted = R"(
CREATE TABLE uncounted (id INTEGER PRIMARY KEY, t TEXT);
INSERT INTO uncounted VALUES (1, 'a'), (9, 'b');
)";

constexpr auto named = R"(
CREATE TABLE named (id CHAR(36), t TEXT, PRIMARY KEY (id));
INSERT INTO named VALUES ('0100', 'a'), ('1.5', 'b'), ('99999999999999999999f', 'c'), ('9b1d', 'd');
)";

constexpr auto keyed = R"(
CREATE TABLE keyed (a TEXT NOT NULL, b INTEGER NOT NULL, c TEXT, PRIMARY KEY (a, b));
CREATE TABLE keyed_child (a TEXT, b INTEGER, FOREIGN KEY (a, b) REFERENCES keyed (a, b));
INSERT INTO keyed VALUES ('x', 1, 'c'), ('y', 2, NULL); INSERT INTO keyed_child VALUES ('x', 1);
)";

constexpr auto sqlite_made = R"(
CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, d INTEGER GENERATED ALWAYS AS (n * 2) STORED, v TEXT AS (n || 'x'));
CREATE INDEX ix_made ON made (v);
INSERT INTO made (id, n) VALUES (1, 3), (2, NULL);
)";

constexpr auto tree = R"(
CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT);
INSERT INTO tree VALUES (1, NULL, 'r'), (2, 1, 'c'), (3, 2, 'd');
)";

constexpr auto sqlite_members = R"(
CREATE TABLE clubs (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, town TEXT NOT NULL CHECK (town IN ('x', 'y')));
CREATE TABLE members (id INTEGER PRIMARY KEY, club INTEGER REFERENCES clubs (id), second INTEGER REFERENCES clubs (id), state TEXT NOT NULL);
INSERT INTO clubs (name, town) VALUES ('a', 'x'), ('b', 'y'), ('c', 'x');
INSERT INTO members VALUES (1, 1, 2, 'new'), (2, 1, NULL, 'old'), (3, NULL, 3, 'new');
)";

constexpr auto owned = R"(
CREATE TABLE owned (id INTEGER PRIMARY KEY, code TEXT REFERENCES owners (code));
CREATE TABLE owners (id INTEGER PRIMARY KEY, code TEXT UNIQUE);
INSERT INTO owners VALUES (1, NULL), (2, 'b'); INSERT INTO owned VALUES (1, 'b'), (2, NULL);
)";

constexpr auto sqlite_filled = R"(
CREATE TABLE filled_kinds (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE filled (id INTEGER PRIMARY KEY, t TEXT, n INTEGER);
INSERT INTO filled_kinds VALUES (7, 'a'); INSERT INTO filled VALUES (1, 'a', 3), (2, NULL, NULL), (5, '', 0);
CREATE TRIGGER tr_filled AFTER UPDATE ON filled BEGIN SELECT RAISE(ABORT, 'a trigger fired'); END;
)";

constexpr auto self_named = R"(
CREATE TABLE self_named (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER, CHECK (self_named . n > 0));
CREATE TABLE next_of_self_named (n INTEGER CHECK (n = 9));
INSERT INTO self_named VALUES (1, 1), (9, 2); DELETE FROM self_named WHERE id = 9;
)";

constexpr auto partly_filled = R"(
CREATE TABLE partly_filled (id INTEGER PRIMARY KEY, t TEXT, n INTEGER, u TEXT);
INSERT INTO partly_filled VALUES (1, '3', 2, NULL), (2, NULL, NULL, 'u'), (3, NULL, NULL, NULL), (4, 'x', 1, '1');
)";

constexpr auto sqlite_fitted = R"(
CREATE TABLE fitted (id INTEGER PRIMARY KEY, t TEXT);
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 30) INSERT INTO fitted SELECT n, 't' FROM numbers;
CREATE TABLE few (id INTEGER NOT NULL, k TEXT NOT NULL, PRIMARY KEY (id, k)); INSERT INTO few VALUES (1, 'a'), (1, 'b'), (2, 'a');
)";

constexpr auto checked = R"(
CREATE TABLE checked (id INTEGER PRIMARY KEY, a INTEGER, s TEXT NOT NULL, begins DATETIME NOT NULL);
INSERT INTO checked VALUES (1, NULL, 'new', '2001-01-01 00:00:00'), (2, 7, 'done', '2999-01-01 00:00:00'), (3, -7, 'new', '2020-01-01 00:00:00');
)";

constexpr auto set_up = R"(
CREATE VIRTUAL TABLE set_up USING fts5(a, b);
CREATE TABLE rank_of_set_up (v TEXT NOT NULL CHECK (v = 'bm25(9.0, 5.0)'));
INSERT INTO set_up (set_up, rank) VALUES ('rank', 'bm25(9.0, 5.0)'); INSERT INTO set_up VALUES ('x', 'y');
)";

}  // namespace

const std::vector<sql_kind>& sqlite_kinds() {
  static const std::vector<sql_kind> all = {
      {"column more at the end", sqlite_things,
       "ALTER TABLE things ADD COLUMN more TEXT NOT NULL DEFAULT 'm'"},
      {"column more in the middle",
       uncounted,
       "CREATE TABLE uncounted (id INTEGER PRIMARY KEY, more REAL, t TEXT)",
       {},
       true},
      {"column fewer",
       sqlite_things,
       "ALTER TABLE thing_parts DROP COLUMN thing_id",
       {"thing_parts.thing_id"}},
      {"only another order of columns",
       uncounted,
       "CREATE TABLE uncounted (t TEXT, id INTEGER PRIMARY KEY)",
       {},
       true},
      {"STRICT",
       uncounted,
       "CREATE TABLE uncounted (id INTEGER PRIMARY KEY, t TEXT) STRICT",
       {},
       true},
      {"WITHOUT ROWID",
       keyed,
       R"(
CREATE TABLE keyed (a TEXT NOT NULL, b INTEGER NOT NULL, c TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE keyed_child (a TEXT, b INTEGER, FOREIGN KEY (a, b) REFERENCES keyed (a, b));)",
       {},
       true},
      {"AUTOINCREMENT on",
       uncounted,
       "CREATE TABLE uncounted (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT)",
       {},
       true,
       "INSERT INTO uncounted (t) VALUES ('c')"},
      {"AUTOINCREMENT off",
       sqlite_counted,
       "CREATE TABLE counted (id INTEGER PRIMARY KEY, t TEXT)",
       {},
       true,
       "INSERT INTO counted (t) VALUES ('c')"},
      {"a key of text becomes a number",
       named,
       "CREATE TABLE named (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT)",
       {"named.id"},
       true,
       "INSERT INTO named (t) VALUES ('f')"},
      {"AUTOINCREMENT stays",
       sqlite_counted,
       "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT NOT NULL COLLATE "
       "NOCASE)",
       {},
       true,
       "INSERT INTO counted (t) VALUES ('c')"},
      {"type",
       sqlite_things,
       R"(
CREATE TABLE things (id INTEGER PRIMARY KEY, n REAL DEFAULT 4, t VARCHAR(20), code TEXT, CONSTRAINT ck_n CHECK (n > 0), UNIQUE (code));
CREATE INDEX ix_t ON things (t);
CREATE VIEW thing_view AS SELECT id, t FROM things;
CREATE TRIGGER tr_things AFTER UPDATE OF t ON things BEGIN UPDATE things SET n = n + 1 WHERE id = new.id; END;
CREATE TABLE thing_parts (id INTEGER PRIMARY KEY, thing_id INTEGER REFERENCES things (id) ON DELETE CASCADE);)",
       {"things.n"},
       true},
      {"typeless columns",
       uncounted,
       "CREATE TABLE uncounted (id INTEGER PRIMARY KEY, t)",
       {},
       true},
      {"typeless columns with a type",
       "CREATE TABLE loose (a, b DEFAULT 1); INSERT INTO loose VALUES ('1', 2), (x'00', NULL)",
       "CREATE TABLE loose (a TEXT, b BLOB DEFAULT 1)",
       {},
       true},
      {"COLLATE",
       uncounted,
       "CREATE TABLE uncounted (id INTEGER PRIMARY KEY, t TEXT COLLATE NOCASE)",
       {},
       true},
      {"ON CONFLICT",
       "CREATE TABLE clashes (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT UNIQUE); INSERT INTO "
       "clashes VALUES (1, 'a', 'b')",
       "CREATE TABLE clashes (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, a TEXT NOT NULL ON "
       "CONFLICT IGNORE, b TEXT UNIQUE ON CONFLICT FAIL)",
       {},
       true},
      {"generated column's expression",
       sqlite_made,
       "CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, d INTEGER GENERATED ALWAYS AS (n * "
       "3) STORED, v TEXT AS (n || 'y')); CREATE INDEX ix_made ON made (v)",
       {"made.d", "made.v"},
       true},
      {"generated column becomes plain",
       sqlite_made,
       "CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, d INTEGER, v TEXT); CREATE INDEX "
       "ix_made ON made (v)",
       {},
       true},
      {"generated column stored, not virtual",
       sqlite_made,
       "CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, d INTEGER AS (n * 2), v TEXT AS (n "
       "|| 'x') STORED); CREATE INDEX ix_made ON made (v)",
       {},
       true},
      {"generated column more", uncounted,
       "ALTER TABLE uncounted ADD COLUMN up TEXT AS (upper(t))"},
      {"index: partial, expression, order, unique", sqlite_things,
       "DROP INDEX ix_t; CREATE UNIQUE INDEX ix_t ON things (lower(t) DESC, code COLLATE NOCASE) "
       "WHERE t IS NOT NULL"},
      {"index: BINARY over a column that is not",
       "CREATE TABLE folded (t TEXT COLLATE NOCASE); CREATE INDEX ix_folded ON folded (t); INSERT "
       "INTO folded VALUES ('a'), ('A')",
       "DROP INDEX ix_folded; CREATE UNIQUE INDEX ix_folded ON folded (t COLLATE BINARY)"},
      {"index: another name", sqlite_things, "DROP INDEX ix_t; CREATE INDEX ix_of_t ON things (t)"},
      {"index: names exchanged",
       "CREATE TABLE two (a INT, b INT); CREATE INDEX ix_1 ON two (a); CREATE INDEX ix_2 ON two "
       "(b)",
       "DROP INDEX ix_1; DROP INDEX ix_2; CREATE INDEX ix_1 ON two (b); CREATE INDEX ix_2 ON two "
       "(a)"},
      {"unique constraint becomes an index", uncounted, "CREATE UNIQUE INDEX uq ON uncounted (t)"},
      {"checks and keys",
       sqlite_things,
       R"(
CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER DEFAULT 4, t TEXT, code TEXT UNIQUE ON CONFLICT IGNORE, CONSTRAINT ck_n CHECK (n > -1), CHECK (length(t) < 99));
CREATE INDEX ix_t ON things (t);
CREATE VIEW thing_view AS SELECT id, t FROM things;
CREATE TRIGGER tr_things AFTER UPDATE OF t ON things BEGIN UPDATE things SET n = n + 1 WHERE id = new.id; END;
CREATE TABLE thing_parts (id INTEGER PRIMARY KEY, thing_id INTEGER REFERENCES things (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED);)",
       {},
       true},
      {"INTEGER PRIMARY KEY",
       "CREATE TABLE numbered (id INT PRIMARY KEY, t TEXT); INSERT INTO numbered VALUES (4, 'a'), "
       "(8, 'b')",
       "CREATE TABLE numbered (id INTEGER PRIMARY KEY, t TEXT)",
       {},
       true},
      {"INTEGER PRIMARY KEY where some rows have none",
       "CREATE TABLE unnumbered (id INTEGER, t TEXT); INSERT INTO unnumbered VALUES (NULL, 'a'), "
       "(1, 'b'), (NULL, 'c'), (7, 'd')",
       "CREATE TABLE unnumbered (id INTEGER PRIMARY KEY, t TEXT)",
       {"unnumbered.id", "unnumbered.t"},
       true},
      {"primary key gone", uncounted, "CREATE TABLE uncounted (id INTEGER, t TEXT)", {}, true},
      {"composite primary key",
       keyed,
       R"(
CREATE TABLE keyed (a TEXT NOT NULL, b INTEGER NOT NULL, c TEXT, PRIMARY KEY (b, a), UNIQUE (a, b));
CREATE TABLE keyed_child (a TEXT, b INTEGER, FOREIGN KEY (a, b) REFERENCES keyed (a, b) ON UPDATE CASCADE);)",
       {},
       true},
      {"reference to itself",
       tree,
       "CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES tree (id) ON DELETE "
       "CASCADE, name TEXT NOT NULL)",
       {},
       true},
      {"NOT NULL",
       sqlite_things,
       R"(
CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 4, t TEXT NOT NULL, code TEXT NOT NULL, CONSTRAINT ck_n CHECK (n > 0), UNIQUE (code));
CREATE INDEX ix_t ON things (t);
CREATE VIEW thing_view AS SELECT id, t FROM things;
CREATE TRIGGER tr_things AFTER UPDATE OF t ON things BEGIN UPDATE things SET n = n + 1 WHERE id = new.id; END;
CREATE TABLE thing_parts (id INTEGER PRIMARY KEY, thing_id INTEGER NOT NULL REFERENCES things (id) ON DELETE CASCADE);)",
       {"things.n", "things.t", "things.code"},
       true},
      {"a table goes to which rows refer",
       sqlite_members,
       "CREATE TABLE members (id INTEGER PRIMARY KEY, club INTEGER, second INTEGER, state TEXT NOT "
       "NULL)",
       {"clubs"},
       true},
      {"tables come to which rows have to refer",
       sqlite_members,
       R"(CREATE TABLE towns (id INTEGER PRIMARY KEY);
CREATE TABLE states (name TEXT PRIMARY KEY, rank INT NOT NULL);
CREATE TABLE houses (id TEXT NOT NULL PRIMARY KEY, town INTEGER NOT NULL REFERENCES towns (id), name TEXT NOT NULL);
CREATE TABLE yards (id CHAR(36), name TEXT NOT NULL, PRIMARY KEY (id));
CREATE TABLE clubs (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, town TEXT NOT NULL CHECK (town IN ('x', 'y')), house TEXT NOT NULL REFERENCES houses (id), yard CHAR(36) NOT NULL REFERENCES yards (id));
CREATE TABLE members (id INTEGER PRIMARY KEY, club INTEGER REFERENCES clubs (id), second INTEGER REFERENCES clubs (id), state TEXT NOT NULL REFERENCES states (name), before TEXT NOT NULL DEFAULT 'new' REFERENCES states (name)))",
       {},
       true},
      {"rows have to refer to what may be NULL until then",
       owned,
       R"(CREATE TABLE owned (id INTEGER PRIMARY KEY, code TEXT NOT NULL REFERENCES owners (code));
CREATE TABLE owners (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE))",
       {"owned.code", "owners.code"},
       true},
      {"new columns with NOT NULL",
       sqlite_filled,
       R"(CREATE TABLE filled_kinds (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE filled (id INTEGER PRIMARY KEY, t TEXT, n INTEGER, i INTEGER NOT NULL, w VARCHAR(9) NOT NULL, d DATE NOT NULL, r REAL NOT NULL, b BLOB NOT NULL, ok BOOLEAN NOT NULL, f INTEGER NOT NULL REFERENCES filled_kinds (id), u INTEGER NOT NULL UNIQUE, uw TEXT NOT NULL UNIQUE, k TEXT NOT NULL CHECK (k IN ('x', 'y')), z NOT NULL, m DECIMAL(9,2) NOT NULL);
CREATE TRIGGER tr_filled AFTER UPDATE ON filled BEGIN SELECT RAISE(ABORT, 'a trigger fired'); END)",
       {},
       true},
      {"values that must differ from those that are there",
       partly_filled,
       "CREATE TABLE partly_filled (id INTEGER PRIMARY KEY, t TEXT NOT NULL UNIQUE, n INTEGER NOT "
       "NULL UNIQUE, u TEXT NOT NULL); CREATE UNIQUE INDEX ix_u ON partly_filled (u)",
       {"partly_filled.t", "partly_filled.n", "partly_filled.u"},
       true},
      {"values of a length",
       partly_filled,
       "CREATE TABLE partly_filled (id INTEGER PRIMARY KEY, t TEXT, n INTEGER, u TEXT, b BLOB NOT "
       "NULL CHECK (length(b) = 16), k BLOB NOT NULL UNIQUE CHECK (length(k) = 24), c TEXT NOT "
       "NULL CHECK (length(c) = 26), d TEXT NOT NULL UNIQUE CHECK (length(d) = 12)) STRICT",
       {},
       true},
      {"new columns with NOT NULL and a CHECK", sqlite_fitted,
       R"(DROP TABLE fitted; CREATE TABLE fitted (id INTEGER PRIMARY KEY, t TEXT,
l TEXT NOT NULL CHECK (l LIKE 'A-%'), g TEXT NOT NULL CHECK (g GLOB '[A-Z][0-9]?x*'), le VARCHAR(20) NOT NULL CHECK (length(le) > 5), lo TEXT NOT NULL CHECK (length(lo) BETWEEN 200 AND 300),
ne INTEGER NOT NULL CHECK (ne < -5), da DATE NOT NULL CHECK (da < '2001-02-03'), j TEXT NOT NULL CHECK (json_array_length(j) > 0), ex TEXT NOT NULL CHECK (length(ex) = 4 AND ex GLOB 'Q*'), bl BLOB NOT NULL CHECK (length(bl) > 7),
em TEXT NOT NULL CHECK (instr(em, '@') > 1), jv TEXT NOT NULL CHECK (json_extract(jv, '$.kind') IN ('a', 'b')), jo JSON NOT NULL CHECK (json_type(jo) = 'object')))"},
      {"new columns with NOT NULL, UNIQUE and a CHECK", sqlite_fitted,
       R"(DROP TABLE fitted; CREATE TABLE fitted (id INTEGER PRIMARY KEY, t TEXT,
n INTEGER NOT NULL UNIQUE CHECK (n BETWEEN 100 AND 129), hi INTEGER NOT NULL UNIQUE CHECK (hi > 1000), lo INTEGER NOT NULL UNIQUE CHECK (lo < 0), fl REAL NOT NULL UNIQUE CHECK (fl > 0 AND fl < 1),
ev INTEGER NOT NULL UNIQUE CHECK (ev % 7 = 0), l TEXT NOT NULL UNIQUE CHECK (l LIKE '%@%'), g TEXT NOT NULL UNIQUE CHECK (g GLOB '[A-Z][A-Z][A-Z]'), le TEXT NOT NULL UNIQUE CHECK (length(le) = 5),
p VARCHAR(8) NOT NULL UNIQUE CHECK (p GLOB 'A-[0-9][0-9][0-9]'), da DATE NOT NULL UNIQUE CHECK (da < '2001-02-03'), em TEXT NOT NULL UNIQUE CHECK (instr(em, '@') > 1),
po INTEGER NOT NULL UNIQUE CHECK (po > 0 AND po < 65536), c2 CHAR(2) NOT NULL UNIQUE CHECK (c2 = upper(c2) AND length(c2) = 2), sl TEXT NOT NULL UNIQUE CHECK (sl NOT GLOB '*[^a-z0-9-]*'), bo BOOLEAN NOT NULL, pa BOOLEAN NOT NULL, UNIQUE (id, bo));
CREATE UNIQUE INDEX ux_pa ON fitted (t) WHERE pa;
DROP TABLE few; CREATE TABLE few (id INTEGER NOT NULL, k TEXT NOT NULL, one INTEGER NOT NULL UNIQUE REFERENCES fitted (id), e TEXT NOT NULL UNIQUE CHECK (e IN ('x', 'y', 'z')), d TEXT NOT NULL CHECK (d IN ('x', 'y')), PRIMARY KEY (id, k), UNIQUE (id, d)))"},
      {"old references that must differ",
       "CREATE TABLE masters (id INTEGER PRIMARY KEY); INSERT INTO masters VALUES (1), (2), (3); "
       "CREATE TABLE servants (id INTEGER PRIMARY KEY, master INT REFERENCES masters); INSERT INTO "
       "servants VALUES (1, 2), (2, NULL), (3, NULL)",
       "CREATE TABLE masters (id INTEGER PRIMARY KEY); CREATE TABLE servants (id INTEGER PRIMARY "
       "KEY, master INT NOT NULL UNIQUE REFERENCES masters)",
       {"servants.master"},
       true},
      {"random default that must differ",
       partly_filled,
       "CREATE TABLE partly_filled (id INTEGER PRIMARY KEY, t TEXT, n INTEGER, u TEXT, r TEXT NOT "
       "NULL DEFAULT (hex(randomblob(8))) UNIQUE CHECK (length(r) = 16))",
       {},
       true},
      {"a CHECK that names its table",
       self_named,
       "CREATE TABLE self_named (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER, CHECK "
       "(self_named.n > 0)) STRICT; CREATE TABLE next_of_self_named (n INTEGER CHECK (n = 9))",
       {},
       true,
       "INSERT INTO next_of_self_named SELECT seq FROM sqlite_sequence WHERE name = 'self_named'"},
      {"a table that is called like one that is built anew meanwhile",
       "CREATE TABLE built (n INT); CREATE TABLE RETORT_OLD_built (n INT); CREATE INDEX "
       "retort_old_built1 ON built (n); INSERT INTO built VALUES (1)",
       "CREATE TABLE built (n INT) STRICT; CREATE TABLE RETORT_OLD_built (n INT); CREATE INDEX "
       "retort_old_built1 ON built (n)",
       {},
       true},
      {"column renamed with all that is on it",
       sqlite_things,
       "ALTER TABLE things RENAME COLUMN t TO words",
       {"things.t"}},
      {"table renamed with all that is on it",
       sqlite_things,
       "ALTER TABLE things RENAME TO items_of",
       {"things"}},
      {"table renamed and changed below its children",
       "CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT, born INT); CREATE TABLE owned (id "
       "INTEGER PRIMARY KEY, owner INT REFERENCES owners (id) ON DELETE CASCADE); INSERT INTO "
       "owners VALUES (3, 'x', 5); INSERT INTO owned VALUES (1, 3)",
       "CREATE TABLE keepers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, more TEXT, born INT); "
       "CREATE TABLE owned (id INTEGER PRIMARY KEY, owner INT REFERENCES keepers (id) ON DELETE "
       "CASCADE)",
       {"owners"},
       true,
       "INSERT INTO owned SELECT 1, 3 FROM pragma_foreign_key_check"},
      {"view", sqlite_things,
       "DROP VIEW thing_view; CREATE VIEW thing_view AS SELECT id, upper(t) AS t, n FROM things"},
      {"view over a view of a changed table",
       "CREATE TABLE base (id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE VIEW b1 AS SELECT id, a "
       "FROM base; CREATE VIEW b2 AS SELECT a FROM b1; INSERT INTO base VALUES (1, 'x', 'y')",
       "CREATE TABLE base (id INTEGER PRIMARY KEY, b TEXT NOT NULL); CREATE VIEW b1 AS SELECT id, "
       "b FROM base; CREATE VIEW b2 AS SELECT b FROM b1",
       {"base.a"},
       true},
      {"trigger of a view", sqlite_things,
       "CREATE TRIGGER tr_view INSTEAD OF INSERT ON thing_view BEGIN INSERT INTO things (t) VALUES "
       "(new.t); END"},
      {"trigger", sqlite_things,
       "DROP TRIGGER tr_things; CREATE TRIGGER tr_things BEFORE DELETE ON things WHEN old.n > 99 "
       "BEGIN SELECT RAISE(ABORT, 'no; END'); END"},
      {"view becomes a table", sqlite_things,
       "DROP VIEW thing_view; CREATE TABLE thing_view (id INTEGER)"},
      {"virtual table", tree,
       "CREATE VIRTUAL TABLE found USING fts5(name, content = 'tree', content_rowid = 'id')"},
      {"virtual table with another definition",
       "CREATE VIRTUAL TABLE sought USING fts5(name)",
       "CREATE VIRTUAL TABLE sought USING fts5(name, more, tokenize = 'porter')",
       {"sought"},
       true},
      {"virtual table keeps its settings",
       set_up,
       "CREATE VIRTUAL TABLE set_up USING fts5(a, b, c); CREATE TABLE rank_of_set_up (v TEXT NOT "
       "NULL CHECK (v = 'bm25(9.0, 5.0)'))",
       {"set_up"},
       true,
       "INSERT INTO rank_of_set_up VALUES ((SELECT v FROM set_up_config WHERE k = 'rank'))"},
      {"virtual table that shows another one",
       "CREATE VIRTUAL TABLE seen USING fts5(a); CREATE VIRTUAL TABLE seen_words USING "
       "fts5vocab(seen, row)",
       "CREATE VIRTUAL TABLE seen USING fts5(a); CREATE VIRTUAL TABLE seen_words USING "
       "fts5vocab(seen, col)",
       {"seen_words"},
       true},
      {"new columns in checks about several",
       checked,
       R"(CREATE TABLE checked (id INTEGER PRIMARY KEY, a INTEGER, s TEXT NOT NULL, begins DATETIME NOT NULL, b TEXT, done DATETIME, ends DATETIME NOT NULL, most INTEGER NOT NULL, low REAL NOT NULL, high REAL NOT NULL,
CHECK (a IS NOT NULL OR b IS NOT NULL), CHECK ((s = 'done') = (done IS NOT NULL)), CHECK (ends > begins), CHECK (most >= a), CHECK (low < high)))",
       {},
       true},
      {"table beside children",
       sqlite_things,
       "DROP TABLE thing_parts; CREATE TABLE fresh (id INTEGER PRIMARY KEY, t INTEGER REFERENCES "
       "things (id))",
       {"thing_parts"}},
      {"table that others refer to",
       sqlite_things,
       "DROP TABLE thing_parts; DROP VIEW thing_view; DROP TABLE things",
       {"thing_parts", "things"}},
      {"default",
       sqlite_things,
       R"(
CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER DEFAULT (4 + 1), t TEXT DEFAULT CURRENT_TIMESTAMP, code TEXT DEFAULT 'it''s', CONSTRAINT ck_n CHECK (n > 0), UNIQUE (code));
CREATE INDEX ix_t ON things (t);
CREATE VIEW thing_view AS SELECT id, t FROM things;
CREATE TRIGGER tr_things AFTER UPDATE OF t ON things BEGIN UPDATE things SET n = n + 1 WHERE id = new.id; END;
CREATE TABLE thing_parts (id INTEGER PRIMARY KEY, thing_id INTEGER DEFAULT NULL REFERENCES things (id) ON DELETE CASCADE);)",
       {},
       true},
      {"odd names",
       R"(CREATE TABLE "Odd ""name""" ("select" INTEGER PRIMARY KEY, "a.b" TEXT, [x y] TEXT, `t``k` INT); CREATE INDEX "ix odd" ON "Odd ""name""" ("a.b", "x y");
CREATE VIEW "a view" AS SELECT "a.b" FROM "Odd ""name"""; CREATE TRIGGER "t r" AFTER DELETE ON "Odd ""name""" BEGIN SELECT 1; END;
INSERT INTO "Odd ""name""" VALUES (1, 'a''b', 'x', 3))",
       R"(CREATE TABLE "Odd ""name""" ("select" INTEGER PRIMARY KEY, "a.b" TEXT NOT NULL DEFAULT '"', [x y] VARCHAR(5), "New" INT, CHECK ("x y" <> 'no')); CREATE INDEX "ix odd" ON "Odd ""name""" ("x y" DESC);
CREATE VIEW "a view" AS SELECT "a.b" FROM "Odd ""name"""; CREATE TRIGGER "t r" AFTER DELETE ON "Odd ""name""" BEGIN SELECT 1; END)",
       {"Odd \"name\".t`k"},
       true},
  };
  return all;
}

}  // namespace retort::conformance
