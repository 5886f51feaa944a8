#include <fmt/format.h>

#include <string>
#include <vector>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// Alembic's own tests, condensed to numbered cases, continued: 36 to 40 are what SQLite cannot do
// by ALTER TABLE and what models differ in. Where Retort differs from Alembic, it says what Retort
// does.

TEST_SUITE_BEGIN("alembic_cases");

/// A database that its only migration has made.
struct made : bench {
  made(std::string_view dialect, std::string_view schema) : bench(dialect) {
    migration("aaaa", "", schema, "");
    const auto upgraded = retort({"upgrade", "head"});
    REQUIRE_MESSAGE(upgraded.status == 0, upgraded.errors);
  }

  outcome check(std::string_view models, const arguments& more = {}) const {
    write("models.sql", models);
    arguments what = {"check", "models", "--models", "models.sql"};
    what.insert(what.end(), more.begin(), more.end());
    return retort(what);
  }
};

/// A change of tables that have rows.
struct batch {
  const char* name;
  const char* from;
  const char* to;
  arguments said = {};
};

const std::vector<batch> batches = {
    {"a rename goes on in index, UNIQUE, CHECK, key and foreign keys",
     "CREATE TABLE t (a INTEGER NOT NULL, k TEXT NOT NULL, up INTEGER REFERENCES t (a), PRIMARY "
     "KEY "
     "(a, k), UNIQUE (a), CHECK (a > 0)); CREATE INDEX ix ON t (a, up); CREATE TABLE c (t INTEGER "
     "REFERENCES t (a)); INSERT INTO t VALUES (1, 'x', 1); INSERT INTO c VALUES (1);",
     "CREATE TABLE t (b INTEGER NOT NULL, k TEXT NOT NULL, up INTEGER REFERENCES t (b), PRIMARY "
     "KEY "
     "(b, k), UNIQUE (b), CHECK (b > 0)); CREATE INDEX ix ON t (b, up); CREATE TABLE c (t INTEGER "
     "REFERENCES t (b));",
     {"--rename", "t.a:b"}},
    {"a column goes with its foreign key, others stay",
     "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, one INTEGER "
     "REFERENCES p (id), two INTEGER REFERENCES p (id), own INTEGER REFERENCES t (id)); INSERT "
     "INTO "
     "p VALUES (1); INSERT INTO t VALUES (1, NULL, 1, 1);",
     "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, two INTEGER "
     "REFERENCES p (id), own INTEGER REFERENCES t (id));"},
    {"constraints come, named and not",
     "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, "
     "b "
     "INTEGER); INSERT INTO p VALUES (1); INSERT INTO t VALUES (1, 1, 2);",
     "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER "
     "REFERENCES p (id), b INTEGER UNIQUE, CONSTRAINT ck CHECK (b > a));"},
    {"constraints go, named and not",
     "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER "
     "CONSTRAINT fk REFERENCES p (id), b INTEGER UNIQUE, CHECK (b > 0)); INSERT INTO t VALUES (1, "
     "NULL, 2);",
     "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, "
     "b "
     "INTEGER);"},
    {"another key",
     "CREATE TABLE t (a INTEGER NOT NULL PRIMARY KEY, b TEXT NOT NULL); INSERT INTO t VALUES (1, "
     "'x'), (2, 'y');",
     "CREATE TABLE t (a INTEGER NOT NULL, b TEXT NOT NULL PRIMARY KEY);"},
    {"new columns by an expression, and stored",
     "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER); INSERT INTO t VALUES (1, 5);",
     "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER DEFAULT (1 + 1), c INTEGER "
     "GENERATED ALWAYS AS (a * 2) STORED, d TEXT DEFAULT CURRENT_TIMESTAMP);"},
    {"another type",
     "CREATE TABLE t (id INTEGER PRIMARY KEY, done INTEGER CHECK (done IN (0, 1)), "
     "at DATETIME); INSERT INTO t VALUES (1, 1, '2026-01-31 09:00:00');",
     "CREATE TABLE t (id INTEGER PRIMARY KEY, done BOOLEAN, at TIMESTAMP);"}};

TEST_CASE("case 36: what ALTER TABLE cannot do keeps the rows, there and back") {
  for (const auto& one : batches) {
    CAPTURE(one.name);
    const made b("sqlite", one.from);
    const auto schema = b.retort({"schema"}).output;
    const auto rows = b.shell("SELECT count(*) FROM t; PRAGMA foreign_key_check;").output;
    b.write("models.sql", one.to);
    arguments generate = {"revision", "--autogenerate", "-m",  "second",   "--rev-id",
                          "bbbb",     "--format",       "sql", "--models", "models.sql"};
    generate.insert(generate.end(), one.said.begin(), one.said.end());
    const auto generated = b.retort(generate);
    REQUIRE_MESSAGE(generated.status == 0, generated.errors);
    const auto upgraded = b.retort({"upgrade", "head"});
    REQUIRE_MESSAGE(upgraded.status == 0, upgraded.errors);
    CHECK(b.check(one.to).status == 0);
    CHECK(b.shell("SELECT count(*) FROM t; PRAGMA foreign_key_check;").output == rows);
    const auto back = b.retort({"downgrade", "aaaa"});
    REQUIRE_MESSAGE(back.status == 0, back.errors);
    CHECK(b.retort({"schema"}).output == schema);
    CHECK(b.shell("SELECT count(*) FROM t; PRAGMA foreign_key_check;").output == rows);
  }
}

/// What both databases take.
constexpr auto unchanged = R"(
CREATE TABLE "Mixed Case" (id INTEGER NOT NULL PRIMARY KEY, "order" INTEGER NOT NULL DEFAULT 5, "Ünïcode" VARCHAR(20) DEFAULT 'it''s',
  "select" NUMERIC(10, 2) DEFAULT 1.50, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, CONSTRAINT "uq Mixed" UNIQUE ("order", "select"), CHECK ("order" > 0));
CREATE TABLE child (a INTEGER, b INTEGER, up INTEGER REFERENCES "Mixed Case" (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT a_name_of_a_constraint_that_is_longer_than_sixty_three_characters_are CHECK (a < b), PRIMARY KEY (a, b));
CREATE INDEX ix_lower ON "Mixed Case" (lower("Ünïcode"), "order" DESC) WHERE "select" > 1;
CREATE UNIQUE INDEX ix_unique ON child (up, a);
CREATE VIEW shown AS SELECT id, "order" FROM "Mixed Case" WHERE "select" > 1;
)";

TEST_CASE_TEMPLATE("case 37: what is made from models is no change of them", Db, sqlite,
                   postgresql) {
  const made b(Db::dialect, unchanged);
  const auto same = b.check(unchanged);
  CHECK_MESSAGE(same.status == 0, same.output);
}

constexpr auto before_changes = R"(
CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, b INTEGER DEFAULT 1, c VARCHAR(10), d INTEGER, e INTEGER, f INTEGER,
  CONSTRAINT uq_a UNIQUE (a), CONSTRAINT fk_d FOREIGN KEY (d) REFERENCES p (id), CONSTRAINT fk_e FOREIGN KEY (e) REFERENCES p (id), CONSTRAINT fk_f FOREIGN KEY (f) REFERENCES p (id));
CREATE INDEX ix_order ON t (a, b);
CREATE INDEX ix_sort ON t (b);
CREATE UNIQUE INDEX uq_b ON t (b);
)";
constexpr auto after_changes = R"(
CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a INTEGER NOT NULL, b INTEGER DEFAULT 2, c VARCHAR(20), d INTEGER, e INTEGER, f INTEGER,
  CONSTRAINT uq_b UNIQUE (b), CONSTRAINT fk_d FOREIGN KEY (d) REFERENCES p (id) ON DELETE CASCADE,
  CONSTRAINT fk_e FOREIGN KEY (e) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED, CONSTRAINT fk_f FOREIGN KEY (f) REFERENCES p (id) ON UPDATE NO ACTION ON DELETE NO ACTION);
CREATE INDEX ix_order ON t (b, a);
CREATE INDEX ix_sort ON t (b DESC);
CREATE UNIQUE INDEX uq_a ON t (a);
)";

TEST_CASE_TEMPLATE("case 38: each change is told", Db, sqlite, postgresql) {
  const made b(Db::dialect, before_changes);
  const auto found = b.check(after_changes);
  CHECK(found.status == 3);
  for (const char* what :
       {"t.a", "t.b", "t.c", "uq_a", "uq_b", "fk_d", "fk_e", "ix_order", "ix_sort"}) {
    CAPTURE(what);
    CHECK_MESSAGE(found.output.find(what) != std::string::npos, found.output);
  }
  CHECK_MESSAGE(found.output.find("fk_f") == std::string::npos, found.output);
}

TEST_CASE_TEMPLATE("case 39: checks, and what is left alone", Db, sqlite, postgresql) {
  const made b(
      Db::dialect,
      "CREATE TABLE t (a INTEGER, done BOOLEAN, CONSTRAINT ck_gone CHECK (a > 0), "
      "CONSTRAINT ck_other CHECK (a < 9), CHECK (a <> 5)); CREATE TABLE other (a INTEGER);");
  const auto found = b.check(
      "CREATE TABLE t (a INTEGER, done BOOLEAN, CONSTRAINT ck_new CHECK (a > 0), CONSTRAINT "
      "ck_other CHECK (a < 10), CHECK (a <> 5)); CREATE TABLE other (a INTEGER, b INTEGER);");
  CHECK(found.status == 3);
  // Alembic takes checks of one name for the same, and sees none without a name.
  for (const char* what : {"ck_gone", "ck_new", "ck_other", "other.b"}) {
    CAPTURE(what);
    CHECK_MESSAGE(found.output.find(what) != std::string::npos, found.output);
  }
  CHECK_MESSAGE(found.output.find("a <> 5") == std::string::npos, found.output);
  CHECK_MESSAGE(found.output.find("retort_version") == std::string::npos, found.output);
  b.write("retort.toml", "exclude_objects = [\"t\"]\n");
  const auto filtered =
      b.check("CREATE TABLE t (a INTEGER); CREATE TABLE other (a INTEGER, b INTEGER);",
              {"-c", "retort.toml"});
  CHECK_MESSAGE(filtered.output.find("ck_gone") == std::string::npos, filtered.output);
  CHECK_MESSAGE(filtered.output.find("other.b") != std::string::npos, filtered.output);
}

constexpr auto of_postgres = R"(
CREATE TYPE mood AS ENUM ('sad', 'fine');
CREATE SEQUENCE apart;
CREATE SEQUENCE owned;
CREATE TABLE t (id SERIAL PRIMARY KEY, five INTEGER DEFAULT '5'::integer, at TIMESTAMPTZ DEFAULT now(), day DATE DEFAULT CURRENT_DATE,
  key UUID DEFAULT gen_random_uuid(), doc JSONB DEFAULT '{"a": [1, 2]}', list INTEGER[] DEFAULT '{1,2}', number BIGINT DEFAULT nextval('apart'),
  feels mood NOT NULL DEFAULT 'fine', during TSTZRANGE, CONSTRAINT one_at_a_time EXCLUDE USING gist (during WITH &&), UNIQUE NULLS NOT DISTINCT (five, day));
ALTER SEQUENCE owned OWNED BY t.number;
CREATE INDEX ix_where ON t USING btree (five DESC NULLS LAST) INCLUDE (day) WHERE five > 1;
CREATE INDEX ix_doc ON t USING gin (doc jsonb_path_ops);
)";
constexpr auto of_sqlite = R"(
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, five INTEGER DEFAULT 5, six INTEGER DEFAULT (1 + 1), at TEXT DEFAULT CURRENT_TIMESTAMP);
)";

TEST_CASE("case 40: defaults, sequences and indexes of a database's own<postgresql>") {
  const made b("postgresql", of_postgres);
  const auto same = b.check(of_postgres);
  CHECK_MESSAGE(same.status == 0, same.output);
  CHECK(b.check(std::string(of_postgres) + "DROP INDEX ix_where;").status == 3);
}

TEST_CASE("case 40: defaults of SQLite, with and without parentheses") {
  const made b("sqlite", of_sqlite);
  const auto same = b.check(
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, five INTEGER DEFAULT (5), six INTEGER "
      "DEFAULT (1 + 1), at TEXT DEFAULT (CURRENT_TIMESTAMP));");
  CHECK_MESSAGE(same.status == 0, same.output);
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
