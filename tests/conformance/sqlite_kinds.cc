#include "conformance/sql_kinds.h"

namespace retort::conformance {
namespace {

constexpr auto things = R"(
CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER DEFAULT 4, t TEXT, code TEXT, CONSTRAINT ck_n CHECK (n > 0), UNIQUE (code));
CREATE INDEX ix_t ON things (t);
CREATE VIEW thing_view AS SELECT id, t FROM things;
CREATE TRIGGER tr_things AFTER UPDATE OF t ON things BEGIN UPDATE things SET n = n + 1 WHERE id = new.id; END;
CREATE TABLE thing_parts (id INTEGER PRIMARY KEY, thing_id INTEGER REFERENCES things (id) ON DELETE CASCADE);
INSERT INTO things VALUES (1, 1, '10', 'x'), (2, NULL, NULL, NULL), (5, 7, 'seven', 'y');
INSERT INTO thing_parts VALUES (1, 1), (2, 1), (3, 5);
)";

constexpr auto counted = R"(
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
INSERT INTO counted VALUES (1, 'a'), (9, 'b');
)";

constexpr auto uncounted = R"(
CREATE TABLE uncounted (id INTEGER PRIMARY KEY, t TEXT);
INSERT INTO uncounted VALUES (1, 'a'), (9, 'b');
)";

constexpr auto keyed = R"(
CREATE TABLE keyed (a TEXT NOT NULL, b INTEGER NOT NULL, c TEXT, PRIMARY KEY (a, b));
CREATE TABLE keyed_child (a TEXT, b INTEGER, FOREIGN KEY (a, b) REFERENCES keyed (a, b));
INSERT INTO keyed VALUES ('x', 1, 'c'), ('y', 2, NULL); INSERT INTO keyed_child VALUES ('x', 1);
)";

constexpr auto made = R"(
CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, d INTEGER GENERATED ALWAYS AS (n * 2) STORED, v TEXT AS (n || 'x'));
CREATE INDEX ix_made ON made (v);
INSERT INTO made (id, n) VALUES (1, 3), (2, NULL);
)";

constexpr auto tree = R"(
CREATE TABLE tree (id INTEGER PRIMARY KEY, parent INTEGER, name TEXT);
INSERT INTO tree VALUES (1, NULL, 'r'), (2, 1, 'c'), (3, 2, 'd');
)";

constexpr auto members = R"(
CREATE TABLE clubs (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, town TEXT NOT NULL CHECK (town IN ('x', 'y')));
CREATE TABLE members (id INTEGER PRIMARY KEY, club INTEGER REFERENCES clubs (id), second INTEGER REFERENCES clubs (id), state TEXT NOT NULL);
INSERT INTO clubs (name, town) VALUES ('a', 'x'), ('b', 'y'), ('c', 'x');
INSERT INTO members VALUES (1, 1, 2, 'new'), (2, 1, NULL, 'old'), (3, NULL, 3, 'new');
)";

constexpr auto filled = R"(
CREATE TABLE filled_kinds (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE filled (id INTEGER PRIMARY KEY, t TEXT, n INTEGER);
INSERT INTO filled_kinds VALUES (7, 'a'); INSERT INTO filled VALUES (1, 'a', 3), (2, NULL, NULL), (5, '', 0);
CREATE TRIGGER tr_filled AFTER UPDATE ON filled BEGIN SELECT RAISE(ABORT, 'a trigger fired'); END;
)";

}  // namespace

const std::vector<sql_kind>& sqlite_kinds() {
  static const std::vector<sql_kind> all = {
      {"column more at the end", things,
       "ALTER TABLE things ADD COLUMN more TEXT NOT NULL DEFAULT 'm'"},
      {"column more in the middle",
       uncounted,
       "CREATE TABLE uncounted (id INTEGER PRIMARY KEY, more REAL, t TEXT)",
       {},
       true},
      {"column fewer",
       things,
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
       counted,
       "CREATE TABLE counted (id INTEGER PRIMARY KEY, t TEXT)",
       {},
       true,
       "INSERT INTO counted (t) VALUES ('c')"},
      {"AUTOINCREMENT stays",
       counted,
       "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT NOT NULL COLLATE "
       "NOCASE)",
       {},
       true,
       "INSERT INTO counted (t) VALUES ('c')"},
      {"type",
       things,
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
       made,
       "CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, d INTEGER GENERATED ALWAYS AS (n * "
       "3) STORED, v TEXT AS (n || 'y')); CREATE INDEX ix_made ON made (v)",
       {"made.d", "made.v"},
       true},
      {"generated column becomes plain",
       made,
       "CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, d INTEGER, v TEXT); CREATE INDEX "
       "ix_made ON made (v)",
       {},
       true},
      {"generated column stored, not virtual",
       made,
       "CREATE TABLE made (id INTEGER PRIMARY KEY, n INTEGER, d INTEGER AS (n * 2), v TEXT AS (n "
       "|| 'x') STORED); CREATE INDEX ix_made ON made (v)",
       {},
       true},
      {"generated column more", uncounted,
       "ALTER TABLE uncounted ADD COLUMN up TEXT AS (upper(t))"},
      {"index: partial, expression, order, unique", things,
       "DROP INDEX ix_t; CREATE UNIQUE INDEX ix_t ON things (lower(t) DESC, code COLLATE NOCASE) "
       "WHERE t IS NOT NULL"},
      {"index: another name", things, "DROP INDEX ix_t; CREATE INDEX ix_of_t ON things (t)"},
      {"index: names exchanged",
       "CREATE TABLE two (a INT, b INT); CREATE INDEX ix_1 ON two (a); CREATE INDEX ix_2 ON two "
       "(b)",
       "DROP INDEX ix_1; DROP INDEX ix_2; CREATE INDEX ix_1 ON two (b); CREATE INDEX ix_2 ON two "
       "(a)"},
      {"unique constraint becomes an index", uncounted, "CREATE UNIQUE INDEX uq ON uncounted (t)"},
      {"checks and keys",
       things,
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
       things,
       R"(
CREATE TABLE things (id INTEGER PRIMARY KEY, n INTEGER NOT NULL DEFAULT 4, t TEXT NOT NULL, code TEXT NOT NULL, CONSTRAINT ck_n CHECK (n > 0), UNIQUE (code));
CREATE INDEX ix_t ON things (t);
CREATE VIEW thing_view AS SELECT id, t FROM things;
CREATE TRIGGER tr_things AFTER UPDATE OF t ON things BEGIN UPDATE things SET n = n + 1 WHERE id = new.id; END;
CREATE TABLE thing_parts (id INTEGER PRIMARY KEY, thing_id INTEGER NOT NULL REFERENCES things (id) ON DELETE CASCADE);)",
       {"things.n", "things.t", "things.code"},
       true},
      {"a table goes to which rows refer",
       members,
       "CREATE TABLE members (id INTEGER PRIMARY KEY, club INTEGER, second INTEGER, state TEXT NOT "
       "NULL)",
       {"clubs"},
       true},
      {"tables come to which rows have to refer",
       members,
       R"(CREATE TABLE towns (id INTEGER PRIMARY KEY);
CREATE TABLE states (name TEXT PRIMARY KEY, rank INT NOT NULL);
CREATE TABLE houses (id TEXT NOT NULL PRIMARY KEY, town INTEGER NOT NULL REFERENCES towns (id), name TEXT NOT NULL);
CREATE TABLE clubs (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, town TEXT NOT NULL CHECK (town IN ('x', 'y')), house TEXT NOT NULL REFERENCES houses (id));
CREATE TABLE members (id INTEGER PRIMARY KEY, club INTEGER REFERENCES clubs (id), second INTEGER REFERENCES clubs (id), state TEXT NOT NULL REFERENCES states (name), before TEXT NOT NULL DEFAULT 'new' REFERENCES states (name)))",
       {},
       true},
      {"new columns with NOT NULL",
       filled,
       R"(CREATE TABLE filled_kinds (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE filled (id INTEGER PRIMARY KEY, t TEXT, n INTEGER, i INTEGER NOT NULL, w VARCHAR(9) NOT NULL, d DATE NOT NULL, r REAL NOT NULL, b BLOB NOT NULL, ok BOOLEAN NOT NULL, f INTEGER NOT NULL REFERENCES filled_kinds (id), u INTEGER NOT NULL UNIQUE, uw TEXT NOT NULL UNIQUE, k TEXT NOT NULL CHECK (k IN ('x', 'y')), z NOT NULL, m DECIMAL(9,2) NOT NULL);
CREATE TRIGGER tr_filled AFTER UPDATE ON filled BEGIN SELECT RAISE(ABORT, 'a trigger fired'); END)",
       {},
       true},
      {"column renamed with all that is on it",
       things,
       "ALTER TABLE things RENAME COLUMN t TO words",
       {"things.t"}},
      {"table renamed with all that is on it",
       things,
       "ALTER TABLE things RENAME TO items_of",
       {"things"}},
      {"view", things,
       "DROP VIEW thing_view; CREATE VIEW thing_view AS SELECT id, upper(t) AS t, n FROM things"},
      {"view over a view of a changed table",
       "CREATE TABLE base (id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE VIEW b1 AS SELECT id, a "
       "FROM base; CREATE VIEW b2 AS SELECT a FROM b1; INSERT INTO base VALUES (1, 'x', 'y')",
       "CREATE TABLE base (id INTEGER PRIMARY KEY, b TEXT NOT NULL); CREATE VIEW b1 AS SELECT id, "
       "b FROM base; CREATE VIEW b2 AS SELECT b FROM b1",
       {"base.a"},
       true},
      {"trigger of a view", things,
       "CREATE TRIGGER tr_view INSTEAD OF INSERT ON thing_view BEGIN INSERT INTO things (t) VALUES "
       "(new.t); END"},
      {"trigger", things,
       "DROP TRIGGER tr_things; CREATE TRIGGER tr_things BEFORE DELETE ON things WHEN old.n > 99 "
       "BEGIN SELECT RAISE(ABORT, 'no; END'); END"},
      {"view becomes a table", things,
       "DROP VIEW thing_view; CREATE TABLE thing_view (id INTEGER)"},
      {"virtual table", tree,
       "CREATE VIRTUAL TABLE found USING fts5(name, content = 'tree', content_rowid = 'id')"},
      {"virtual table with another definition",
       "CREATE VIRTUAL TABLE sought USING fts5(name)",
       "CREATE VIRTUAL TABLE sought USING fts5(name, more, tokenize = 'porter')",
       {"sought"},
       true},
      {"table beside children",
       things,
       "DROP TABLE thing_parts; CREATE TABLE fresh (id INTEGER PRIMARY KEY, t INTEGER REFERENCES "
       "things (id))",
       {"thing_parts"}},
      {"table that others refer to",
       things,
       "DROP TABLE thing_parts; DROP VIEW thing_view; DROP TABLE things",
       {"thing_parts", "things"}},
      {"default",
       things,
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
