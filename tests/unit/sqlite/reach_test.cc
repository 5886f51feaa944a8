#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>

#include "sqlite/reach.h"
#include "unit/sqlite/support.h"

// A change looks at what it can make a difference to, and at nothing else.

namespace {

using namespace retort;
using namespace retort::test;

/// Counts the rows that are read.
class counting final : public db::connection {
 public:
  explicit counting(db::connection& real) : real_(real) {}

  db::result query(std::string_view sql, std::span<const db::parameter> parameters) override {
    auto found = real_.query(sql, parameters);
    rows += found.rows.size();
    return found;
  }
  std::unique_ptr<db::prepared> prepare(std::string_view sql) override {
    return real_.prepare(sql);
  }
  void copy(std::string_view sql, std::string_view data) override { real_.copy(sql, data); }
  void execute(std::string_view sql) override { real_.execute(sql); }
  void begin() override { real_.begin(); }
  void commit() override { real_.commit(); }
  void rollback() noexcept override { real_.rollback(); }
  bool in_transaction() const override { return real_.in_transaction(); }
  std::string server() const override { return real_.server(); }

  std::size_t rows = 0;

 private:
  db::connection& real_;
};

std::size_t rows_read(int others, const std::vector<model::operation_variant>& changes) {
  const auto real = memory(
      {"CREATE TABLE parents (id INTEGER PRIMARY KEY)",
       "CREATE TABLE books (id INTEGER PRIMARY KEY, a TEXT, p REFERENCES parents)",
       "CREATE INDEX by_a ON books (a)", "CREATE TABLE children (b REFERENCES books)",
       "CREATE VIEW shelf AS SELECT a FROM books", "CREATE VIRTUAL TABLE words USING fts5(x, y)"});
  for (int i = 0; i < others; ++i) {
    real->execute(fmt::format("CREATE TABLE other{} (id INTEGER PRIMARY KEY, a)", i));
    real->execute(fmt::format("CREATE INDEX ix{0} ON other{0} (a)", i));
    real->execute(fmt::format(
        "CREATE TRIGGER r{0} AFTER INSERT ON other{0} BEGIN DELETE FROM other{0}; END", i));
  }
  counting connection(*real);
  std::vector<dialect::statement> written;
  for (const auto& what : changes) sqlite::sqlite_dialect().write(at_line(what), written);
  for (const auto& one : written) test::run(connection, one);
  return connection.rows;
}

TEST_CASE("how much a change reads does not depend on what it has nothing to do with") {
  const model::qualified_name books = {"", "books"};
  model::alter_column required{books, "a"};
  required.nullable = false;
  model::alter_column renamed{{"", "volumes"}, "a"};
  renamed.nullable = false;
  model::add_column more{{"", "words"}, column_of("z", type_of(model::type_kind::text))};
  const std::vector<std::vector<model::operation_variant>> cases = {
      {required},
      {model::rename_table{books, "volumes"}, renamed},
      {model::rename_index{{"", "by_a"}, "by_b"}},
      {model::replace_object{{"view", {"", "shelf"}, {}, {}}, "SELECT a, id FROM books"}},
      {more},
  };
  for (const auto& changes : cases) {
    CAPTURE(model::describe(changes[0]));
    CHECK(rows_read(3, changes) == rows_read(40, changes));
  }
}

std::vector<std::string> names_in(db::connection& connection, const std::string& condition) {
  std::vector<std::string> names;
  for (const auto& row : connection
                             .query("SELECT name FROM sqlite_master WHERE sql IS NOT NULL AND " +
                                    condition + " ORDER BY name")
                             .rows) {
    names.push_back(*row[0]);
  }
  return names;
}

TEST_CASE("what mentions a table, what it mentions, and what is over its views is in reach") {
  const auto connection = memory(
      {"CREATE TABLE parents (id INTEGER PRIMARY KEY)",
       "CREATE TABLE [grand \"parents\"] (id INTEGER PRIMARY KEY)",
       "CREATE TABLE Books (id, p REFERENCES Parents)", "CREATE INDEX by_id ON books (id)",
       "CREATE TABLE child (t REFERENCES \"books\")", "CREATE TABLE far (c REFERENCES child)",
       "CREATE VIEW shelf AS SELECT id FROM books", "CREATE VIEW room AS SELECT id FROM shelf",
       "CREATE VIEW other AS SELECT c FROM far", "CREATE TABLE log (what)",
       "CREATE TRIGGER told AFTER INSERT ON log BEGIN DELETE FROM room; END",
       "CREATE TABLE next (id)", "CREATE INDEX taken ON next (id)"});
  const sqlite::reach part(*connection, {"books"}, {});
  // Of a name with quotes in it nobody knows how a text spells it.
  CHECK(names_in(*connection, part.holds("tbl_name")) ==
        std::vector<std::string>{"Books", "by_id", "child", "grand \"parents\"", "log", "parents",
                                 "room", "shelf", "told"});
  CHECK(names_in(*connection, part.holds_mention("tbl_name")) ==
        std::vector<std::string>{"Books", "by_id", "child", "log", "room", "shelf", "told"});
  CHECK(part.has("BOOKS"));
  CHECK(part.has("room"));
  CHECK_FALSE(part.has("other"));
  CHECK(part.is_mentioned("SELECT 1 FROM [Shelf]"));
  CHECK_FALSE(part.is_mentioned("SELECT 1 FROM books2, bookshelf"));

  const auto index =
      at_line(model::create_index{{"", "books"}, index_of("taken", {key_of("id")}), true, false});
  const sqlite::reach other(*connection, {"books"}, {&index, 1});
  const auto names = names_in(*connection, other.holds("tbl_name"));
  CHECK(std::ranges::find(names, "next") != names.end());

  CHECK(names_in(*connection, sqlite::reach(*connection, {"a\"b"}, {}).holds("tbl_name")).size() ==
        13);
}

TEST_CASE("an index of another table has the name already") {
  const auto connection =
      memory({"CREATE TABLE t (a)", "CREATE TABLE u (b)", "CREATE INDEX ix ON u (b)"});
  model::alter_column named{{"", "t"}, "a"};
  named.nullable = false;
  std::vector<dialect::statement> written;
  const sqlite::sqlite_dialect target;
  target.write(at_line(named), written);
  target.write(at_line(model::create_index{{"", "t"}, index_of("ix", {key_of("a")}), true, false}),
               written);
  for (const auto& one : written) test::run(*connection, one);
  CHECK(scalar(*connection, "SELECT tbl_name FROM sqlite_master WHERE name = 'ix'") == "u");
}

}  // namespace
