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

}  // namespace
}  // namespace retort::conformance
