#include "diff/compare.h"

#include <doctest/doctest.h>

using namespace retort;

namespace {

model::schema users() {
  model::table table;
  table.name = {"", "users"};
  model::column id;
  id.name = "id";
  id.type = {model::type_kind::raw, -1, -1, "INTEGER"};
  id.nullable = false;
  model::column email = id;
  email.name = "email";
  email.default_sql = "'x'";
  table.columns = {id, email};
  table.primary_key = model::primary_key{{}, {"id"}, {}, false};
  table.foreign_keys.push_back({});
  table.foreign_keys[0].columns = {"id"};
  table.foreign_keys[0].table = {"", "people"};
  table.foreign_keys[0].referenced_columns = {"id"};
  model::index index;
  index.name = "ix_email";
  index.keys.push_back({"email", false, false, false, {}, {}});
  table.indexes = {index};
  model::schema schema;
  schema.tables.emplace(table.name, table);
  schema.objects["trigger users.tr"] = {"trigger", {"", "tr"}, {"", "users"}, "CREATE TRIGGER tr"};
  return schema;
}

std::vector<std::string> changed(void (*change)(model::schema&, model::table&)) {
  auto actual = users();
  change(actual, *actual.find({"", "users"}));
  std::vector<std::string> texts;
  for (const auto& item : diff::compare(users(), actual)) texts.push_back(item.text);
  return texts;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("whose an inherited column is counts, and is told from other differences") {
  auto inherited = users();
  inherited.tables.begin()->second.opaque.push_back("INHERITED COLUMN name");
  for (const auto& found : {diff::compare(inherited, users()), diff::compare(users(), inherited),
                            diff::compare_but_for_order(inherited, users())}) {
    REQUIRE(found.size() == 1);
    CHECK(found[0].inheritance_only);
  }
  inherited.tables.begin()->second.opaque.back() = "INHERITS (others)";
  CHECK_FALSE(diff::compare(inherited, users()).at(0).inheritance_only);
}

TEST_CASE("equal schemas have no difference") { CHECK(diff::compare(users(), users()).empty()); }

TEST_CASE("every attribute that a round trip can lose is seen and named") {
  CHECK(changed([](auto& schema, auto&) { schema.tables.clear(); }) ==
        texts{"table users is missing"});
  CHECK(changed([](auto&, auto& table) { table.columns.pop_back(); }) ==
        texts{"column users.email is missing: INTEGER NOT NULL DEFAULT 'x'"});
  CHECK(changed([](auto&, auto& table) { table.columns[1].default_sql.reset(); }) ==
        texts{"column users.email is `INTEGER NOT NULL`, expected `INTEGER NOT NULL DEFAULT 'x'`"});
  CHECK(changed([](auto&, auto& table) { table.columns[0].nullable = true; }) ==
        texts{"column users.id is `INTEGER`, expected `INTEGER NOT NULL`"});
  CHECK(changed([](auto&, auto& table) { table.primary_key.reset(); }) ==
        texts{"table users: PRIMARY KEY (id) is missing"});
  CHECK(changed([](auto&, auto& table) {
          table.foreign_keys[0].on_delete = referential_action::cascade;
        }) == texts{"table users: FOREIGN KEY (id) REFERENCES people (id) is missing",
                    "table users: FOREIGN KEY (id) REFERENCES people (id) ON DELETE CASCADE should "
                    "not be there"});
  CHECK(changed([](auto&, auto& table) {
          table.checks.push_back({"c", "id > 0", false});
        }) == texts{"table users: CONSTRAINT c CHECK (id > 0) should not be there"});
  CHECK(changed([](auto&, auto& table) { table.indexes.clear(); }) ==
        texts{"users: index ix_email is missing: INDEX (email)"});
  CHECK(changed([](auto&, auto& table) { table.indexes[0].unique = true; }) ==
        texts{"users: index ix_email is `UNIQUE INDEX (email)`, expected `INDEX (email)`"});
  CHECK(changed([](auto&, auto& table) { table.indexes[0].keys[0].descending = true; }) ==
        texts{"users: index ix_email is `INDEX (email DESC)`, expected `INDEX (email)`"});
  CHECK(changed([](auto& schema, auto&) { schema.objects.clear(); }) ==
        texts{"trigger users.tr is missing: CREATE TRIGGER tr"});
}

TEST_CASE("the order of columns is a difference of its own kind") {
  auto actual = users();
  auto& columns = actual.find({"", "users"})->columns;
  std::swap(columns[0], columns[1]);
  const auto found = diff::compare(users(), actual);
  REQUIRE(found.size() == 1);
  CHECK(found[0].order_only);
  CHECK(found[0].text == "table users: the columns' order is email, id, expected id, email");
}
