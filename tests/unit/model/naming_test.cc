#include "model/naming.h"

#include <doctest/doctest.h>
#include <retort/error.h>

using namespace retort::model;

TEST_CASE("the names of a convention") {
  const naming_subject subject = {"pets", {"owner", "kind"}, "people", {"id"}};
  struct example {
    const char* name_template;
    const char* name;
  };
  const example examples[] = {
      {"", ""},
      {"fixed", "fixed"},
      {"@table_name@", "pets"},
      {"ix_@column_0_label@", "ix_pets_owner"},
      {"uq_@table_name@_@column_0_N_name@", "uq_pets_owner_kind"},
      {"fk_@table_name@_@column_0_name@_@referred_table_name@_@referred_column_0_name@",
       "fk_pets_owner_people_id"},
      {"a@b", "a@b"},
      {"@nothing@", ""},
  };
  for (const auto& e : examples) {
    CAPTURE(e.name_template);
    CHECK(conventional_name(e.name_template, subject) == e.name);
  }
}

TEST_CASE("what a subject does not have leaves the choice to the database") {
  CHECK(conventional_name("ck_@table_name@_@column_0_name@", {"pets"}).empty());
  CHECK(conventional_name("ck_@table_name@", {"pets"}) == "ck_pets");
}

TEST_CASE("PostgreSQL would cut a longer name") {
  const std::string table(60, 't');
  CHECK(conventional_name("pk_@table_name@", {table}).size() == 63);
  CHECK_THROWS_AS(conventional_name("pk__@table_name@", {table}), retort::error);
}

TEST_CASE("unknown placeholders") {
  CHECK(unknown_naming_token("ix_@column_0_label@").empty());
  CHECK(unknown_naming_token("@table_name@_@colum@_@x@") == "colum");
}

TEST_CASE("one convention over another") {
  naming_convention all = {"ix", "uq", "", "", "a name that is too long for a small string"};
  all.override_with({"other", "", "ck", "", ""});
  CHECK(all ==
        naming_convention{"other", "uq", "ck", "", "a name that is too long for a small string"});
}
