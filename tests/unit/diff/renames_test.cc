#include "diff/renames.h"

#include <doctest/doctest.h>

#include <retort/error.h>
#include <retort/postgres.h>

#include "dialect/backend.h"
#include "unit/diff/schemas.h"

namespace retort::diff {
namespace {

using testing::column;
using testing::schema;
using testing::table;

using texts = std::vector<std::string>;

model::table people() {
  return table("people", {column("id", "integer", false), column("name", "text"),
                          column("born", "date"), column("mail", "text")});
}

model::table under(const std::string& name, model::table made) {
  made.name.name = name;
  return made;
}

model::table with_names(model::table made, const texts& names) {
  for (std::size_t i = 0; i < names.size(); ++i) made.columns[i].name = names[i];
  return made;
}

/// "what -> name", and "?" behind it where it is a guess.
texts said(const std::vector<change>& changes) {
  texts all;
  for (const auto& one : changes) {
    const auto& what = one.ways.front().front().what;
    std::string text;
    if (const auto* moved = std::get_if<model::rename_table>(&what)) {
      text = moved->table.display() + " -> " + moved->to;
    } else if (const auto* renamed = std::get_if<model::alter_column>(&what)) {
      text = renamed->table.display() + "." + renamed->column + " -> " + *renamed->rename;
    } else {
      text = std::get<model::execute>(what).sql;
    }
    all.push_back(text + (one.review.empty() ? "" : "?"));
  }
  return all;
}

texts tables(const model::schema& from, const model::schema& to, const rename_rules& rules = {}) {
  return said(table_renames(from, to, postgres_backend().dialect(), rules));
}

texts columns(const model::table& from, const model::table& to, const rename_rules& rules = {}) {
  return said(column_renames(schema({from}), schema({to}), postgres_backend().dialect(), rules));
}

rename_rules answering(bool yes) {
  rename_rules rules;
  rules.ask = [yes](const renaming&) { return std::optional(yes); };
  return rules;
}

rename_rules no_guesses(std::vector<renaming> stated = {}) {
  rename_rules rules;
  rules.said = std::move(stated);
  rules.guesses = false;
  return rules;
}

TEST_CASE("a table with the same columns under another name is taken for renamed") {
  const auto from = schema({people()});
  CHECK(tables(from, schema({under("users", people())})) == texts{"people -> users?"});
  CHECK(tables(from, from).empty());
  // Two that could be it, on either side, are none.
  CHECK(tables(from, schema({under("users", people()), under("staff", people())})).empty());
  CHECK(tables(schema({people(), under("staff", people())}), schema({under("users", people())}))
            .empty());
  CHECK(tables(from, schema({under("users", with_names(people(), {"no"}))})).empty());
  CHECK(tables(from, schema({people(), under("users", people())})).empty());
  auto elsewhere = under("users", people());
  elsewhere.name.schema = "area";
  CHECK(tables(from, schema({elsewhere})).empty());
}

TEST_CASE("defaults do not tell a renamed table from another, but types do") {
  auto other = under("users", people());
  other.columns[0].default_sql = "nextval('users_id_seq')";
  CHECK(tables(schema({people()}), schema({other})) == texts{"people -> users?"});
  other.columns[0].type.raw = "bigint";
  CHECK(tables(schema({people()}), schema({other})).empty());
}

/// A table with a foreign key to `parent`.
model::table referring_to(const std::string& parent) {
  auto pets = table("pets", {column("owner", "integer")});
  pets.foreign_keys.emplace_back();
  pets.foreign_keys[0].columns = {"owner"};
  pets.foreign_keys[0].table.name = parent;
  pets.foreign_keys[0].referenced_columns = {"id"};
  return pets;
}

TEST_CASE("a table is taken for renamed where what refers to it refers to the new one") {
  const auto from = schema({people(), referring_to("people")});
  auto other = under("users", people());
  other.columns[1].type.raw = "integer";
  other.columns.pop_back();
  CHECK(tables(from, schema({other, referring_to("users")})) == texts{"people -> users?"});
  CHECK(tables(from, schema({other, referring_to("elsewhere")})).empty());
  CHECK(tables(from, schema({other, referring_to("users")}), answering(false)).empty());
  // One that has little of the other is none.
  CHECK(tables(from, schema({under("users", with_names(people(), {"id", "a", "b", "c"})),
                             referring_to("users")}))
            .empty());
  // It also tells tables with the same columns from each other.
  const auto two = schema({people(), under("staff", people()), referring_to("staff")});
  CHECK(tables(two, schema({under("crew", people()), under("users", people()),
                            referring_to("crew")})) == texts{"staff -> crew?", "people -> users?"});
}

TEST_CASE("a partition is not taken for renamed") {
  auto part = people();
  part.opaque = {"PARTITION OF years FOR VALUES IN (1)"};
  CHECK(tables(schema({part}), schema({under("other", part)})).empty());
}

TEST_CASE("what was said or answered about a table goes before a guess") {
  const auto from = schema({people()});
  const auto to = schema({under("users", people()), under("staff", people())});
  CHECK(tables(from, to, no_guesses({{{"", "people"}, {}, "staff"}})) == texts{"people -> staff"});
  const auto one = schema({under("users", people())});
  CHECK(tables(from, one, no_guesses()).empty());
  CHECK(tables(from, one, answering(true)) == texts{"people -> users"});
  CHECK(tables(from, one, answering(false)).empty());
  // Nobody is asked about what is not likely.
  CHECK(tables(from, to, answering(true)).empty());
}

TEST_CASE("a column that is defined alike in the same place is taken for renamed") {
  CHECK(columns(people(), with_names(people(), {"id", "title"})) == texts{"people.name -> title?"});
  CHECK(columns(people(), with_names(people(), {"number"})) == texts{"people.id -> number?"});
  CHECK(columns(people(), people()).empty());
  auto other = with_names(people(), {"id", "title"});
  other.columns[1].type.raw = "integer";
  CHECK(columns(people(), other).empty());
  auto moved = people();
  moved.columns.erase(moved.columns.begin() + 1);
  moved.columns.push_back(column("title", "text"));
  CHECK(columns(people(), moved).empty());
  CHECK(columns(people(), moved, no_guesses({{{"", "people"}, "name", "title"}})) ==
        texts{"people.name -> title"});
}

TEST_CASE("a comment does not make a column another one") {
  auto other = with_names(people(), {"id", "title"});
  other.columns[1].comment = "what to say";
  CHECK(columns(people(), other) == texts{"people.name -> title?"});
}

TEST_CASE("answers about columns") {
  const auto other = with_names(people(), {"id", "title"});
  CHECK(columns(people(), other, answering(true)) == texts{"people.name -> title"});
  CHECK(columns(people(), other, answering(false)).empty());
  CHECK(columns(people(), other, no_guesses()).empty());
}

TEST_CASE("a sequence follows its column's table under another name") {
  auto from = schema({people()});
  auto to = schema({people()});
  testing::add(from, "sequence", "old_seq", "CREATE SEQUENCE old_seq");
  testing::add(from, "sequence owner", "old_seq", "ALTER SEQUENCE old_seq OWNED BY people.id");
  testing::add(to, "sequence", "new_seq", "CREATE SEQUENCE new_seq");
  testing::add(to, "sequence owner", "new_seq", "ALTER SEQUENCE new_seq OWNED BY people.id");
  CHECK(said(column_renames(from, to, postgres_backend().dialect(), {})) ==
        texts{"ALTER SEQUENCE old_seq RENAME TO new_seq"});
}

TEST_CASE("a renaming is read") {
  auto from = schema({people()});
  auto area = people();
  area.name = {"area", "people"};
  from.tables.emplace(area.name, area);
  CHECK(parse_renaming("people:users", from) == renaming{{"", "people"}, {}, "users"});
  CHECK(parse_renaming("people.mail:email", from) == renaming{{"", "people"}, "mail", "email"});
  CHECK(parse_renaming("people.mail:people.email", from) ==
        renaming{{"", "people"}, "mail", "email"});
  CHECK(parse_renaming("area.people:users", from) == renaming{{"area", "people"}, {}, "users"});
  CHECK(parse_renaming("area.people:area.users", from) ==
        renaming{{"area", "people"}, {}, "users"});
  CHECK(parse_renaming("area.people.mail:email", from) ==
        renaming{{"area", "people"}, "mail", "email"});
  CHECK(parse_renaming("nobody:somebody", from) == renaming{{"", "nobody"}, {}, "somebody"});
  for (const char* wrong : {"", "people", "people:", ":users", ":"}) {
    CAPTURE(wrong);
    try {
      parse_renaming(wrong, from);
      FAIL_CHECK("nothing was thrown");
    } catch (const error& problem) {
      CHECK(problem.kind == failure::usage);
    }
  }
}

TEST_CASE("a renaming is shown") {
  CHECK(renaming{{"", "people"}, {}, "users"}.display() == "people -> users");
  CHECK(renaming{{"area", "people"}, {}, "users"}.display() == "area.people -> area.users");
  CHECK(renaming{{"", "people"}, "mail", "email"}.display() == "people.mail -> people.email");
}

}  // namespace
}  // namespace retort::diff
