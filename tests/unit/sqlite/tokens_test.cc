#include "sqlite/tokens.h"

#include <doctest/doctest.h>

#include "sqlite/dialect.h"
#include "sqlite/types.h"

namespace {

using namespace retort::sqlite;

std::string normal(std::string_view sql) { return normal_sql(tokenise(sql)); }

TEST_CASE("SQL in normal form") {
  struct {
    const char* sql;
    const char* expected;
  } const cases[] = {
      {"a>0", "a > 0"},
      {"  a\n>\t0 -- why\n", "a > 0"},
      {"a>=1 and b<>2 or c||d==e", "a >= 1 AND b <> 2 OR c || d == e"},
      {"a in(1,2 , 3)", "a IN (1, 2, 3)"},
      {"lower ( Name )", "lower(Name)"},
      {"a = -1", "a = -1"},
      {"a - 1", "a - 1"},
      {"a-1", "a - 1"},
      {"(a)-1", "(a) - 1"},
      {"- - 1", "- -1"},
      {"a < -b", "a < -b"},
      {"a<-b", "a < -b"},
      {"case when a then -1 else +2 end - 3", "CASE WHEN a THEN -1 ELSE +2 END - 3"},
      {"x is not null", "x IS NOT NULL"},
      {"x like 'A%' escape '\\'", "x LIKE 'A%' ESCAPE '\\'"},
      {"x not glob 'A*'", "x NOT GLOB 'A*'"},
      {"like(a, b)", "like(a, b)"},
      {"cast(a as text)", "CAST(a AS text)"},
      {"t . a+new.b", "t.a + new.b"},
      {"x = \"Quoted Name\" and [plain] = `two words`",
       "x = \"Quoted Name\" AND plain = \"two words\""},
      {"[order]", "\"order\""},
      {"`a``b`", "\"a`b\""},
      {"'It''s -- no comment'", "'It''s -- no comment'"},
      {"Key", "Key"},
      {"status in ('open') and true", "status IN ('open') AND TRUE"},
      {"current_timestamp", "CURRENT_TIMESTAMP"},
      {"select * from T order by A desc, b limit 1", "SELECT * FROM T ORDER BY A DESC, b LIMIT 1"},
      {"count ( * )", "count(*)"},
      {"x between 1 and 2", "x BETWEEN 1 AND 2"},
      {"j ->> '$.a'", "j ->> '$.a'"},
      {"x'00FF'", "x'00FF'"},
      {"create trigger T1 after update of a on t for each row when new.a>1 begin "
       "insert or ignore into log(x) values(new.a); end",
       "CREATE TRIGGER T1 AFTER UPDATE OF a ON t FOR EACH ROW WHEN new.a > 1 BEGIN "
       "INSERT OR IGNORE INTO log(x) VALUES (new.a); END"},
      // Quotes around what can be nothing but a name.
      {"select * from \"u\" join \"V\" on \"u\".a = \"x\", \"w\" where b in \"u\"",
       "SELECT * FROM u JOIN V ON u.a = \"x\", w WHERE b IN u"},
      {"select \"a\" from (\"u\", (select \"b\" from 'w'))",
       "SELECT \"a\" FROM (u, (SELECT \"b\" FROM w))"},
      {"select a from json_each(\"x\", \"y\") where a is not distinct from \"x\"",
       "SELECT a FROM json_each(\"x\", \"y\") WHERE a IS NOT DISTINCT FROM \"x\""},
      {"select a from \"order\", \"two words\", \"right\"",
       "SELECT a FROM \"order\", \"two words\", \"right\""},
      {"create trigger \"T\" after update of \"a\", \"b\" on \"u\" begin "
       "update or ignore \"u\" set \"a\" = \"x\", (\"b\", c) = (\"y\", 1) where \"a\" = new.\"a\"; "
       "insert into \"u\"(\"a\", b) values (\"x\", \"y\"); delete from \"u\"; end",
       "CREATE TRIGGER T AFTER UPDATE OF a, b ON u BEGIN "
       "UPDATE OR IGNORE u SET a = \"x\", (b, c) = (\"y\", 1) WHERE \"a\" = new.a; "
       "INSERT INTO u(a, b) VALUES (\"x\", \"y\"); DELETE FROM u; END"},
      {"select raise(abort, 'no')", "SELECT RAISE(ABORT, 'no')"},
      {"create view V as select a As Key from t", "CREATE VIEW V AS SELECT a AS Key FROM t"},
  };
  for (const auto& c : cases) {
    CHECK(normal(c.sql) == c.expected);
    // What is in normal form stays as it is.
    CHECK(normal(c.expected) == c.expected);
  }
}

TEST_CASE("parentheses around a whole expression mean nothing") {
  CHECK(normal_expression("((a > 0))") == "a > 0");
  CHECK(normal_expression("(a) > (0)") == "(a) > (0)");
  CHECK(normal_expression("") == "");
}

TEST_CASE("names behind their quotes") {
  CHECK(name_of(tokenise("\"a\"\"b\"")[0]) == "a\"b");
  CHECK(name_of(tokenise("[a]")[0]) == "a");
  CHECK(name_of(tokenise("`a``b`")[0]) == "a`b");
  CHECK(name_of(tokenise("'it''s'")[0]) == "it's");
  CHECK(name_of(tokenise("Plain")[0]) == "Plain");
}

TEST_CASE("defaults in normal form") {
  struct {
    const char* sql;
    const char* expected;
  } const cases[] = {
      {"5", "5"},
      {"(5)", "5"},
      {"- 5", "-5"},
      {"((-5))", "-5"},
      {"'x'", "'x'"},
      {"('x')", "'x'"},
      {"null", "NULL"},
      {"True", "TRUE"},
      {"current_timestamp", "CURRENT_TIMESTAMP"},
      {"(CURRENT_TIMESTAMP)", "CURRENT_TIMESTAMP"},
      {"(datetime( 'now' ))", "datetime('now')"},
      // SQLite takes a word that stands there for a string.
      {"foo", "'foo'"},
      {"\"it's\"", "'it''s'"},
      {"x'00'", "x'00'"},
  };
  for (const auto& c : cases) CHECK(normal_default(c.sql) == c.expected);
}

TEST_CASE("declared types in normal form") {
  CHECK(normal_type("varchar ( 255 )") == "VARCHAR(255)");
  CHECK(normal_type("numeric(10,2)") == "NUMERIC(10, 2)");
  CHECK(normal_type("double\n precision") == "DOUBLE PRECISION");
  CHECK(normal_type("decimal(10, -2)") == "DECIMAL(10, -2)");
  CHECK(normal_type("") == "");
}

TEST_CASE("affinities") {
  CHECK(affinity_of("bigint") == affinity::integer);
  CHECK(affinity_of("FLOATING POINT") == affinity::integer);
  CHECK(affinity_of("varchar(3)") == affinity::text);
  CHECK(affinity_of("") == affinity::blob);
  CHECK(affinity_of("double precision") == affinity::real);
  CHECK(affinity_of("JSON") == affinity::numeric);
}

}  // namespace
