#include <doctest/doctest.h>
#include <fmt/format.h>
#include <retort/data.h>
#include <retort/migration.h>
#include <retort/operations.h>

#include <string>

#include "conformance/place.h"

namespace retort::conformance {
namespace {

TEST_CASE("a backfill walks by the operators that sort its key, whatever else the path has") {
  on_both([](const place& where) {
    if (where.url().starts_with("sqlite")) return;
    where.execute(
        "CREATE EXTENSION citext; CREATE DOMAIN label AS varchar(9); CREATE TYPE mood AS ENUM "
        "('sad', 'ok'); CREATE FUNCTION caught(varchar, varchar) RETURNS boolean LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$; CREATE FUNCTION caught(label, label) "
        "RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'caught'; END $$");
    for (const char* op : {">", "<=", "=", "<"}) {
      for (const char* type : {"varchar", "label"}) {
        where.execute(
            fmt::format("CREATE OPERATOR {0} (LEFTARG = {1}, RIGHTARG = {1}, FUNCTION = "
                        "caught)",
                        op, type));
      }
    }
    for (const std::string key :
         {"v varchar", "v label", "v citext", "v mood", "v citext, w varchar",
          "w varchar, v citext", "v mood, w label"}) {
      CAPTURE(key);
      where.execute(fmt::format("CREATE TABLE many ({}, n integer DEFAULT 0)", key));
      const bool is_pair = key.find("w ") != std::string_view::npos;
      const std::string rows = is_pair ? "(v, w) VALUES ('ok', 'a'), ('ok', 'b'), ('sad', 'b'), "
                                         "('sad', 'c')"
                                       : "(v) VALUES ('ok'), ('sad')";
      where.execute("INSERT INTO many " + rows);
      // Case counts in pg_catalog's order of texts, and not in that of citext.
      const bool is_citext = key.find("citext") != std::string_view::npos;
      if (is_citext) where.execute("UPDATE many SET v = 'SAD' WHERE v::text = 'sad'");
      static const migration pair = {.upgrade = [](operations& op) {
        op.backfill("many", "n = n + 1").batches_of(1).by({"v", "w"});
      }};
      static const migration single = {.upgrade = [](operations& op) {
        op.backfill("many", "n = n + 1").batches_of(1).by({"v"});
      }};
      upgrade(where, {is_pair ? &pair : &single});
      CHECK(where.value("SELECT sum(n) = count(*) FROM many") == "t");
      CHECK(where.value("SELECT max(n) FROM many") == "1");
      where.execute("DROP TABLE many; DROP TABLE retort_version; DROP TABLE retort_journal");
    }
  });
}

/// Refuses without a word to update the row with `id` 3.
void skip_third_row(const place& where) {
  if (where.url().starts_with("sqlite")) {
    where.execute(
        "CREATE TRIGGER skip BEFORE UPDATE ON many WHEN old.id = 3 BEGIN SELECT raise(IGNORE); "
        "END");
  } else {
    where.execute(
        "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
        "CREATE TRIGGER skip BEFORE UPDATE ON many FOR EACH ROW WHEN (old.id = 3) EXECUTE FUNCTION "
        "skip()");
  }
}

TEST_CASE("a backfill does not pass rows that a trigger keeps from being updated") {
  on_both([](const place& where) {
    static const migration many = {.upgrade = [](operations& op) {
      op.create_table("many",
                      {column("id", types::integer).primary_key(), column("n", types::integer)});
      op.bulk_insert("many", {"id"}, {{1}, {2}, {3}, {4}, {5}});
    }};
    static const migration fill = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                     op.backfill("many", "n = id", "n IS NULL").batches_of(2);
                                   }};
    // All of them are the last batch.
    static const migration fill_at_once = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                             op.backfill("many", "n = id", "n IS NULL");
                                           }};
    upgrade(where, {&many});
    skip_third_row(where);
    for (const auto* one : {&fill_at_once, &fill}) {
      const auto problem = failure_of([&] { upgrade(where, {&many, one}); });
      CHECK(std::string(problem.what()) ==
            "upgrade to m1 failed: the backfill of many left 1 row as it was: trigger skip of many "
            "kept it from being updated");
      CHECK(problem.hint ==
            "let `where` leave such rows out, or take the trigger away before the backfill and "
            "make it anew behind it");
      const bool is_in_batches = one == &fill;
      CHECK(where.value("SELECT count(*) FROM many WHERE n IS NULL") ==
            (is_in_batches ? "3" : "5"));
    }
    where.execute(where.url().starts_with("sqlite") ? "DROP TRIGGER skip"
                                                    : "DROP TRIGGER skip ON many");
    upgrade(where, {&many, &fill});
    CHECK(where.value("SELECT count(*) FROM many WHERE n IS NULL") == "0");
  });
}

TEST_CASE("a backfill does not pass rows that an ON CONFLICT IGNORE leaves as they were") {
  const sqlite_place where;
  static const migration many = {.upgrade = [](operations& op) {
    op.execute(
        "CREATE TABLE many (id INTEGER PRIMARY KEY, n INTEGER UNIQUE ON CONFLICT IGNORE);"
        "INSERT INTO many (id) VALUES (1), (2), (3)");
  }};
  static const migration fill = {.down_revision = {"m0"}, .upgrade = [](operations& op) {
                                   op.backfill("many", "n = id / 2", "n IS NULL");
                                 }};
  upgrade(where, {&many});
  CHECK(std::string(failure_of([&] {
                      upgrade(where, {&many, &fill});
                    }).what()) ==
        "upgrade to m1 failed: the backfill of many left 1 row as it was: an ON CONFLICT clause of "
        "many kept it from being updated");
}

}  // namespace
}  // namespace retort::conformance
