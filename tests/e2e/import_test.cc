#include <fmt/format.h>

#include "e2e/bench.h"

namespace retort::e2e {
namespace {

TEST_SUITE_BEGIN("import");

/// Imports `db`, goes up to the head and down to the base. `after` is asked at the head.
template <class Look>
void there_and_back(const bench& b, const std::string& from, const Look& after) {
  const auto made = b.retort({"import", "db"});
  CHECK_MESSAGE(made.status == 0, made.errors);
  CHECK_MESSAGE(made.output.ends_with(" migrations of " + from + "\n"), made.output);
  CHECK(b.retort({"check", "graph"}).status == 0);
  const auto up = b.retort({"upgrade", "head"});
  CHECK_MESSAGE(up.status == 0, up.errors);
  after();
  const auto down = b.retort({"downgrade", "base"});
  CHECK_MESSAGE(down.status == 0, down.errors);
  CHECK(b.versions().empty());
}

TEST_CASE_TEMPLATE("dbmate", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.write("db/20230101120000_create_users.sql",
          "-- migrate:up\nCREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(255));\n"
          "INSERT INTO users VALUES (1, 'semi;colon');\n\n-- migrate:down\nDROP TABLE users;\n");
  b.write(
      "db/20230201120000_index.sql",
      fmt::format("-- migrate:up transaction:false\nCREATE INDEX {} users_name ON users (name);\n\n"
                  "-- migrate:down transaction:false\nDROP INDEX users_name;\n",
                  b.is_sqlite() ? "" : "CONCURRENTLY"));
  there_and_back(b, "dbmate", [&] {
    CHECK(b.query("SELECT name FROM users") == "semi;colon");
    CHECK(b.has_table("users_name"));
  });
  CHECK_FALSE(b.has_table("users"));
}

TEST_CASE_TEMPLATE("goose", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.write("db/00001_create_users.sql",
          "-- +goose Up\nCREATE TABLE users (id INTEGER PRIMARY KEY, n INTEGER);\n\n"
          "-- +goose Down\nDROP TABLE users;\n");
  const std::string body =
      b.is_sqlite() ? "CREATE TRIGGER tick AFTER INSERT ON users BEGIN\n"
                      "  UPDATE users SET n = 7 WHERE id = new.id;\nEND\n"
                    : "CREATE FUNCTION tick() RETURNS trigger AS $$\nBEGIN\n  NEW.n := 7;\n"
                      "  RETURN NEW;\nEND;\n$$ LANGUAGE plpgsql\n";
  b.write("db/00010_tick.sql",
          "-- +goose Up\n-- +goose StatementBegin\n" + body + "-- +goose StatementEnd\n" +
              (b.is_sqlite() ? ""
                             : "CREATE TRIGGER tick BEFORE INSERT ON users FOR EACH ROW EXECUTE "
                               "FUNCTION tick();\n") +
              "INSERT INTO users (id) VALUES (1);\n\n-- +goose Down\nDROP TRIGGER tick" +
              (b.is_sqlite() ? ";\n" : " ON users;\nDROP FUNCTION tick();\n"));
  b.write("db/00009_more.sql",
          "-- +goose NO TRANSACTION\n-- +goose Up\nALTER TABLE users ADD COLUMN extra INTEGER;\n"
          "-- +goose Down\nALTER TABLE users DROP COLUMN extra;\n");
  there_and_back(b, "goose", [&] { CHECK(b.query("SELECT n FROM users") == "7"); });
  CHECK(b.files("migrations") ==
        std::vector<std::string>{"00001_create_users.sql", "00009_more.sql", "00010_tick.sql"});
}

TEST_CASE_TEMPLATE("golang-migrate", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.write("db/1_create_users.up.sql",
          "BEGIN;\n\nCREATE TABLE users (id INTEGER PRIMARY KEY);\nCREATE TABLE posts (id INTEGER "
          "PRIMARY KEY);\n\nCOMMIT;\n");
  b.write("db/1_create_users.down.sql", "BEGIN;\nDROP TABLE posts;\nDROP TABLE users;\nCOMMIT;\n");
  b.write("db/2_two_steps.up.sql",
          "BEGIN;\nALTER TABLE users ADD COLUMN a INTEGER;\nCOMMIT;\nBEGIN;\nALTER TABLE users ADD "
          "COLUMN b INTEGER;\nCOMMIT;\n");
  b.write("db/2_two_steps.down.sql", "");
  there_and_back(b, "golang-migrate", [&] { CHECK(b.query("SELECT a, b FROM users").empty()); });
  CHECK(b.read("migrations/1_create_users.sql").find("BEGIN") == std::string::npos);
  CHECK(b.read("migrations/2_two_steps.sql").find("-- migrate:up transaction:false\nBEGIN;\n") !=
        std::string::npos);
}

TEST_CASE_TEMPLATE("Flyway", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.write("db/V1__create_users.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY);\n");
  b.write("db/U1__create_users.sql", "DROP TABLE users;\n");
  b.write("db/V1.10__fill.sql", "INSERT INTO users SELECT max(id) + 1 FROM users;\n");
  b.write("db/U1.10__fill.sql", "DELETE FROM users;\n");
  b.write("db/V1_2__first.sql", "INSERT INTO users VALUES (41);\n");
  b.write("db/U1_2__first.sql", "DELETE FROM users;\n");
  b.write("db/V2__vacuum.sql", b.is_sqlite() ? "VACUUM;\n" : "VACUUM users;\n");
  b.write("db/U2__vacuum.sql", "");
  b.write("db/R__names.sql", "CREATE VIEW names AS SELECT id FROM users;\n");
  const auto made = b.retort({"import", "db"});
  CHECK_MESSAGE(made.status == 0, made.errors);
  REQUIRE(b.retort({"upgrade", "head"}).status == 0);
  CHECK(b.query("SELECT id FROM names ORDER BY id") == "41\n42");
  CHECK(b.versions() == "R__names");
  const auto refused = b.retort({"downgrade", "base"});
  CHECK(refused.status == 1);
  CHECK(refused.errors.starts_with("FAILED: R__names cannot be downgraded"));
  b.execute("DROP VIEW names");
  REQUIRE(b.retort({"stamp", "2"}).status == 0);
  CHECK(b.retort({"downgrade", "base"}).status == 0);
  CHECK_FALSE(b.has_table("users"));
}

TEST_CASE_TEMPLATE("diesel", Db, sqlite, postgresql) {
  const bench b(Db::dialect);
  b.write("db/00000000000000_diesel_initial_setup/up.sql",
          "-- This file was automatically created by Diesel.\n\n"
          "-- Sets up a trigger for the given table.\n");
  b.write("db/00000000000000_diesel_initial_setup/down.sql", "-- Nothing.\n");
  b.write("db/2023-05-06-070809_create_posts/up.sql",
          "CREATE TABLE posts (id INTEGER PRIMARY KEY)");
  b.write("db/2023-05-06-070809_create_posts/down.sql", "DROP TABLE posts");
  b.write("db/2023-05-07-000000_vacuum/up.sql", b.is_sqlite() ? "VACUUM" : "VACUUM posts");
  b.write("db/2023-05-07-000000_vacuum/down.sql", "SELECT 1");
  b.write("db/2023-05-07-000000_vacuum/metadata.toml", "run_in_transaction = false\n");
  there_and_back(b, "diesel", [&] { CHECK(b.has_table("posts")); });
  CHECK(b.exists("migrations/20230506070809_create_posts.sql"));
}

void write_dbmate(const bench& b, const std::string& version, const std::string& text) {
  b.write("db/" + version + "_step.sql", text);
}

TEST_CASE("the JSON of import") {
  const bench b("sqlite");
  write_dbmate(b, "1", "-- migrate:up\nSELECT 1;\n");
  write_dbmate(b, "2", "-- migrate:up\nBEGIN;\nROLLBACK;\n-- migrate:down\n");
  b.write("db/x.sql", "");
  CHECK(
      json(b.retort({"import", "db", "--json", "-q"})) ==
      nlohmann::json{
          {"from", "dbmate"},
          {"revisions",
           {{{"revision", "1"}, {"path", "migrations/1_step.sql"}, {"sources", {"db/1_step.sql"}}},
            {{"revision", "2"},
             {"path", "migrations/2_step.sql"},
             {"sources", {"db/2_step.sql"}}}}},
          {"notes",
           {"db/x.sql is no migration of dbmate and left out",
            "db/2_step.sql begins or ends transactions of its own: it runs with "
            "transaction:false"}}});
}

TEST_CASE("imported revisions go behind the one head, or that which is named") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  write_dbmate(b, "1", "-- migrate:up\n");
  write_dbmate(b, "2", "-- migrate:up\n");
  REQUIRE(b.retort({"import", "db"}).status == 0);
  CHECK(b.retort({"history"}).output ==
        "1 -> 2 (head), step\naaaa -> 1, step\n<base> -> aaaa, Step aaaa\n");
  const auto again = b.retort({"import", "db"});
  CHECK(again.status == 1);
  CHECK(again.errors ==
        "FAILED: there is a revision '1' already, so nothing is imported\n"
        "  --> migrations/1_step.sql:3\n  db/1_step.sql would have this id, too\n"
        "  help: nothing is to be done where it was imported before; else give one of them another "
        "id\n");
  b.migration("bbbb", "aaaa", "SELECT 1;", "");
  b.write("db2/3_x.sql", "-- migrate:up\n");
  const auto unclear = b.retort({"import", "db2"});
  CHECK(unclear.status == 2);
  CHECK(unclear.errors ==
        "FAILED: there are 2 heads (2, bbbb), and imported revisions go behind one\n"
        "  help: name it with --head, or merge them first\n");
  CHECK(b.retort({"import", "db2", "--head", "aaaa"}).status == 1);
  CHECK(b.retort({"import", "db2", "--head", "heads"}).status == 2);
  REQUIRE(b.retort({"import", "db2", "--head", "bbbb"}).status == 0);
  CHECK(json(b.retort({"show", "3", "--json"})).at(0)["down_revision"] ==
        nlohmann::json::array({"bbbb"}));
}

TEST_CASE("nothing is written where one of them cannot be") {
  const bench b("sqlite");
  b.migration("aaaa", "", "SELECT 1;", "");
  write_dbmate(b, "1", "-- migrate:up\nSELECT 1;\n");
  write_dbmate(b, "2", "-- migrate:up\nSELECT 'open;\n");
  const auto broken = b.retort({"import", "db"});
  CHECK(broken.status == 1);
  CHECK(broken.errors.starts_with("FAILED: unterminated string\n  --> db/2_step.sql:2:8\n"));
  write_dbmate(b, "2", "-- migrate:up\nSELECT 2;\n");
  b.write("migrations/2_step.sql",
          "-- Two\n-- revision: two\n-- down_revision: aaaa\n-- migrate:up\n");
  CHECK(b.retort({"import", "db"}).errors ==
        "FAILED: migrations/2_step.sql is there already, so nothing is imported\n"
        "  help: move it away\n");
  CHECK(b.files("migrations") == std::vector<std::string>{"2_step.sql", "aaaa_step.sql"});
  b.write("retort.toml",
          "script_location = \"migrations\"\nfile_template = \"same\"\n"
          "[[post_write_hooks]]\ncommand = [\"false\"]\n");
  CHECK(b.tool({"import", "db"}).errors.find("is the name of two revisions") != std::string::npos);
  b.write("retort.toml",
          "script_location = \"migrations\"\nfile_template = \"f@revision@\"\n"
          "[[post_write_hooks]]\ncommand = [\"false\"]\n");
  CHECK(b.tool({"import", "db"}).status == 1);
  CHECK(b.files("migrations").size() == 2);
  b.write("hook", "#!/bin/sh\nkill -TERM $PPID\n");
  REQUIRE(b.program("chmod", {"+x", "hook"}).status == 0);
  b.write("retort.toml",
          "script_location = \"migrations\"\nfile_template = \"f@revision@\"\n"
          "[[post_write_hooks]]\ncommand = [\"./hook\"]\n");
  CHECK(b.tool({"import", "db"}).status == 143);
  CHECK(b.files("migrations").size() == 2);
}

TEST_CASE("what import is called wrongly with") {
  const bench b("sqlite");
  CHECK(b.retort({"import"}).errors ==
        "FAILED: import needs the folder of the other tool's migrations\n"
        "  help: for example `import db/migrations`\n");
  CHECK(b.retort({"import", "nowhere"}).errors ==
        "FAILED: there is no folder nowhere to import\n"
        "  help: name the folder of the other tool's migrations\n");
  b.write("db/notes.txt", "");
  CHECK(b.retort({"import", "db"}).status == 2);
  write_dbmate(b, "1", "-- migrate:up\n");
  b.write("db/V1__a.sql", "");
  const auto both = b.retort({"import", "db"});
  CHECK(both.status == 2);
  CHECK(both.errors ==
        "FAILED: db could be of several tools, so nothing is imported: dbmate (1_step.sql), flyway "
        "(V1__a.sql)\n  help: say which: --from dbmate\n");
  CHECK(b.retort({"import", "db", "--from", "diesel"})
            .errors.starts_with(
                "FAILED: db holds no migrations of diesel, so nothing is imported\n"));
  CHECK(b.retort({"import", "db", "--from", "rails"}).status == 2);
  CHECK(b.tool({"import", "db", "--script-location", "./db"})
            .errors.starts_with(
                "FAILED: db is the folder that Retort's own migrations are read from\n"));
  CHECK_FALSE(b.exists("migrations"));
  CHECK(b.retort({"import", "db", "--from", "flyway"}).output ==
        "created migrations/1_a.sql\nimported 1 migrations of flyway\n");
}

TEST_CASE("a runner imports into a folder of its sources") {
  const bench b("sqlite");
  b.write("new/.keep", "");
  write_dbmate(b, "1", "-- migrate:up\n");
  CHECK(b.runner({"import", "db", "--version-path", "new"}).status == 0);
  CHECK(b.read("new/1_step.sql").find("-- down_revision: 20250605\n") != std::string::npos);
}

TEST_SUITE_END();

}  // namespace
}  // namespace retort::e2e
