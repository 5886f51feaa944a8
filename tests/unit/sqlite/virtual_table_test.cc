#include <doctest/doctest.h>

#include "unit/sqlite/support.h"

// Operations on virtual tables: columns of full-text tables come and go with the rows kept; for
// everything else one message says what it is.

namespace {

using namespace retort;
using namespace retort::test;
using kind = model::type_kind;

const model::qualified_name d = {"", "d"};

struct indexed_world {
  std::unique_ptr<db::connection> connection;
  sqlite::sqlite_dialect target;

  explicit indexed_world(std::initializer_list<const char*> statements)
      : connection(memory(statements)) {}

  std::string apply(std::initializer_list<model::operation_variant> changes) {
    return failure_of([&] {
      std::vector<dialect::statement> statements;
      for (const auto& what : changes) target.write(at_line(what), statements);
      for (const auto& statement : statements) test::run(*connection, statement);
    });
  }

  std::string show(const std::string& sql) {
    std::string out;
    for (const auto& row : connection->query(sql).rows) {
      for (const auto& cell : row) out += cell.value_or("NULL") + "|";
    }
    return out;
  }
};

model::add_column adding_column(const char* name) {
  model::add_column op;
  op.table = d;
  op.column = column_of(name, type_of(kind::text));
  return op;
}

TEST_CASE("columns of full-text tables come and go with the rows") {
  for (const char* make :
       {"CREATE VIRTUAL TABLE d USING fts5(title, body UNINDEXED, tokenize = 'porter unicode61')",
        "CREATE VIRTUAL TABLE \"d\" USING FTS4(title, \"body\", tokenize=porter)"}) {
    CAPTURE(make);
    indexed_world w({make, "INSERT INTO d (rowid, title, body) VALUES (7, 'running late', 'b')",
                     "CREATE VIEW v AS SELECT title FROM d"});
    CHECK(w.apply({adding_column("more words"), model::drop_column{d, "BODY"}}) == "no error");
    CHECK(w.show("SELECT name FROM pragma_table_info('d')") == "title|more words|");
    CHECK(w.show("SELECT rowid, title FROM d WHERE d MATCH 'run'") == "7|running late|");
    w.connection->execute("UPDATE d SET \"more words\" = 'walk'");
    w.connection->execute("DROP VIEW v");
    CHECK(w.apply({model::drop_column{d, "title"}}) == "no error");
    CHECK(w.apply({model::drop_column{d, "more words"}}) ==
          "FAILED: cannot change table d: more words is its only column\n"
          "  --> versions/1_x.cc:7\n");
  }
}

TEST_CASE("a full-text table keeps its settings, and one over another table is filled from that") {
  indexed_world w({"CREATE TABLE posts (id INTEGER PRIMARY KEY, title, body)",
                   "INSERT INTO posts VALUES (3, 'hello', 'world')",
                   "CREATE VIRTUAL TABLE d USING fts5(title, content='posts', content_rowid='id')",
                   "INSERT INTO d (d) VALUES ('rebuild')",
                   "INSERT INTO d (d, rank) VALUES ('automerge', 7)"});
  CHECK(w.apply({adding_column("body")}) == "no error");
  CHECK(w.show("SELECT rowid FROM d WHERE d MATCH 'body: world'") == "3|");
  CHECK(w.show("SELECT v FROM d_config WHERE k = 'automerge'") == "7|");
}

TEST_CASE("an index of a part of another table's rows is not made one of all") {
  for (const char* make :
       {"CREATE VIRTUAL TABLE d USING fts5(title, content = 'posts', content_rowid='id')",
        "CREATE VIRTUAL TABLE d USING fts4(title, content=posts)"}) {
    CAPTURE(make);
    indexed_world w({"CREATE TABLE posts (id INTEGER PRIMARY KEY, title, body)",
                     "INSERT INTO posts VALUES (3, 'hello', 'world'), (4, 'hello', 'draft')", make,
                     "INSERT INTO d (rowid, title) VALUES (3, 'hello')"});
    CHECK(w.apply({adding_column("body")}) ==
          "FAILED: cannot change table d: its index has other rows than posts, and would be built "
          "anew from all that are there\n"
          "  --> versions/1_x.cc:7\n"
          "  help: drop it, create it anew and fill it, in SQL\n");
    CHECK(w.show("SELECT rowid FROM d WHERE d MATCH 'hello'") == "3|");
    w.connection->execute("INSERT INTO d (d) VALUES ('rebuild')");
    CHECK(w.apply({adding_column("body")}) == "no error");
    CHECK(w.show("SELECT rowid FROM d WHERE d MATCH 'draft'") == "4|");
  }
  indexed_world w({"CREATE TABLE posts (id INTEGER PRIMARY KEY, title, body)",
                   "CREATE VIRTUAL TABLE d USING fts5(title, content='posts', columnsize=0)"});
  CHECK(w.apply({adding_column("body")}) ==
        "FAILED: cannot change table d: it does not keep which rows of posts it has indexed\n"
        "  --> versions/1_x.cc:7\n"
        "  help: drop it, create it anew and fill it, in SQL\n");
}

model::alter_column as_real(const char* column) {
  model::alter_column op{d, column};
  op.type = type_of(model::type_kind::real);
  return op;
}

TEST_CASE("a full-text table has the words of what its rows have become") {
  for (const char* make :
       {"CREATE VIRTUAL TABLE f USING fts5(title, content='d', content_rowid='id')",
        "CREATE VIRTUAL TABLE f USING fts4(title, content=\"d\")"}) {
    CAPTURE(make);
    indexed_world w({"CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, body TEXT)",
                     "INSERT INTO d VALUES (3, '7.50', 'world')", make,
                     "INSERT INTO f (f) VALUES ('rebuild')"});
    CHECK(w.apply({as_real("title")}) == "no error");
    CHECK(w.show("SELECT rowid FROM f WHERE f MATCH '50'") == "");
    CHECK(w.show("SELECT rowid, title FROM f WHERE f MATCH '5'") == "3|7.5|");
    auto louder = as_real("title");
    louder.type = type_of(model::type_kind::text);
    louder.conversion = "title || ' loud'";
    CHECK(w.apply({louder}) == "no error");
    CHECK(w.show("SELECT rowid FROM f WHERE f MATCH 'loud'") == "3|");
    // It may be of some rows, and stays so where its own columns do.
    w.connection->execute("INSERT INTO d VALUES (4, 'draft', '2')");
    CHECK(w.apply({as_real("body")}) == "no error");
    CHECK(w.show("SELECT rowid FROM f WHERE f MATCH 'draft'") == "");
    CHECK(w.apply({as_real("title")}) ==
          "FAILED: cannot change table d: full-text table f has words of what its values were, and "
          "other rows than d, from which it would be built anew\n"
          "  --> versions/1_x.cc:7\n"
          "  help: drop it, create it anew and fill it, in SQL\n");
  }
  indexed_world seen({"CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT)",
                      "INSERT INTO d VALUES (3, '7.50')",
                      "CREATE VIEW v AS SELECT id, title AS t FROM d",
                      "CREATE VIRTUAL TABLE f USING fts5(t, content='v', content_rowid='id')",
                      "INSERT INTO f (f) VALUES ('rebuild')"});
  CHECK(seen.apply({as_real("title")}) == "no error");
  CHECK(seen.show("SELECT rowid FROM f WHERE f MATCH '5'") == "3|");

  // One over another table is let be, whatever the names are.
  indexed_world other(
      {"CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT)", "INSERT INTO d VALUES (3, '7')",
       "CREATE VIEW [a \"view\"] AS SELECT title FROM d", "CREATE TABLE e (id, title)",
       "INSERT INTO e VALUES (1, '7')",
       "CREATE VIRTUAL TABLE f USING fts5(title, content='e', content_rowid='id')"});
  CHECK(other.apply({as_real("title")}) == "no error");
  CHECK(other.show("SELECT rowid FROM f WHERE f MATCH '7'") == "");
}

TEST_CASE("a column that a full-text table is over stays where its table is built anew") {
  indexed_world w({"CREATE TABLE d (id INTEGER PRIMARY KEY, title UNIQUE, body)",
                   "INSERT INTO d VALUES (3, 'hello', 'world')",
                   "CREATE VIRTUAL TABLE f USING fts5(title, content='d', content_rowid='id')",
                   "INSERT INTO f (f) VALUES ('rebuild')"});
  CHECK(w.apply({model::drop_column{d, "title"}}) ==
        "FAILED: cannot change table d: full-text table f would no longer work: no such column: "
        "title\n  --> versions/1_x.cc:7\n"
        "  help: drop it before this change, and create it anew behind it\n");
  CHECK(w.apply({model::drop_column{d, "body"}}) == "no error");
  CHECK(w.show("SELECT rowid, title FROM f WHERE f MATCH 'hello'") == "3|hello|");
}

TEST_CASE("the languages of rows stay") {
  indexed_world w({"CREATE VIRTUAL TABLE d USING fts4(a, languageid=\"lang\", b)",
                   "INSERT INTO d (docid, a, lang) VALUES (2, 'x', 5)"});
  CHECK(w.apply({adding_column("more")}) == "no error");
  CHECK(w.show("SELECT docid, a, lang FROM d WHERE d MATCH 'x' AND lang = 5") == "2|x|5|");
}

TEST_CASE("options of a column go with it, and what no argument is cannot be changed") {
  indexed_world w(
      {"CREATE VIRTUAL TABLE d USING fts4(notindexed=b, a, b, notindexed=a, tokenize porter)",
       "INSERT INTO d (a, b) VALUES ('x', 'y')"});
  CHECK(w.apply({model::drop_column{d, "b"}}) == "no error");
  CHECK(w.show("SELECT sql FROM sqlite_master WHERE name = 'd'") ==
        "CREATE VIRTUAL TABLE d USING fts4(a, notindexed=a, tokenize porter)|");
  CHECK(w.apply({model::drop_column{d, "a"}}) ==
        "FAILED: cannot change table d: a is its only column\n  --> versions/1_x.cc:7\n");
  for (const char* make :
       {"CREATE VIRTUAL TABLE d USING fts4", "CREATE VIRTUAL TABLE d USING fts4()",
        "CREATE VIRTUAL TABLE d USING fts3(tokenize=porter)"}) {
    CAPTURE(make);
    indexed_world bare({make});
    CHECK(bare.apply({adding_column("b")}) ==
          "FAILED: cannot change table d: it names no columns\n"
          "  --> versions/1_x.cc:7\n"
          "  help: drop it, create it anew and fill it, in SQL\n");
  }
}

TEST_CASE("a full-text table is renamed between two changes") {
  indexed_world w({"CREATE VIRTUAL TABLE d USING fts5(a, b, c)",
                   "INSERT INTO d (a, b, c) VALUES ('x', 'y', 'z')"});
  CHECK(w.apply({model::drop_column{d, "a"}, model::rename_table{d, "e"},
                 model::drop_column{{"", "e"}, "c"}}) == "no error");
  CHECK(w.show("SELECT * FROM e WHERE e MATCH 'y'") == "y|");
}

TEST_CASE("what a virtual table cannot be changed in is said") {
  indexed_world fts({"CREATE VIRTUAL TABLE d USING fts5(title, body)"});
  auto with_default = adding_column("x");
  with_default.column.default_sql = "'x'";
  CHECK(fts.apply({with_default}) ==
        "FAILED: cannot change table d: the columns of a full-text table have a name and nothing "
        "else\n  --> versions/1_x.cc:7\n");
  CHECK(fts.apply({model::add_constraint{d, model::check{"ck", "title <> ''", false}}}) ==
        "FAILED: cannot change table d: it is a full-text table, which cannot add check ck to d\n"
        "  --> versions/1_x.cc:7\n"
        "  help: drop it and create it anew, in SQL\n");
  CHECK(fts.apply({model::rename_table{d, "e"}}) == "no error");
  indexed_world tree({"CREATE VIRTUAL TABLE d USING rtree(id, x0, x1)"});
  CHECK(tree.apply({adding_column("more")}) ==
        "FAILED: cannot change table d: it is a virtual table, and add column d.more is no change "
        "of what rtree makes\n"
        "  --> versions/1_x.cc:7\n"
        "  help: drop it and create it anew, in SQL\n");
  CHECK(tree.apply({model::drop_column{d, "x0"}}).find("what rtree makes") != std::string::npos);
  indexed_world empty({"CREATE VIRTUAL TABLE d USING fts5(title, body, content='')"});
  CHECK(empty.apply({adding_column("more")}) ==
        "FAILED: cannot change table d: it keeps no rows that its index could be built from\n"
        "  --> versions/1_x.cc:7\n"
        "  help: drop it, create it anew and fill it, in SQL\n");
}

}  // namespace
