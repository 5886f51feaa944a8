#include <doctest/doctest.h>

#include "unit/sqlite/support.h"

namespace {

using namespace retort;
using namespace retort::test;

model::schema introspect(db::connection& connection) {
  return sqlite::sqlite_dialect().introspect(connection, "retort_version");
}

/// A schema with every corner that other tools lose.
std::unique_ptr<db::connection> nasty() {
  return memory({
      R"(CREATE TABLE parents (
           id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key, never used twice
           "full name" TEXT COLLATE NOCASE NOT NULL ON CONFLICT ABORT DEFAULT 'it''s',
           code text /* , nothing */ UNIQUE ON CONFLICT IGNORE,
           CHECK (length(code) < 10), CONSTRAINT "named ck" CHECK ("full name" <> ''),
           UNIQUE ("full name", code)))",
      R"(create table "child table" (
           "pa""rent" int references Parents on delete cascade on update set null
             deferrable initially deferred,
           other int, twice int generated always as (other * 2) stored,
           thrice int as (other*3),
           constraint fk foreign key (other) references parents(ID) match full,
           unique (other collate nocase)))",
      "CREATE TABLE keyed (a TEXT, b TEXT, v, PRIMARY KEY (b, a)) WITHOUT ROWID",
      "CREATE TABLE strictly (id INTEGER PRIMARY KEY, b BLOB, n ANY) STRICT",
      "CREATE TABLE descending (id INTEGER PRIMARY KEY DESC)",
      "CREATE TABLE sorted (a INT, b INT, PRIMARY KEY (a DESC, b))",
      "CREATE INDEX ix_partial ON parents (code) WHERE code IS NOT NULL AND code <> 'A;B'",
      "CREATE UNIQUE INDEX ix_expression ON parents (lower(\"full name\"), code DESC)",
      "CREATE INDEX ix_collated ON parents (\"full name\" COLLATE RTRIM, code COLLATE BINARY)",
      "CREATE VIEW v (Name) AS SELECT upper(\"full name\") FROM parents -- all\n WHERE code='x;y'",
      "CREATE TRIGGER tr AFTER INSERT ON parents WHEN new.code is null BEGIN "
      "UPDATE parents SET code='--' WHERE id=new.id; DELETE FROM keyed; END",
      "CREATE TRIGGER vtr INSTEAD OF INSERT ON v BEGIN SELECT RAISE(ABORT, 'no'); END",
      "CREATE VIRTUAL TABLE ft USING fts5(title, body)",
      "CREATE TABLE retort_version (version_num TEXT)",
      "CREATE TABLE retort_journal (x)",
      "CREATE INDEX ix_own ON retort_journal (x)",
  });
}

TEST_CASE("a schema with every corner") {
  auto connection = nasty();
  auto schema = introspect(*connection);

  std::vector<std::string> names;
  for (const auto& [name, table] : schema.tables) names.push_back(name.name);
  CHECK(names == std::vector<std::string>{"child table", "descending", "ft", "keyed", "parents",
                                          "sorted", "strictly"});

  const auto& parents = schema.tables.at({"", "parents"});
  CHECK(parents.columns[0].identity);
  CHECK(parents.columns[0].type.raw == "INTEGER");
  CHECK(parents.columns[1].name == "full name");
  CHECK(parents.columns[1].collation == "NOCASE");
  CHECK(!parents.columns[1].nullable);
  CHECK(parents.columns[1].not_null_conflict == "");
  CHECK(parents.columns[1].default_sql == "'it''s'");
  REQUIRE(parents.uniques.size() == 2);
  CHECK(parents.uniques[0].conflict == "IGNORE");
  CHECK(parents.uniques[1].columns == std::vector<std::string>{"full name", "code"});
  REQUIRE(parents.checks.size() == 2);
  CHECK(parents.checks[0] == model::check{"", "length(code) < 10", false});
  CHECK(parents.checks[1] == model::check{"named ck", "\"full name\" <> ''", false});

  REQUIRE(parents.indexes.size() == 3);
  CHECK(parents.indexes[0].name == "ix_collated");
  CHECK(parents.indexes[0].keys[0].collation == "RTRIM");
  CHECK(parents.indexes[0].keys[1].collation == "");
  CHECK(parents.indexes[1].unique);
  CHECK(parents.indexes[1].keys[0].what == "lower(\"full name\")");
  CHECK(parents.indexes[1].keys[1].descending);
  CHECK(parents.indexes[2].where == "code IS NOT NULL AND code <> 'A;B'");

  const auto& child = schema.tables.at({"", "child table"});
  CHECK(child.columns[0].name == "pa\"rent");
  CHECK(child.columns[2].generated == model::generated{"other * 2", true});
  CHECK(child.columns[3].generated == model::generated{"other * 3", false});
  REQUIRE(child.foreign_keys.size() == 2);
  CHECK(child.foreign_keys[0].table.name == "parents");
  CHECK(child.foreign_keys[0].on_delete == referential_action::cascade);
  CHECK(child.foreign_keys[0].on_update == referential_action::set_null);
  CHECK(child.foreign_keys[0].initially_deferred);
  CHECK(child.foreign_keys[1].name == "fk");
  CHECK(child.foreign_keys[1].referenced_columns == std::vector<std::string>{"id"});
  CHECK(child.foreign_keys[1].match == "FULL");
  REQUIRE(!child.uniques.empty());
  CHECK(child.uniques[0].keys == "(other COLLATE nocase)");

  CHECK(schema.tables.at({"", "keyed"}).without_rowid);
  CHECK(!schema.tables.at({"", "keyed"}).columns[0].nullable);
  CHECK(schema.tables.at({"", "keyed"}).columns[2].nullable);
  CHECK(schema.tables.at({"", "strictly"}).strict);
  CHECK(schema.tables.at({"", "descending"}).primary_key->descending);
  CHECK(schema.tables.at({"", "sorted"}).opaque ==
        std::vector<std::string>{"PRIMARY KEY (a DESC, b)"});
  CHECK(schema.tables.at({"", "ft"}).opaque ==
        std::vector<std::string>{"CREATE VIRTUAL TABLE ft USING fts5(title, body)"});

  REQUIRE(schema.objects.size() == 3);
  CHECK(schema.objects.at("view v").definition ==
        "CREATE VIEW v(Name) AS SELECT upper(\"full name\") FROM parents WHERE code = 'x;y'");
  CHECK(schema.objects.at("trigger parents.tr").definition ==
        "CREATE TRIGGER tr AFTER INSERT ON parents WHEN new.code IS NULL BEGIN UPDATE parents SET "
        "code = '--' WHERE id = new.id; DELETE FROM keyed; END");
  CHECK(schema.objects.at("trigger v.vtr").table.name == "v");
}

TEST_CASE("a schema created from what was read is the same schema") {
  auto schema = introspect(*nasty());
  auto copy = memory();
  for (const auto& [name, table] : schema.tables) {
    std::vector<dialect::statement> statements;
    sqlite::sqlite_dialect().write(at_line(model::create_table{table}), statements);
    for (const auto& statement : statements) copy->execute(statement.sql);
  }
  for (const char* kind : {"view", "trigger"}) {
    for (const auto& [name, object] : schema.objects) {
      if (object.kind == kind) copy->execute(object.definition);
    }
  }
  CHECK(introspect(*copy) == schema);
}

TEST_CASE("layout, comments and the case of keywords are no differences; strings are") {
  auto read = [](const char* table, const char* view) {
    return introspect(*memory({table, view}));
  };
  const char* view = "CREATE VIEW v AS SELECT a FROM t WHERE b = 'x y'";
  auto schema = read("CREATE TABLE t (a INT NOT NULL DEFAULT 1, b TEXT CHECK (b > ''))", view);
  CHECK(read("create table [t](a int default (1) not null,\n b text -- text\n check( b>'' ))",
             "create view v as /* all */ select a\nfrom t where b='x y'") == schema);
  CHECK(read("CREATE TABLE t (a INT NOT NULL DEFAULT 1, b TEXT CHECK (b > ' '))", view) != schema);
  CHECK(read("CREATE TABLE t (a INT NOT NULL DEFAULT 2, b TEXT CHECK (b > ''))", view) != schema);
  CHECK(read("CREATE TABLE t (a INT DEFAULT 1, b TEXT CHECK (b > ''))", view) != schema);
  CHECK(read("CREATE TABLE t (a INT NOT NULL DEFAULT 1, b TEXT CHECK (b > ''))",
             "CREATE VIEW v AS SELECT a FROM t WHERE b = 'x  y'") != schema);
}

TEST_CASE("what ALTER TABLE left in the text is read") {
  auto connection = memory({
      "CREATE TABLE t (a INT, b INT, c INT)",
      "ALTER TABLE t ADD COLUMN d TEXT NOT NULL DEFAULT 'x' REFERENCES t (a)",
      "ALTER TABLE t DROP COLUMN b",
      "ALTER TABLE t RENAME COLUMN c TO \"c c\"",
      "ALTER TABLE t RENAME TO \"new t\"",
  });
  const auto table = introspect(*connection).tables.at({"", "new t"});
  REQUIRE(table.columns.size() == 3);
  CHECK(table.columns[1].name == "c c");
  CHECK(table.columns[2].name == "d");
  REQUIRE(table.foreign_keys.size() == 1);
  CHECK(table.foreign_keys[0].table.name == "new t");
}

TEST_CASE("a rename there and back leaves the same schema, though SQLite writes it otherwise") {
  const struct {
    const char* there;
    const char* back;
  } renames[] = {
      {"ALTER TABLE u RENAME TO people", "ALTER TABLE people RENAME TO u"},
      {"ALTER TABLE u RENAME COLUMN a TO c", "ALTER TABLE u RENAME COLUMN c TO a"},
  };
  for (const auto& rename : renames) {
    auto connection = memory({
        "CREATE TABLE u (id INTEGER PRIMARY KEY, a TEXT CHECK (a > '' OR u.a IS NULL), "
        "b AS (a || 'x'), UNIQUE (a COLLATE nocase))",
        "CREATE TABLE k (x REFERENCES u (id), y REFERENCES u, FOREIGN KEY (x) REFERENCES u (a))",
        "CREATE INDEX i ON u (lower(a), a DESC) WHERE a <> '' AND u.a > 'b'",
        "CREATE VIEW v AS SELECT u.a, (SELECT count(*) FROM u) AS n FROM u, k WHERE k.x = u.id",
        "CREATE VIEW w AS WITH c AS (SELECT id AS n FROM u) SELECT u.id FROM c LEFT JOIN u ON u.id "
        "= c.n",
        "CREATE TRIGGER tr AFTER INSERT ON u WHEN new.a > '' BEGIN "
        "UPDATE u SET a = new.a, id = 1 WHERE u.id = 1; INSERT INTO u (a) SELECT a FROM u; "
        "UPDATE OR IGNORE u SET a = 'x'; DELETE FROM u WHERE id IN (SELECT id FROM u); END",
        "CREATE TRIGGER other AFTER UPDATE OF a ON u BEGIN SELECT 1; END",
        "CREATE TRIGGER k1 AFTER DELETE ON k BEGIN DELETE FROM u WHERE u.id = old.x; END",
    });
    CAPTURE(rename.there);
    const auto before = introspect(*connection);
    connection->execute(rename.there);
    CHECK(introspect(*connection) != before);
    connection->execute(rename.back);
    const auto after = introspect(*connection);
    for (const auto& [key, object] : before.objects) {
      CHECK(after.objects.at(key).definition == object.definition);
    }
    CHECK(after.tables == before.tables);
  }
}

TEST_CASE("quotes around a column's name in its own table are no difference") {
  auto read = [](const char* table) { return introspect(*memory({table})); };
  CHECK(read("CREATE TABLE t (a TEXT CHECK (\"a\" > ''), b AS (\"A\" || 1))") ==
        read("CREATE TABLE t (a TEXT CHECK (a > ''), b AS (A || 1))"));
  // No column: a string.
  CHECK(read("CREATE TABLE t (a TEXT CHECK (a > \"x\"))")
            .tables.begin()
            ->second.checks[0]
            .expression == "a > \"x\"");
}

TEST_CASE("only Retort's own tables are left out, not a user's that begin alike") {
  auto connection = memory({
      "CREATE TABLE retort_customers (id INTEGER)",
      "CREATE TABLE t (a)",
      "CREATE INDEX retort_ix ON t (a)",
      "CREATE VIEW retort_view AS SELECT a FROM t",
      "CREATE TABLE Retort_Journal (x)",
      "CREATE TABLE retort_version (x)",
  });
  const auto schema = introspect(*connection);
  CHECK(schema.tables.size() == 2);
  CHECK(schema.tables.contains({"", "retort_customers"}));
  CHECK(schema.tables.at({"", "t"}).indexes.size() == 1);
  CHECK(schema.objects.contains("view retort_view"));
}

TEST_CASE("a virtual table has the columns that users see, and its shadows are no tables") {
  auto connection = memory({
      "CREATE VIRTUAL TABLE ft USING fts5(title, body UNINDEXED)",
      "CREATE VIRTUAL TABLE rt USING rtree(id, low, high)",
      "INSERT INTO ft VALUES ('a', 'b')",
  });
  const auto schema = introspect(*connection);
  REQUIRE(schema.tables.size() == 2);
  const auto& text = schema.tables.at({"", "ft"});
  REQUIRE(text.columns.size() == 2);
  CHECK(text.columns[0].name == "title");
  CHECK(text.columns[1].name == "body");
  CHECK(text.opaque ==
        std::vector<std::string>{"CREATE VIRTUAL TABLE ft USING fts5(title, body UNINDEXED)"});
  CHECK(schema.tables.at({"", "rt"}).columns.size() == 3);
  auto before = introspect(*connection);
  connection->execute("ALTER TABLE ft RENAME TO other");
  CHECK(introspect(*connection).tables.size() == 2);
  connection->execute("ALTER TABLE other RENAME TO ft");
  CHECK(introspect(*connection) == before);
}

TEST_CASE("numbers in the file's header are part of the schema where they are set") {
  auto connection = memory({"PRAGMA user_version = 7", "PRAGMA application_id = -5"});
  const auto schema = introspect(*connection);
  REQUIRE(schema.objects.size() == 2);
  CHECK(schema.objects.at("pragma user_version").definition == "PRAGMA user_version = 7");
  CHECK(schema.objects.at("pragma application_id").definition == "PRAGMA application_id = -5");
}

TEST_CASE("counters of AUTOINCREMENT") {
  using counters = std::vector<std::pair<std::string, std::string>>;
  auto connection = memory({"CREATE TABLE plain (a)"});
  sqlite::sqlite_dialect target;
  CHECK(target.counters(*connection, "retort_version") == counters{});
  for (const char* sql : {"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
                          "CREATE TABLE s (id INTEGER PRIMARY KEY AUTOINCREMENT)",
                          "CREATE TABLE retort_journal (id INTEGER PRIMARY KEY AUTOINCREMENT)",
                          "INSERT INTO t VALUES (41)", "DELETE FROM t", "INSERT INTO s VALUES (1)",
                          "INSERT INTO retort_journal VALUES (1)"}) {
    connection->execute(sql);
  }
  CHECK(target.counters(*connection, "retort_version") == counters{{"s", "2"}, {"t", "42"}});
}

TEST_CASE("the version table is left out by its name, in any case") {
  auto connection =
      memory({"CREATE TABLE Alembic_Version (version_num TEXT)", "CREATE TABLE t (a)"});
  sqlite::sqlite_dialect target;
  CHECK(target.introspect(*connection, "alembic_version").tables.size() == 1);
  CHECK(target.introspect(*connection, "retort_version").tables.size() == 2);
}

TEST_CASE("an empty database has an empty schema") {
  CHECK(introspect(*memory()) == model::schema{});
}

}  // namespace
