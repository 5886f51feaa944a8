#include "sqlite/table_text.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "unit/sqlite/support.h"

namespace {

using namespace retort;
using namespace retort::test;
using kind = model::type_kind;

constexpr const char* commented = R"(CREATE TABLE t ( -- what t is for
  id INTEGER PRIMARY KEY, -- the key
  -- money, in cents
  amount money  NOT NULL ON CONFLICT FAIL DEFAULT 0 /* none */ CHECK (amount >= 0),
  note text COLLATE NOCASE, -- for people
  parent INT CONSTRAINT fk_p REFERENCES t(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT short CHECK (length(note) < 10), -- not too long
  UNIQUE (parent, note)
) -- the end)";

std::string changed(std::string_view sql, const model::operation_variant& what) {
  static const sqlite::sqlite_dialect target;
  static const model::origin where;
  std::vector<dialect::statement> unused;
  return sqlite::changed_table_text(sql, what, sqlite::sqlite_writer(target, where, unused));
}

/// The lines that are only in one of two texts: -old and +new.
std::string difference(const std::string& before, const std::string& after) {
  const auto lines = [](const std::string& text) {
    std::vector<std::string> result;
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      result.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return result;
  };
  auto old_lines = lines(before);
  auto new_lines = lines(after);
  std::string result;
  for (const auto& line : old_lines) {
    if (std::ranges::find(new_lines, line) == new_lines.end()) result += "-" + line + "\n";
  }
  for (const auto& line : new_lines) {
    if (std::ranges::find(old_lines, line) == old_lines.end()) result += "+" + line + "\n";
  }
  return result;
}

std::string change_of(const model::operation_variant& what) {
  return difference(commented, changed(commented, what));
}

model::alter_column altering(const char* column) { return {{"", "t"}, column}; }

TEST_CASE("only what changes is written anew") {
  auto op = altering("amount");
  op.type = type_of(kind::bigint);
  CHECK(change_of(op) ==
        "-  amount money  NOT NULL ON CONFLICT FAIL DEFAULT 0 /* none */ CHECK (amount >= 0),\n"
        "+  amount BIGINT  NOT NULL ON CONFLICT FAIL DEFAULT 0 /* none */ CHECK (amount >= 0),\n");
  op = altering("amount");
  op.nullable = true;
  CHECK(change_of(op) ==
        "-  amount money  NOT NULL ON CONFLICT FAIL DEFAULT 0 /* none */ CHECK (amount >= 0),\n"
        "+  amount money DEFAULT 0 /* none */ CHECK (amount >= 0),\n");
  op = altering("AMOUNT");
  op.default_sql = std::optional<std::string>("1 + 1");
  CHECK(change_of(op) ==
        "-  amount money  NOT NULL ON CONFLICT FAIL DEFAULT 0 /* none */ CHECK (amount >= 0),\n"
        "+  amount money  NOT NULL ON CONFLICT FAIL DEFAULT (1 + 1) /* none */ CHECK (amount >= "
        "0),\n");
  op.default_sql = std::optional<std::string>();
  CHECK(change_of(op) ==
        "-  amount money  NOT NULL ON CONFLICT FAIL DEFAULT 0 /* none */ CHECK (amount >= 0),\n"
        "+  amount money  NOT NULL ON CONFLICT FAIL /* none */ CHECK (amount >= 0),\n");
  op = altering("note");
  op.nullable = false;
  op.default_sql = std::optional<std::string>("'x'");
  CHECK(change_of(op) ==
        "-  note text COLLATE NOCASE, -- for people\n"
        "+  note text NOT NULL DEFAULT 'x' COLLATE NOCASE, -- for people\n");
}

TEST_CASE("a column goes with its line's comment, and with the constraints over it") {
  CHECK(change_of(model::drop_column{{"", "t"}, "note"}) ==
        "-  note text COLLATE NOCASE, -- for people\n"
        "-  parent INT CONSTRAINT fk_p REFERENCES t(id) ON DELETE CASCADE DEFERRABLE INITIALLY "
        "DEFERRED,\n"
        "-  CONSTRAINT short CHECK (length(note) < 10), -- not too long\n"
        "-  UNIQUE (parent, note)\n"
        "+  parent INT CONSTRAINT fk_p REFERENCES t(id) ON DELETE CASCADE DEFERRABLE INITIALLY "
        "DEFERRED\n");
  CHECK(changed("CREATE TABLE t (a INT, b INT, c INT)", model::drop_column{{"", "t"}, "a"}) ==
        "CREATE TABLE t (b INT, c INT)");
  CHECK(changed("CREATE TABLE t (a INT, b INT, c INT)", model::drop_column{{"", "t"}, "b"}) ==
        "CREATE TABLE t (a INT, c INT)");
  CHECK(changed("CREATE TABLE t (a INT, b INT, c INT)", model::drop_column{{"", "t"}, "c"}) ==
        "CREATE TABLE t (a INT, b INT)");
  CHECK(changed("CREATE TABLE t (a INT, b INT CHECK (b > a) UNIQUE CHECK (a < 3))",
                model::drop_column{{"", "t"}, "a"}) == "CREATE TABLE t (b INT UNIQUE)");
}

TEST_CASE("constraints come and go") {
  model::drop_constraint drop{{"", "t"}, "fk_p"};
  CHECK(change_of(drop) ==
        "-  parent INT CONSTRAINT fk_p REFERENCES t(id) ON DELETE CASCADE DEFERRABLE INITIALLY "
        "DEFERRED,\n"
        "+  parent INT,\n");
  drop.name = "short";
  CHECK(change_of(drop) == "-  CONSTRAINT short CHECK (length(note) < 10), -- not too long\n");
  drop = {{"", "t"}, "", model::constraint_kind::primary_key};
  CHECK(change_of(drop) ==
        "-  id INTEGER PRIMARY KEY, -- the key\n"
        "+  id INTEGER, -- the key\n");
  drop = {{"", "t"}, "", model::constraint_kind::unique, unique_of({"parent", "note"})};
  CHECK(change_of(drop) ==
        "-  CONSTRAINT short CHECK (length(note) < 10), -- not too long\n"
        "-  UNIQUE (parent, note)\n"
        "+  CONSTRAINT short CHECK (length(note) < 10) -- not too long\n");
  drop = {{"", "t"}, "", model::constraint_kind::check, model::check{"", "amount>=0", false}};
  CHECK(change_of(drop) ==
        "-  amount money  NOT NULL ON CONFLICT FAIL DEFAULT 0 /* none */ CHECK (amount >= 0),\n"
        "+  amount money  NOT NULL ON CONFLICT FAIL DEFAULT 0 /* none */,\n");
  CHECK(failure_of([&] {
          change_of(model::drop_constraint{{"", "t"}, "gone"});
        }) == "FAILED: table t has no such constraint\n");
  CHECK(change_of(model::add_constraint{{"", "t"}, unique_of({"note"}, "uq")}) ==
        "-  UNIQUE (parent, note)\n"
        "+  UNIQUE (parent, note),\n"
        "+  CONSTRAINT uq UNIQUE (note)\n");
  CHECK(changed("CREATE TABLE t (a INT)",
                model::add_constraint{{"", "t"}, model::check{"ck", "a > 0", false}}) ==
        "CREATE TABLE t (a INT, CONSTRAINT ck CHECK (a > 0))");
  CHECK(changed("CREATE TABLE t (a INT -- last\n)",
                model::add_constraint{{"", "t"}, foreign_key_of({"a"}, "u", {"id"})}) ==
        "CREATE TABLE t (a INT, -- last\n  FOREIGN KEY (a) REFERENCES u (id)\n)");
}

TEST_CASE("a new column stands behind the last one") {
  model::add_column add;
  add.table.name = "t";
  add.column = column_of("when", type_of(kind::date), false);
  add.column.default_sql = "CURRENT_DATE";
  add.unique = true;
  CHECK(change_of(add) == "+  \"when\" DATE NOT NULL DEFAULT CURRENT_DATE UNIQUE,\n");
  CHECK(changed("CREATE TABLE t (a INT)", add) ==
        "CREATE TABLE t (a INT, \"when\" DATE NOT NULL DEFAULT CURRENT_DATE UNIQUE)");
  CHECK(changed("CREATE TABLE t (a INT, CHECK (a > 0))", add) ==
        "CREATE TABLE t (a INT, \"when\" DATE NOT NULL DEFAULT CURRENT_DATE UNIQUE, CHECK (a > "
        "0))");
}

TEST_CASE("a text without blanks between its words") {
  model::alter_column op{{"", "t"}, "a"};
  op.nullable = false;
  CHECK(changed("CREATE TABLE t(a VARCHAR(20)UNIQUE)", op) ==
        "CREATE TABLE t(a VARCHAR(20) NOT NULL UNIQUE)");
  op = {{"", "t"}, "a"};
  op.default_sql = std::optional<std::string>("5");
  CHECK(changed("CREATE TABLE t(a DEFAULT 'x'NOT NULL)", op) ==
        "CREATE TABLE t(a DEFAULT 5 NOT NULL)");
  op = {{"", "t"}, "a"};
  op.type = type_of(kind::bigint);
  CHECK(changed("CREATE TABLE t(a [my type]NOT NULL)", op) == "CREATE TABLE t(a BIGINT NOT NULL)");
  CHECK(changed("CREATE TABLE t(a INT, b TEXT CONSTRAINT ck CHECK(b<>'')UNIQUE)",
                model::drop_constraint{{"", "t"}, "ck"}) == "CREATE TABLE t(a INT, b TEXT UNIQUE)");
  CHECK(changed("CREATE TABLE t (a INT /* two\n lines */)",
                model::add_constraint{{"", "t"}, model::check{"", "a > 0", false}}) ==
        "CREATE TABLE t (a INT, CHECK (a > 0) /* two\n lines */)");
}

}  // namespace
