#include "model/apply.h"

#include <doctest/doctest.h>
#include <retort/error.h>

#include "model/routines.h"

using namespace retort::model;
using retort::error;

namespace {

column make_column(const std::string& name) {
  column made;
  made.name = name;
  made.type.kind = type_kind::integer;
  return made;
}

table make_table(const std::string& name, const std::vector<std::string>& columns) {
  table made;
  made.name = {"", name};
  for (const auto& column_name : columns) made.columns.push_back(make_column(column_name));
  return made;
}

index make_index(const std::string& name, const std::string& column_name) {
  index made;
  made.name = name;
  made.keys.push_back({column_name, false, false, false, {}, {}});
  return made;
}

operation at_line(operation_variant what, unsigned line = 1) {
  return {std::move(what), {"m.cc", line, 0}};
}

add_column make_add(const std::string& table_name, const std::string& name) {
  return {{"", table_name}, make_column(name), false, false, {}, {}};
}

std::string refusal(tracked_schema state, const operation_variant& what) {
  try {
    apply(state, at_line(what, 9));
  } catch (const error& problem) {
    CHECK(problem.where.line == 9);
    return problem.what();
  }
  return "";
}

tracked_schema with_users() {
  tracked_schema state;
  apply(state, at_line(create_table{make_table("users", {"id", "email"}), false}));
  apply(state, at_line(create_index{{"", "users"}, make_index("ix_email", "email"), false}));
  return state;
}

}  // namespace

TEST_CASE("apply refuses what cannot be") {
  const auto state = with_users();
  CHECK(refusal(state, create_table{make_table("users", {"id"}), false}) ==
        "cannot create table users: the table is there already");
  CHECK(refusal(state, create_table{make_table("users", {"id"}), true}).empty());
  CHECK(refusal(state, drop_table{{"", "usrs"}, false}) ==
        "cannot drop table usrs: there is no such table");
  CHECK(refusal(state, drop_table{{"", "usrs"}, true}).empty());
  CHECK(refusal(state, make_add("users", "email")) ==
        "cannot add column users.email: the column is there already");
  CHECK(refusal(state, make_add("usrs", "x")) ==
        "cannot add column usrs.x: there is no table usrs");
  CHECK(refusal(state, drop_column{{"", "users"}, "x"}) ==
        "cannot drop column users.x: there is no such column");
  CHECK(refusal(state, create_index{{"", "users"}, make_index("ix", "phone"), false}) ==
        "cannot create index ix on users: the table has no column phone");
  CHECK(refusal(state, create_index{{"", "users"}, make_index("ix_email", "id"), false}) ==
        "cannot create index ix_email on users: users has an index of that name");
  CHECK(refusal(state, drop_index{{"", "nope"}, {}, false}) ==
        "cannot drop index nope: there is no such index");
}

TEST_CASE("raw SQL hides the schema, and then nothing missing is a mistake") {
  auto state = with_users();
  apply(state, at_line(execute{"CREATE TABLE x (y)"}, 4));
  REQUIRE(state.hidden_by.has_value());
  CHECK(state.hidden_by->line == 4);
  CHECK(refusal(state, drop_table{{"", "x"}, false}).empty());
  CHECK(refusal(state, make_add("x", "z")).empty());
}

TEST_CASE("dropping a column takes its indexes and constraints along") {
  tracked_schema state = with_users();
  auto* users = state.schema.find({"", "users"});
  users->uniques.push_back({{}, {"id", "email"}, false, false, false, {}});
  apply(state, at_line(drop_column{{"", "users"}, "email"}));
  CHECK(users->columns.size() == 1);
  CHECK(users->indexes.empty());
  CHECK(users->uniques.empty());
}

TEST_CASE(
    "an expression that names the column goes with it, and is not forgotten on the way back") {
  tracked_schema state = with_users();
  auto* users = state.schema.find({"", "users"});
  users->indexes.clear();
  users->columns[1].nullable = true;
  users->checks.push_back({"c", "length(\"email\") > 3", false});
  CHECK_THROWS_WITH(
      reverse(at_line(drop_column{{"", "users"}, "email"}), state),
      "cannot derive the downgrade: drop column users.email cannot be reversed, the check "
      "(length(\"email\") > 3) goes with it; drop that first");
  users->checks[0].expression = "length('email') > 3";
  CHECK_NOTHROW(reverse(at_line(drop_column{{"", "users"}, "email"}), state));
  auto partial = make_index("ix_id", "id");
  partial.where = "EMAIL IS NOT NULL";
  users->indexes.push_back(partial);
  CHECK_THROWS_WITH(
      reverse(at_line(drop_column{{"", "users"}, "email"}), state),
      "cannot derive the downgrade: drop column users.email cannot be reversed, index "
      "ix_id goes with it; drop that first");
  apply(state, at_line(drop_column{{"", "users"}, "email"}));
  CHECK(users->indexes.empty());
  CHECK(users->checks.size() == 1);
}

TEST_CASE("a column that rows could not get back is not promised") {
  tracked_schema state = with_users();
  auto* users = state.schema.find({"", "users"});
  users->indexes.clear();
  users->columns[1].nullable = false;
  CHECK_THROWS_WITH(
      reverse(at_line(drop_column{{"", "users"}, "email"}), state),
      "cannot derive the downgrade: drop column users.email cannot be reversed, it is NOT "
      "NULL and has no default, so rows could not get it back");
}

TEST_CASE("reversing every operation gives back the schema") {
  const auto before = with_users();
  auto extra = make_index("ix_id", "id");
  extra.unique = true;
  const std::vector<std::vector<operation>> cases = {
      {at_line(create_table{make_table("a", {"x"}), false})},
      {at_line(drop_table{{"", "users"}, false})},
      {at_line(make_add("users", "phone"))},
      {at_line(drop_index{{"", "ix_email"}, {}, false}),
       at_line(drop_column{{"", "users"}, "email"})},
      {at_line(create_index{{"", "users"}, extra, false})},
      {at_line(make_add("users", "phone")),
       at_line(create_index{{"", "users"}, make_index("ix_phone", "phone"), false}),
       at_line(create_table{make_table("b", {"x"}), false}), at_line(drop_table{{"", "b"}, false})},
  };
  for (const auto& upgrade : cases) {
    CAPTURE(describe(upgrade.front().what));
    tracked_schema state = before;
    const auto downgrade = reverse_all(upgrade, state);
    for (const auto& op : upgrade) apply(state, op);
    CHECK_FALSE(state.schema == before.schema);
    for (const auto& op : downgrade) apply(state, op);
    CHECK(state.schema == before.schema);
  }
}

TEST_CASE("a dropped table comes back with what hung on it") {
  auto before = with_users();
  const auto add = [&](const std::string& kind, const char* name, const char* table,
                       const char* sql) {
    apply(before, at_line(create_object{{kind, {"", name}, {"", table}, {}}, sql}));
  };
  add("trigger", "tr", "users", "AFTER INSERT ON users EXECUTE FUNCTION f()");
  add("trigger", "tr", "others", "AFTER INSERT ON others EXECUTE FUNCTION f()");
  add("sequence", "users_id_seq", "", "CREATE SEQUENCE users_id_seq");
  before.schema.objects.emplace("sequence owner users_id_seq",
                                object{"sequence owner",
                                       {"", "users_id_seq"},
                                       {},
                                       "ALTER SEQUENCE users_id_seq OWNED BY users.id"});
  const std::vector<operation> drop = {at_line(drop_table{{"", "users"}, false})};
  const auto back = reverse_all(drop, before);
  std::vector<std::string> described;
  for (const auto& op : back) described.push_back(describe(op.what));
  CHECK(described == std::vector<std::string>{"create sequence users_id_seq", "create table users",
                                              "create sequence owner users_id_seq",
                                              "create trigger users.tr"});
  auto state = before;
  for (const auto& op : drop) apply(state, op);
  CHECK(state.schema.objects.size() == 1);
  for (const auto& op : back) apply(state, op);
  CHECK(state.schema == before.schema);
}

TEST_CASE("a dropped view comes back with its triggers") {
  tracked_schema before;
  apply(before, at_line(create_object{{"view", {"", "v"}, {}, {}}, "SELECT 1"}));
  apply(before, at_line(create_object{{"trigger", {"", "tr"}, {"", "v"}, {}}, "INSTEAD OF …"}));
  const std::vector<operation> drop = {at_line(drop_object{{"view", {"", "v"}, {}, {}}})};
  const auto back = reverse_all(drop, before);
  REQUIRE(back.size() == 2);
  CHECK(describe(back[1].what) == "create trigger v.tr");
  auto state = before;
  for (const auto& op : drop) apply(state, op);
  CHECK(state.schema.objects.empty());
}

TEST_CASE("a partition keeps what it has of its table when it is detached") {
  tracked_schema state;
  auto parent = make_table("all", {"id", "at"});
  parent.primary_key = primary_key{"pk_all", {"id", "at"}};
  parent.foreign_keys.push_back({"fk", {"id"}, {"", "users"}, {"id"}});
  parent.indexes.push_back(make_index("ix_all", "at"));
  apply(state, at_line(create_table{parent, false}));
  apply(state, at_line(create_table{make_table("part", {"id", "at"}), false}));
  const auto attach = at_line(attach_partition{{"", "all"}, {"", "part"}, "DEFAULT"});
  const auto back = reverse_all({attach}, state);
  std::vector<std::string> described;
  for (const auto& op : back) described.push_back(describe(op.what));
  CHECK(described ==
        std::vector<std::string>{"detach partition part from all", "drop index part_at_idx",
                                 "drop foreign key fk of part", "drop primary key of part"});
  const auto before = state;
  apply(state, attach);
  apply(state, at_line(detach_partition{{"", "all"}, {"", "part"}}));
  const auto* part = state.schema.find({"", "part"});
  REQUIRE(part->primary_key);
  CHECK(part->primary_key->columns == std::vector<std::string>{"id", "at"});
  CHECK(part->foreign_keys == parent.foreign_keys);
  REQUIRE(part->indexes.size() == 1);
  CHECK(part->indexes[0].name == "part_at_idx");

  state = before;
  apply(state, attach);
  for (const auto& op : back) apply(state, op);
  CHECK(state.schema == before.schema);
}

TEST_CASE("a routine is known by the types of its arguments") {
  const char* made = "a integer, INOUT b varchar(9) DEFAULT coalesce('x', 'y'), OUT c text";
  for (const char* meant :
       {"integer, varchar(9)", "A INTEGER, b varchar(9)", "x integer,varchar(9)",
        "integer, INOUT b varchar(9) = 'z', OUT text"}) {
    CAPTURE(meant);
    tracked_schema before;
    apply(before, at_line(create_object{{"function", {"", "f"}, {}, made}, "AS 1"}));
    apply(before, at_line(create_object{{"function", {"", "f"}, {}, "a integer"}, "AS 2"}));
    const std::vector<operation> drop = {
        at_line(drop_object{{"function", {"", "f"}, {}, meant}, false, false})};
    auto state = before;
    for (const auto& op : drop) apply(state, op);
    CHECK(state.schema.objects.size() == 1);
    for (const auto& op : reverse_all(drop, before)) apply(state, op);
    CHECK(state.schema == before.schema);
  }
  CHECK(without_defaults(made) == "a integer, INOUT b varchar(9), OUT c text");
}

TEST_CASE("what cannot be reversed names the operation and the reason") {
  const auto reason = [](const tracked_schema& before, const operation_variant& what) {
    try {
      reverse(at_line(what), before);
    } catch (const error& problem) {
      CHECK(problem.hint == "write the migration's downgrade by hand");
      return std::string(problem.what());
    }
    return std::string();
  };
  CHECK(reason({}, execute{"UPDATE users SET x = 1"}) ==
        "cannot derive the downgrade: execute UPDATE users SET x = 1 cannot be reversed, raw SQL "
        "says "
        "nothing about its way back");
  CHECK(reason({}, drop_table{{"", "t"}, false}) ==
        "cannot derive the downgrade: drop table t cannot be reversed, no earlier revision makes "
        "this "
        "table");
  auto hidden = with_users();
  hidden.hidden_by = origin{"a.sql", 12, 0};
  CHECK(
      reason(hidden, drop_column{{"", "users"}, "email"}) ==
      "cannot derive the downgrade: drop column users.email cannot be reversed, its definition is "
      "not known because of the raw SQL at a.sql:12");
  CHECK(reason(with_users(), drop_column{{"", "users"}, "email"}) ==
        "cannot derive the downgrade: drop column users.email cannot be reversed, index ix_email "
        "goes "
        "with it; drop that first");
}

TEST_CASE("apply refuses changes of what is not there") {
  const auto state = with_users();
  alter_column alter{{"", "users"}, "phone"};
  alter.nullable = false;
  CHECK(refusal(state, alter) == "cannot alter column users.phone: there is no such column");
  alter.column = "email";
  alter.rename = "id";
  CHECK(refusal(state, alter) == "cannot alter column users.email: the table has a column id");
  CHECK(refusal(state, rename_table{{"", "usrs"}, "x"}) ==
        "cannot rename table usrs to x: there is no table usrs");
  CHECK(refusal(state, rename_table{{"", "users"}, "users"}) ==
        "cannot rename table users to users: there is a table of that name");
  CHECK(refusal(state, drop_constraint{{"", "users"}, "ck"}) ==
        "cannot drop constraint ck of users: there is no such constraint");
  CHECK(refusal(state, drop_constraint{{"", "users"}, "ck", constraint_kind::any, {}, true}) == "");
  auto keyed = state;
  apply(keyed, at_line(add_constraint{{"", "users"}, primary_key{"pk", {"id"}, {}, false}}));
  CHECK(refusal(keyed, add_constraint{{"", "users"}, primary_key{"", {"email"}, {}, false}}) ==
        "cannot add primary key to users: the table has a primary key already");
  CHECK(refusal(keyed, add_constraint{{"", "users"}, check{"pk", "id > 0", false}}) ==
        "cannot add check pk to users: the table has a constraint of that name");
  CHECK(refusal(state, alter_enum{{"", "mood"}, "x"}) ==
        "cannot add value x of type mood: there is no such type");
  CHECK(refusal(state, drop_object{{"view", {"", "v"}, {}, {}}}) ==
        "cannot drop view v: there is no such thing");
  auto typed = state;
  apply(typed, at_line(create_object{{"type", {"", "mood"}, {}, {}}, "AS ENUM ('a', 'b')"}));
  CHECK(refusal(typed, create_object{{"type", {"", "mood"}, {}, {}}, "AS ENUM ('a')"}) ==
        "cannot create type mood: it is there already");
  CHECK(refusal(typed, alter_enum{{"", "mood"}, "b"}) ==
        "cannot add value b of type mood: it has the value 'b' already");
  CHECK(refusal(typed, alter_enum{{"", "mood"}, "c", "d"}) ==
        "cannot rename value c of type mood: it has no value 'c'");
}

TEST_CASE("what names a column or a table follows its new name") {
  auto state = with_users();
  auto& users = *state.schema.find({"", "users"});
  users.primary_key = primary_key{"", {"email", "id"}, {}, false};
  users.uniques = {{"", {"email"}, false, false, false, {}}};
  users.checks = {{"", "email <> 'email' AND \"EMAIL\" <> ''", false}};
  users.indexes[0].where = "email IS NOT NULL";
  auto pets = make_table("pets", {"owner"});
  foreign_key key;
  key.columns = {"owner"};
  key.table = {"", "users"};
  key.referenced_columns = {"email"};
  pets.foreign_keys = {key};
  apply(state, at_line(create_table{pets, false}));
  alter_column rename{{"", "users"}, "email"};
  rename.rename = "E Mail";
  apply(state, at_line(rename));
  CHECK(users.columns[1].name == "E Mail");
  CHECK(users.primary_key->columns == std::vector<std::string>{"E Mail", "id"});
  CHECK(users.uniques[0].columns == std::vector<std::string>{"E Mail"});
  CHECK(users.checks[0].expression == "\"E Mail\" <> 'email' AND \"E Mail\" <> ''");
  CHECK(users.indexes[0].keys[0].what == "E Mail");
  CHECK(users.indexes[0].where == "\"E Mail\" IS NOT NULL");
  const auto referenced = [&] { return state.schema.find({"", "pets"})->foreign_keys[0]; };
  CHECK(referenced().referenced_columns == std::vector<std::string>{"E Mail"});
  apply(state, at_line(rename_table{{"", "users"}, "people"}));
  CHECK(referenced().table.name == "people");
  CHECK(state.schema.find({"", "people"})->name.name == "people");
}

TEST_CASE("what cannot be taken back says why") {
  const auto state = with_users();
  const auto why = [&](const operation_variant& what) -> std::string {
    try {
      reverse(at_line(what), state);
    } catch (const error& problem) {
      return problem.what();
    }
    return "";
  };
  CHECK(why(alter_enum{{"", "mood"}, "x"}) ==
        "cannot derive the downgrade: add value x of type mood cannot be reversed, PostgreSQL "
        "cannot take a value out of an enum type");
  alter_column convert{{"", "users"}, "email"};
  convert.type = type{type_kind::text, -1, -1, {}};
  convert.conversion = "lower(email)";
  CHECK(why(convert) ==
        "cannot derive the downgrade: alter column users.email cannot be reversed, its conversion "
        "says nothing about the way back");
  CHECK(why(drop_constraint{{"", "users"}, "ck"}) ==
        "cannot derive the downgrade: drop constraint ck of users cannot be reversed, no earlier "
        "revision makes this constraint");
}

TEST_CASE("rows go with the table that the same migration creates") {
  const bulk_insert rows{{"", "users"}, {"id"}, {{{retort::value::kind::integer, "1"}}}};
  const auto create = at_line(create_table{make_table("users", {"id"}), false});
  const auto back = reverse_all({create, at_line(rows)}, {});
  REQUIRE(back.size() == 1);
  CHECK(std::holds_alternative<drop_table>(back[0].what));
  CHECK_THROWS_AS(reverse_all({at_line(rows)}, with_users()), error);
  auto state = with_users();
  CHECK(refusal(state,
                bulk_insert{{"", "users"}, {"phone"}, {{{retort::value::kind::integer, "1"}}}}) ==
        "cannot insert 1 rows into users: the table has no column phone");
}
