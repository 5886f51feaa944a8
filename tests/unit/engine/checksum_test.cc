#include "engine/checksum.h"

#include <doctest/doctest.h>

#include <retort/data.h>

#include "engine/stored.h"
#include "support/fake_database.h"
#include "unit/engine/migrations.h"

using namespace retort;

namespace {

std::string of(model::operation_variant what) {
  return engine::checksum({{std::move(what), {"a.cc", 1, 1}}});
}

model::create_table table_with(const model::column& column) {
  model::create_table made;
  made.table.name.name = "t";
  made.table.columns.push_back(column);
  return made;
}

}  // namespace

TEST_CASE("the checksum of operations") {
  const model::execute one{"SELECT 1"};
  const auto sum = of(one);
  CHECK(sum.starts_with("sha256:"));
  CHECK(sum.size() == std::string("sha256:").size() + 64);
  SUBCASE("does not know where they stand") {
    CHECK(engine::checksum({{one, {"b.cc", 77, 3}}}) == sum);
  }
  SUBCASE("does not know line ends and blanks behind them") {
    const auto lines = of(model::execute{"SELECT 1,\n  2"});
    CHECK(of(model::execute{"SELECT 1,  \r\n  2 \t"}) == lines);
    CHECK(of(model::execute{"SELECT 1,\r\n  2\r\n\n"}) == lines);
  }
  SUBCASE("does not know a byte order mark") {
    CHECK(of(model::execute{"\xEF\xBB\xBFSELECT 1"}) == sum);
  }
  SUBCASE("knows blanks inside") { CHECK(of(model::execute{"SELECT  1"}) != sum); }
  SUBCASE("knows where one ends") {
    const model::origin here;
    CHECK(engine::checksum({{model::execute{"a"}, here}, {model::execute{"b"}, here}}) !=
          engine::checksum({{model::execute{"ab"}, here}}));
  }
  SUBCASE("knows one kind from another") {
    CHECK(of(model::drop_table{{"", "t"}}) != of(model::comment_table{{"", "t"}, ""}));
  }
}

TEST_CASE("each part of a column counts") {
  const model::column plain{.name = "a"};
  std::vector<model::column> others(8, plain);
  others[0].name = "b";
  others[1].type.size = 7;
  others[2].nullable = false;
  others[3].default_sql = "";
  others[4].identity.emplace();
  others[5].generated.emplace();
  others[6].collation = "C";
  others[7].type.is_array = true;
  const auto sum = of(table_with(plain));
  CHECK(of(table_with(plain)) == sum);
  for (std::size_t i = 0; i < others.size(); ++i) {
    CAPTURE(i);
    CHECK(of(table_with(others[i])) != sum);
  }
}

TEST_CASE("the checksum of a C++ migration") {
  static const migration plain = {.upgrade = [](operations& op) { op.execute("SELECT 1"); }};
  static const migration code = {
      .upgrade = [](operations& op) { op.run([](retort::connection&) {}); }};
  static const migration needy = {.upgrade = [](operations& op) {
    if (op.argument("who", "").size() == 0) throw error("who?");
  }};
  const auto sum_of = [](const migration& what, const char* hash) {
    const auto set = retort::testing::load_set(
        {{.revision = "aa", .path = "aa.cc", .code = &what, .source_hash = hash}});
    return engine::checksum_of(set, retort::testing::fake_dialect(), 0);
  };
  // What it records counts, and not how its file is laid out.
  CHECK(sum_of(plain, "1") == sum_of(plain, "2"));
  CHECK(sum_of(plain, "1") == of(model::execute{"SELECT 1"}));
  CHECK(sum_of(code, "1") != sum_of(code, "2"));
  CHECK(sum_of(needy, "1") == "source:1");
}

TEST_CASE("a C++ migration is kept as an SQL file of its downgrade") {
  static const migration plain = {.down_revision = {"a0"},
                                  .message = "Plain",
                                  .transaction = false,
                                  .upgrade = [](operations& op) { op.execute("SELECT 1"); },
                                  .downgrade = [](operations& op) { op.execute("SELECT 2"); }};
  static const migration base = {.upgrade = [](operations&) {}, .downgrade = irreversible};
  const auto set = retort::testing::load_set({{.revision = "a0", .path = "a0.cc", .code = &base},
                                              {.revision = "aa", .path = "aa.cc", .code = &plain}});
  const retort::testing::fake_dialect dialect;
  const engine::planner plans(set, dialect);
  CHECK(engine::stored_text(plans, set, dialect, 0).empty());
  CHECK(engine::stored_text(plans, set, dialect, 1) ==
        "-- message: Plain\n-- revision: aa\n-- down_revision: a0\n-- migrate:up\n"
        "-- migrate:down transaction:false\nSELECT 2;\n");
}
