#include "diff/renames.h"

#include <doctest/doctest.h>

#include <retort/error.h>
#include <retort/postgres.h>
#include <retort/sqlite.h>

#include "dialect/backend.h"
#include "diff/said_renames.h"
#include "unit/diff/schemas.h"

namespace retort::diff {
namespace {

using testing::column;
using testing::schema;
using testing::table;

using texts = std::vector<std::string>;

model::table persons() {
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

std::string text_of(const model::operation& op) {
  if (const auto* moved = std::get_if<model::rename_table>(&op.what)) {
    return moved->table.display() + " -> " + moved->to;
  }
  if (const auto* renamed = std::get_if<model::alter_column>(&op.what)) {
    return renamed->table.display() + "." + renamed->column + " -> " + *renamed->rename;
  }
  if (const auto* made = std::get_if<model::create_object>(&op.what)) return made->body;
  return std::get<model::execute>(op.what).sql;
}

/// "what -> name", those of one change separated by commas, and "?" behind it where it is a guess.
texts said(const std::vector<change>& changes) {
  texts all;
  for (const auto& one : changes) {
    std::string text;
    for (const auto& op : one.ways.front()) text += (text.empty() ? "" : ", ") + text_of(op);
    all.push_back(text + (one.review.empty() ? "" : "?"));
  }
  return all;
}

texts tables(const model::schema& from, const model::schema& to, const rename_rules& rules = {}) {
  return said(table_renames(from, to, postgres_backend().dialect(), rules).changes);
}

texts renamed_columns(const model::table& from, const model::table& to,
                      const rename_rules& rules = {}) {
  return said(
      column_renames(schema({from}), schema({to}), postgres_backend().dialect(), rules).changes);
}

/// "people:users", what only a person can say.
texts open_tables(const model::table& from, const std::vector<model::table>& to,
                  const rename_rules& rules = {}) {
  texts all;
  for (const auto& one :
       table_renames(schema({from}), schema(to), postgres_backend().dialect(), rules).open) {
    all.push_back(one.argument());
  }
  return all;
}

texts open_columns(const model::table& from, const model::table& to,
                   const rename_rules& rules = {}) {
  texts all;
  for (const auto& one :
       column_renames(schema({from}), schema({to}), postgres_backend().dialect(), rules).open) {
    all.push_back(one.argument());
  }
  return all;
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

TEST_CASE("a table under another name with other columns is renamed only by a person") {
  auto changed = under("users", persons());
  changed.columns[2] = column("birthday", "text");
  changed.columns.push_back(column("more", "text"));
  const auto from = schema({persons()});
  CHECK(tables(from, schema({changed})).empty());
  CHECK(open_tables(persons(), {changed}) == texts{"people:users"});
  CHECK(open_tables(persons(), {changed}, no_guesses()).empty());
  CHECK(tables(from, schema({changed}), answering(true)) == texts{"people -> users"});
  CHECK(tables(from, schema({changed}), answering(false)).empty());
  CHECK(open_tables(persons(), {changed}, answering(false)).empty());
  CHECK(open_tables(persons(), {changed, under("others", changed)}) ==
        texts{"people:others", "people:users"});
  // Where one has the same columns, those with most of them are not thought of, and less than half
  // are no likeness.
  CHECK(open_tables(persons(), {under("a", persons()), under("b", persons()), changed}) ==
        texts{"people:a", "people:b"});
  for (int i = 0; i < 4; ++i) changed.columns.push_back(column("x" + std::to_string(i), "text"));
  CHECK(open_tables(persons(), {changed}).empty());
}

TEST_CASE("a column alike elsewhere in the table is renamed only by a person") {
  auto changed = persons();
  changed.columns[2] = column("more", "integer");
  changed.columns.push_back(column("birthday", "date"));
  CHECK(renamed_columns(persons(), changed).empty());
  CHECK(open_columns(persons(), changed) == texts{"people.born:birthday"});
  CHECK(renamed_columns(persons(), changed, answering(true)) == texts{"people.born -> birthday"});
  CHECK(open_columns(persons(), changed, answering(false)).empty());
  changed.columns.push_back(column("other", "date"));
  CHECK(open_columns(persons(), changed) == texts{"people.born:birthday", "people.born:other"});
  // The first that a person says, and of what is left the next.
  CHECK(renamed_columns(persons(), changed, answering(true)) == texts{"people.born -> birthday"});
  auto more = persons();
  more.columns.push_back(column("died", "date"));
  CHECK(renamed_columns(more, changed, answering(true)) ==
        texts{"people.born -> birthday", "people.died -> other"});
  changed.columns.back() = column("other", "integer");
  CHECK(open_columns(more, changed) == texts{"people.born:birthday", "people.died:birthday"});
}

TEST_CASE("of several tables that are alike only a person knows which is which") {
  const auto open = [](const std::vector<model::table>& from, const std::vector<model::table>& to) {
    texts all;
    const auto found =
        table_renames(schema(from), schema(to), postgres_backend().dialect(), rename_rules{});
    CHECK(found.changes.empty());
    for (const auto& one : found.open) all.push_back(one.argument());
    return all;
  };
  const auto staff = under("staff", persons());
  CHECK(open({persons(), staff}, {under("users", persons())}) ==
        texts{"people:users", "staff:users"});
  CHECK(open({persons()}, {under("members", persons()), under("users", persons())}) ==
        texts{"people:members", "people:users"});
  CHECK(open({persons(), staff}, {under("members", persons()), under("users", persons())}) ==
        texts{"people:members", "people:users", "staff:members", "staff:users"});
}

TEST_CASE("a table goes to another schema where a person says so") {
  auto there = persons();
  there.name.schema = "area";
  const auto here = schema({persons()});
  auto to = schema({there});
  testing::add(to, "schema", "area", "CREATE SCHEMA area");
  CHECK(tables(here, to).empty());
  CHECK(open_tables(persons(), {there}) == texts{"people:area.people"});
  CHECK(open_tables(there, {persons()}) == texts{"area.people:public.people"});
  CHECK(tables(here, to, answering(true)) ==
        texts{"CREATE SCHEMA area", "ALTER TABLE people SET SCHEMA area"});
  CHECK(tables(to, here, answering(true)) == texts{"ALTER TABLE area.people SET SCHEMA public"});
  // Under another name, too, and back.
  there.name.name = "users";
  to.tables.clear();
  to.tables.emplace(there.name, there);
  const auto rules = no_guesses(said_renamings({"people:area.users"}, here, to));
  auto found = table_renames(here, to, postgres_backend().dialect(), rules);
  CHECK(said(found.changes) ==
        texts{"CREATE SCHEMA area", "ALTER TABLE people SET SCHEMA area", "area.people -> users"});
  convergence way;
  way.moves = found.moves;
  for (auto& one : found.changes) way.steps.push_back({one.ways.front(), {}, {}, {}});
  const auto back = renamed_back(way);
  REQUIRE(back.size() == 1);
  CHECK(back.front().display() == "area.users -> people");
  CHECK(tables(to, here, no_guesses(back)) ==
        texts{"ALTER TABLE area.users SET SCHEMA public", "users -> people"});
}

TEST_CASE("a table with the same columns under another name is taken for renamed") {
  const auto from = schema({persons()});
  CHECK(tables(from, schema({under("users", persons())})) == texts{"people -> users?"});
  CHECK(tables(from, from).empty());
  // Two that could be it, on either side, are none.
  CHECK(tables(from, schema({under("users", persons()), under("staff", persons())})).empty());
  CHECK(tables(schema({persons(), under("staff", persons())}), schema({under("users", persons())}))
            .empty());
  CHECK(tables(from, schema({under("users", with_names(persons(), {"no"}))})).empty());
  CHECK(tables(from, schema({persons(), under("users", persons())})).empty());
  auto elsewhere = under("users", persons());
  elsewhere.name.schema = "area";
  CHECK(tables(from, schema({elsewhere})).empty());
}

TEST_CASE("defaults do not tell a renamed table from another, but types do") {
  auto other = under("users", persons());
  other.columns[0].default_sql = "nextval('users_id_seq')";
  CHECK(tables(schema({persons()}), schema({other})) == texts{"people -> users?"});
  other.columns[0].type.raw = "bigint";
  CHECK(tables(schema({persons()}), schema({other})).empty());
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
  const auto from = schema({persons(), referring_to("people")});
  auto other = under("users", persons());
  other.columns[1].type.raw = "integer";
  other.columns.pop_back();
  CHECK(tables(from, schema({other, referring_to("users")})) == texts{"people -> users?"});
  CHECK(tables(from, schema({other, referring_to("elsewhere")})).empty());
  CHECK(tables(from, schema({other, referring_to("users")}), answering(false)).empty());
  // One that has little of the other is none.
  CHECK(tables(from, schema({under("users", with_names(persons(), {"id", "a", "b", "c"})),
                             referring_to("users")}))
            .empty());
  // It also tells tables with the same columns from each other.
  const auto two = schema({persons(), under("staff", persons()), referring_to("staff")});
  CHECK(tables(two, schema({under("crew", persons()), under("users", persons()),
                            referring_to("crew")})) == texts{"staff -> crew?", "people -> users?"});
}

TEST_CASE("a table is taken for renamed where it keeps the name of an index") {
  auto old = persons();
  old.primary_key = model::primary_key{.name = "people_pkey", .columns = {"id"}};
  auto changed = under("users", old);
  changed.columns[2] = column("birthday", "text");
  CHECK(tables(schema({old}), schema({changed})) == texts{"people -> users?"});
  CHECK(tables(schema({old}), schema({changed}), answering(false)).empty());
  // To SQLite the name of a constraint is nobody's own.
  const auto& sqlite = sqlite_backend().dialect();
  CHECK(table_renames(schema({old}), schema({changed}), sqlite, {}).changes.empty());
  old.indexes.push_back({.name = "ix_name", .keys = {{.what = "name"}}});
  changed.indexes = old.indexes;
  CHECK(said(table_renames(schema({old}), schema({changed}), sqlite, {}).changes) ==
        texts{"people -> users?"});
  // One that has little of the other is none.
  CHECK(tables(schema({old}), schema({under("users", with_names(changed, {"id", "a", "b", "c"}))}))
            .empty());
  changed.primary_key->name = "users_pkey";
  changed.indexes[0].name = "ix_user_name";
  CHECK(tables(schema({old}), schema({changed})).empty());
}

TEST_CASE("a partition is not taken for renamed") {
  auto part = persons();
  part.opaque = {"PARTITION OF years FOR VALUES IN (1)"};
  CHECK(tables(schema({part}), schema({under("other", part)})).empty());
}

TEST_CASE("what was said or answered about a table goes before a guess") {
  const auto from = schema({persons()});
  const auto to = schema({under("users", persons()), under("staff", persons())});
  CHECK(tables(from, to, no_guesses({{{"", "people"}, {}, "staff"}})) == texts{"people -> staff"});
  const auto one = schema({under("users", persons())});
  CHECK(tables(from, one, no_guesses()).empty());
  CHECK(tables(from, one, answering(true)) == texts{"people -> users"});
  CHECK(tables(from, one, answering(false)).empty());
  CHECK(tables(from, to, answering(true)) == texts{"people -> staff"});
}

TEST_CASE("a column that is defined alike in the same place is taken for renamed") {
  CHECK(renamed_columns(persons(), with_names(persons(), {"id", "title"})) ==
        texts{"people.name -> title?"});
  CHECK(renamed_columns(persons(), with_names(persons(), {"number"})) ==
        texts{"people.id -> number?"});
  CHECK(renamed_columns(persons(), persons()).empty());
  // Neighbours, too.
  auto more = persons();
  more.columns[2].type.raw = "text";
  CHECK(renamed_columns(more, with_names(more, {"id", "given", "family"})) ==
        texts{"people.name -> given?", "people.born -> family?"});
  auto other = with_names(persons(), {"id", "title"});
  other.columns[1].type.raw = "integer";
  CHECK(renamed_columns(persons(), other).empty());
  auto moved = persons();
  moved.columns.erase(moved.columns.begin() + 1);
  moved.columns.push_back(column("title", "text"));
  CHECK(renamed_columns(persons(), moved).empty());
  CHECK(renamed_columns(persons(), moved, no_guesses({{{"", "people"}, "name", "title"}})) ==
        texts{"people.name -> title"});
}

TEST_CASE("a comment does not make a column another one") {
  auto other = with_names(persons(), {"id", "title"});
  other.columns[1].comment = "what to say";
  CHECK(renamed_columns(persons(), other) == texts{"people.name -> title?"});
}

TEST_CASE("answers about columns") {
  const auto other = with_names(persons(), {"id", "title"});
  CHECK(renamed_columns(persons(), other, answering(true)) == texts{"people.name -> title"});
  CHECK(renamed_columns(persons(), other, answering(false)).empty());
  CHECK(renamed_columns(persons(), other, no_guesses()).empty());
}

TEST_CASE("a sequence follows its column's table under another name") {
  auto from = schema({persons()});
  auto to = schema({persons()});
  testing::add(from, "sequence", "old_seq", "CREATE SEQUENCE old_seq");
  testing::add(from, "sequence owner", "old_seq", "ALTER SEQUENCE old_seq OWNED BY people.id");
  testing::add(to, "sequence", "new_seq", "CREATE SEQUENCE new_seq");
  testing::add(to, "sequence owner", "new_seq", "ALTER SEQUENCE new_seq OWNED BY people.id");
  CHECK(said(sequence_renames(from, to, postgres_backend().dialect())) ==
        texts{"ALTER SEQUENCE old_seq RENAME TO new_seq"});
  CHECK(sequence_renames(to, to, postgres_backend().dialect()).empty());
}

TEST_CASE("sequences exchange names as their columns' tables do") {
  auto from = schema({persons(), under("staff", persons())});
  auto to = from;
  for (const char* name : {"people", "staff"}) {
    const auto seq = name + std::string("_seq");
    testing::add(from, "sequence", seq, "CREATE SEQUENCE " + seq);
    testing::add(to, "sequence", seq, "CREATE SEQUENCE " + seq);
    testing::add(to, "sequence owner", seq, "ALTER SEQUENCE " + seq + " OWNED BY " + name + ".id");
  }
  testing::add(from, "sequence owner", "people_seq", "ALTER SEQUENCE people_seq OWNED BY staff.id");
  testing::add(from, "sequence owner", "staff_seq", "ALTER SEQUENCE staff_seq OWNED BY people.id");
  CHECK(said(sequence_renames(from, to, postgres_backend().dialect())) ==
        texts{"ALTER SEQUENCE staff_seq RENAME TO staff_seq__renamed, ALTER SEQUENCE people_seq "
              "RENAME TO staff_seq, ALTER SEQUENCE staff_seq__renamed RENAME TO people_seq"});
}

TEST_CASE("renamed in a chain or a ring, nothing takes a name that something still has") {
  const auto all = [](const texts& names) {
    std::vector<model::table> tables;
    for (const auto& name : names) tables.push_back(under(name, persons()));
    return schema(tables);
  };
  const auto moved = [](const texts& pairs) {
    std::vector<renaming> result;
    for (const auto& pair : pairs) {
      result.push_back({{"", pair.substr(0, pair.find(':'))}, {}, pair.substr(pair.find(':') + 1)});
    }
    return no_guesses(result);
  };
  CHECK(tables(all({"a", "b"}), all({"b", "c"}), moved({"a:b", "b:c"})) ==
        texts{"b -> c", "a -> b"});
  CHECK(tables(all({"a", "b"}), all({"a", "b"}), moved({"a:b", "b:a"})) ==
        texts{"a -> a__renamed, b -> a, a__renamed -> b"});
  CHECK(tables(all({"a", "b", "c"}), all({"a", "b", "c"}), moved({"a:b", "b:c", "c:a"})) ==
        texts{"a -> a__renamed, c -> a, b -> c, a__renamed -> b"});
  // What stays is not touched, and the name between is free.
  CHECK(tables(all({"a", "b", "a__renamed"}), all({"a", "b", "a__renamed"}),
               moved({"a:b", "b:a"})) == texts{"a -> a__renamed2, b -> a, a__renamed2 -> b"});
  const auto swapped = with_names(persons(), {"id", "mail", "born", "name"});
  CHECK(renamed_columns(
            persons(), swapped,
            no_guesses({{{"", "people"}, "name", "mail"}, {{"", "people"}, "mail", "name"}})) ==
        texts{"people.name -> name__renamed, people.mail -> name, people.name__renamed -> mail"});
}

TEST_CASE("a name between is as long as PostgreSQL has it, in whole characters") {
  const std::string longest(63, 'x');
  const auto from = schema({under(longest, persons()), under("b", persons())});
  const auto rules = no_guesses({{{"", longest}, {}, "b"}, {{"", "b"}, {}, longest}});
  const auto between = std::string(54, 'x') + "__renamed";
  CHECK(tables(from, from, rules) ==
        texts{longest + " -> " + between + ", b -> " + longest + ", " + between + " -> b"});
  std::string wide = "x";
  while (wide.size() < 63) wide += "\u00e9";
  const auto to = schema({under(wide, persons()), under("b", persons())});
  const auto steps = tables(to, to, no_guesses({{{"", wide}, {}, "b"}, {{"", "b"}, {}, wide}}));
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].starts_with(wide + " -> " + wide.substr(0, 53) + "__renamed, "));
}

TEST_CASE("to SQLite a name in other letters is the same one") {
  const auto& target = sqlite_backend().dialect();
  CHECK(said(table_renames(schema({persons()}), schema({under("People", persons())}), target, {})
                 .changes) == texts{"people -> people__renamed, people__renamed -> People"});
}

TEST_CASE("a renaming is read") {
  auto from = schema({persons()});
  auto area = persons();
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
  CHECK(parse_renaming("area.people:other.users", from) ==
        renaming{{"area", "people"}, {}, "users", "other"});
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

/// What is said with --rename, as it is understood, or the error.
texts understood(const texts& options, const model::schema& from, const model::schema& to) {
  texts all;
  try {
    for (const auto& one : said_renamings(options, from, to)) all.push_back(one.display());
  } catch (const error& problem) {
    CHECK(problem.kind == failure::usage);
    return {problem.what()};
  }
  return all;
}

TEST_CASE("the schema to work in may be said by any name that no other schema has") {
  auto there = under("users", persons());
  there.name.schema = "area";
  const auto here = schema({under("users", persons())});
  CHECK(understood({"people:public.users"}, schema({persons()}), here) == texts{"people -> users"});
  CHECK(understood({"area.users:public.users"}, schema({there}), here) ==
        texts{"area.users -> users"});
}

TEST_CASE("what is said has to be possible") {
  const auto from = schema({under("a", persons()), under("b", persons())});
  const auto to = schema({under("b", persons()), under("c", persons())});
  CHECK(understood({"a:b", "b:c"}, from, to) == texts{"a -> b", "b -> c"});
  CHECK(understood({"a:b", "b:a"}, from, from) == texts{"a -> b", "b -> a"});
  CHECK(understood({"a:c", "a.name:name"}, from, to)[0] ==
        "c.name -> c.name cannot be renamed: there is one of the new name already");
  CHECK(understood({"a:b"}, from, to) ==
        texts{"a -> b cannot be renamed: there is one of the new name already"});
  CHECK(understood({"a:d"}, from, to) ==
        texts{"a -> d cannot be renamed: the models have none of the new name"});
  CHECK(understood({"a:c", "b:c"}, from, to) ==
        texts{"a -> c cannot be renamed: one of its names is said twice"});
  CHECK(understood({"d:c"}, from, to) ==
        texts{"nothing is renamed: there is no table d that could be"});
  CHECK(understood({"a.nothing:name"}, from, to) ==
        texts{"nothing is renamed: there is no a.nothing that could be"});
  // A column's table is said by its old name, or by its new one where that is nobody's old one.
  const auto other = schema({under("a", persons()), under("b", with_names(persons(), {"no"}))});
  CHECK(understood({"a:b", "b:a", "a.id:no"}, from, other) ==
        texts{"a -> b", "b -> a", "b.id -> b.no"});
  CHECK(understood({"a:c", "c.id:no"}, from, schema({under("c", with_names(persons(), {"no"}))})) ==
        texts{"a -> c", "c.id -> c.no"});
}

/// A hint of the line that it is the number of.
std::vector<model::rename_hint> hints(const texts& said) {
  std::vector<model::rename_hint> all;
  for (const auto& one : said) {
    const auto now = one.substr(0, one.find('<'));
    const auto dot = now.find('.');
    all.push_back({{"", now.substr(0, dot)},
                   dot == std::string::npos ? "" : now.substr(dot + 1),
                   one.substr(one.find('<') + 1),
                   {"models.sql", static_cast<unsigned>(all.size() + 1), 1}});
  }
  return all;
}

/// What is left to do of hints, or the error with its line.
texts due(const texts& said, const model::schema& from, const model::schema& to,
          const std::vector<renaming>& stated = {},
          base::sql_flavour flavour = base::sql_flavour::postgresql) {
  texts all;
  try {
    for (const auto& one : with_hints(stated, hints(said), from, to, flavour)) {
      all.push_back(one.display());
    }
  } catch (const error& problem) {
    CHECK(problem.where.file == "models.sql");
    return {std::to_string(problem.where.line) + ": " + problem.what()};
  }
  return all;
}

TEST_CASE("a hint is fulfilled, or due, or an error") {
  const auto a = schema({under("a", persons())});
  const auto b = schema({under("b", persons())});
  const auto both = schema({under("a", persons()), under("b", persons())});
  CHECK(due({"b<a"}, a, b) == texts{"a -> b"});
  CHECK(due({"b<a"}, b, b).empty());
  CHECK(due({"b<a"}, {}, b).empty());
  // The new one is there, too: the old one goes.
  CHECK(due({"b<a"}, both, b).empty());
  CHECK(due({"b<a"}, a, both) ==
        texts{"1: b cannot have been renamed from a, which the models still have"});
  CHECK(due({"b<a"}, b, both) ==
        texts{"1: b cannot have been renamed from a, which the models still have"});
  CHECK(due({"b<b"}, b, b) ==
        texts{"1: b cannot have been renamed from b, which the models still have"});
  CHECK(due({"a<c", "b<c"}, a, both) == texts{"1: b and a cannot both have been renamed from c"});
  // What is left out of the comparison.
  CHECK(due({"c<a", "b.nothing<name"}, a, b).empty());
  CHECK(due({"b<A"}, a, b).empty());
  CHECK(due({"b<A"}, a, b, {}, base::sql_flavour::sqlite) == texts{"a -> b"});
}

TEST_CASE("hints of columns go with those of their tables, and behind what was said") {
  const auto from = schema({persons()});
  const auto to = schema({under("users", with_names(persons(), {"id", "title"}))});
  CHECK(due({"users.title<name", "users<people"}, from, to) ==
        texts{"people -> users", "users.name -> users.title"});
  CHECK(due({"users.title<name"}, from, to, {{{"", "people"}, {}, "users"}}) ==
        texts{"people -> users", "users.name -> users.title"});
  CHECK(due({"users.title<name"}, from, to).empty());
  CHECK(due({"users<people"}, from, to, {{{"", "people"}, {}, "users"}}) ==
        texts{"people -> users"});
  const std::vector<renaming> stated = {{{"", "users"}, "name", "title"}};
  const auto less = schema({under("users", with_names(persons(), {"id", "title", "day"}))});
  CHECK(due({"users.title<born", "users<people"}, from, less, stated) ==
        texts{"users.name -> users.title", "people -> users"});
}

TEST_CASE("hints in a chain or a ring") {
  const auto all = [](const texts& names) {
    std::vector<model::table> tables;
    for (const auto& name : names) {
      tables.push_back(under(name.substr(0, 1), with_names(persons(), {"id", name.substr(1)})));
    }
    return schema(tables);
  };
  CHECK(due({"c<b", "b<a"}, all({"a1", "b2"}), all({"b1", "c2"})) == texts{"b -> c", "a -> b"});
  CHECK(due({"c<b", "b<a"}, all({"b1", "c2"}), all({"b1", "c2"})).empty());
  // The second came later.
  CHECK(due({"c<b", "b<a"}, all({"b1"}), all({"b2", "c1"})) == texts{"b -> c"});
  const auto before = all({"a1", "b2"});
  const auto after = all({"b1", "a2"});
  CHECK(due({"a<b", "b<a"}, before, after) == texts{"b -> a", "a -> b"});
  CHECK(due({"a<b", "b<a"}, after, after).empty());
  CHECK(due({"a<b", "b<a"}, before, all({"b1", "a3"})) ==
        texts{"1: nothing tells whether a has been renamed from b already: they exchange names, "
              "and are defined otherwise now"});
  CHECK(due({"a<b", "b<a"}, before, all({"b1", "a3"}),
            {{{"", "a"}, {}, "b"}, {{"", "b"}, {}, "a"}}) == texts{"a -> b", "b -> a"});
}

TEST_CASE("the way back has the names of the whole way") {
  const auto& target = postgres_backend().dialect();
  const auto from = schema({under("a", persons()), under("b", persons())});
  const auto rules = no_guesses({{{"", "a"}, {}, "b"}, {{"", "b"}, {}, "a"}});
  convergence way;
  for (auto& one : table_renames(from, from, target, rules).changes) {
    way.steps.push_back({one.ways.front(), {}, {}, {}});
  }
  model::alter_column op;
  op.table = {"", "b"};
  op.column = "name";
  op.rename = "title";
  way.steps.push_back({{{op, {}}}, {}, {}, {}});
  texts back;
  for (const auto& one : renamed_back(way)) back.push_back(one.display());
  CHECK(back == texts{"b -> a", "a -> b", "a.title -> a.name"});
}

TEST_CASE("a renaming is shown") {
  CHECK(renaming{{"", "people"}, {}, "users"}.display() == "people -> users");
  CHECK(renaming{{"area", "people"}, {}, "users"}.display() == "area.people -> area.users");
  CHECK(renaming{{"", "people"}, "mail", "email"}.display() == "people.mail -> people.email");
}

}  // namespace
}  // namespace retort::diff
