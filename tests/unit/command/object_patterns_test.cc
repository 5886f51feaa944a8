#include "command/object_patterns.h"

#include <doctest/doctest.h>

using retort::command::pattern_filter;
using retort::model::filter_subject;
using patterns = std::vector<std::string>;

namespace {

const filter_subject users_table = {"table", {"", "users"}, {}};
const filter_subject audit_log = {"table", {"audit", "log"}, {}};
const filter_subject a_view = {"view", {"", "users_v"}, {}};
const filter_subject an_index = {"index", {"", "tmp_ix"}, {"", "users"}};
const filter_subject a_column = {"column", {"", "email"}, {"", "users"}};

bool kept(const patterns& include, const patterns& exclude, const filter_subject& subject) {
  return pattern_filter(include, exclude)(subject);
}

}  // namespace

TEST_CASE("without patterns there is no filter") { CHECK_FALSE(pattern_filter({}, {})); }

TEST_CASE("what a pattern matches") {
  struct example {
    const char* pattern;
    const filter_subject* subject;
    bool matches;
  };
  const example examples[] = {
      {"users", &users_table, true},      {"user", &users_table, false},
      {"u*", &users_table, true},         {"*s", &users_table, true},
      {"u?ers", &users_table, true},      {"*", &users_table, true},
      {"u*x", &users_table, false},       {"users", &a_view, false},
      {"users*", &a_view, true},          {"table:users*", &a_view, false},
      {"view:users*", &a_view, true},     {"log", &audit_log, true},
      {"audit.*", &audit_log, true},      {"other.*", &audit_log, false},
      {"tmp_*", &an_index, false},        {"index:tmp_*", &an_index, true},
      {"index:users.*", &an_index, true}, {"column:users.email", &a_column, true},
      {"column:email", &a_column, true},  {"column:users.name", &a_column, false},
  };
  for (const auto& e : examples) {
    CAPTURE(e.pattern);
    CHECK(kept({}, {e.pattern}, *e.subject) != e.matches);
  }
}

TEST_CASE("included and excluded") {
  CHECK(kept({"users"}, {}, users_table));
  CHECK_FALSE(kept({"users"}, {}, audit_log));
  // The parts of a table that is included need no pattern of their own.
  CHECK(kept({"users"}, {}, a_column));
  CHECK_FALSE(kept({"*"}, {"users"}, users_table));
  CHECK_FALSE(kept({"*"}, {"index:tmp_*"}, an_index));
}
