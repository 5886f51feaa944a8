#include <doctest/doctest.h>

#include <functional>

#include "base/text_tools.h"
#include "unit/sqlite/support.h"

// What stands between two changes of a table and is no rebuild itself does not make two of one.

namespace {

using namespace retort;
using namespace retort::test;
using kind = model::type_kind;

model::alter_column altering(const char* table, const char* column,
                             const std::function<void(model::alter_column&)>& how) {
  model::alter_column op{{"", table}, column};
  how(op);
  return op;
}

model::operation_variant not_null(const char* table, const char* column) {
  return altering(table, column, [](auto& op) { op.nullable = false; });
}

model::operation_variant renaming(const char* table, const char* column, const char* to) {
  return altering(table, column, [&](auto& op) { op.rename = to; });
}

model::operation_variant check_of(const char* table, const char* name, const char* sql) {
  return model::add_constraint{{"", table}, model::check{name, sql, false}};
}

model::operation_variant index_on(const char* table, const char* name, const char* column) {
  return model::create_index{{"", table}, index_of(name, {key_of(column)}), false};
}

model::drop_index no_index(const char* table, const char* name) {
  return {{"", name}, {"", table}};
}

struct small {
  std::unique_ptr<db::connection> connection = memory(
      {"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT, b INT, self INT REFERENCES "
       "t(id), gone INT)",
       "CREATE INDEX ix_b ON t (b)", "CREATE INDEX ix_a ON t (lower(a)) WHERE a <> ''",
       "CREATE TABLE child (t INT REFERENCES t(id))", "CREATE VIEW v AS SELECT a, b FROM t",
       "CREATE TABLE log (what TEXT)",
       "CREATE TRIGGER told AFTER UPDATE OF a ON t BEGIN INSERT INTO log VALUES (NEW.a); END",
       "INSERT INTO t VALUES (3, 'x', 1, NULL, 9), (5, 'y', 2, 3, 9)",
       "INSERT INTO child VALUES (3)", "DELETE FROM log"});
  sqlite::sqlite_dialect target;
  model::tracked_schema predicted{target.introspect(*connection, ""), {}};

  /// How many statements the operations become; they run, and the database is what `apply` says.
  std::size_t apply(std::initializer_list<model::operation_variant> changes,
                    bool moves_names = false) {
    std::vector<dialect::statement> statements;
    for (const auto& what : changes) {
      target.write(at_line(what), statements);
      model::apply(predicted, at_line(what));
    }
    for (const auto& statement : statements) test::run(*connection, statement);
    const auto shown = target.introspect(*connection, "");
    // SQLite changes the names in views and triggers; `apply` does not look into their SQL.
    if (moves_names) predicted.schema.objects = shown.objects;
    CHECK(shown == target.normalise(predicted.schema));
    return statements.size();
  }

  std::string show(const std::string& sql) {
    std::string out;
    for (const auto& row : connection->query(sql).rows) {
      for (const auto& cell : row) out += cell.value_or("NULL") + "|";
    }
    return out;
  }
};

TEST_CASE("a renamed column between two changes") {
  small s;
  const auto ops = s.apply({check_of("t", "ck_a", "a <> '' AND b > 0"), renaming("t", "a", "name"),
                            not_null("t", "name"), check_of("t", "ck_name", "length(name) < 9")},
                           true);
  CHECK(ops == 1);
  CHECK(s.show("SELECT id, name, b, self FROM t") == "3|x|1|NULL|5|y|2|3|");
  CHECK(s.show("SELECT name, b FROM v") == "x|1|y|2|");
  CHECK(s.show("SELECT seq FROM sqlite_sequence") == "5|");
  s.connection->execute("UPDATE t SET name = 'z' WHERE id = 3");
  CHECK(s.show("SELECT what FROM log") == "z|");
}

TEST_CASE("a renamed table between two changes") {
  small s;
  auto key = foreign_key_of({"b"}, "t", {"id"});
  key.name = "fk_b";
  s.connection->execute("UPDATE t SET b = 3");
  const auto ops =
      s.apply({model::add_constraint{{"", "t"}, key}, model::rename_table{{"", "t"}, "u"},
               renaming("u", "gone", "spare"), not_null("u", "spare")},
              true);
  CHECK(ops == 1);
  CHECK(s.show("SELECT id, b, spare FROM u") == "3|3|9|5|3|9|");
  CHECK(s.show("SELECT \"table\" FROM pragma_foreign_key_list('child')") == "u|");
  CHECK(s.show("PRAGMA foreign_key_check") == "");
}

TEST_CASE("indexes between two changes") {
  small s;
  const auto ops = s.apply({not_null("t", "a"), no_index("t", "ix_b"), index_on("t", "ix_b", "a"),
                            index_on("t", "ix_new", "gone"), index_on("t", "ix_with", "gone"),
                            no_index("t", "ix_with"), check_of("t", "ck", "b > 0")});
  CHECK(ops == 1);
  CHECK(s.show("SELECT name FROM pragma_index_list('t') ORDER BY name") == "ix_a|ix_b|ix_new|");
  CHECK(s.show("SELECT name FROM pragma_index_info('ix_b')") == "a|");
}

TEST_CASE("an index over a column that is renamed, or goes, before the rebuild ends") {
  small s;
  CHECK(s.apply({not_null("t", "a"), index_on("t", "ix_one", "b"), index_on("t", "ix_two", "gone"),
                 renaming("t", "b", "number"), model::drop_column{{"", "t"}, "gone"}},
                true) == 1);
  CHECK(s.show("SELECT name FROM pragma_index_list('t') ORDER BY name") == "ix_a|ix_b|ix_one|");
  CHECK(s.show("SELECT name FROM pragma_index_info('ix_one')") == "number|");
}

TEST_CASE("what ALTER TABLE can do stays so with a rename between") {
  small s;
  s.connection->execute("DROP VIEW v");
  std::vector<dialect::statement> statements;
  for (const auto& what : std::initializer_list<model::operation_variant>{
           model::drop_column{{"", "t"}, "gone"}, renaming("t", "a", "name"),
           index_on("t", "ix_new", "name"), model::drop_column{{"", "t"}, "gone2"}}) {
    s.target.write(at_line(what), statements);
  }
  s.connection->execute("ALTER TABLE t ADD COLUMN gone2");
  REQUIRE(statements.size() == 1);
  std::string ran;
  for (auto change = s.target.prepare(*s.connection, statements[0]); change;
       change = change->next()) {
    for (const auto& sql : change->statements()) {
      ran += sql + "\n";
      s.connection->execute(sql);
    }
    change->confirm();
  }
  CHECK(ran ==
        "ALTER TABLE t RENAME COLUMN a TO name\n"
        "ALTER TABLE t DROP COLUMN gone\n"
        "CREATE INDEX ix_new ON t (name)\n"
        "ALTER TABLE t DROP COLUMN gone2\n");
}

TEST_CASE("what would mean another thing is not joined") {
  const auto count = [](std::initializer_list<model::operation_variant> changes) {
    small s;
    return s.apply(changes, true);
  };
  // The name is free only behind the drop.
  CHECK(count({model::drop_column{{"", "t"}, "gone"}, renaming("t", "self", "gone"),
               not_null("t", "b")}) == 3);
  // It is the renamed column's value that is converted.
  const auto convert = altering("t", "gone", [](auto& op) {
    op.type = type_of(kind::text);
    op.conversion = "(SELECT a FROM v WHERE b = 1)";
  });
  CHECK(count({convert, renaming("t", "a", "name"), not_null("t", "name")}) == 3);
  // A second look at the same column.
  CHECK(count({altering("t", "a", [](auto& op) { op.type = type_of(kind::varchar, 9); }),
               renaming("t", "a", "name"), not_null("t", "name")}) == 3);
  // The rows' numbers.
  model::add_column key;
  key.table.name = "child";
  key.column = column_of("id", type_of(kind::integer));
  key.primary_key = true;
  CHECK(count({key, model::drop_constraint{
                        {"", "child"}, "", model::constraint_kind::primary_key}}) == 2);
  // Another table's.
  CHECK(count({not_null("t", "a"), index_on("child", "ix_child", "t"), not_null("t", "b")}) == 3);
}

TEST_CASE("a column that is new gets its last name at once") {
  small s;
  model::add_column add;
  add.table.name = "t";
  add.column = column_of("fresh", type_of(kind::integer), false);
  add.column.default_sql = "1 + 1";
  add.check = "fresh > 0";
  CHECK(s.apply({add, renaming("t", "fresh", "size"), check_of("t", "ck", "size < 9")}) == 1);
  CHECK(s.show("SELECT size FROM t") == "2|2|");
}

TEST_CASE("a column that may be there already is not taken for a new one") {
  small s;
  model::add_column add;
  add.table.name = "t";
  add.column = column_of("b", type_of(kind::integer));
  add.if_not_exists = true;
  CHECK(s.apply({add, renaming("t", "b", "number"), not_null("t", "a")}, true) == 3);
  CHECK(s.show("SELECT number FROM t") == "1|2|");
}

TEST_CASE("indexes that may be there, or gone, already") {
  small s;
  auto there = index_of("IX_B", {key_of("b")});
  auto gone = no_index("t", "ix_none");
  gone.if_exists = true;
  CHECK(s.apply({not_null("t", "a"),
                 model::create_index{{"", "t"}, index_of("ix_b", {key_of("a")}), true}, gone,
                 not_null("t", "b")}) == 1);
  CHECK(s.show("SELECT name FROM pragma_index_info('ix_b')") == "b|");
  // By a name in another case, and gone before it is made.
  std::vector<dialect::statement> statements;
  for (const auto& what : std::initializer_list<model::operation_variant>{
           check_of("t", "ck", "b > 0"), model::create_index{{"", "t"}, there, true},
           model::drop_index{{"", "ix_b"}, {"", "t"}, true},
           model::drop_index{{"", "ix_b"}, {"", "t"}, true},
           model::create_index{{"", "t"}, index_of("ix_b", {key_of("gone")}), true},
           check_of("t", "ck2", "b > 0")}) {
    s.target.write(at_line(what), statements);
  }
  REQUIRE(statements.size() == 1);
  CHECK(failure_of([&] { test::run(*s.connection, statements[0]); }) == "no error");
  CHECK(s.show("SELECT name FROM pragma_index_list('t') ORDER BY name") == "ix_a|ix_b|");
  CHECK(s.show("SELECT name FROM pragma_index_info('ix_b')") == "gone|");
}

TEST_CASE("the key of an AUTOINCREMENT column goes, and comes back") {
  small s;
  s.connection->execute("DELETE FROM child");
  s.connection->execute("UPDATE t SET self = NULL");
  const auto before = s.predicted;
  const auto drop =
      at_line(model::drop_constraint{{"", "t"}, "", model::constraint_kind::primary_key});
  const auto back = model::reverse(drop, before);
  s.apply({drop.what});
  CHECK(s.show("SELECT sql FROM sqlite_master WHERE name = 't'").find("AUTOINCREMENT") ==
        std::string::npos);
  CHECK(s.show("SELECT id, a FROM t") == "3|x|5|y|");
  s.apply({back.what});
  CHECK(s.predicted.schema == before.schema);
  CHECK(s.show("SELECT id, a FROM t") == "3|x|5|y|");
  s.connection->execute("INSERT INTO t (a) VALUES ('z')");
  CHECK(s.show("SELECT seq FROM sqlite_sequence") == "6|");
}

TEST_CASE("another key in its place numbers nothing") {
  small s;
  s.connection->execute("DROP TABLE child");
  s.connection->execute("UPDATE t SET self = NULL");
  s.predicted.schema = s.target.introspect(*s.connection, "");
  auto& self = s.predicted.schema.tables.at({"", "t"});
  const auto drop_key = model::drop_constraint{{"", "t"},
                                               self.foreign_keys.at(0).name,
                                               model::constraint_kind::foreign_key,
                                               self.foreign_keys.at(0)};
  std::vector<dialect::statement> statements;
  for (const auto& what : std::initializer_list<model::operation_variant>{
           drop_key, model::drop_constraint{{"", "t"}, "", model::constraint_kind::primary_key},
           model::add_constraint{{"", "t"}, primary_key_of({"id"})}}) {
    s.target.write(at_line(what), statements);
  }
  REQUIRE(statements.size() == 1);
  test::run(*s.connection, statements[0]);
  CHECK(s.show("SELECT sql FROM sqlite_master WHERE name = 't'").find("AUTOINCREMENT") ==
        std::string::npos);
  CHECK(s.show("SELECT id, a FROM t") == "3|x|5|y|");
}

TEST_CASE("a key that is no alias of the rowid comes back as none") {
  small s;
  s.connection->execute("CREATE TABLE d (id INTEGER CONSTRAINT pk PRIMARY KEY DESC, a)");
  s.connection->execute("INSERT INTO d (rowid, id) VALUES (7, 1), (8, 2)");
  s.predicted.schema = s.target.introspect(*s.connection, "");
  const auto before = s.predicted;
  const auto drop = at_line(model::drop_constraint{{"", "d"}, "pk"});
  s.apply({drop.what});
  s.apply({model::reverse(drop, before).what});
  CHECK(s.predicted.schema == before.schema);
  CHECK(s.show("SELECT rowid, id FROM d ORDER BY rowid") == "7|1|8|2|");
}

}  // namespace
