#include "diff/type_losses.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "unit/diff/schemas.h"

namespace retort::diff {
namespace {

using base::sql_flavour;

struct lossy_change {
  const char* from;
  const char* to;
  const char* loss;
};

/// What follows the column and its type.
std::string loss(const std::string& from, const std::string& to,
                 sql_flavour flavour = sql_flavour::postgresql) {
  const auto text = loss_by_type({"shop", "goods"}, testing::column("price", from),
                                 testing::column("price", to), flavour);
  const auto lead = "shop.goods.price becomes " + to + ": ";
  if (text.empty()) return text;
  CHECK(text.starts_with(lead));
  return text.substr(lead.size());
}

// Tried on PostgreSQL 15: what is not marked keeps every value, or fails for those that do not fit.
TEST_CASE("PostgreSQL: types that round or cut") {
  constexpr auto rounded = "what it has no digits for is rounded away";
  for (const auto& one : std::vector<lossy_change>{
           {"numeric(10,3)", "numeric(10,1)", ""},
           {"numeric", "numeric(20,5)", ""},
           {"numeric(10,3)", "integer", ""},
           {"numeric", "bigint", ""},
           {"numeric", "double precision", ""},
           {"numeric(16,0)", "double precision", ""},
           {"numeric", "money", ""},
           {"money", "integer", ""},
           {"double precision", "real", ""},
           {"double precision", "numeric", ""},
           {"real", "numeric(10,2)", ""},
           {"real", "smallint", ""},
           {"bigint", "double precision", ""},
           {"integer", "real", ""},
           {"numeric(10,3)[]", "numeric(10,1)[]", ""},
       }) {
    CAPTURE(one.from);
    CAPTURE(one.to);
    CHECK(loss(one.from, one.to) == rounded);
  }
  CHECK(loss("timestamp(3) with time zone", "timestamp(3) without time zone") ==
        "moments become the time of day in the session's time zone");
  CHECK(loss("timestamp without time zone", "timestamp with time zone").empty());
  CHECK(loss("uuid", "bigint") == "only the last digits stay");
  CHECK(loss("boolean", "timestamp with time zone") ==
        "true becomes the time of the migration, false no time");
  CHECK(loss("date", "boolean") == "only whether there is a time stays");
  for (const auto& one : std::vector<lossy_change>{
           {"numeric(10,3)", "numeric(12,3)", ""},
           {"numeric(10,3)", "numeric(5,3)", ""},
           {"numeric(10,0)", "integer", ""},
           {"numeric(5,2)", "real", ""},
           {"numeric(10,3)", "text", ""},
           {"bigint", "integer", ""},
           {"integer", "double precision", ""},
           {"smallint", "real", ""},
           {"integer", "numeric(5,2)", ""},
           {"real", "double precision", ""},
           {"character varying(20)", "character varying(5)", ""},
           {"text", "character(5)", ""},
           {"bit varying(8)", "bit varying(4)", ""},
           {"timestamp(3) without time zone", "timestamp without time zone", ""},
           {"timestamp without time zone", "timestamp with time zone", ""},
           {"date", "timestamp with time zone", ""},
           {"interval day", "interval", ""},
           {"interval hour", "interval second", ""},
           {"integer[]", "bigint[]", ""},
           {"integer[]", "text", ""},
           {"jsonb", "json", ""},
           {"jsonb", "integer[]", ""},
           {"shop.mood", "text", ""},
           {"text", "json", ""},
           {"text", "shop.mood", ""},
           {"timestamp(0) without time zone", "integer", ""},
           {"timestamp with time zone", "numeric", ""},
           {"date", "integer", ""},
           {"integer", "timestamp with time zone", ""},
           {"integer", "bit(32)", ""},
       }) {
    CAPTURE(one.from);
    CAPTURE(one.to);
    CHECK(loss(one.from, one.to) == "");
  }
  for (const auto& one : {
           lossy_change{"timestamp with time zone", "date", "the time of day is lost"},
           lossy_change{"timestamp without time zone", "time without time zone",
                        "the date is lost"},
           lossy_change{"timestamp without time zone", "timestamp(2) with time zone",
                        "fractions of seconds are rounded"},
           lossy_change{"time(4) without time zone", "time(1) without time zone",
                        "fractions of seconds are rounded"},
           lossy_change{"time with time zone", "time without time zone", "the time zone is lost"},
           lossy_change{"interval", "interval(1)", "fractions of seconds are rounded"},
           lossy_change{"interval", "interval day to hour",
                        "what is less than its last field is lost"},
           lossy_change{"interval", "time without time zone", "the days are lost"},
           lossy_change{"integer", "boolean", "all numbers but 0 become true"},
           lossy_change{"integer[]", "integer", "only the first element of each array stays"},
           lossy_change{"text[]", "jsonb", "arrays that do not begin with 1 do so"},
           lossy_change{"jsonb", "text[]", "only the text of each element stays"},
           lossy_change{"json", "jsonb", "repeated keys are lost"},
           lossy_change{"inet", "cidr", "the host's bits are lost"},
           lossy_change{"text", "name", "longer values are cut"},
           lossy_change{"numeric", "boolean", "all numbers but 0 become true"},
           lossy_change{"timestamp without time zone", "integer",
                        "fractions of seconds are rounded"},
           lossy_change{"timestamp with time zone", "numeric(12,3)",
                        "fractions of seconds are rounded"},
           lossy_change{"timestamp without time zone", "real", rounded},
           lossy_change{"time without time zone", "bigint", "fractions of seconds are rounded"},
           lossy_change{"time with time zone", "integer", "the time zone is lost"},
           lossy_change{"interval", "integer", "months become 30 days, and all of it seconds"},
           lossy_change{"integer", "date", "the time of day is lost"},
           lossy_change{"bigint", "time without time zone", "the days are lost"},
           lossy_change{"double precision", "timestamp with time zone",
                        "fractions of seconds are rounded"},
           lossy_change{"integer", "bit(4)", "only the last bits stay"},
           lossy_change{"text", "integer",
                        "text that looks like a number becomes one ('007' is 7)"},
           lossy_change{"character varying(9)", "boolean",
                        "only what each text means stays, not how it was written"},
           lossy_change{"text", "jsonb", "only what each text means stays, not how it was written"},
       }) {
    CAPTURE(one.from);
    CAPTURE(one.to);
    CHECK(loss(one.from, one.to) == one.loss);
  }
}

TEST_CASE("SQLite: affinities that make something else of a value") {
  constexpr auto number = "text that looks like a number becomes one ('007' is 7)";
  constexpr auto digits = "digits of real numbers behind the 15th are rounded away";
  constexpr auto integers = "integers of more than 15 digits are rounded";
  for (const auto& one : {
           lossy_change{"TEXT", "INTEGER", number},
           lossy_change{"VARCHAR(10)", "REAL", number},
           lossy_change{"", "DECIMAL(5,2)", number},
           lossy_change{"DOUBLE", "TEXT", digits},
           lossy_change{"NUMERIC", "VARCHAR(9)", digits},
           lossy_change{"BIGINT", "FLOAT", integers},
           lossy_change{"DATE", "REAL", integers},
           lossy_change{"INTEGER", "TEXT", ""},
           lossy_change{"REAL", "INTEGER", ""},
           lossy_change{"TEXT", "BLOB", ""},
           lossy_change{"BLOB", "TEXT", ""},
           lossy_change{"VARCHAR(20)", "VARCHAR(5)", ""},
           lossy_change{"INTEGER", "BIGINT", ""},
       }) {
    CAPTURE(one.from);
    CAPTURE(one.to);
    CHECK(loss(one.from, one.to, sql_flavour::sqlite) == one.loss);
  }
  CHECK(loss_by_type({"", "t"}, testing::column("a", "REAL"), testing::column("a", "TEXT"),
                     sql_flavour::sqlite) == "t.a becomes TEXT: " + std::string(digits));
}

}  // namespace
}  // namespace retort::diff
