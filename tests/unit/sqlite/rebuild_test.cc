#include <doctest/doctest.h>

#include <functional>

#include "unit/sqlite/support.h"

// Each change on a table that has rows, children, a reference to itself, a view and triggers:
// nothing but what was asked for is different afterwards, and the way back gives everything back.

namespace {

using namespace retort;
using namespace retort::test;
using kind = model::type_kind;

/// The rich table, and what hangs on it.
std::unique_ptr<db::connection> library() {
  return memory({
      "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT)",
      R"(CREATE TABLE books ( -- what we lend
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the shelf mark
  title VARCHAR(80) NOT NULL COLLATE NOCASE CHECK (title <> ''),
  author INT CONSTRAINT fk_author REFERENCES authors(id) ON DELETE SET NULL,
  sequel INT REFERENCES books(id) ON DELETE CASCADE,
  price money DEFAULT 1.50,
  note,
  spare TEXT DEFAULT 'x',
  shout TEXT GENERATED ALWAYS AS (upper(title)) VIRTUAL,
  CONSTRAINT ck_price CHECK (price >= 0),
  CONSTRAINT uq_title UNIQUE (title, author)
))",
      "CREATE INDEX ix_note ON books (note DESC) WHERE note IS NOT NULL",
      "CREATE UNIQUE INDEX ix_lower ON books (lower(title) COLLATE RTRIM, id)",
      "CREATE TABLE loans (book INT NOT NULL REFERENCES books(id) ON DELETE CASCADE, who TEXT)",
      "CREATE VIEW dear AS SELECT id, title FROM books WHERE price > 10",
      "CREATE TABLE log (what TEXT)",
      "CREATE TRIGGER told AFTER INSERT ON books BEGIN INSERT INTO log VALUES (NEW.title); END",
      "CREATE TRIGGER lent AFTER INSERT ON loans BEGIN UPDATE books SET note = 'lent' WHERE id = "
      "NEW.book; END",
      "INSERT INTO authors VALUES (7, 'Ann')",
      "INSERT INTO books (id, title, author, price, note) VALUES (1, 'One', 7, 20, x'00ff'), (3, "
      "'Three', NULL, NULL, 3.5), (9, 'Nine', 7, '7', 'n')",
      "UPDATE books SET sequel = 3 WHERE id = 1",
      "DELETE FROM books WHERE id = 9",
      "INSERT INTO loans VALUES (1, 'Bo'), (3, 'Cy')",
      "DELETE FROM log",
  });
}

std::string rows_of(db::connection& connection, const std::string& sql) {
  std::string out;
  for (const auto& row : connection.query(sql).rows) {
    for (const auto& cell : row) out += cell.value_or("NULL") + "|";
    out += "\n";
  }
  return out;
}

constexpr const char* books_rows =
    "SELECT id, quote(title), author, sequel, quote(price), quote(note) FROM books ORDER BY id";

/// Everything that has to stay whatever is done to `books`.
std::string surroundings(db::connection& connection) {
  return rows_of(connection, "SELECT * FROM loans") + rows_of(connection, "SELECT * FROM log") +
         rows_of(connection, "SELECT * FROM authors") +
         rows_of(connection, "SELECT * FROM sqlite_sequence") +
         rows_of(connection, "PRAGMA foreign_key_check") +
         rows_of(connection, "PRAGMA integrity_check") +
         rows_of(connection,
                 "SELECT type, name, sql FROM sqlite_master WHERE tbl_name <> 'books' ORDER BY "
                 "name");
}

struct world {
  std::unique_ptr<db::connection> connection = library();
  sqlite::sqlite_dialect target;

  std::string sql() {
    return scalar(*connection, "SELECT sql FROM sqlite_master WHERE name = 'books'");
  }
  model::schema shown() { return target.introspect(*connection, ""); }

  void apply(const std::vector<model::operation>& operations) {
    std::vector<dialect::statement> statements;
    for (const auto& op : operations) target.write(op, statements);
    for (const auto& statement : statements) test::run(*connection, statement);
  }
};

/// There and back. Where names move, what mentions them follows.
void check(const std::vector<model::operation_variant>& changes, bool moves_names = false) {
  world w;
  std::vector<model::operation> operations;
  for (const auto& what : changes) operations.push_back(at_line(what));
  CAPTURE(model::describe(operations[0].what));
  const auto before = w.shown();
  const auto around = surroundings(*w.connection);
  const auto rows = rows_of(*w.connection, books_rows);
  const auto back = model::reverse_all(operations, {before, {}});
  w.apply(operations);
  CHECK(w.shown() != before);
  if (!moves_names) CHECK(surroundings(*w.connection) == around);
  w.apply(back);
  CHECK(w.shown() == before);
  if (!moves_names) CHECK(surroundings(*w.connection) == around);
  CHECK(rows_of(*w.connection, books_rows) == rows);
  w.connection->execute("INSERT INTO books (title) VALUES ('Ten')");
  CHECK(scalar(*w.connection, "SELECT max(id) FROM books") == "10");
  CHECK(scalar(*w.connection, "SELECT what FROM log") == "Ten");
}

model::alter_column altering(const char* column,
                             const std::function<void(model::alter_column&)>& how) {
  model::alter_column op{{"", "books"}, column};
  how(op);
  return op;
}

model::add_column adding(model::column column, const std::function<void(model::add_column&)>& how) {
  model::add_column op;
  op.table.name = "books";
  op.column = std::move(column);
  how(op);
  return op;
}

TEST_CASE("every change of a column") {
  check({altering("note", [](auto& op) { op.type = type_of(kind::varchar, 20); })});
  check({altering("title", [](auto& op) { op.nullable = true; })});
  check({altering("id", [](auto& op) { op.nullable = false; })});
  check(
      {altering("price", [](auto& op) { op.default_sql = std::optional<std::string>("2 * 3"); })});
  check({altering("price", [](auto& op) { op.default_sql = std::optional<std::string>(); })});
  check({altering("title", [](auto& op) { op.rename = "name"; })}, true);
  check({altering("price",
                  [](auto& op) {
                    op.rename = "cost";
                    op.type = type_of(kind::numeric, 10, 2);
                    op.nullable = true;
                    op.default_sql = std::optional<std::string>("0");
                  })},
        true);
}

TEST_CASE("every way to add a column") {
  check({adding(column_of("plain", type_of(kind::text)), [](auto&) {})});
  check({adding(column_of("code", type_of(kind::text)), [](auto& op) { op.unique = true; })});
  check({adding(column_of("at", type_of(kind::timestamp), false),
                [](auto& op) { op.column.default_sql = "CURRENT_TIMESTAMP"; })});
  check({adding(column_of("size", type_of(kind::integer), false), [](auto& op) {
    op.column.default_sql = "(1 + 1)";
    op.check = "size > 0";
  })});
  check({adding(column_of("other", type_of(kind::integer)), [](auto& op) {
    op.column.default_sql = "7";
    op.foreign_key = foreign_key_of({"other"}, "authors", {"id"});
  })});
  check({adding(column_of("loud", type_of(kind::text)), [](auto& op) {
    op.column.generated = model::generated{"title || '!'", true};
  })});
}

TEST_CASE("every constraint") {
  const model::qualified_name books = {"", "books"};
  check({model::add_constraint{books, unique_of({"price", "note"}, "uq_new")}});
  check({model::add_constraint{books, unique_of({"price", "note"})}});
  check({model::add_constraint{books, model::check{"ck_new", "price < 1000", false}}});
  check({model::add_constraint{books, model::check{"", "length(title) < 80", false}}});
  auto key = foreign_key_of({"author"}, "authors", {"id"});
  key.name = "fk_second";
  key.on_update = referential_action::cascade;
  key.deferrable = key.initially_deferred = true;
  check({model::add_constraint{books, key}});
  check({model::drop_constraint{books, "uq_title"}});
  check({model::drop_constraint{books, "ck_price"}});
  check({model::drop_constraint{books, "fk_author"}});
  check({model::drop_constraint{books, "", model::constraint_kind::check,
                                model::check{"", "title <> ''", false}}});
}

TEST_CASE("several changes are one rebuild") {
  check({altering("note", [](auto& op) { op.type = type_of(kind::text); }),
         model::add_constraint{{"", "books"}, model::check{"ck_note", "note <> ''", false}},
         adding(column_of("plain", type_of(kind::text)), [](auto&) {}),
         model::drop_constraint{{"", "books"}, "uq_title"}});
  check({model::rename_table{{"", "books"}, "volumes"}}, true);
}

TEST_CASE("a column goes with its constraints and indexes") {
  world w;
  const auto around = surroundings(*w.connection);
  w.apply({at_line(model::drop_column{{"", "books"}, "spare"})});
  CHECK(w.sql().find("spare") == std::string::npos);
  // The sequel to a rebuild: what mentions the column is built anew without it.
  w.apply({at_line(model::drop_column{{"", "books"}, "author"})});
  CHECK(w.sql().find("author") == std::string::npos);
  CHECK(w.sql().find("uq_title") == std::string::npos);
  CHECK(w.sql().find("-- what we lend") != std::string::npos);
  CHECK(surroundings(*w.connection) == around);
  CHECK(rows_of(*w.connection, "SELECT id, title FROM books") == "1|One|\n3|Three|\n");
}

TEST_CASE("what would break a view or a trigger is refused, and nothing is changed") {
  world w;
  const auto before = w.shown();
  const auto fails = [&](const char* column) {
    return failure_of([&] { w.apply({at_line(model::drop_column{{"", "books"}, column})}); });
  };
  CHECK(fails("price") ==
        "FAILED: cannot change table books: view dear would no longer work: no such column: price\n"
        "  --> versions/1_x.cc:7\n"
        "  help: drop it before this change, and create it anew behind it\n");
  CHECK(fails("note").find(
            "a trigger of loans on INSERT would no longer work: no such column: note") !=
        std::string::npos);
  CHECK(w.shown() == before);
}

TEST_CASE("rows that do not fit are an error, and nothing is changed") {
  world w;
  const auto before = w.shown();
  const auto rows = rows_of(*w.connection, books_rows);
  CHECK(failure_of([&] {
          w.apply({at_line(altering("price", [](auto& op) { op.nullable = false; }))});
        }).find("NOT NULL constraint failed") != std::string::npos);
  w.connection->execute("CREATE TABLE picky (a INT UNIQUE ON CONFLICT IGNORE, b INT)");
  w.connection->execute("INSERT INTO picky VALUES (1, 1), (2, 1)");
  model::unique again = unique_of({"b"});
  again.conflict = "IGNORE";
  CHECK(failure_of([&] {
          w.apply({at_line(model::add_constraint{{"", "picky"}, again})});
        }).find("cannot change table picky: it has 1 rows, where it had 2") != std::string::npos);
  w.connection->execute("DROP TABLE picky");
  CHECK(w.shown() == before);
  CHECK(rows_of(*w.connection, books_rows) == rows);
}

TEST_CASE("rowids stay where no column stands for them") {
  world w;
  w.connection->execute("CREATE TABLE bare (a TEXT, rowid TEXT)");
  w.connection->execute(
      "INSERT INTO bare (_rowid_, a, rowid) VALUES (5, 'x', 'r'), (-2, 'y', 's')");
  w.apply({at_line(model::add_constraint{{"", "bare"}, model::check{"", "a <> 'z'", false}})});
  CHECK(rows_of(*w.connection, "SELECT _rowid_, a, rowid FROM bare") == "-2|y|s|\n5|x|r|\n");
  w.connection->execute("CREATE TABLE keyed (id INTEGER PRIMARY KEY, a)");
  w.connection->execute("INSERT INTO keyed VALUES (4, 'x')");
  w.apply(
      {at_line(model::drop_constraint{{"", "keyed"}, "", model::constraint_kind::primary_key})});
  CHECK(rows_of(*w.connection, "SELECT rowid, id, a FROM keyed") == "4|4|x|\n");
  w.connection->execute("CREATE TABLE strict (a TEXT PRIMARY KEY, b INT) STRICT, WITHOUT ROWID");
  w.connection->execute("INSERT INTO strict VALUES ('k', 1)");
  w.apply({at_line(model::add_constraint{{"", "strict"}, unique_of({"b"})})});
  CHECK(scalar(*w.connection, "SELECT sql FROM sqlite_master WHERE name = 'strict'") ==
        "CREATE TABLE strict (a TEXT PRIMARY KEY, b INT, UNIQUE (b)) STRICT, WITHOUT ROWID");
}

/// A database of its own, for what the library does not have.
struct small_case {
  std::unique_ptr<db::connection> connection;
  sqlite::sqlite_dialect target;

  explicit small_case(std::initializer_list<const char*> statements)
      : connection(memory(statements)) {}

  void apply(const std::vector<model::operation_variant>& changes) {
    std::vector<dialect::statement> statements;
    for (const auto& what : changes) target.write(at_line(what), statements);
    for (const auto& statement : statements) test::run(*connection, statement);
  }
  /// What it says when that fails.
  std::string why(const std::vector<model::operation_variant>& changes) {
    auto text = failure_of([&] { apply(changes); });
    return text.substr(0, text.find('\n'));
  }
  std::string show(const std::string& sql) { return rows_of(*connection, sql); }
  std::string text(const std::string& name) {
    return test::scalar(*connection, "SELECT sql FROM sqlite_master WHERE name = '" + name + "'");
  }
};

model::alter_column alter_t(const char* column,
                            const std::function<void(model::alter_column&)>& how) {
  model::alter_column op{{"", "t"}, column};
  how(op);
  return op;
}

model::add_column add_to_t(const char* column, const char* value) {
  model::add_column op;
  op.table.name = "t";
  op.column = column_of(column, type_of(kind::integer));
  op.column.default_sql = value;
  return op;
}

const model::operation_variant any_change =
    model::add_constraint{{"", "t"}, model::check{"any_change", "1 = 1", false}};

TEST_CASE("a table whose CHECK names it is changed under its own name") {
  small_case s(
      {"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT, g INT AS (a + 1), CHECK "
       "(\"T\" . a > 0))",
       "CREATE INDEX ix ON t (a DESC)", "CREATE TABLE log (a)",
       "CREATE TRIGGER told AFTER DELETE ON t BEGIN INSERT INTO log VALUES (old.a); END",
       "INSERT INTO t VALUES (4, 1), (9, 2)", "DELETE FROM t WHERE id = 9", "DELETE FROM log"});
  s.apply({any_change});
  CHECK(s.show("SELECT * FROM t") == "4|1|2|\n");
  CHECK(s.show("SELECT * FROM log") == "");
  CHECK(s.show("SELECT * FROM sqlite_sequence") == "t|9|\n");
  CHECK(s.show("SELECT name FROM sqlite_master WHERE tbl_name = 't' ORDER BY 1") ==
        "ix|\nt|\ntold|\n");
  small_case bare(
      {"CREATE TABLE t (a INT CHECK (t.a > 0))", "INSERT INTO t (rowid, a) VALUES (7, 1)"});
  bare.apply({any_change});
  CHECK(bare.show("SELECT rowid, a FROM t") == "7|1|\n");
}

TEST_CASE("a word that is no column keeps its constraint and its index") {
  small_case s(
      {"CREATE TABLE t (id INT, title TEXT, at TEXT, length INT, date INT, text INT, \"end\" INT, "
       "CONSTRAINT ck CHECK (length(title) < 80), CHECK (CASE WHEN id > 0 THEN 1 ELSE 1 END))",
       "CREATE UNIQUE INDEX ix_day ON t (date(at), CAST(id AS TEXT))"});
  s.apply({model::drop_column{{"", "t"}, "length"}, model::drop_column{{"", "t"}, "date"},
           model::drop_column{{"", "t"}, "text"}, model::drop_column{{"", "t"}, "end"}});
  CHECK(s.text("t") ==
        "CREATE TABLE t (id INT, title TEXT, at TEXT, CONSTRAINT ck CHECK (length(title) < 80), "
        "CHECK (CASE WHEN id > 0 THEN 1 ELSE 1 END))");
  CHECK(s.text("ix_day") == "CREATE UNIQUE INDEX ix_day ON t (date(at), CAST(id AS TEXT))");
}

TEST_CASE("a name in double quotes does not become a string behind one's back") {
  small_case s(
      {"CREATE TABLE t (id INT, flag INT, \"a\"\"b\" INT CHECK (\"a\"\"b\" > 5), c INT)",
       "CREATE TABLE o (x INT)",
       "CREATE TRIGGER tr AFTER INSERT ON o BEGIN DELETE FROM t WHERE \"flag\" <> 0; END"});
  CHECK(s.why({model::drop_column{{"", "t"}, "flag"}}) ==
        "FAILED: cannot change table t: a trigger of o on INSERT would no longer work: no such "
        "column: flag");
  s.apply({model::drop_column{{"", "t"}, "a\"b"}, any_change});
  CHECK(s.text("t").find("5") == std::string::npos);
}

TEST_CASE("changes of one table mean in one rebuild what they mean one by one") {
  small_case s({"CREATE TABLE t (cents INT, total INT)", "INSERT INTO t VALUES (10, 3)"});
  s.apply({alter_t("cents", [](auto& op) { op.nullable = false; }), add_to_t("x", "7"),
           alter_t("x", [](auto& op) { op.default_sql = std::optional<std::string>(); })});
  CHECK(s.show("SELECT x FROM t") == "7|\n");
  const auto convert = [](const char* column, const char* sql) {
    return alter_t(column, [&](auto& op) {
      op.type = type_of(kind::integer);
      op.conversion = sql;
    });
  };
  s.apply({convert("cents", "cents * 100"), convert("total", "cents + total"),
           convert("total", "t.total + 1 -- and one more")});
  CHECK(s.show("SELECT cents, total FROM t") == "1000|1004|\n");
  CHECK(s.why({convert("total", "total) + (cents")}).find("FAILED: ") == 0);
}

TEST_CASE("a plain drop is looked at too") {
  small_case s({"CREATE TABLE t (id INT, a INT, b INT)", "CREATE TABLE u (x INT)",
                "CREATE TRIGGER tr AFTER INSERT ON u BEGIN INSERT INTO t VALUES (NULL, 1, 2); END",
                "CREATE VIEW v AS SELECT id FROM t",
                "CREATE TRIGGER onto INSTEAD OF UPDATE ON v BEGIN UPDATE t SET a = 1; END",
                "CREATE TRIGGER watch AFTER UPDATE OF id, a ON t BEGIN SELECT 1; END"});
  CHECK(s.why({model::drop_column{{"", "t"}, "b"}}) ==
        "FAILED: cannot change table t: a trigger of u on INSERT would no longer work: table t has "
        "2 columns but 3 values were supplied");
  s.connection->execute("DROP TRIGGER tr");
  s.apply({model::drop_column{{"", "t"}, "b"}});
  CHECK(s.why({model::drop_column{{"", "t"}, "a"}}).find("a trigger of v on UPDATE") !=
        std::string::npos);
  s.connection->execute("DROP TRIGGER onto");
  CHECK(
      s.why({model::drop_column{{"", "t"}, "a"}}) ==
      "FAILED: cannot change table t: trigger watch would wait for an update of a, which is gone");
}

TEST_CASE("the key of a table is not made up and not lost") {
  small_case s(
      {"CREATE TABLE t (id INTEGER, a TEXT)", "INSERT INTO t VALUES (NULL, 'x'), (7, 'y')"});
  CHECK(s.why({model::add_constraint{{"", "t"}, primary_key_of({"id"})}}) ==
        "FAILED: cannot change table t: 1 rows have no id, and would get a number");
  s.connection->execute("UPDATE t SET id = 3 WHERE id IS NULL");
  s.apply({model::add_constraint{{"", "t"}, primary_key_of({"id"})}});
  s.apply({alter_t("id", [](auto& op) { op.type = type_of(kind::bigint); })});
  CHECK(s.text("t") == "CREATE TABLE t (id INTEGER, a TEXT, PRIMARY KEY (id))");
  CHECK(s.show("SELECT rowid, id, a FROM t") == "3|3|x|\n7|7|y|\n");
  small_case counted({"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)"});
  counted.apply({alter_t("id", [](auto& op) { op.type = type_of(kind::bigint); }), any_change});
  CHECK(counted.text("t").find("id INTEGER PRIMARY KEY AUTOINCREMENT") != std::string::npos);
}

TEST_CASE("a column that numbers the rows is changed to what was asked for, or not at all") {
  const auto to = [](kind type, bool numbers) {
    return alter_t("id", [&](auto& op) {
      op.type = type_of(type);
      if (!numbers) op.identity.emplace(std::nullopt);
    });
  };
  small_case s({"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)",
                "INSERT INTO t VALUES (3, 'x')"});
  CHECK(failure_of([&] {
          s.apply({to(kind::text, true)});
        }).find("AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY") != std::string::npos);
  s.apply({to(kind::bigint, false)});
  CHECK(s.text("t") == "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  s.apply({alter_t("id", [](auto& op) {
    op.type = type_of(kind::bigint);
    op.identity = model::identity{};
  })});
  CHECK(s.text("t") == "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT)");
  s.apply({to(kind::text, false)});
  CHECK(s.text("t") == "CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT)");
  CHECK(s.show("SELECT quote(id), a FROM t") == "'3'|x|\n");
}

TEST_CASE("a constraint without a name is known by what it says") {
  small_case s(
      {"CREATE TABLE P (ID INTEGER PRIMARY KEY)",
       "CREATE TABLE t (a INT UNIQUE, b INT REFERENCES p(id), CHECK (\"a\" is not null))"});
  const auto drop = [](const model::constraint& item) {
    return model::drop_constraint{{"", "t"}, "", model::kind_of(item), item};
  };
  s.apply({drop(model::check{"", "a IS NOT NULL", false}), drop(foreign_key_of({"b"}, "P", {"ID"})),
           model::add_constraint{{"", "t"}, unique_of({"a"})}});
  CHECK(s.text("t") == "CREATE TABLE t (a INT UNIQUE, b INT, UNIQUE (a))");
  s.apply({drop(unique_of({"a"}))});
  CHECK(s.text("t") == "CREATE TABLE t (a INT, b INT, UNIQUE (a))");
}

TEST_CASE("names in another case, with a schema, and statistics") {
  small_case s({"CREATE TABLE t (Name TEXT, a INT NOT NULL ON CONFLICT IGNORE, CHECK (a > 0))",
                "INSERT INTO t VALUES ('x', 1)", "CREATE INDEX ix ON t (a)", "ANALYZE"});
  const auto statistics = s.show("SELECT * FROM sqlite_stat1");
  CHECK(!statistics.empty());
  s.apply({model::add_constraint{{"main", "T"}, model::check{"ck", "name <> ''", false}}});
  s.apply({alter_t("NAME", [](auto& op) { op.nullable = false; }),
           alter_t("a", [](auto& op) { op.nullable = true; })});
  CHECK(s.text("t") ==
        "CREATE TABLE t (Name TEXT NOT NULL, a INT, CHECK (a > 0), CONSTRAINT ck CHECK (name <> "
        "''))");
  CHECK(s.show("SELECT * FROM sqlite_stat1") == statistics);
}

TEST_CASE("a STRICT table gets the types that it knows") {
  small_case s({"CREATE TABLE t (a TEXT, b TEXT) STRICT"});
  auto add = add_to_t("c", "'x'");
  add.column.type = type_of(kind::varchar, 20);
  s.apply({model::drop_column{{"", "t"}, "b"}, add});
  CHECK(s.text("t") == "CREATE TABLE t (a TEXT, c TEXT DEFAULT 'x') STRICT");
}

TEST_CASE("keys that say more than their columns") {
  small_case s(
      {"CREATE TABLE t (a TEXT, b INT, c INT, CONSTRAINT pk PRIMARY KEY (a COLLATE NOCASE, b "
       "DESC), "
       "CONSTRAINT uq UNIQUE (b DESC, c), UNIQUE (c COLLATE NOCASE))",
       "INSERT INTO t VALUES ('x', 1, 2)"});
  s.apply({any_change});
  s.apply({model::rename_constraint{{"", "t"}, "uq", "uq2"}});
  CHECK(s.text("t").find("CONSTRAINT uq2 UNIQUE (b DESC, c)") != std::string::npos);
  s.apply({model::drop_constraint{{"", "t"}, "uq2"}});
  CHECK(s.text("t").find("uq2") == std::string::npos);
  s.apply({model::drop_column{{"", "t"}, "c"}});
  CHECK(s.text("t").find("UNIQUE") == std::string::npos);
  s.apply({model::drop_constraint{{"", "t"}, "", model::constraint_kind::primary_key}});
  CHECK(s.text("t").find("PRIMARY KEY") == std::string::npos);
  CHECK(s.show("SELECT a, b FROM t") == "x|1|\n");
}

TEST_CASE("what was broken before is no reason, and other tables do not matter") {
  small_case s({"CREATE TABLE t (a INT)", "CREATE TABLE u (x INT)",
                "CREATE VIEW v AS SELECT unknown_function(x) AS y FROM u",
                "CREATE TRIGGER onto INSTEAD OF INSERT ON v BEGIN SELECT 1; END",
                "CREATE INDEX j ON u (\"x\"\"y\")"});
  s.apply({any_change});
  CHECK(s.text("t").find("any_change") != std::string::npos);
}

TEST_CASE("a table is not built anew while foreign keys are enforced") {
  world w;
  w.connection->execute("PRAGMA foreign_keys = ON");
  CHECK(failure_of([&] {
          w.apply({at_line(model::drop_constraint{{"", "books"}, "ck_price"})});
        }) ==
        "FAILED: cannot change table books: it must be built anew, and foreign keys are "
        "enforced, which would delete the rows that refer to it\n"
        "  --> versions/1_x.cc:7\n"
        "  help: leave foreign_keys out of this migration: without it rebuilds are safe\n");
  CHECK(scalar(*w.connection, "SELECT count(*) FROM loans") == "2");
}

}  // namespace
