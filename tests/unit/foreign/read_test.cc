#include <doctest/doctest.h>

#include <retort/error.h>

#include "foreign/migration.h"

namespace retort::foreign {
namespace {

using files = std::vector<source_file>;

source_file file(const std::string& name, const std::string& content) {
  return {name, "db/" + name, content};
}

migration only(tool which, const files& all) {
  auto read_all = read(which, all);
  REQUIRE(read_all.migrations.size() == 1);
  return read_all.migrations.front();
}

/// The message of what reading the files throws, and where.
std::string refusal(tool which, const files& all) {
  try {
    for (const auto& one : read(which, all).migrations) write(one, "");
  } catch (const error& problem) {
    return problem.where.line == 0 ? std::string(problem.what())
                                   : problem.where.file + ":" + std::to_string(problem.where.line) +
                                         ": " + problem.what();
  }
  return "nothing is wrong";
}

std::string versions(tool which, const files& all) {
  std::string list;
  for (const auto& one : read(which, all).migrations) list += one.version + " ";
  return list;
}

TEST_CASE("whose files they are") {
  CHECK(find_tool({file("1_a.sql", "-- migrate:up\n")}, "db") == tool::dbmate);
  CHECK(find_tool({file("1_a.sql", "-- +goose Up\n"), file("x.sql", "")}, "db") == tool::goose);
  CHECK(find_tool({file("1_a.up.sql", "")}, "db") == tool::golang_migrate);
  CHECK(find_tool({file("sub/V1__a.sql", "")}, "db") == tool::flyway);
  CHECK(find_tool({file("2020-01-01-000000_a/up.sql", "")}, "db") == tool::diesel);
}

TEST_CASE("files of no tool, or of several, are refused") {
  CHECK_THROWS_WITH_AS(find_tool({file("a.sql", "")}, "db"),
                       "db holds no migrations of a tool that can be imported, so nothing is "
                       "imported",
                       error);
  CHECK_THROWS_WITH_AS(
      find_tool({file("1_a.sql", "-- +goose Up\n"), file("V1__a.sql", "")}, "db"),
      "db could be of several tools, so nothing is imported: goose (1_a.sql), flyway (V1__a.sql)",
      error);
}

TEST_CASE("the files are written as Retort's own") {
  auto made = only(tool::dbmate, {file("20240131120000_add_phone.sql",
                                       "-- The phone.\r\n\r\n-- migrate:up transaction:false\r\n"
                                       "SELECT 'a\n-- b';\n-- migrate:down\nSELECT 2")});
  CHECK(write(made, "aaaa") ==
        "-- add phone\n--\n-- revision: 20240131120000\n-- down_revision: aaaa\n"
        "-- created: 2024-01-31T12:00:00Z\n\n-- migrate:up transaction:false\n-- The phone.\n\n"
        "SELECT 'a\n-- b';\n-- migrate:down\nSELECT 2\n");
  made.down.reset();
  made.head.clear();
  made.created.reset();
  CHECK(write(made, "") ==
        "-- add phone\n--\n-- revision: 20240131120000\n\n-- migrate:up transaction:false\n"
        "SELECT 'a\n-- b';\n");
}

TEST_CASE("a name that would read as a key of the header stays the message") {
  const auto made = only(tool::dbmate, {file("1_created:_x.sql", "-- migrate:up\n")});
  CHECK(write(made, "").starts_with("-- message: created: x\n"));
}

TEST_CASE("a moment is one that is in the calendar") {
  const auto created = [](const std::string& version) {
    return only(tool::dbmate, {file(version + "_a.sql", "-- migrate:up\n")}).created.has_value();
  };
  CHECK(created("20240229000000"));
  CHECK_FALSE(created("20230229000000"));
  CHECK_FALSE(created("20230228250000"));
  CHECK_FALSE(created("2023022800000"));
}

TEST_CASE("dbmate: the order of names, a missing down and an empty one") {
  const files all = {file("2_b.sql", "-- migrate:up\nB;\n"),
                     file("10_c.sql", "-- migrate:up\nC;\n-- migrate:down\n"),
                     file("schema.sql", "CREATE TABLE t (id INTEGER);")};
  CHECK(versions(tool::dbmate, all) == "10 2 ");
  const auto result = read(tool::dbmate, all);
  CHECK(result.migrations[0].down->sql.empty());
  CHECK_FALSE(result.migrations[1].down.has_value());
  CHECK(result.notes ==
        std::vector<std::string>{"db/schema.sql is no migration of dbmate and left out"});
}

TEST_CASE("dbmate: what is refused") {
  const auto refused = [](const std::string& text) {
    return refusal(tool::dbmate, {file("1_a.sql", text)});
  };
  CHECK(refused("SELECT 1;\n") ==
        "db/1_a.sql:1: the file does not begin with `-- migrate:up`, so nothing is imported");
  CHECK(refused("SELECT 1;\n-- migrate:up\n") ==
        "db/1_a.sql:1: SQL above `-- migrate:up`, so nothing is imported");
  CHECK(refused("-- migrate:up\n-- migrate:down\n-- migrate:up\n")
            .starts_with("db/1_a.sql:3: a block too many"));
  CHECK(refused("-- migrate:up env:SECRET\n")
            .starts_with("db/1_a.sql:1: the option 'env:SECRET' of dbmate has no meaning here"));
  CHECK(refused("-- migrate:up\nSELECT 'x;\n") == "db/1_a.sql:2: unterminated string");
  CHECK(refused("-- migrate:up\n\\i other.sql\n").starts_with("db/1_a.sql:2: '\\i' is a command"));
  CHECK(refusal(tool::dbmate,
                {file("1_a.sql", "-- migrate:up\n"), file("1_b.sql", "-- migrate:up\n")}) ==
        "version 1 is there twice, so nothing is imported: db/1_a.sql and db/1_b.sql");
}

TEST_CASE("goose: annotations go, and a statement without a semicolon gets one") {
  const auto made = only(tool::goose, {file("00001_a.sql",
                                            "-- Head\n-- +goose Up\n-- +goose StatementBegin\n"
                                            "CREATE TRIGGER t AFTER INSERT ON x BEGIN\n"
                                            "  SELECT 1;\nEND -- end\n-- +goose StatementEnd\n"
                                            "SELECT 2;\n-- +goose Down\n-- +goose StatementBegin\n"
                                            "SELECT 3;\n-- +goose StatementEnd\n")});
  CHECK(made.head == "-- Head\n");
  CHECK(made.up.sql ==
        "CREATE TRIGGER t AFTER INSERT ON x BEGIN\n  SELECT 1;\nEND -- end\n;\nSELECT 2;\n");
  CHECK(made.down->sql == "SELECT 3;\n");
  CHECK(made.up.transaction);
}

TEST_CASE("goose: NO TRANSACTION is for both directions, wherever it stands") {
  const auto made = only(tool::goose, {file("1_a.sql",
                                            "-- +goose Up\n-- +goose NO TRANSACTION\n"
                                            "SELECT 1;\n-- +goose Down\nSELECT 2;\n")});
  CHECK_FALSE(made.up.transaction);
  CHECK_FALSE(made.down->transaction);
}

TEST_CASE("goose: what is refused") {
  const auto refused = [](const std::string& text) {
    return refusal(tool::goose, {file("1_a.sql", text)});
  };
  CHECK(refused("SELECT 1;\n") ==
        "db/1_a.sql:1: the file has no `-- +goose Up`, so nothing is imported");
  CHECK(refused("SELECT 1;\n-- +goose Up\n") ==
        "db/1_a.sql:1: SQL above `-- +goose Up`, so nothing is imported");
  CHECK(refused("-- +goose Up\n-- +goose ENVSUB ON\n")
            .starts_with("db/1_a.sql:2: the file takes values from environment variables"));
  CHECK(refused("-- +goose Up\n-- +goose Sideways\n") ==
        "db/1_a.sql:2: unknown annotation of goose 'sideways', so nothing is imported");
  CHECK(refused("-- +goose Down\n-- +goose Up\n").starts_with("db/1_a.sql:1: `-- +goose Up` and"));
  CHECK(refused("-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n")
            .starts_with("db/1_a.sql:2: a `-- +goose StatementBegin` without its end"));
  CHECK(refused("-- +goose Up\n-- +goose StatementEnd\n")
            .starts_with("db/1_a.sql:2: a `-- +goose StatementEnd` without its beginning"));
  CHECK(
      refused("-- +goose Up\nSELECT 1;\n-- migrate: up to here\n")
          .starts_with("db/1_a.sql:3: a comment that Retort would take for a section's beginning"));
  CHECK(refusal(tool::goose,
                {file("1_a.sql", "-- +goose Up\n"), file("2_b.go", ""), file("2_b_test.go", "")}) ==
        "2_b.go is one of the migrations in Go, which cannot become SQL, so nothing is imported");
}

std::string imported(const std::string& sql) {
  const auto made = only(tool::golang_migrate, {file("1_a.up.sql", sql)});
  return (made.up.transaction ? "" : "transaction:false ") + made.up.sql;
}

TEST_CASE("BEGIN and COMMIT around everything go") {
  CHECK(imported("BEGIN;\nSELECT 1;\nCOMMIT;\n") == "SELECT 1;\n");
  CHECK(imported("-- x\nbegin transaction ;  \nSELECT 1;\n  end;\n") == "-- x\nSELECT 1;\n");
  CHECK(imported("BEGIN; SELECT 1; COMMIT") == " SELECT 1; ");
  CHECK(imported("START TRANSACTION;\nCOMMIT; -- all\n") == " -- all\n");
  CHECK(imported("BEGIN IMMEDIATE;\nCREATE TRIGGER t AFTER INSERT ON x BEGIN\n SELECT 1;\nEND;\n"
                 "COMMIT;\n") == "CREATE TRIGGER t AFTER INSERT ON x BEGIN\n SELECT 1;\nEND;\n");
  CHECK(imported("BEGIN;\nDO $$ BEGIN PERFORM 1; END $$;\nCOMMIT;\n") ==
        "DO $$ BEGIN PERFORM 1; END $$;\n");
}

TEST_CASE("other transactions are kept, outside one") {
  for (const std::string sql :
       {"PRAGMA x;\nBEGIN;\nSELECT 1;\nCOMMIT;\n", "BEGIN;\nCOMMIT;\nBEGIN;\nCOMMIT;\n",
        "BEGIN ISOLATION LEVEL SERIALIZABLE;\nCOMMIT;\n", "BEGIN;\nROLLBACK;\n"}) {
    CHECK(imported(sql) == "transaction:false " + sql);
  }
}

TEST_CASE("what neither transaction nor END is stays in one") {
  for (const std::string sql : {"CREATE TRIGGER t AFTER INSERT ON x BEGIN\n SELECT 1;\nEND;\n",
                                "CREATE FUNCTION f() RETURNS void AS $$\nBEGIN\n PERFORM "
                                "1;\nEND;\n$$ LANGUAGE plpgsql;\n"}) {
    CHECK(imported(sql) == sql);
  }
}

TEST_CASE("what refuses a transaction runs outside one") {
  for (const std::string sql :
       {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a);\n", "DROP INDEX CONCURRENTLY i;\n",
        "VACUUM;\n", "ALTER TABLE p DETACH PARTITION q CONCURRENTLY;\n"}) {
    CHECK(imported(sql) == "transaction:false " + sql);
  }
  const std::string plain = "REFRESH MATERIALIZED VIEW CONCURRENTLY v;\n";
  CHECK(imported(plain) == plain);
}

TEST_CASE("golang-migrate: pairs in the order of their numbers") {
  const files all = {file("10_c.up.sql", "C;"), file("10_c.down.sql", ""), file("2_b.up.sql", "B;"),
                     file("9_only.down.sql", "D;"), file("2_b.up.txt", "")};
  CHECK(versions(tool::golang_migrate, all) == "2 9 10 ");
  const auto result = read(tool::golang_migrate, all);
  CHECK_FALSE(result.migrations[0].down.has_value());
  CHECK(result.migrations[1].down->sql == "D;");
  CHECK(result.migrations[2].down->sql.empty());
  CHECK(result.notes ==
        std::vector<std::string>{"db/9_only.down.sql has no up file: its upgrade does nothing"});
  CHECK(refusal(tool::golang_migrate, {file("1_a.up.sql", ""), file("01_b.up.sql", "")})
            .starts_with("version 1 is there twice"));
}

TEST_CASE("Flyway: versions, undos, and repeatables behind them") {
  const files all = {file("R__b_view.sql", "RB;"),   file("R__a_view.sql", "RA;"),
                     file("V1.10__ten.sql", "TEN;"), file("V1_2__two.sql", "TWO;"),
                     file("U1.2__two.sql", "UNDO;"), file("more/V1__one.sql", "ONE;"),
                     file("U7__none.sql", ""),       file("beforeMigrate.sql", "")};
  CHECK(versions(tool::flyway, all) == "1 1.2 1.10 R__a_view R__b_view ");
  const auto result = read(tool::flyway, all);
  CHECK(result.migrations[1].down->sql == "UNDO;");
  CHECK_FALSE(result.migrations[0].down.has_value());
  CHECK(result.migrations[3].message == "a view");
  CHECK(result.notes ==
        std::vector<std::string>{
            "db/R__b_view.sql is repeatable for Flyway; here it runs once, behind the others",
            "db/R__a_view.sql is repeatable for Flyway; here it runs once, behind the others",
            "db/beforeMigrate.sql is no migration of Flyway and left out",
            "db/U7__none.sql undoes a version that is not there and is left out"});
}

TEST_CASE("Flyway: the newest baseline begins") {
  const auto result = read(
      tool::flyway, {file("B2__all.sql", "B2;"), file("B3__all.sql", "B3;"), file("V1__a.sql", ""),
                     file("V3__c.sql", ""), file("V4__d.sql", "D;"), file("U3__c.sql", "")});
  REQUIRE(result.migrations.size() == 2);
  CHECK(result.migrations[0].up.sql == "B3;");
  CHECK(result.migrations[1].version == "4");
  CHECK(result.notes == std::vector<std::string>{
                            "db/B2__all.sql is left out: the baseline db/B3__all.sql stands for it",
                            "db/V1__a.sql is left out: the baseline db/B3__all.sql stands for it",
                            "db/V3__c.sql is left out: the baseline db/B3__all.sql stands for it",
                            "db/U3__c.sql is left out: a baseline stands for what it undoes"});
}

TEST_CASE("Flyway: configuration of a script, and placeholders") {
  const auto made = only(
      tool::flyway, {file("V1__a.sql", "SELECT '${x}';"), file("V1__a.sql.conf",
                                                               "# c\nexecuteInTransaction = false\n"
                                                               "placeholderReplacement=false\n")});
  CHECK_FALSE(made.up.transaction);
  CHECK_FALSE(only(tool::flyway, {file("V1__a.sql", "-- flyway:executeInTransaction=false\nA;")})
                  .up.transaction);
  CHECK(refusal(tool::flyway, {file("V1__a.sql", "A;\nB ${schema};")}) ==
        "db/V1__a.sql:2: the placeholder ${schema} has no value outside Flyway, so nothing is "
        "imported");
  CHECK(refusal(tool::flyway, {file("V1__a.sql", ""), file("V2__B.java", "")}) ==
        "V2__B.java cannot become SQL, so nothing is imported");
}

TEST_CASE("diesel: folders, by their versions without dashes") {
  const files all = {
      file("2020-01-02-030405_create_posts/up.sql", "UP;"),
      file("2020-01-02-030405_create_posts/down.sql", "DOWN;"),
      file("2020-01-02-030405_create_posts/metadata.toml", "# x\nrun_in_transaction = false # y\n"),
      file("00000000000000_diesel_initial_setup/up.sql", "")};
  CHECK(versions(tool::diesel, all) == "00000000000000 20200102030405 ");
  const auto result = read(tool::diesel, all);
  CHECK_FALSE(result.migrations[1].up.transaction);
  CHECK_FALSE(result.migrations[1].down->transaction);
  CHECK(result.migrations[1].message == "create posts");
  CHECK(result.migrations[1].created->tm_sec == 5);
  CHECK_FALSE(result.migrations[0].down.has_value());
  CHECK_FALSE(result.migrations[0].created.has_value());
}

TEST_CASE("a byte order mark goes, and what is not UTF-8 is refused") {
  CHECK(imported("\xEF\xBB\xBFSELECT 1;\r\nSELECT 2;") == "SELECT 1;\nSELECT 2;");
  CHECK(refusal(tool::golang_migrate, {file("1_a.up.sql", "A;\n\xFF")}) ==
        "db/1_a.up.sql:2: the file is not UTF-8 (byte 0xff)");
}

}  // namespace
}  // namespace retort::foreign
