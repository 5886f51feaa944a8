#include <filesystem>
#include <string>
#include <vector>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

// What has another name in the models, as hints in them or the command line say.

TEST_SUITE_BEGIN("renames");

/// A database at its only migration, and models in "models.sql".
struct renamed : bench {
  renamed(std::string_view dialect, std::string_view first, std::string_view models)
      : bench(dialect) {
    migration("aaaa", "", first, "");
    write("models.sql", models);
    REQUIRE(retort({"upgrade", "head"}).status == 0);
  }

  outcome generate(const std::string& id, const arguments& more = {}) const {
    arguments all = {"revision", "--autogenerate", "-m",  "step",     "--rev-id",
                     id,         "--format",       "sql", "--models", "models.sql"};
    all.insert(all.end(), more.begin(), more.end());
    return retort(all);
  }

  /// What was written as it, where nothing of it is marked or drops anything.
  std::string generated(const std::string& id) const {
    const auto text = read("migrations/" + id + "_step.sql");
    CAPTURE(text);
    CHECK(text.find("-- review:") == std::string::npos);
    for (const char* loss : {"DROP TABLE people", "DROP TABLE cars", "DROP COLUMN"}) {
      CHECK(text.find(loss) == std::string::npos);
    }
    return text;
  }

  void upgrade() const {
    const auto up = retort({"upgrade", "head"});
    CAPTURE(up.errors);
    REQUIRE(up.status == 0);
    CHECK(retort({"check", "models", "--models", "models.sql"}).status == 0);
  }

  void downgrade() const {
    const auto down = retort({"downgrade", "-1"});
    CAPTURE(down.errors);
    REQUIRE(down.status == 0);
  }

  std::string schema() const { return retort({"schema"}).output; }
};

constexpr auto people = R"(
CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, email TEXT, age INTEGER);
INSERT INTO people VALUES (1, 'ann@x', 40), (2, NULL, 7);
)";

TEST_CASE_TEMPLATE("what takes the old name of a renamed table or column goes before the way back",
                   Db, sqlite, postgresql) {
  const std::string wanted =
      "CREATE TABLE old_people (id INTEGER NOT NULL PRIMARY KEY, email TEXT, age INTEGER);\n"
      "CREATE TABLE people (id INTEGER, z INTEGER);\n";
  const renamed table(Db::dialect, people, wanted);
  const auto before = table.schema();
  const auto rows = table.query("SELECT id, email, age FROM people ORDER BY id");
  REQUIRE(table.generate("bbbb", {"--rename", "people:old_people"}).status == 0);
  table.upgrade();
  CHECK(table.query("SELECT id, email, age FROM old_people ORDER BY id") == rows);
  table.downgrade();
  CHECK(table.schema() == before);
  CHECK(table.query("SELECT id, email, age FROM people ORDER BY id") == rows);

  const renamed column(Db::dialect, people,
                       "CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, age INTEGER, "
                       "years INTEGER, email TEXT NOT NULL);\n");
  const arguments chain = {"--rename", "people.email:age", "--rename", "people.age:years"};
  column.write("models.sql",
               "CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, age TEXT, years INTEGER, "
               "email TEXT NOT NULL);\n");
  REQUIRE(column.generate("bbbb", chain).status == 0);
  column.upgrade();
  CHECK(column.query("SELECT id, age, years FROM people ORDER BY id") == rows);
  column.downgrade();
  CHECK(column.query("SELECT id, email, age FROM people ORDER BY id") == rows);
}

TEST_CASE_TEMPLATE("two that are defined alike exchange their names", Db, sqlite, postgresql) {
  const std::string pair =
      "CREATE TABLE people (id INTEGER, n INTEGER);\nCREATE TABLE users (id INTEGER, n INTEGER);\n";
  const renamed b(Db::dialect, pair + "INSERT INTO people VALUES (1, 2);", pair);
  CHECK(b.generate("bbbb").output == "no differences: nothing was written\n");
  REQUIRE(b.generate("bbbb", {"--rename", "people:users", "--rename", "users:people"}).status == 0);
  b.upgrade();
  CHECK(b.query("SELECT id, n FROM users") == "1|2");
  CHECK(b.query("SELECT id, n FROM people").empty());
  b.downgrade();
  CHECK(b.query("SELECT id, n FROM people") == "1|2");
}

TEST_CASE_TEMPLATE("a rename that the database refuses is no drop", Db, sqlite, postgresql) {
  const renamed b(Db::dialect,
                  std::string(people) + "CREATE TABLE k (x INTEGER);\nCREATE INDEX users ON k (x);",
                  "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email TEXT, age INTEGER);\n"
                  "CREATE TABLE k (x INTEGER);\nCREATE INDEX ku ON k (x);\n");
  const auto refused = b.generate("bbbb", {"--rename", "people:users"});
  CHECK(refused.status == 1);
  CHECK(refused.errors.find("FAILED: people -> users cannot be renamed here, and nothing is to be "
                            "lost by a drop: ") == 0);
  CHECK(b.files("migrations").size() == 1);
}

TEST_CASE_TEMPLATE("hints in the models are fulfilled once, and may stay", Db, sqlite, postgresql) {
  const renamed b(Db::dialect, people, R"(
CREATE TABLE users ( -- @renamed from=people
  id INTEGER NOT NULL PRIMARY KEY,
  years BIGINT,      -- @renamed from=age
  mail TEXT          -- @renamed from=email
);)");
  const auto before = b.schema();
  const auto made = b.generate("bbbb");
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  b.generated("bbbb");
  b.upgrade();
  CHECK(b.query("SELECT id, mail, years FROM users ORDER BY id") == "1|ann@x|40\n2|NULL|7");
  CHECK(b.generate("cccc").output == "no differences: nothing was written\n");
  b.downgrade();
  CHECK(b.schema() == before);
  CHECK(b.query("SELECT id, email, age FROM people ORDER BY id") == "1|ann@x|40\n2|NULL|7");
}

TEST_CASE_TEMPLATE("a hint that cannot be true is refused at its place", Db, sqlite, postgresql) {
  const renamed b(Db::dialect, people, "");
  const auto refused = [&](std::string_view models, std::string_view why, std::string_view where) {
    b.write("models.sql", models);
    const auto made = b.generate("bbbb");
    CAPTURE(made.errors);
    CHECK(made.status == 1);
    CHECK(made.errors.find(why) != std::string::npos);
    CHECK(made.errors.find(where) != std::string::npos);
    CHECK(b.retort({"check", "models", "--models", "models.sql"}).status == 1);
    CHECK(b.files("migrations").size() == 1);
  };
  refused(
      "CREATE TABLE people (id INTEGER NOT NULL PRIMARY KEY, age INTEGER,\n"
      "  email TEXT,\n  mail TEXT -- @renamed from=email\n);",
      "people.mail cannot have been renamed from email, which the models still have",
      "models.sql:3");
  refused(
      "CREATE TABLE people (id INTEGER);\nCREATE TABLE users (id INTEGER); -- @renamed from=people",
      "users cannot have been renamed from people, which the models still have", "models.sql:2");
  refused("-- @renamed from=people\nCREATE TABLE users (id INTEGER);",
          "nothing stands before the hint that it was named people", "models.sql:1");
}

/// `serial` numbers rows on PostgreSQL by a sequence of the table's name.
std::string two_tables(bool is_sqlite, const std::string& a, const std::string& b) {
  const std::string key = is_sqlite ? "id INTEGER PRIMARY KEY" : "id serial PRIMARY KEY";
  return "CREATE TABLE " + a + " (" + key + ", label TEXT UNIQUE);\nCREATE INDEX ix_" + a +
         "_label ON " + a + " (label, id);\nCREATE TABLE " + b + " (" + key + ", " + a +
         "_id INTEGER REFERENCES " + a + " (id), CHECK (" + a + "_id > 0));\nCREATE INDEX ix_" + b +
         "_id ON " + b + " (" + a + "_id);\n";
}

TEST_CASE_TEMPLATE("two tables exchange names, with rows, sequences and what refers to them", Db,
                   sqlite, postgresql) {
  const bool is_sqlite = std::string(Db::dialect) == "sqlite";
  const renamed b(Db::dialect, two_tables(is_sqlite, "cars", "wheels"),
                  two_tables(is_sqlite, "wheels", "cars"));
  b.execute("INSERT INTO cars (label) VALUES ('one'), ('two'), ('three')");
  b.execute("INSERT INTO wheels (cars_id) VALUES (2)");
  const auto before = b.schema();
  const auto made = b.generate("bbbb", {"--rename", "cars:wheels", "--rename", "wheels:cars",
                                        "--rename", "wheels.cars_id:wheels_id"});
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  CAPTURE(b.generated("bbbb"));
  b.upgrade();
  CHECK(b.query("SELECT id, label FROM wheels ORDER BY id") == "1|one\n2|two\n3|three");
  CHECK(b.query("SELECT id, wheels_id FROM cars") == "1|2");
  // Each goes on counting where it was.
  b.execute("INSERT INTO wheels (label) VALUES ('four')");
  b.execute("INSERT INTO cars (wheels_id) VALUES (4)");
  CHECK(b.query("SELECT max(id) FROM wheels") == "4");
  CHECK(b.query("SELECT max(id) FROM cars") == "2");
  CHECK(b.generate("cccc").output == "no differences: nothing was written\n");
  b.downgrade();
  CHECK(b.schema() == before);
  CHECK(b.query("SELECT count(*) FROM cars") == "4");
  CHECK(b.query("SELECT cars_id FROM wheels ORDER BY id") == "2\n4");
}

TEST_CASE_TEMPLATE("tables pass their names on, and views go with them", Db, sqlite, postgresql) {
  const renamed b(Db::dialect, R"(
CREATE TABLE draft (id INTEGER NOT NULL PRIMARY KEY, body TEXT);
CREATE TABLE final (id INTEGER NOT NULL PRIMARY KEY, body TEXT, draft_id INTEGER REFERENCES draft (id));
CREATE VIEW bodies AS SELECT d.body AS before, f.body AS after FROM draft d JOIN final f ON f.draft_id = d.id;
INSERT INTO draft VALUES (1, 'rough');
INSERT INTO final VALUES (2, 'fine', 1);
)",
                  R"(
CREATE TABLE final (id INTEGER NOT NULL PRIMARY KEY, body TEXT); -- @renamed from=draft
CREATE TABLE published ( -- @renamed from=final
  id INTEGER NOT NULL PRIMARY KEY, body TEXT,
  final_id INTEGER REFERENCES final (id) -- @renamed from=draft_id
);
CREATE VIEW bodies AS SELECT d.body AS before, f.body AS after FROM final d JOIN published f ON f.final_id = d.id;
)");
  const auto before = b.schema();
  const auto made = b.generate("bbbb");
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  CAPTURE(b.generated("bbbb"));
  b.upgrade();
  CHECK(b.query("SELECT id, body FROM final") == "1|rough");
  CHECK(b.query("SELECT id, body, final_id FROM published") == "2|fine|1");
  CHECK(b.query("SELECT before, after FROM bodies") == "rough|fine");
  CHECK(b.generate("cccc").output == "no differences: nothing was written\n");
  b.downgrade();
  CHECK(b.schema() == before);
  CHECK(b.query("SELECT before, after FROM bodies") == "rough|fine");
}

TEST_CASE_TEMPLATE("columns exchange names, or pass them on, as hints say", Db, sqlite,
                   postgresql) {
  const renamed b(Db::dialect, R"(
CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a INTEGER UNIQUE, b TEXT UNIQUE, x TEXT, y TEXT);
INSERT INTO t VALUES (1, 5, 'five', 'was x', 'was y');
)",
                  R"(
CREATE TABLE t (
  id INTEGER NOT NULL PRIMARY KEY,
  b INTEGER UNIQUE, -- @renamed from=a
  a TEXT UNIQUE,    -- @renamed from=b
  y TEXT,           -- @renamed from=x
  z TEXT            -- @renamed from=y
);)");
  const auto made = b.generate("bbbb");
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  CAPTURE(b.generated("bbbb"));
  b.upgrade();
  CHECK(b.query("SELECT id, b, a, y, z FROM t") == "1|5|five|was x|was y");
  CHECK(b.generate("cccc").output == "no differences: nothing was written\n");
  b.downgrade();
  CHECK(b.query("SELECT id, a, b, x, y FROM t") == "1|5|five|was x|was y");
}

TEST_CASE("hints exchange names that nothing tells apart<sqlite>") {
  const renamed b("sqlite", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INTEGER);",
                  "CREATE TABLE t (id INTEGER PRIMARY KEY,\n"
                  "  a INTEGER, -- @renamed from=b\n"
                  "  b INTEGER, -- @renamed from=a\n"
                  "  c INTEGER);");
  const auto made = b.generate("bbbb");
  CAPTURE(made.errors);
  CHECK(made.status == 1);
  CHECK(made.errors.find("nothing tells whether t.a has been renamed from b already") !=
        std::string::npos);
  CHECK(made.errors.find("models.sql:2") != std::string::npos);
  CHECK(made.errors.find("--rename") != std::string::npos);
  REQUIRE(b.generate("bbbb", {"--rename", "t.a:b", "--rename", "t.b:a"}).status == 0);
}

TEST_CASE_TEMPLATE("where nobody says which table or column it is, each that it may be is named",
                   Db, sqlite) {
  renamed b(Db::dialect, R"(
CREATE TABLE cats (id INTEGER PRIMARY KEY, name TEXT, a TEXT, b INTEGER);
CREATE TABLE dogs (id INTEGER PRIMARY KEY, name TEXT, a TEXT, b INTEGER);
CREATE TABLE kept (id INTEGER PRIMARY KEY, a TEXT, b TEXT, n INTEGER);
)",
            R"(
CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT, a TEXT, b INTEGER);
CREATE TABLE kept (id INTEGER PRIMARY KEY, n INTEGER, c TEXT);
)");
  REQUIRE(b.generate("bbbb").status == 0);
  const auto text = b.read("migrations/bbbb_step.sql");
  CAPTURE(text);
  for (const char* mark :
       {"-- review: drops cats: what is in it is lost (kept with --rename cats:pets)",
        "-- review: drops dogs: what is in it is lost (kept with --rename dogs:pets)",
        "-- review: drops kept.a, kept.b: what is in it is lost (kept with --rename kept.a:c "
        "--rename kept.b:c)"}) {
    CHECK(text.find(mark) != std::string::npos);
  }
}

TEST_CASE_TEMPLATE("a table that went to another schema is kept where the mark's --rename is said",
                   Db, postgresql) {
  renamed b(Db::dialect, R"(
CREATE TABLE people (id serial PRIMARY KEY, email text);
INSERT INTO people (email) VALUES ('ann@x');
)",
            R"(
CREATE SCHEMA app;
CREATE TABLE app.users (id serial PRIMARY KEY, email text);
CREATE TABLE app.people (id serial PRIMARY KEY, email text);
)");
  const auto before = b.schema();
  REQUIRE(b.generate("bbbb").status == 0);
  CHECK(b.read("migrations/bbbb_step.sql")
            .find("-- review: drops people: what is in it is lost (kept with --rename "
                  "people:app.people)") != std::string::npos);
  std::filesystem::remove(b.path("migrations/bbbb_step.sql"));
  const auto made = b.generate("bbbb", {"--rename", "people:app.users"});
  CAPTURE(made.errors);
  REQUIRE(made.status == 0);
  const auto text = b.generated("bbbb");
  CHECK(text.find("ALTER TABLE people SET SCHEMA app") != std::string::npos);
  b.upgrade();
  CHECK(b.query("SELECT email FROM app.users") == "ann@x");
  b.downgrade();
  CHECK(b.schema() == before);
  CHECK(b.query("SELECT email FROM people") == "ann@x");
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
