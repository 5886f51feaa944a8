#include <doctest/doctest.h>

#include "foreign/version.h"

namespace retort::foreign {
namespace {

TEST_CASE("a legal version is the revision's id, any other becomes one") {
  CHECK(revision_of("20240101120000") == "20240101120000");
  CHECK(revision_of("1.2.10") == "1.2.10");
  CHECK(revision_of("R__my_view") == "R__my_view");
  const auto long_one = revision_of("R__a_view_with_a_name_that_is_longer_than_an_id");
  CHECK(long_one.size() == 12);
  CHECK(long_one == revision_of("R__a_view_with_a_name_that_is_longer_than_an_id"));
  CHECK(revision_of("R__a b").size() == 12);
}

TEST_CASE("numbers are compared as numbers, of any length") {
  CHECK(runs_before(tool::golang_migrate, "2", "10"));
  CHECK(runs_before(tool::goose, "00009", "10"));
  CHECK_FALSE(runs_before(tool::goose, "10", "0010"));
  CHECK(runs_before(tool::goose, "99999999999999999999999998", "99999999999999999999999999"));
  CHECK(is_revision_of(tool::goose, "00001", "1"));
  CHECK_FALSE(is_revision_of(tool::goose, "00010", "1"));
}

TEST_CASE("Flyway's versions are compared part by part") {
  CHECK(runs_before(tool::flyway, "1.2", "1.10"));
  CHECK(runs_before(tool::flyway, "1.9", "2"));
  CHECK(runs_before(tool::flyway, "1", "1.0.1"));
  CHECK_FALSE(runs_before(tool::flyway, "1", "1.0"));
  CHECK(is_revision_of(tool::flyway, "1.0", "1"));
  CHECK(is_revision_of(tool::flyway, "001.2", "1.02"));
}

TEST_CASE("dbmate and diesel go by text") {
  CHECK(runs_before(tool::dbmate, "10", "2"));
  CHECK_FALSE(is_revision_of(tool::dbmate, "01", "1"));
}

}  // namespace
}  // namespace retort::foreign
